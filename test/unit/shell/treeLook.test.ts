import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock';
import { Failure } from '../../../src/base/failure';
import { describeLook } from '../../../src/shell/tree/describeLook';
import { TreeLook } from '../../../src/shell/tree/treeLook';
import { FakeMemento } from './fakeMemento';
import { FakeSource, makeRun } from './fakeSource';

describe('how the Experiments view is looked at', () => {
  let source: FakeSource;
  let memento: FakeMemento;
  let places: readonly string[];
  const open = (): TreeLook =>
    new TreeLook({ memento, sources: [source], findPlaces: async () => places, clock: systemClock });

  beforeEach(() => {
    source = new FakeSource();
    memento = new FakeMemento();
    places = ['github.com/me/w'];
  });

  it('is at own runs in a workspace that has some, else at all', async () => {
    const own = { place: 'github.com/me/w/in', origin: 'github.com/me/w' };
    source.runList.push(makeRun(1), makeRun(2, own));
    const look = open();
    await look.ready();
    assert.equal(look.scope, 'workspace');
    assert.deepEqual(look.list.filter, [{ kind: 'place', places: ['github.com/me/w'] }]);
    source.runList.pop();
    const other = open();
    await other.ready();
    assert.deepEqual([other.scope, other.list.filter], ['all', []]);
    places = [];
    const without = open();
    await without.ready();
    assert.equal(without.scope, 'none');
  });

  it('stays at what was said, after a reload too', async () => {
    source.runList.push(makeRun(1));
    const look = open();
    await look.ready();
    await look.change({ scope: 'workspace', grouping: 'day', order: { by: 'name' }, filterText: ' status:failed ' });
    const again = open();
    await again.ready();
    assert.deepEqual(again.state, {
      scope: 'workspace',
      grouping: 'day',
      order: { by: 'name' },
      filterText: 'status:failed',
    });
    assert.equal(again.list.filter.length, 2);
    assert.equal(describeLook(again, 2), 'This Workspace · Sorted by Name · Filter: status:failed · 2 runs');
    assert.equal(describeLook(again, 0), '');
    await again.change({ scope: 'all' });
    assert.equal(again.list.filter.length, 1);
  });

  it('begins anew where what was kept is nothing that it knows', () => {
    void memento.update('sidelab.treeLook', { grouping: 'colour' });
    assert.deepEqual(open().state, { grouping: 'experiment', order: { by: 'newest' }, filterText: '' });
  });

  it('refuses a filter that is none, and shows one that is typed without keeping it', async () => {
    const look = open();
    const told: string[] = [];
    look.onDidChange(() => told.push(look.filterText));
    await assert.rejects(look.change({ filterText: 'status:x' }), Failure);
    look.try('tag:a');
    look.try('tag:a');
    look.try('tag:a status:');
    assert.deepEqual([told, look.state.filterText], [['tag:a'], '']);
    look.try(undefined);
    assert.deepEqual(told, ['tag:a', '']);
    look.try(undefined);
    assert.equal(told.length, 2);
  });

  it('is at all runs while nobody answers, and looks for own ones again', async () => {
    source.failure = new Failure('Unavailable', 'gone');
    const look = open();
    await look.ready();
    assert.equal(look.scope, 'all');
    source.failure = undefined;
    source.runList.push(makeRun(1, { place: 'github.com/me/w', origin: 'github.com/me/w' }));
    await look.ready();
    assert.equal(look.scope, 'workspace');
  });
});
