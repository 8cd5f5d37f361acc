import assert from 'node:assert/strict';
import { pointBatch } from '../../support/pointBatch';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from '../../../src/engine/store/migrations';
import { Store } from '../../../src/engine/store/store';
import { beginSwap, salvagedFile, swapSteps } from '../../../src/engine/store/storeFiles';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Submission } from '../../../src/protocol/engine';
import { isFailure } from '../../support/isFailure';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const pageBytes = 8192;
const pointsPerRun = 1000;

const submission = (name: string): Submission => ({
  runId: newRunId(),
  experiment: `e${name.length}`,
  name,
  tags: [],
  metadataJson: JSON.stringify({ note: 'n'.repeat(300) }),
  parametersJson: '{}',
  command: ['true'],
  cwd: '/',
  environment: [],
  retries: 0,
});

/** Runs with points and ends, one after another, as an engine writes them. */
function addRuns(store: Store, count: number): RunId[] {
  return Array.from({ length: count }, (_, i) => {
    const { run } = store.submit(submission(`r${i}`), 1000 + i);
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder: '/f' }, 2);
    store.attemptStarted(run.id, { pid: 7, atMs: 3, awakeMs: 3 });
    store.ingest({
      runId: run.id,
      attempt: 1,
      points: pointBatch(
        Array.from({ length: pointsPerRun }, (_p, n) => ({
          metric: 'loss',
          step: n,
          timeSeconds: n,
          wallMs: 1000 + n,
          value: Math.sin(n + i),
        })),
      ),
      events: [{ timeMs: 4, level: 'info', message: `event of ${i}` }],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: 10, lines: 1, nextStep: 1, warnings: 0 },
      heardAtMs: 5,
    });
    store.endAttempt(run.id, { kind: 'exited', exitCode: 0, atMs: 9 }, undefined);
    return run.id;
  });
}

const known = (store: Store): RunId[] =>
  store
    .runs({ limit: 1000 })
    .runs.map((run) => run.id)
    .reverse();

describe('a damaged store', () => {
  let folder: TemporaryFolder;
  let file: string;
  let template: string;
  let ids: RunId[];
  before(() => {
    const made = temporaryFolder();
    template = made.join('template.db');
    folder = made;
    const store = Store.open(template);
    ids = addRuns(store, 60);
    store.close();
  });
  after(() => folder.remove());
  let tries = 0;
  beforeEach(() => fresh());

  function fresh(): void {
    const home = folder.join(`home-${(tries += 1)}`);
    mkdirSync(home);
    file = path.join(home, 'sidelab.db');
    copyFileSync(template, file);
  }

  const beside = (pattern: RegExp): string[] => readdirSync(path.dirname(file)).filter((name) => pattern.test(name));

  /** Opens it, and checks what holds whatever was damaged. Returns the runs that were kept. */
  function salvaged(what: string): RunId[] {
    const original = readFileSync(file);
    const wal = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : undefined;
    const store = Store.open(file);
    try {
      const kept = known(store);
      for (const id of kept) {
        const { attempts } = store.detail(id);
        assert.ok(attempts.length <= 1);
        store.summaries(id);
        store.windows(id, ['loss'], { axis: 'step', buckets: 100 });
        store.events({ runId: id, limit: 10 });
      }
      const { run } = store.submit(submission('new'), 5000);
      assert.equal(store.run(run.id).status, 'queued');
      assert.equal(store.requestCancel(run.id, 5001).run.status, 'cancelled');
      const [damaged, ...more] = beside(/\.damaged-\d+T\d+Z$/);
      assert.deepEqual(more, [], what);
      assert.ok(damaged, `${what}: nothing was kept aside`);
      assert.ok(readFileSync(path.join(path.dirname(file), damaged)).equals(original), `${what}: the original bytes`);
      if (wal) assert.ok(readFileSync(path.join(path.dirname(file), `${damaged}-wal`)).equals(wal), `${what}: the log`);
      const [notice] = store.notices();
      assert.match(
        notice?.message ?? '',
        /store was damaged: .* could be read and kept\..*kept as sidelab\.db\.damaged-/,
      );
      assert.ok(notice?.file && existsSync(notice.file));
      assert.deepEqual(beside(/salvaged|examined|swap|suspect/), [], what);
      return kept;
    } finally {
      store.close();
    }
  }

  it('that was cut off at any length keeps the runs before the cut', () => {
    const random = new SeededRandom(7);
    const size = readFileSync(template).byteLength;
    const keptAt: [number, number][] = [];
    for (let i = 0; i < 40; i += 1) {
      fresh();
      const length = Math.max(1, i === 0 ? size - 1 : random.below(size));
      truncateSync(file, length);
      const kept = salvaged(`cut after ${length} of ${size} bytes`);
      assert.deepEqual(
        kept,
        ids.filter((id) => kept.includes(id)),
      );
      keptAt.push([length, kept.length]);
    }
    for (const [length, kept] of keptAt) {
      if (length > size * 0.9) assert.ok(kept >= ids.length * 0.8, `${kept} runs after a cut at ${length} of ${size}`);
    }
    assert.ok(new Set(keptAt.map(([, kept]) => kept)).size > 3, 'the more is there, the more is kept');
  }).timeout(60_000);

  it('with garbage or zeros over its pages keeps what other pages hold', () => {
    const random = new SeededRandom(11);
    const pages = readFileSync(template).byteLength / pageBytes;
    for (let i = 0; i < 40; i += 1) {
      fresh();
      const bytes = readFileSync(file);
      const count = 1 + random.below(4);
      for (let n = 0; n < count; n += 1) {
        // Behind the roots of the tables.
        const at = (20 + random.below(pages - 20)) * pageBytes;
        for (let b = 0; b < pageBytes; b += 1) bytes[at + b] = i % 4 === 0 ? 0 : random.below(256);
      }
      writeFileSync(file, bytes);
      // Damage that no opening shows is found by a read, and mended by the next start.
      const store = Store.open(file);
      try {
        for (const id of known(store)) {
          store.detail(id);
          store.summaries(id);
          store.windows(id, ['loss'], { axis: 'wall', buckets: 10 });
        }
      } catch (error) {
        assert.ok(isFailure('Storage')(error));
        assert.equal(store.needsRestart(), true);
      }
      const found = store.needsRestart();
      store.close();
      if (!found) continue;
      const kept = salvaged(`garbage ${i}`);
      assert.ok(kept.length >= 20, `${kept.length} runs are left`);
    }
  }).timeout(60_000);

  it('of which nothing can be read is refused with the reason and left as it is', () => {
    const noFirstPage = readFileSync(template);
    for (let b = 0; b < pageBytes; b += 1) noFirstPage[b] = (b * 31) & 255;
    const text = Buffer.from('this is no database, but somebody put it here '.repeat(200));
    for (const bytes of [
      text,
      Buffer.from('x'),
      Buffer.alloc(5 * pageBytes),
      noFirstPage,
      noFirstPage.subarray(0, 99),
    ]) {
      fresh();
      writeFileSync(file, bytes);
      assert.throws(
        () => Store.open(file),
        (error) => isFailure('Storage')(error) && /nothing in it can be read/.test(String(error)),
      );
      assert.ok(readFileSync(file).equals(bytes));
      assert.deepEqual(beside(/./), ['sidelab.db']);
    }
  });

  it('of a later version is refused and left as it is, also when it is cut off', () => {
    for (const length of [undefined, 5 * pageBytes]) {
      fresh();
      const db = new DatabaseSync(file);
      db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
      db.close();
      if (length !== undefined) truncateSync(file, length);
      const bytes = readFileSync(file);
      assert.throws(() => Store.open(file), isFailure('Incompatible'));
      assert.ok(readFileSync(file).equals(bytes));
      assert.deepEqual(beside(/./), ['sidelab.db']);
    }
  });

  it('lists the runs that are lost and whose folders are there, and finds attempts by their folders', () => {
    const store = Store.open(file);
    const active = store.submit(submission('active'), 1).run;
    store.beginAttempt(active.id, { executor: 'local', host: 'here', folder: '/f' }, 2);
    store.attemptStarted(active.id, { pid: 7, atMs: 3, awakeMs: 3 });
    store.close();
    const lost = newRunId();
    mkdirSync(path.join(path.dirname(file), 'runs', lost), { recursive: true });
    const db = new DatabaseSync(file);
    db.exec(`DELETE FROM attempt WHERE run = (SELECT max(sequence) FROM run)`);
    db.close();
    truncateSync(file, readFileSync(file).byteLength - 1);
    const again = Store.open(file);
    const [notice] = again.notices();
    assert.match(notice?.message ?? '', new RegExp(`Lost, with folders that are still there: 1 run \\(${lost}\\)`));
    assert.match(readFileSync(notice?.file ?? '', 'utf8'), new RegExp(`runs/${lost}\n$`));
    const [found] = again.activeRuns();
    assert.deepEqual(
      [found?.run.id, found?.run.attempt?.number, found?.run.attempt?.startedAtMs],
      [active.id, 1, 3],
      'the attempt is never started again',
    );
    again.acknowledgeNotice(notice?.id ?? '');
    assert.deepEqual(again.notices(), []);
    again.close();
  });

  it('gives its new store to the next start, wherever the swap of the two was cut off', () => {
    truncateSync(file, 40 * pageBytes);
    const reference = salvaged('reference');
    const count = swapSteps(file, 'x').length;
    for (let done = 0; done <= count; done += 1) {
      fresh();
      truncateSync(file, 40 * pageBytes);
      const damaged = readFileSync(file);
      // A new store that is whole, as it is when the swap begins.
      const elsewhere = folder.join(`elsewhere-${done}.db`);
      copyFileSync(file, elsewhere);
      Store.open(elsewhere).close();
      copyFileSync(elsewhere, salvagedFile(file));
      writeFileSync(`${file}-wal`, 'the damaged store’s log');
      beginSwap(file, 'S');
      for (const step of swapSteps(file, 'S').slice(0, done)) step();
      const store = Store.open(file);
      assert.deepEqual(known(store), reference);
      store.close();
      assert.ok(readFileSync(`${file}.damaged-S`).equals(damaged));
      assert.equal(readFileSync(`${file}.damaged-S-wal`, 'utf8'), 'the damaged store’s log');
      assert.deepEqual(beside(/damaged|salvaged|swap/).sort(), ['sidelab.db.damaged-S', 'sidelab.db.damaged-S-wal']);
    }
  });

  it('is left as it is when the new one cannot be written', () => {
    truncateSync(file, 40 * pageBytes);
    const bytes = readFileSync(file);
    // Where the new store is to be built there is something in the way that cannot be removed as a file can.
    mkdirSync(path.join(`${salvagedFile(file)}-journal`, 'x'), { recursive: true });
    assert.throws(() => Store.open(file));
    assert.ok(readFileSync(file).equals(bytes));
    assert.deepEqual(beside(/damaged|swap/), []);
  });
});

describe('the log of a store that was not closed', () => {
  let folder: TemporaryFolder;
  let tries = 0;
  let files: { db: Buffer; wal: Buffer };
  let before_: RunId[];
  let inLog: RunId[];
  before(() => {
    folder = temporaryFolder();
    const file = folder.join('template.db');
    const first = Store.open(file);
    before_ = addRuns(first, 10);
    first.close();
    const store = Store.open(file);
    inLog = addRuns(store, 10);
    // As `kill -9` leaves them.
    files = { db: readFileSync(file), wal: readFileSync(`${file}-wal`) };
    store.close();
  });
  after(() => folder.remove());

  function open(db: Buffer, wal: Buffer): { store: Store; damaged: string[]; kept: RunId[] } {
    const home = folder.join(`home-${(tries += 1)}`);
    mkdirSync(home);
    const file = path.join(home, 'sidelab.db');
    writeFileSync(file, db);
    writeFileSync(`${file}-wal`, wal);
    const store = Store.open(file);
    const { run } = store.submit(submission('new'), 5000);
    store.requestCancel(run.id, 5001);
    const kept = known(store).filter((id) => id !== run.id);
    const damaged = readdirSync(home).filter((name) => /\.damaged-\d+T\d+Z(-wal)?$/.test(name));
    for (const name of damaged) {
      const bytes = name.endsWith('-wal') ? wal : db;
      assert.ok(readFileSync(path.join(home, name)).equals(bytes), 'the original bytes are kept');
    }
    return { store, damaged, kept };
  }

  it('gives all that was acknowledged, and nothing is said', () => {
    const { store, damaged, kept } = open(files.db, files.wal);
    assert.deepEqual([kept, damaged, store.notices()], [[...before_, ...inLog], [], []]);
    store.close();
  });

  it('cut off anywhere gives what came before the cut', () => {
    const random = new SeededRandom(5);
    for (let i = 0; i < 25; i += 1) {
      const { store, kept } = open(files.db, files.wal.subarray(0, random.below(files.wal.byteLength)));
      assert.deepEqual(kept, [...before_, ...inLog].slice(0, kept.length));
      assert.ok(kept.length >= before_.length);
      store.close();
    }
  });

  it('damaged in its middle gives what came before, is kept aside, and says so', () => {
    const random = new SeededRandom(6);
    const frame = 24 + pageBytes;
    for (let i = 0; i < 20; i += 1) {
      const wal = Buffer.from(files.wal);
      const at = i === 0 ? 0 : 32 + random.below(Math.floor(wal.byteLength / frame / 2)) * frame;
      for (let b = 0; b < 100 && at + b < wal.byteLength; b += 1) wal[at + b] = random.below(256);
      const { store, kept, damaged } = open(files.db, wal);
      assert.deepEqual(kept, [...before_, ...inLog].slice(0, kept.length));
      assert.ok(kept.length >= before_.length);
      assert.equal(damaged.length, 2);
      assert.match(store.notices()[0]?.message ?? '', /its log is damaged before the last \d+ changes/);
      store.close();
    }
  });

  it('whose database is gone, empty or cut off is not thrown away', () => {
    for (const db of [Buffer.alloc(0), files.db.subarray(0, 3 * pageBytes)]) {
      const { store, damaged } = open(db, files.wal);
      assert.equal(damaged.length, 2);
      assert.equal(store.notices().length, 1);
      store.close();
    }
  });
});
