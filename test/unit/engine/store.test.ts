import assert from 'node:assert/strict';
import { pointBatch } from '../../support/pointBatch';
import { isFailure } from '../../support/isFailure';
import { newRunId, type RunId } from '../../../src/model/ids';
import { Store } from '../../../src/engine/store/store';
import type { IngestBatch } from '../../../src/engine/store/ingestBatch';
import type { Submission } from '../../../src/protocol/engine';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const submission = (more: Partial<Submission> = {}): Submission => ({
  runId: newRunId(),
  experiment: 'e',
  name: 'n',
  tags: [],
  metadataJson: '{}',
  parametersJson: '{}',
  command: ['true'],
  cwd: '/',
  environment: [],
  retries: 0,
  ...more,
});

describe('the store', () => {
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

  const start = (id: RunId): void => {
    store.beginAttempt(id, { executor: 'local', host: 'here', folder: '/f' }, 2);
    store.attemptStarted(id, { pid: 7, atMs: 3, awakeMs: 3 });
  };
  const batch = (runId: RunId, points: [string, number, number][], more: Partial<IngestBatch> = {}): IngestBatch => ({
    runId,
    attempt: 1,
    points: pointBatch(
      points.map(([metric, step, value]) => ({
        metric,
        step,
        timeSeconds: step / 10,
        wallMs: 1000 + step,
        value,
      })),
    ),
    events: [],
    metadataJson: [],
    tags: [],
    progress: undefined,
    artifacts: [],
    position: { offsetBytes: 10, lines: 1, nextStep: 1, warnings: 0 },
    heardAtMs: 5,
    ...more,
  });

  it('serves artifacts page by page, each path of an attempt once, as it was named last', () => {
    const { run } = store.submit(submission({}), 1);
    start(run.id);
    const named = (path: string, category: 'input' | 'output', timeMs: number): IngestBatch['artifacts'][number] => ({
      path,
      category,
      timeMs,
    });
    const artifacts = [
      named('b', 'output', 2),
      named('a', 'input', 1),
      named('c', 'output', 3),
      named('b', 'input', 4),
    ];
    store.ingest(batch(run.id, [], { artifacts }));
    const first = store.artifacts({ runId: run.id, limit: 2 });
    assert.deepEqual(first, {
      artifacts: [
        { attempt: 1, path: 'a', category: 'input', timeMs: 1 },
        { attempt: 1, path: 'b', category: 'input', timeMs: 4 },
      ],
      more: true,
    });
    const next = store.artifacts({ runId: run.id, limit: 2, after: { attempt: 1, path: 'b' } });
    assert.deepEqual([next.artifacts.map(({ path }) => path), next.more], [['c'], false]);
  });

  it('says once that a run has more metrics than are kept', () => {
    const { run } = store.submit(submission({}), 1);
    start(run.id);
    const names = Array.from({ length: 100_001 }, (_, i): [string, number, number] => [`m${i}`, 0, i]);
    const result = store.ingest(batch(run.id, names));
    assert.deepEqual([result.revisions.at(-2), result.revisions.at(-1)], [0, -1]);
    assert.deepEqual(
      result.events.map(({ level, message }) => [level, message]),
      [
        [
          'warning',
          'The run has logged 100,000 metrics, as many as are kept of one run: points of further ones are not kept. "m100000" is the first.',
        ],
      ],
    );
    assert.deepEqual(store.ingest(batch(run.id, [['another', 1, 1]])).events, []);
    assert.deepEqual(store.ingest(batch(run.id, [['m7', 1, 1]])).revisions, [1]);
  }).timeout(60_000);

  it('keeps what it heard of a run while that is active, and leaves one that has ended as it is', () => {
    const { run } = store.submit(submission({}), 1);
    start(run.id);
    store.heard([[run.id, 20]]);
    assert.equal(store.detail(run.id).run.heardAtMs, 20);
    store.endAttempt(run.id, { kind: 'exited', exitCode: 0, atMs: 21 }, undefined);
    const ended = store.detail(run.id);
    store.heard([[run.id, 30]]);
    assert.deepEqual(store.detail(run.id), ended);
  });

  it('keeps a run, its attempt and its experiment as they were told', () => {
    const { run } = store.submit(submission({ tags: ['a', 'a', 'b'], retries: 1 }), 1);
    start(run.id);
    store.endAttempt(run.id, { kind: 'gone', atMs: 8 }, 'timed out');
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder: '/g' }, 8);
    store.attemptStarted(run.id, { pid: 9, atMs: 8, awakeMs: 8 });
    store.endAttempt(run.id, { kind: 'exited', exitCode: 3, atMs: 9 }, undefined);
    store.close();
    store = Store.open(folder.join('db'));
    const { run: again, attempts } = store.detail(run.id);
    assert.deepEqual(again.tags, ['a', 'b']);
    assert.deepEqual(attempts, [
      {
        number: 1,
        executor: 'local',
        host: 'here',
        folder: '/f',
        createdAtMs: 2,
        pid: 7,
        startedAtMs: 3,
        endedAtMs: 8,
        reason: 'timed out',
      },
      {
        number: 2,
        executor: 'local',
        host: 'here',
        folder: '/g',
        createdAtMs: 8,
        pid: 9,
        startedAtMs: 8,
        endedAtMs: 9,
        exitCode: 3,
        reason: 'failed',
      },
    ]);
    assert.deepEqual(
      store
        .experiments()
        .map(({ name, runCount, activeCount, failedCount }) => ({ name, runCount, activeCount, failedCount })),
      [{ name: 'e', runCount: 1, activeCount: 0, failedCount: 1 }],
    );
  });

  it('refuses a success that is reported after a cancellation', () => {
    const { run } = store.submit(submission(), 1);
    assert.equal(store.requestCancel(run.id, 2).run.status, 'cancelled');
    assert.throws(
      () => store.beginAttempt(run.id, { executor: 'local', host: 'h', folder: '/f' }, 3),
      isFailure('Conflict'),
    );
    assert.throws(
      () => store.endAttempt(run.id, { kind: 'exited', exitCode: 0, atMs: 4 }, undefined),
      isFailure('Conflict'),
    );
    assert.equal(store.detail(run.id).attempts.length, 0, 'nothing of a refused change is kept');
  });

  it('keeps several calls in one commit, and takes back only what the one that failed had changed', () => {
    const [first, second] = [submission(), submission()];
    const begin = (id: RunId): unknown => store.beginAttempt(id, { executor: 'local', host: 'h', folder: '/f' }, 3);
    const results = store.together<unknown>([
      () => store.submit(first, 1),
      () => store.requestCancel(first.runId, 2),
      () => begin(first.runId),
      () => store.submit(second, 1),
      () => begin(second.runId),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    store.close();
    store = Store.open(folder.join('db'));
    assert.deepEqual([store.run(first.runId).status, store.run(second.runId).status], ['cancelled', 'pending']);
    assert.equal(store.detail(first.runId).attempts.length, 0, 'nothing of a refused change is kept');
  });

  it('gives pages of runs that neither overlap nor leave one out', () => {
    const ids = Array.from({ length: 25 }, () => store.submit(submission(), 1).run.id);
    const seen: RunId[] = [];
    let before: number | undefined;
    for (;;) {
      const page = store.runs({ limit: 10, ...(before === undefined ? {} : { before }) });
      seen.push(...page.runs.map((run) => run.id));
      before = page.runs.at(-1)?.sequence;
      if (!page.more) break;
    }
    assert.deepEqual(seen, ids.reverse());
  });

  it('finds a run by id, by the newest of a name and by a unique prefix, and says when a prefix is not unique', () => {
    const first = store.submit(submission({ runId: 'aaaaaaaaaaaaaaab' as RunId, name: 'twin' }), 1).run;
    const second = store.submit(submission({ runId: 'aaaaaaaaaaaaaaac' as RunId, name: 'twin' }), 2).run;
    assert.equal(store.detail(first.id).run.id, first.id);
    assert.equal(store.detail('twin').run.id, second.id);
    const third = store.submit(submission({ runId: 'bbbbbbbbbbbbbbbb' as RunId }), 3).run;
    assert.equal(store.detail('bbbb').run.id, third.id);
    assert.throws(() => store.detail('aaaa'), isFailure('InvalidInput', /fits more than one run/));
    assert.throws(() => store.detail('zzzz'), isFailure('NotFound'));
    // Less than that is a name that was mistyped.
    assert.throws(() => store.detail('bbb'), isFailure('NotFound'));
    assert.throws(() => store.detail('a%'), isFailure('NotFound'));
  });

  it('keeps points with NaN and infinities, in any order of steps, and their position in one transaction', () => {
    const { run } = store.submit(submission(), 1);
    start(run.id);
    store.ingest(
      batch(run.id, [
        ['m', 5, 1],
        ['m', 2, NaN],
        ['m', 9, Infinity],
        ['other', 0, -0.5],
      ]),
    );
    const result = store.ingest(
      batch(run.id, [['m', 2, 4]], { position: { offsetBytes: 20, lines: 2, nextStep: 2, warnings: 0 } }),
    );
    assert.deepEqual([result.revisions[0], store.activeRun(run.id).logPosition.offsetBytes], [3, 20]);
    const [window] = store.windows(run.id, ['m'], { axis: 'step', buckets: 100 });
    // By step the last write counts; nothing is dropped.
    assert.deepEqual([...(window?.firstX ?? [])], [2, 5, 9]);
    assert.deepEqual([...(window?.first ?? [])], [4, 1, Infinity]);
    const [byTime] = store.windows(run.id, ['m'], { axis: 'time', buckets: 100 });
    assert.deepEqual([...(byTime?.first ?? [])], [NaN, 4, 1, Infinity]);
    const [summary] = store.summaries(run.id);
    const { count, values } = summary ?? {};
    assert.deepEqual([count, ...(values ?? [])], [4, 2, 0.2, 1002, 4, 1, Infinity, 5, 9, Infinity, 1, NaN, NaN]);
  });

  it('knows of every point which attempt it is of, also where a later one went over the same steps', () => {
    const { run } = store.submit(submission({ retries: 1 }), 1);
    start(run.id);
    const log = (attempt: number, from: number, to: number): unknown => {
      const steps = Array.from({ length: to - from }, (_, i) => from + i);
      return store.ingest(
        batch(
          run.id,
          steps.map((step) => ['m', step, attempt]),
          { attempt },
        ),
      );
    };
    log(1, 0, 50);
    store.endAttempt(run.id, { kind: 'gone', atMs: 8 }, 'timed out');
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder: '/g' }, 8);
    store.attemptStarted(run.id, { pid: 9, atMs: 8, awakeMs: 8 });
    log(2, 40, 100);
    const [window] = store.windows(run.id, ['m'], { axis: 'step', buckets: 5 });
    const { attempt = [], min = [], max = [], firstX = [], lastX = [] } = window ?? {};
    assert.deepEqual([[...attempt], [...min]], [[...max], [...max]], 'no bucket has points of two attempts');
    const of = (number: number): number[] => [...attempt.keys()].filter((index) => attempt[index] === number);
    const range = (indices: number[]): unknown => [firstX[indices[0] ?? 0], lastX[indices.at(-1) ?? 0]];
    assert.deepEqual([range(of(1)), range(of(2)), window?.width], [[0, 49], [40, 99], 32]);
  });

  it('gives buckets with exact extremes and edges that do not depend on the question', () => {
    const { run } = store.submit(submission(), 1);
    start(run.id);
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i / 50) + (i === 3333 ? 50 : 0));
    store.ingest(
      batch(
        run.id,
        values.map((value, step) => ['m', step, value]),
      ),
    );
    const [whole] = store.windows(run.id, ['m'], { axis: 'step', buckets: 100 });
    const [part] = store.windows(run.id, ['m'], { axis: 'step', buckets: 100, from: 640, to: 5000 });
    assert.equal(whole?.width, 64);
    assert.equal(Math.max(...(whole?.max ?? [])), values[3333]);
    assert.equal(Math.min(...(whole?.min ?? [])), Math.min(...values));
    assert.equal(
      [...(whole?.count ?? [])].reduce((a, b) => a + b, 0),
      5000,
    );
    assert.deepEqual(part?.max, whole?.max.slice(10));
    assert.equal(whole?.pointCount, 5000);
  });

  it('merges metadata key by key, a key called __proto__ included', () => {
    const { run } = store.submit(submission({ metadataJson: '{"a":1,"b":{"c":2}}' }), 1);
    start(run.id);
    store.ingest(batch(run.id, [], { metadataJson: ['{"a":2,"__proto__":3}'] }));
    assert.equal(store.detail(run.id).metadataJson, '{"a":2,"b":{"c":2},"__proto__":3}');
  });

  it('refuses a file of a later version and leaves it as it is', async () => {
    store.close();
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(folder.join('db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    assert.throws(() => Store.open(folder.join('db')), isFailure('Incompatible'));
    store = Store.open(folder.join('other'));
  });
});
