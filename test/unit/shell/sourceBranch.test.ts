import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import type { Clock } from '../../../src/base/clock';
import { toDisposable } from '../../../src/base/lifecycle';
import { ExperimentNode, FailureNode, RunNode, ShowMoreNode, type TreeNode } from '../../../src/shell/tree/nodes';
import { type BranchChange, SourceBranch } from '../../../src/shell/tree/sourceBranch';
import { FakeSource, makeRun } from './fakeSource';

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
    await branch.showMore(tour);
    await branch.showMore(tour);
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

  it('show a new run and a new experiment without reading anything again', async () => {
    many(1);
    const tour = await experimentAt(0);
    await runRows(tour);
    const asked = source.queries.length;
    source.push(makeRun(2), makeRun(3, { experiment: 'ising', experimentId: 'isingaaaaaaaaaaa' as never }));
    clock.pass();
    assert.deepEqual(changes, ['all']);
    assert.deepEqual(await rows(), ['ising', 'tour']);
    assert.deepEqual(await runRows(tour), ['run-2', 'run-1']);
    assert.equal(source.queries.length, asked);
  });

  it('are read again, as many as before, after a reconnection', async () => {
    many(250);
    const tour = await experimentAt(0);
    await branch.runRows(tour);
    await branch.showMore(tour);
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
});
