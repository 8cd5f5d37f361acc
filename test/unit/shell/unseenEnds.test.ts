import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/clock';
import { toDisposable } from '../../../src/base/lifecycle';
import { UnseenEnds } from '../../../src/shell/tree/unseenEnds';
import { FakeMemento } from './fakeMemento';
import { makeRun } from './fakeSource';

describe('ends that nobody has seen', () => {
  let nowMs: number;
  let memento: FakeMemento;
  const clock: Clock = { nowMs: () => nowMs, after: () => toDisposable(() => undefined) };
  const open = (): UnseenEnds => {
    const ends = new UnseenEnds(memento, clock);
    ends.start();
    return ends;
  };

  beforeEach(() => {
    nowMs = 1000;
    memento = new FakeMemento();
  });

  it('are those of runs at the top that ended since the view was looked at', () => {
    const ends = open();
    assert.equal(ends.isUnseen(makeRun(1, { statusAtMs: 900 })), false, 'before anybody could look');
    assert.equal(ends.isUnseen(makeRun(1, { statusAtMs: 1100 })), true);
    assert.equal(ends.isUnseen(makeRun(1, { statusAtMs: 1100, status: 'running' })), false);
    assert.equal(ends.isUnseen(makeRun(1, { statusAtMs: 1100, parentId: makeRun(2).id })), false);
    nowMs = 1200;
    ends.seeAll();
    assert.equal(ends.isUnseen(makeRun(1, { statusAtMs: 1100 })), false);
  });

  it('are seen one by one, until the run ends again, also after a reload', () => {
    const run = makeRun(1, { statusAtMs: 1100 });
    const ends = open();
    let told = 0;
    ends.onDidSee(() => (told += 1));
    ends.see([run]);
    ends.see([run, makeRun(2, { statusAtMs: 1 })]);
    assert.deepEqual([ends.isUnseen(run), told], [false, 1]);
    nowMs = 5000;
    const later = open();
    assert.equal(later.isUnseen(run), false);
    assert.equal(later.isUnseen({ ...run, statusAtMs: 1300 }), true);
    assert.equal(later.isUnseen(makeRun(3, { statusAtMs: 2000 })), true, 'it ended while no window was open');
  });

  it('are kept in bounds, and what is kept may be anything', () => {
    void memento.update('sidelab.seenEnds', { untilMs: 'yesterday' });
    const ends = open();
    ends.see(Array.from({ length: 3000 }, (_, at) => makeRun(at, { statusAtMs: 2000 })));
    assert.equal(memento.get<{ seen: string[] }>('sidelab.seenEnds')?.seen.length, 1000);
  });
});
