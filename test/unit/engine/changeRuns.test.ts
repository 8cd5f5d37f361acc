import assert from 'node:assert/strict';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import type { RunChange } from '../../../src/model/runChange';
import { isFailure } from '../../support/isFailure';
import { GraphRuns } from '../graphs/graphRuns';

/** On a real engine. */
describe('a change of runs by hand', function () {
  this.timeout(60_000);
  let runs: GraphRuns;
  beforeEach(async () => {
    runs = new GraphRuns();
    await runs.start();
  });
  afterEach(async () => runs.stop());

  const short = async (name: string, more: object = {}): Promise<Run> =>
    runs.submit({ name, experiment: 'first', command: ['true'], ...more });
  const change = async (ids: RunId | RunId[], what: RunChange): Promise<Run[]> =>
    (await runs.client.peer.call('runs.change', { runs: Array.isArray(ids) ? ids : [ids], change: what })).runs;
  const get = async (reference: string): Promise<Run> =>
    (await runs.client.peer.call('runs.get', { run: reference })).run;
  const experiments = async (): Promise<string[]> =>
    (await runs.client.peer.call('experiments.list', {})).experiments
      .map(({ name, runCount }) => `${name} ${runCount}`)
      .sort();

  it('renames, tags, notes and pins a run, also an active one, over a kill of the engine, and tells those who watch', async () => {
    const run = await short('before', { tags: ['a', 'b'], command: ['sleep', '60'] });
    await runs.reached(run.id, 'running');
    const [changed] = await change(run.id, {
      name: '  after ',
      addTags: ['c', ' b '],
      removeTags: ['a'],
      note: 'line one\nline two',
      pinned: true,
    });
    const told = (seen: Run | undefined): unknown => [seen?.name, seen?.tags, seen?.note, seen?.pinned, seen?.status];
    const expected = ['after', ['b', 'c'], 'line one\nline two', true, 'running'];
    assert.deepEqual(told(changed), expected);
    await runs.until(() => runs.heard(run.id)?.name === 'after', 'the news');
    await runs.harness.killEngine();
    await runs.start();
    assert.deepEqual(told(await get('after')), expected);
    await assert.rejects(get('before'), isFailure('NotFound', /no run called before/));
    const [again] = await change(run.id, { note: ' ', pinned: false, tags: [] });
    assert.deepEqual(told(again), ['after', [], undefined, undefined, 'running']);
    const { events } = await runs.client.peer.call('events.list', { runId: run.id, limit: 10 });
    assert.deepEqual(
      events.map(({ level, message }) => [level, message]),
      [['debug', 'Renamed: it was called "before".']],
    );
  });

  it('keeps what it cannot be changed to as it is, of several runs all', async () => {
    const [one, two] = [await short('one'), await short('two')];
    const refused = async (what: RunChange, message: RegExp): Promise<void> =>
      assert.rejects(change([one.id, two.id], what), isFailure('InvalidInput', message));
    await refused({ name: '  ' }, /^The name of a run cannot be empty\.$/);
    await refused(
      { name: 'n'.repeat(10_000) },
      /^The name of a run has 200 characters at most; this one has 10,000\.$/,
    );
    await refused({ name: 'a\nb' }, /no line breaks/);
    await refused({ experiment: '' }, /^The name of an experiment cannot be empty\.$/);
    await refused({ addTags: ['good', ''] }, /^The name of a tag cannot be empty\.$/);
    await refused({ note: 'n'.repeat(10_001) }, /^A note has 10,000 characters at most; this one has 10,001\.$/);
    const many = Array.from({ length: 999 }, (_, i) => `t${i}`);
    await change(one.id, { tags: many });
    await assert.rejects(
      change([two.id, one.id], { addTags: ['x', 'y'] }),
      isFailure('TooLarge', /^The run one would/),
    );
    const unknown = 'a'.repeat(16) as RunId;
    await assert.rejects(
      change([two.id, unknown], { name: 'gone' }),
      isFailure('NotFound', /^There is no run aaaaaaaaaaaaaaaa\.$/),
    );
    const after = await get(two.id);
    assert.deepEqual([after.name, after.tags, after.experiment], ['two', [], 'first']);
  });

  it('moves a run with all that it is made of; an experiment is made when it is needed, and gone when it is empty', async () => {
    const graph = await runs.submit({
      name: 'graph',
      experiment: 'first',
      tasks: { a: { command: ['true'] }, b: { group: [{ command: ['true'] }, { command: ['true'] }] } },
    });
    const other = await short('other');
    await Promise.all([runs.settled(graph), runs.settled(other)]);
    const [moved] = await change(graph.id, { experiment: 'second' });
    assert.equal(moved?.experiment, 'second');
    for (const child of await runs.children(graph.id)) assert.equal(child.experiment, 'second');
    assert.deepEqual(await experiments(), ['first 1', 'second 1']);
    await assert.rejects(
      change((await runs.child(graph.id, 'a')).id, { experiment: 'third' }),
      isFailure('Conflict', /^The run a is a part of graph, and is moved with it only\.$/),
    );
    await change([graph.id, other.id], { experiment: 'second' });
    assert.deepEqual(await experiments(), ['second 2']);
    const emptied = await runs.until(
      () => runs.client.changes.flatMap((notice) => notice.emptied ?? []).at(0),
      'the news of the empty experiment',
    );
    assert.equal(emptied, other.experimentId);
    // It is another one.
    await short('new');
    assert.deepEqual(await experiments(), ['first 1', 'second 2']);
  });
});
