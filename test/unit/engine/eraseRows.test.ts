import assert from 'node:assert/strict';
import { copyFileSync, existsSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Submission } from '../../../src/protocol/engine';
import { isFailure } from '../../support/isFailure';
import { pointBatch } from '../../support/pointBatch';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const submission = (name: string): Submission => ({
  runId: newRunId(),
  experiment: 'e',
  name,
  tags: [],
  metadataJson: '{}',
  parametersJson: '{}',
  command: ['true'],
  cwd: '/',
  environment: [],
  retries: 0,
});

/** On real SQLite. */
describe('rows of deleted runs', () => {
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

  const submit = (name: string): RunId => {
    const { run } = store.submit(submission(name), 1);
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder: '/f' }, 2);
    store.attemptStarted(run.id, { pid: 7, atMs: 3, awakeMs: 3 });
    return run.id;
  };
  const log = (runId: RunId, metric: string, count: number, sign = 1): void => {
    const points = Array.from({ length: count }, (_, i) => ({
      metric,
      step: i,
      timeSeconds: i,
      wallMs: 1000 + i,
      value: sign * i,
    }));
    store.ingest({
      runId,
      attempt: 1,
      points: pointBatch(points),
      events: [{ timeMs: 4, level: 'info', message: metric }],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [{ path: metric, category: 'output', timeMs: 4 }],
      position: { offsetBytes: 10, lines: 1, nextStep: 1, warnings: 0 },
      heardAtMs: 5,
    });
  };
  const end = (id: RunId): void => {
    store.endAttempt(id, { kind: 'exited', exitCode: 0, atMs: 9 }, undefined);
  };
  const values = (id: RunId, metric: string): number[] => Array.from(store.points(id, metric, 0, 1e6).value);
  /** In steps, as the engine does. */
  const erase = (...ids: RunId[]): void => {
    store.hide({ runs: ids }, 10);
    for (const id of store.beginErasing(11, 100)) while (!store.eraseSome(id)) continue;
  };
  /** As after a kill: nothing was moved at the end. */
  const reopenAfterKill = (): void => {
    const [from, to] = [folder.join('db'), folder.join('killed')];
    copyFileSync(from, to);
    if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
    store.close();
    store = Store.open(to);
  };
  const rowsLeft = (): Record<string, number> => {
    store.close();
    const db = new DatabaseSync(folder.join('db'));
    const tables = ['run', 'attempt', 'event', 'artifact', 'dependency', 'stream', 'chunk', 'tail', 'experiment'];
    const counts = tables.map((table) => [
      table,
      Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
    ]);
    db.close();
    store = Store.open(folder.join('db'));
    return Object.fromEntries(counts) as Record<string, number>;
  };

  it('are all gone, chunks and the nodes over them too', () => {
    const id = submit('gone');
    for (let i = 0; i < 20; i += 1) log(id, 'deep', 2048 * 2 + 7);
    for (let i = 0; i < 1200; i += 1) log(id, `m${i}`, 1);
    end(id);
    assert.ok((rowsLeft()['chunk'] ?? 0) > 80);
    erase(id);
    assert.deepEqual(rowsLeft(), {
      run: 0,
      attempt: 0,
      event: 0,
      artifact: 0,
      dependency: 0,
      stream: 0,
      chunk: 0,
      tail: 0,
      experiment: 0,
    });
  }).timeout(60_000);

  it('leave none of their points to others, also when only the journal had them and the engine is killed', () => {
    const [kept, gone] = [submit('kept'), submit('gone')];
    log(kept, 'loss', 100);
    log(gone, 'loss', 3000, -1);
    end(gone);
    erase(gone);
    // Would get the number of the one that is gone.
    const next = submit('next');
    log(next, 'loss', 50);
    log(kept, 'loss', 10);
    reopenAfterKill();
    assert.deepEqual(
      values(next, 'loss'),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.equal(values(kept, 'loss').length, 110);
    const after = submit('after');
    log(after, 'loss', 5);
    reopenAfterKill();
    assert.equal(values(after, 'loss').length, 5);
  });

  it('are there again when the transaction that removed them is taken back', () => {
    const [gone, other] = [submit('gone'), submit('other')];
    log(gone, 'loss', 5000);
    end(gone);
    store.hide({ runs: [gone] }, 10);
    store.beginErasing(11, 100);
    const refused = (): never => {
      store.eraseSome(gone);
      throw new Error('taken back');
    };
    const [first, second] = store.together([() => log(other, 'loss', 10), refused as () => void]);
    assert.deepEqual([first?.status, second?.status], ['fulfilled', 'rejected']);
    log(other, 'loss', 10);
    assert.equal((rowsLeft()['run'] ?? 0) - 1, 1);
    assert.equal(values(other, 'loss').length, 20);
    while (!store.eraseSome(gone)) continue;
    assert.deepEqual([rowsLeft()['stream'], rowsLeft()['run']], [1, 1]);
  });

  it('stay hidden in a store that was salvaged, and are not removed before an hour more', () => {
    const [kept, gone] = [submit('kept'), submit('gone')];
    for (const id of [kept, gone]) {
      log(id, 'loss', 3000);
      end(id);
    }
    store.hide({ runs: [gone] }, 10);
    store.close();
    const db = new DatabaseSync(folder.join('db'));
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.close();
    truncateSync(folder.join('db'), (pages - 1) * 8192);
    const nowMs = Date.now();
    store = Store.open(folder.join('db'));
    assert.equal(store.notices().length, 1, 'it was salvaged');
    assert.deepEqual(
      store.runs({ limit: 9 }).runs.map(({ id }) => id),
      [kept],
    );
    assert.deepEqual(store.beginErasing(nowMs, 100), []);
    const [hidden] = store.runs({ limit: 9, deleted: true }).runs;
    assert.ok(hidden?.id === gone && (hidden.deletedAtMs ?? 0) >= nowMs);
    assert.deepEqual(
      store.show([gone], 60_000, Date.now()).map(({ id }) => id),
      [gone],
    );
  });

  it('of a submission that is repeated do not make it a new run', () => {
    const repeated = submission('twice');
    const { run } = store.submit(repeated, 1);
    store.requestCancel(run.id, 2);
    store.hide({ runs: [run.id] }, 3);
    assert.throws(
      () => store.submit(repeated, 4),
      isFailure('Conflict', /^The run twice was submitted before, and deleted/),
    );
  });

  it('can be brought back for as long as was said, and no longer', () => {
    const id = submit('gone');
    end(id);
    store.hide({ runs: [id] }, 1000);
    assert.throws(
      () => store.show([id], 60_000, 61_001),
      isFailure('NotFound', /^The run gone was deleted more than 1 min ago: it is gone\.$/),
    );
    assert.equal(store.show([id], 60_000, 61_000).length, 1);
  });
});
