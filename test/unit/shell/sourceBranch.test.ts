import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import type { Clock } from '../../../src/base/clock';
import { toDisposable } from '../../../src/base/lifecycle';
import {
  AttemptNode,
  ExperimentNode,
  FailureNode,
  GroupNode,
  MetricNode,
  ParameterNode,
  RunNode,
  SectionNode,
  ShowMoreNode,
  type TreeNode,
} from '../../../src/shell/tree/nodes';
import type { BranchChange } from '../../../src/shell/tree/changedRows';
import { SourceBranch } from '../../../src/shell/tree/sourceBranch';
import type { Run } from '../../../src/model/run';
import type { RunFilter } from '../../../src/model/runFilter';
import { parseFilter } from '../../../src/model/runFilterText';
import { type ListLook, plainLook } from '../../../src/shell/tree/listLook';
import { experimentIdOf, FakeSource, makeAttempt, makeRun } from './fakeSource';

/** Time that passes when the test says so. */
class HandClock implements Clock {
  readonly #waiting = new Set<() => void>();

  nowMs(): number {
    return 0;
  }

  after(_delayMs: number, call: () => void) {
    this.#waiting.add(call);
    return toDisposable(() => this.#waiting.delete(call));
  }

  pass(): void {
    const due = [...this.#waiting];
    this.#waiting.clear();
    due.forEach((call) => call());
  }
}

describe('the rows of a source', () => {
  let source: FakeSource;
  let clock: HandClock;
  let branch: SourceBranch;
  let changes: BranchChange[];

  beforeEach(() => {
    source = new FakeSource();
    clock = new HandClock();
    branch = new SourceBranch(source, clock);
    changes = [];
    branch.onDidChange((change) => changes.push(change));
    branch.start();
  });
  afterEach(() => branch.dispose());

  const say = (node: TreeNode): string => {
    if (node instanceof ExperimentNode) return node.experiment.name;
    if (node instanceof RunNode) return node.run.name;
    if (node instanceof ShowMoreNode) return 'more';
    return node instanceof FailureNode ? node.failure.message : node.id;
  };
  const rows = async (): Promise<string[]> => (await branch.rows()).map(say);
  const experimentAt = async (at: number): Promise<ExperimentNode> => {
    const node = (await branch.rows())[at];
    assert.ok(node instanceof ExperimentNode);
    return node;
  };
  const runRows = async (node: ExperimentNode): Promise<string[]> => (await branch.runRows(node)).map(say);
  const more = async (node: ExperimentNode): Promise<void> => {
    const last = (await branch.runRows(node)).at(-1);
    assert.ok(last instanceof ShowMoreNode);
    await branch.showMore(last);
  };
  const many = (count: number): void => {
    for (let sequence = 1; sequence <= count; sequence++) source.runList.push(makeRun(sequence));
  };

  it('are experiments and runs, newest first', async () => {
    source.runList.push(makeRun(1), makeRun(2, { experiment: 'ising', experimentId: 'x' as never }), makeRun(3));
    assert.deepEqual(await rows(), ['tour', 'ising']);
    assert.deepEqual(await runRows(await experimentAt(0)), ['run-3', 'run-1']);
  });

  it('come in pages', async () => {
    many(250);
    const tour = await experimentAt(0);
    assert.equal((await branch.runRows(tour)).length, 101);
    await more(tour);
    await more(tour);
    assert.equal((await branch.runRows(tour)).length, 250);
    assert.deepEqual(changes, [[tour], [tour]]);
  });

  it('are redrawn one by one when runs change, and no more often than anyone can look', async () => {
    many(2);
    const tour = await experimentAt(0);
    const [newest] = await branch.runRows(tour);
    source.push(makeRun(2, { status: 'running' }));
    source.push(makeRun(2, { status: 'failed' }));
    assert.deepEqual(changes, []);
    clock.pass();
    assert.deepEqual(changes, [[tour, newest]]);
    assert.equal(newest instanceof RunNode && newest.run.status, 'failed');
  });

  it('of a run that is merely heard of leave the row above alone, so that a click on the run is not lost', async () => {
    source.runList.push(makeRun(1, { status: 'running' }));
    const experiment = await experimentAt(0);
    await branch.runRows(experiment);
    source.push(makeRun(1, { status: 'running', progress: { done: 5, total: 10 } }));
    clock.pass();
    assert.deepEqual(
      changes.map((change) => (change === 'all' ? change : change.map(say))),
      [['run-1']],
    );
    source.push(makeRun(1, { status: 'failed' }));
    clock.pass();
    const last = changes.at(-1);
    assert.ok(last !== 'all' && last?.includes(experiment), 'its counts have changed');
  });

  it('show a new run and a new experiment without reading anything again', async () => {
    many(1);
    const tour = await experimentAt(0);
    await runRows(tour);
    const asked = source.pages.length;
    source.push(makeRun(2), makeRun(3, { experiment: 'ising', experimentId: 'isingaaaaaaaaaaa' as never }));
    clock.pass();
    assert.deepEqual(changes, ['all']);
    assert.deepEqual(await rows(), ['ising', 'tour']);
    assert.deepEqual(await runRows(tour), ['run-2', 'run-1']);
    assert.equal(source.pages.length, asked);
  });

  it('are drawn anew as a whole only when the order of the experiments changes', async () => {
    source.runList.push(makeRun(1, { experiment: 'ising', experimentId: 'x' as never }), makeRun(2));
    const tour = await experimentAt(0);
    await runRows(tour);
    source.push(makeRun(3));
    clock.pass();
    assert.deepEqual(
      changes.map((change) => (change === 'all' ? change : change.map(say))),
      [['tour']],
    );
    source.push(makeRun(4, { experiment: 'ising', experimentId: 'x' as never }));
    clock.pass();
    assert.equal(changes.at(-1), 'all');
    assert.deepEqual(await rows(), ['ising', 'tour']);
  });

  it('are read again, as many as before, after a reconnection', async () => {
    many(250);
    const tour = await experimentAt(0);
    await branch.runRows(tour);
    await more(tour);
    const [newest] = await branch.runRows(tour);
    source.runList.push(makeRun(251));
    source.didReset.fire();
    clock.pass();
    assert.equal(changes.at(-1), 'all');
    assert.equal(await experimentAt(0), tour);
    const after = await branch.runRows(tour);
    assert.equal(after.length, 201);
    assert.equal(after[1], newest);
  });

  it('are what a run is made of, in the order of the file, and follow what is pushed', async () => {
    const graph = makeRun(1, { kind: 'graph', status: 'running', children: { running: 1, queued: 1 } });
    const task = (sequence: number, changes: Partial<Run> = {}): Run =>
      makeRun(sequence, { parentId: graph.id, task: `t${sequence}`, status: 'queued', ...changes });
    source.runList.push(graph);
    const experiment = await experimentAt(0);
    assert.deepEqual(await runRows(experiment), ['run-1']);
    // Before it is expanded, a task is nothing that is shown.
    source.push(task(2, { status: 'running' }), task(3));
    const row = experiment.pages.find(graph.id);
    assert.ok(row);
    assert.deepEqual((await branch.partRows(row)).map(say), ['run-2', 'run-3']);
    assert.deepEqual(await runRows(experiment), ['run-1']);
    clock.pass();
    changes.length = 0;

    source.push(task(2, { status: 'completed' }));
    clock.pass();
    const marked = changes.flatMap((change) => (change === 'all' ? [] : change));
    assert.deepEqual(marked.filter((node) => node instanceof RunNode).map(say), ['run-2']);
    source.push({ ...graph, heardAtMs: 7 });
    clock.pass();
    source.push({ ...graph, children: { completed: 1, queued: 1 } });
    clock.pass();
    const last = changes.slice(1).flatMap((change) => (change === 'all' ? [] : change));
    assert.deepEqual(last.filter((node) => node instanceof RunNode).map(say), ['run-1'], 'only when it says more');

    const [first] = await branch.partRows(row);
    source.didReset.fire();
    clock.pass();
    await branch.rows();
    await runRows(experiment);
    assert.equal((await branch.partRows(row))[0], first, 'rows stay the same rows');
  });

  it('say why there are none, and do not hammer a source that failed', async () => {
    source.failure = new Failure('Unavailable', 'The engine does not answer.');
    assert.deepEqual(await rows(), ['The engine does not answer.']);
    source.connection = { state: 'failed', sinceMs: 0, reason: 'no socket' };
    source.failure = new Failure('Unavailable', 'asked again');
    assert.deepEqual(await rows(), ['no socket']);
    await assert.rejects(branch.reload(), /asked again/);
  });

  it('keep what they had when the source fails later', async () => {
    many(1);
    await runRows(await experimentAt(0));
    source.connection = { state: 'failed', sinceMs: 0, reason: 'gone' };
    source.didChangeConnection.fire(source.connection);
    clock.pass();
    assert.deepEqual(changes, ['all']);
    assert.deepEqual(await rows(), ['gone', 'tour']);
  });

  it('lead to the row of a run', async () => {
    many(120);
    assert.equal((await branch.findRun(makeRun(120)))?.run.name, 'run-120');
    assert.equal(await branch.findRun(makeRun(3)), undefined);
  });

  it('lead to the row of a task at any depth, though nothing was expanded', async () => {
    const top = makeRun(1, { kind: 'graph', children: { running: 1 } });
    const inner = makeRun(2, { parentId: top.id, kind: 'sweep', children: { running: 1 } });
    const leaf = makeRun(3, { parentId: inner.id });
    source.runList.push(top, inner, leaf);
    const row = await branch.findRun(leaf);
    assert.ok(row?.parent instanceof RunNode && row.parent.parent instanceof RunNode);
    assert.deepEqual([row.run.id, row.parent.run.id, row.parent.parent.run.id], [leaf.id, inner.id, top.id]);
    assert.equal(await branch.findRun(makeRun(4, { parentId: inner.id })), undefined);
  });

  it('show a run of a new experiment that was looked for before it was pushed', async () => {
    assert.deepEqual(await rows(), []);
    const run = makeRun(1, { status: 'running' });
    source.runList.push(run);
    assert.equal((await branch.findRun(run))?.run.name, 'run-1');
    assert.deepEqual(changes, ['all']);
    assert.deepEqual(await rows(), ['tour']);
    source.push(run);
    clock.pass();
    assert.deepEqual(await runRows(await experimentAt(0)), ['run-1']);
  });

  it('lose a run that is deleted, and its experiment with the last one; a run that is back is there again', async () => {
    const [one, two] = [makeRun(1), makeRun(2)];
    source.push(one, two);
    const node = await experimentAt(0);
    await branch.runRows(node);
    source.didChangeRuns.fire({ runs: [], experiments: [], deleted: [two.id] });
    clock.pass();
    assert.deepEqual(changes.at(-1), [node]);
    assert.deepEqual((await branch.runRows(node)).map(say), ['run-1']);
    source.push(two);
    assert.deepEqual((await branch.runRows(node)).map(say), ['run-2', 'run-1']);
    const emptied = [node.experiment.id];
    source.didChangeRuns.fire({ runs: [], experiments: [], deleted: [one.id, two.id], emptied });
    clock.pass();
    assert.equal(changes.at(-1), 'all');
    assert.deepEqual(await rows(), []);
  });

  it('go to the experiment that their run is moved to, also to a new one', async () => {
    source.push(makeRun(1), makeRun(2));
    const before = await experimentAt(0);
    await branch.runRows(before);
    const moved = makeRun(1, { experiment: 'other', experimentId: experimentIdOf('other') });
    source.push(moved);
    clock.pass();
    assert.equal(changes.at(-1), 'all', 'there is a new experiment');
    assert.deepEqual(await rows(), ['tour', 'other']);
    const after = await experimentAt(1);
    assert.deepEqual((await branch.runRows(before)).map(say), ['run-2']);
    assert.deepEqual((await branch.runRows(after)).map(say), ['run-1']);
  });
});

describe('the rows of a source, looked at otherwise', () => {
  let source: FakeSource;
  let clock: HandClock;
  let branch: SourceBranch;
  let changes: BranchChange[];

  const open = (look: Partial<ListLook>): void => {
    source = new FakeSource();
    clock = new HandClock();
    branch = new SourceBranch(source, clock, { ...plainLook, ...look });
    changes = [];
    branch.onDidChange((change) => changes.push(change));
    branch.start();
  };
  afterEach(() => branch.dispose());

  const filterOf = (text: string): RunFilter => {
    const parsed = parseFilter(text, 0);
    assert.ok('filter' in parsed);
    return parsed.filter;
  };
  const say = (node: TreeNode): string => {
    if (node instanceof GroupNode) return `${node.group.label} ${node.group.runCount}`;
    return node instanceof RunNode ? node.run.name : node.id;
  };
  /** All rows, those of a group in brackets behind it. */
  const rows = async (): Promise<string> => {
    const said: string[] = [];
    for (const node of await branch.rows()) {
      const inside = node instanceof GroupNode ? `[${(await branch.runRows(node)).map(say).join()}]` : '';
      said.push(say(node) + inside);
    }
    return said.join(' ');
  };
  /** What was drawn anew since. */
  const drawn = async (): Promise<string> => {
    clock.pass();
    await new Promise((resolve) => setImmediate(resolve));
    clock.pass();
    const all = changes.flatMap((change) => (change === 'all' ? ['all'] : change.map(say)));
    changes.length = 0;
    return all.join();
  };

  it('by status, a run goes from group to group, and only these are drawn anew', async () => {
    open({ grouping: 'status' });
    source.push(makeRun(1, { status: 'running' }), makeRun(2), makeRun(3), makeRun(4, { status: 'running' }));
    assert.equal(await rows(), 'running 2[run-4,run-1] completed 2[run-3,run-2]');
    source.push(makeRun(1, { status: 'running', heardAtMs: 5 }));
    await drawn();
    const read = source.readGroups;
    source.push(makeRun(1, { status: 'running', heardAtMs: 6 }));
    assert.equal(await drawn(), 'run-1', 'a sign of life is told by the row alone');
    assert.equal(source.readGroups, read);
    source.push(makeRun(1, { status: 'completed' }));
    assert.deepEqual(new Set((await drawn()).split(',')), new Set(['running 1', 'completed 3']));
    assert.equal(await rows(), 'running 1[run-4] completed 3[run-3,run-2,run-1]');
    source.push(makeRun(4, { status: 'failed' }));
    assert.match(await drawn(), /all/);
    assert.equal(await rows(), 'failed 1[run-4] completed 3[run-3,run-2,run-1]');
  });

  it('filtered, there is what the filter leaves; what only the source knows is asked of it, many at once', async () => {
    open({ grouping: 'none', filter: filterOf('needle') });
    source.parameterTexts.set(makeRun(1).id, '{"hay":"needle"}');
    source.parameterTexts.set(makeRun(5).id, '{"hay":"needle"}');
    source.push(makeRun(1), makeRun(2), makeRun(3, { name: 'a needle' }));
    assert.equal(await rows(), 'a needle run-1');
    const before = source.pages.length;
    source.push(makeRun(4), makeRun(5));
    assert.equal(await drawn(), 'all');
    assert.equal(source.pages.length, before + 1);
    assert.equal(await rows(), 'run-5 a needle run-1');
    source.push(makeRun(3, { name: 'renamed' }));
    await drawn();
    assert.equal(await rows(), 'run-5 run-1');
    source.push(makeRun(3, { tags: ['needle'] }));
    await drawn();
    assert.equal(await rows(), 'run-5 run-3 run-1');
    source.push(makeRun(9, { name: 'new needle' }));
    await drawn();
    assert.equal(await rows(), 'new needle run-5 run-3 run-1');
  });

  it('filtered by what a run says itself, nothing is asked for it', async () => {
    open({ filter: filterOf('status:failed') });
    source.push(makeRun(1), makeRun(2, { status: 'failed' }));
    assert.equal(await rows(), 'tour 1[run-2]');
    const before = source.pages.length;
    source.push(makeRun(1, { status: 'failed' }));
    await drawn();
    assert.equal(await rows(), 'tour 2[run-2,run-1]');
    source.push(makeRun(2, { status: 'running' }), makeRun(1, { status: 'queued' }));
    await drawn();
    assert.equal(await rows(), '');
    assert.equal(source.pages.length, before);
  });

  it('with several tags a run is in several groups, as a row of its own in each', async () => {
    open({ grouping: 'tag' });
    source.push(makeRun(1, { tags: ['b', 'a'] }), makeRun(2));
    assert.equal(await rows(), 'a 1[run-1] b 1[run-1]  1[run-2]');
    const ids = (await branch.rows()).map((node) => (node as GroupNode).pages.holders[0]?.id);
    assert.equal(new Set(ids).size, 3);
    source.push(makeRun(1, { tags: ['b', 'c'] }));
    await drawn();
    assert.equal(await rows(), 'b 1[run-1] c 1[run-1]  1[run-2]');
  });

  it('favourites are first, and then the order that is wished for', async () => {
    open({ order: { by: 'name' } });
    source.push(makeRun(1, { name: 'c' }), makeRun(2, { name: 'a' }), makeRun(3, { name: 'b' }));
    assert.equal(await rows(), 'tour 3[a,b,c]');
    source.push(makeRun(1, { name: 'c', pinned: true }));
    assert.equal(await drawn(), 'tour 3');
    assert.equal(await rows(), 'tour 3[c,a,b]');
    source.push(makeRun(3, { name: 'B' }));
    assert.equal(await drawn(), 'b'.toUpperCase());
  });

  it('ordered by a parameter, the place of a new run is asked for', async () => {
    open({ order: { by: 'parameter', path: 'lr', descending: false } });
    for (const [number, key] of [
      [1, 3],
      [2, 1],
      [3, 2],
    ] as const)
      source.parameterKeys.set(makeRun(number).id, key);
    source.push(makeRun(1), makeRun(2));
    assert.equal(await rows(), 'tour 2[run-2,run-1]');
    source.push(makeRun(3));
    await drawn();
    assert.equal(await rows(), 'tour 3[run-2,run-3,run-1]');
  });

  it('many groups come in pages', async () => {
    open({ grouping: 'tag' });
    source.push(...Array.from({ length: 250 }, (_, at) => makeRun(at + 1, { tags: [`tag-${at}`] })));
    const shown = await branch.rows();
    assert.equal(shown.length, 201);
    const last = shown.at(-1);
    assert.ok(last instanceof ShowMoreNode);
    assert.deepEqual([last.shownCount, last.totalCount], [200, 250]);
    await branch.showMore(last);
    assert.equal((await branch.rows()).length, 250);
  });

  it('another look begins anew, whatever was being read', async () => {
    open({});
    source.push(makeRun(1, { status: 'failed' }), makeRun(2));
    const before = branch.rows();
    branch.setLook({ ...plainLook, grouping: 'status' });
    assert.deepEqual(changes, []);
    await before;
    assert.equal(await rows(), 'failed 1[run-1] completed 1[run-2]');
    branch.setLook({ ...plainLook, filter: filterOf('status:failed') });
    assert.deepEqual(changes, ['all']);
    assert.equal(await rows(), 'tour 1[run-1]');
    assert.equal(await branch.findRun(makeRun(2)), undefined, 'the filter leaves it out');
    assert.equal((await branch.findRun(makeRun(1, { status: 'failed' })))?.run.name, 'run-1');
  });

  it('a source that is too old says so where its rows would be', async () => {
    open({ grouping: 'day' });
    source.failure = new Failure('Incompatible', 'The running engine is of version 0.1.');
    const [row] = await branch.rows();
    assert.ok(row instanceof FailureNode);
    assert.equal(row.failure.code, 'Incompatible');
  });
});

describe('the rows of attempts', () => {
  const first = makeAttempt(1, { endedAtMs: 1500, reason: 'failed', exitCode: 1 });
  const second = makeAttempt(2);
  let source: FakeSource;
  let clock: HandClock;
  let branch: SourceBranch;
  let run: RunNode;

  beforeEach(async () => {
    source = new FakeSource();
    source.runList.push(makeRun(1, { status: 'failed', attempt: first }));
    source.attempts = [first];
    clock = new HandClock();
    branch = new SourceBranch(source, clock);
    branch.start();
    const [experiment] = await branch.rows();
    assert.ok(experiment instanceof ExperimentNode);
    const [row] = await branch.runRows(experiment);
    assert.ok(row instanceof RunNode);
    run = row;
  });
  afterEach(() => branch.dispose());

  const attempts = async (): Promise<string[]> =>
    (await branch.partRows(run)).map((node) =>
      node instanceof AttemptNode ? `${node.attempt.number} ${node.attempt.reason ?? 'under way'}` : node.id,
    );
  const retry = (): void => {
    source.attempts = [first, second];
    source.push(makeRun(1, { status: 'running', attempt: second }));
  };

  it('are none for a run with one attempt', async () => {
    assert.deepEqual([run.hasAttemptRows, await attempts()], [false, []]);
  });

  it('are newest first, once there are several', async () => {
    retry();
    assert.equal(run.hasAttemptRows, true);
    assert.deepEqual(await attempts(), ['2 under way', '1 failed']);
  });

  it('follow what is pushed without reading again, and stay the same rows', async () => {
    const changes: BranchChange[] = [];
    branch.onDidChange((change) => changes.push(change));
    retry();
    const before = await branch.partRows(run);
    source.push(makeRun(1, { status: 'completed', attempt: { ...second, endedAtMs: 3000, reason: 'completed' } }));
    // Sent before the end, heard after it.
    source.push(makeRun(1, { status: 'completed', attempt: second }));
    assert.deepEqual(await attempts(), ['2 completed', '1 failed']);
    assert.deepEqual(await branch.partRows(run), before);
    assert.deepEqual(source.readRuns, ['run-1']);
    clock.pass();
    assert.deepEqual(changes, [[run.parent, run]]);
  });

  it('are read again for a new attempt, which does not say how the one before it ended', async () => {
    retry();
    const [, oldest] = await branch.partRows(run);
    const third = makeAttempt(3);
    source.attempts = [first, { ...second, endedAtMs: 2500, reason: 'timed out' }, third];
    source.push(makeRun(1, { status: 'running', attempt: third }));
    assert.deepEqual(await attempts(), ['3 under way', '2 timed out', '1 failed']);
    assert.equal((await branch.partRows(run))[2], oldest);
    assert.equal(source.readRuns.length, 2);
  });

  it('are read again after a reconnection', async () => {
    retry();
    await attempts();
    source.didReset.fire();
    await attempts();
    assert.equal(source.readRuns.length, 2);
  });

  it('say why they cannot be read', async () => {
    retry();
    source.failure = new Failure('Unavailable', 'gone');
    assert.deepEqual(await attempts(), [`failure:${run.id}`]);
  });
});

describe('the rows of metrics and parameters', () => {
  let source: FakeSource;
  let clock: HandClock;
  let branch: SourceBranch;
  let run: RunNode;
  let changes: BranchChange[];

  beforeEach(async () => {
    source = new FakeSource();
    source.runList.push(makeRun(1, { status: 'running', attempt: makeAttempt(1) }));
    clock = new HandClock();
    branch = new SourceBranch(source, clock);
    changes = [];
    branch.onDidChange((change) => changes.push(change));
    branch.start();
    const [experiment] = await branch.rows();
    assert.ok(experiment instanceof GroupNode);
    const [row] = await branch.runRows(experiment);
    assert.ok(row instanceof RunNode);
    run = row;
  });
  afterEach(() => branch.dispose());

  const rows = async (): Promise<string[]> => {
    const said: string[] = [];
    for (const node of await branch.partRows(run)) {
      assert.ok(node instanceof SectionNode);
      for (const row of branch.parts.sectionRows(node)) {
        if (row instanceof MetricNode) said.push(`${row.metric.name} ${row.metric.last}`);
        else said.push(row instanceof ParameterNode ? `${row.path}=${row.value}` : row.id);
      }
    }
    return said;
  };
  const log = (metric: string, ...values: number[]): void => {
    const value = Float64Array.from(values);
    const series = [{ metric, attempt: 1, from: 0, step: value, time: value, wall: value, value }];
    for (const follower of [...source.followers]) follower({ series, events: [], output: false });
  };

  it('are read when the run is opened, nested parameters by dotted path', async () => {
    source.metricNames.push('loss', 'accuracy');
    source.parametersJson = '{"lr":0.1,"model":{"width":256,"layers":[1,2]},"tag":"x","empty":{}}';
    assert.deepEqual(await rows(), [
      'accuracy 1',
      'loss 1',
      'lr=0.1',
      'model.width=256',
      'model.layers=[1,2]',
      'tag=x',
      'empty={}',
    ]);
  });

  it('are not there while there is nothing to show', async () => {
    assert.deepEqual(await rows(), []);
    assert.equal(source.followers.size, 0, 'nobody sees the view');
  });

  it('follow the program while they are seen, and each value draws its own row alone', async () => {
    source.metricNames.push('loss', 'accuracy');
    await rows();
    branch.parts.setVisible(true);
    assert.equal(source.followers.size, 1);
    clock.pass();
    changes.length = 0;
    log('loss', 3, 2);
    log('loss', 7);
    clock.pass();
    const drawn = changes.flatMap((change) => (change === 'all' ? [] : change));
    assert.deepEqual(
      drawn.map(
        (row) => row instanceof MetricNode && [row.metric.name, row.metric.last, row.metric.min, row.metric.max],
      ),
      [['loss', 7, 1, 7]],
    );
    log('new', 5);
    clock.pass();
    assert.deepEqual(changes.at(-1), [run]);
    assert.deepEqual(await rows(), ['accuracy 1', 'loss 7', 'new 5']);
    branch.parts.setVisible(false);
    assert.equal(source.followers.size, 0);
    branch.parts.setVisible(true);
    branch.parts.setOpen(run, false);
    assert.equal(source.followers.size, 0);
    branch.parts.setOpen(run, true);
    branch.parts.setOpen(run.parent, false);
    assert.equal(source.followers.size, 0);
    branch.parts.setOpen(run.parent, true);
    assert.equal(source.followers.size, 1);
    source.push(makeRun(1, { attempt: makeAttempt(1) }));
    assert.equal(source.followers.size, 0, 'what has ended logs nothing more');
  });

  it('come some at a time', async () => {
    source.metricNames.push(...Array.from({ length: 120 }, (_, at) => `m${at}`));
    const [section] = await branch.partRows(run);
    assert.ok(section instanceof SectionNode);
    const shown = branch.parts.sectionRows(section);
    assert.equal(shown.length, 51);
    const last = shown.at(-1);
    assert.ok(last instanceof ShowMoreNode);
    await branch.showMore(last);
    assert.equal(branch.parts.sectionRows(section).length, 101);
    assert.deepEqual(changes.at(-1), [section]);
  });
});
