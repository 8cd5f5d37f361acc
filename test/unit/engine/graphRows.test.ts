import assert from 'node:assert/strict';
import { Store } from '../../../src/engine/store/store';
import { newRunId } from '../../../src/model/ids';
import { graphChangeOf } from '../../../src/model/graphChange';
import type { Submission, TaskSubmission } from '../../../src/protocol/engine';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const launch = { tags: [], metadataJson: '{}', parametersJson: '{}', command: ['true'], cwd: '/', retries: 0 };

describe('the rows of a graph', () => {
  let folder: TemporaryFolder;
  let store: Store;
  beforeEach(() => {
    folder = temporaryFolder();
    store = Store.open(folder.join('db'));
  });
  afterEach(() => {
    store.close();
    folder.remove();
  });

  const task = (
    parentId: TaskSubmission['parentId'],
    name: string,
    more: Partial<TaskSubmission> = {},
  ): TaskSubmission => ({
    ...launch,
    runId: newRunId(),
    parentId,
    task: name,
    name,
    environment: 0,
    dependsOn: [],
    ...more,
  });

  it('has of each node what a picture shows: its name among its siblings, its limit, and when each attempt was', () => {
    const top = newRunId();
    const first = task(top, 'first', { name: 'a name of its own', retries: 2, timeoutMs: 60_000 });
    const inner = task(top, 'inner', { kind: 'group', dependsOn: [{ runId: first.runId, on: 'finished' }] });
    const member = task(inner.runId, 'member-1');
    const root: Submission = { ...launch, runId: top, experiment: 'e', name: 'all', environment: [], kind: 'graph' };
    store.submit({ ...root, tasks: [first, inner, member] }, 10);
    store.arrange(inner.runId, 'hold', 11);
    store.beginAttempt(first.runId, { executor: 'local', host: 'h', folder: '/1' }, 20);
    store.attemptStarted(first.runId, { pid: 1, atMs: 21, awakeMs: 21 });
    store.endAttempt(first.runId, { kind: 'exited', exitCode: 1, atMs: 25 }, undefined);
    store.beginAttempt(first.runId, { executor: 'local', host: 'h', folder: '/2' }, 30);
    store.attemptStarted(first.runId, { pid: 2, atMs: 32, awakeMs: 32 });

    const { nodes, edges } = store.graph(top);
    assert.deepEqual(
      nodes.map(({ name, parentId, kind, createdAtMs, timeoutMs, held }) => [
        name,
        parentId,
        kind,
        createdAtMs,
        timeoutMs,
        held,
      ]),
      [
        ['all', undefined, 'graph', 10, undefined, undefined],
        ['first', top, 'single', 10, 60_000, undefined],
        ['inner', top, 'group', 10, undefined, true],
        ['member-1', inner.runId, 'single', 10, undefined, undefined],
      ],
    );
    assert.deepEqual(nodes[1]?.attemptTimes, [
      { number: 1, createdAtMs: 20, startedAtMs: 21, endedAtMs: 25, reason: 'failed' },
      { number: 2, createdAtMs: 30, startedAtMs: 32 },
    ]);
    assert.deepEqual([nodes[1].startedAtMs, nodes[1].endedAtMs], [21, undefined]);
    assert.deepEqual([nodes[1].workedMs, nodes[1].workingSinceMs], [4, 32]);
    assert.equal(nodes[3]?.attemptTimes, undefined);
    assert.deepEqual(edges, [{ from: first.runId, to: inner.runId, on: 'finished' }]);
  });

  it('calls a task as what is told of its run does, also when it is asked for as a graph of its own', () => {
    const top = newRunId();
    const inner = task(top, 'inner', { kind: 'graph', name: 'its own name' });
    const leaf = task(inner.runId, 'leaf', { name: 'another' });
    const root: Submission = { ...launch, runId: top, experiment: 'e', name: 'all', environment: [], kind: 'graph' };
    store.submit({ ...root, tasks: [inner, leaf] }, 10);
    const { nodes } = store.graph(inner.runId);
    assert.deepEqual(
      nodes.map(({ id, name, parentId }) => [id, name, parentId]),
      [
        [inner.runId, 'inner', undefined],
        [leaf.runId, 'leaf', inner.runId],
      ],
    );
    for (const { id, name } of nodes) assert.equal(graphChangeOf(store.run(id)).name, name);
  });
});
