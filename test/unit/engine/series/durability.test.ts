import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { build } from 'esbuild';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { Database } from '../../../../src/engine/store/database';
import { migrations } from '../../../../src/engine/store/migrations';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';
import { Store } from '../../../../src/engine/store/store';
import { modelWindow, type ModelPoint, batchOf } from './modelSeries';
import { insertRun } from './seriesFixture';
import { series, valueAt } from './appendForEver';

const point = (i: number): ModelPoint => ({
  attempt: 1,
  step: i,
  time: i / 10,
  wall: 1.7e12 + i * 100,
  value: Math.sin(i),
});
const points = (from: number, to: number): ModelPoint[] => Array.from({ length: to - from }, (_, i) => point(from + i));

/** All values in the order of arrival. */
function stored(store: StreamSeriesStore, run: number, metric: string): number[] {
  const values: number[] = [];
  for (;;) {
    const page = store.page(run, metric, values.length, 5000);
    if (page.value.length === 0) return values;
    values.push(...page.value);
  }
}

describe('points that were acknowledged', () => {
  let folder: TemporaryFolder;
  let file: string;
  let db: Database;
  let run: number;
  let store: StreamSeriesStore;
  beforeEach(() => {
    folder = temporaryFolder();
    file = folder.join('db');
    db = Database.open(file);
    run = insertRun(db);
    store = new StreamSeriesStore(db);
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });
  const append = (metric: string, from: number, to: number): unknown =>
    store.append(run, 1, batchOf(metric, points(from, to)));
  const values = (from: number, to: number): number[] => points(from, to).map(({ value }) => value);

  /** As the next engine finds it, after whatever end this one had. */
  function reopened(): StreamSeriesStore {
    const copy = folder.join(`copy-${Math.random()}`);
    copyFileSync(file, copy);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
    return new StreamSeriesStore(Database.open(copy));
  }

  it('are there after every commit, and once, however often the journal is read', () => {
    const random = new SeededRandom(3);
    const ends = new Map<string, number>();
    for (let commit = 0; commit < 150; commit += 1) {
      db.transaction(() => {
        for (let part = 1 + random.below(4); part > 0; part -= 1) {
          const metric = `m${random.below(5)}`;
          const from = ends.get(metric) ?? 0;
          const to = from + 1 + random.below(commit % 10 === 0 ? 6000 : 300);
          append(metric, from, to);
          ends.set(metric, to);
        }
      });
      if (commit % 30 > 0) continue;
      const next = reopened();
      for (const [metric, end] of ends) assert.deepEqual(stored(next, run, metric), values(0, end), `commit ${commit}`);
    }
    // Two starts with nothing between them, then one that goes on.
    store = new StreamSeriesStore(db);
    store = new StreamSeriesStore(db);
    const end = ends.get('m0') ?? 0;
    db.transaction(() => append('m0', end, end + 5000));
    assert.deepEqual(stored(store, run, 'm0'), values(0, end + 5000));
    assert.deepEqual(stored(reopened(), run, 'm0'), values(0, end + 5000));
    store.close();
    assert.equal(db.all('SELECT * FROM journal').length, 0);
    assert.deepEqual(stored(reopened(), run, 'm0'), values(0, end + 5000));
  });

  it('are written once when they come in numbers, and there after a kill', () => {
    const journal = (): number =>
      Number(db.get('SELECT coalesce(sum(length(data)), 0) AS bytes FROM journal')?.['bytes']);
    db.transaction(() => append('m', 0, 100));
    const before = journal();
    // In two batches of one commit, each of them with the end of a chunk.
    db.transaction(() => {
      append('m', 100, 20_000);
      append('n', 0, 10);
      append('m', 20_000, 40_001);
    });
    // The tail that is left, of at most a chunk, and not the forty thousand.
    assert.ok(journal() - before < 32 * 2048, `${journal() - before} bytes`);
    db.transaction(() => append('m', 40_001, 40_010));
    for (const look of [store, reopened()]) {
      assert.deepEqual(stored(look, run, 'm'), values(0, 40_010));
      assert.deepEqual(stored(look, run, 'n'), values(0, 10));
    }
  });

  it('stay as they were when a later transaction is taken back, in memory too', () => {
    db.transaction(() => append('m', 0, 3000));
    const before = store.summaries(run, () => undefined);
    assert.throws(() =>
      db.transaction(() => {
        append('m', 3000, 9000);
        append('new', 0, 10);
        throw new Error('no');
      }),
    );
    assert.deepEqual(
      store.summaries(run, () => undefined),
      before,
    );
    assert.deepEqual(stored(store, run, 'm'), values(0, 3000));
    assert.deepEqual(stored(store, run, 'new'), []);
    // The number of the stream that was taken back is given to another.
    db.transaction(() => append('other', 0, 2500));
    db.transaction(() => append('m', 3000, 4000));
    for (const look of [store, reopened()]) {
      assert.deepEqual(stored(look, run, 'm'), values(0, 4000));
      assert.deepEqual(stored(look, run, 'other'), values(0, 2500));
      assert.deepEqual(stored(look, run, 'new'), []);
    }
  });

  it('are those of the works that did not fail, of several that are committed together', () => {
    const results = db.together<unknown>([
      () => db.transaction(() => append('m', 0, 2500)),
      () =>
        db.transaction(() => {
          append('m', 2500, 7000);
          append('lost', 0, 5);
          throw new Error('no');
        }),
      () => db.transaction(() => append('m', 2500, 2600)),
      () => store.window(run, 'm', { axis: 'step', buckets: 5000 }).pointCount,
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? 'kept' : 'failed')),
      ['kept', 'failed', 'kept', 'kept'],
    );
    assert.deepEqual(results[3], { status: 'fulfilled', value: 2600 });
    for (const look of [store, reopened()]) {
      assert.deepEqual(stored(look, run, 'm'), values(0, 2600));
      assert.deepEqual(stored(look, run, 'lost'), []);
    }
  });

  it('outlast a full disk, which refuses what it has no room for and takes it when there is some', () => {
    let at = 0;
    const most = Number(db.get('PRAGMA page_count')?.['page_count']) + 60;
    db.get(`PRAGMA max_page_count = ${most}`);
    let refused = 0;
    const random = new SeededRandom(4);
    for (let commit = 0; commit < 200; commit += 1) {
      const to = at + 1 + random.below(1500);
      const [first, second] = db.together([
        () => db.transaction(() => append('m', at, to)),
        () => db.transaction(() => append('n', at, to)),
      ]);
      // Each by itself is all or nothing.
      const [m, n] = [stored(store, run, 'm').length, stored(store, run, 'n').length];
      assert.deepEqual([m === to, n === to], [first?.status === 'fulfilled', second?.status === 'fulfilled']);
      if (m === to && n === to) {
        at = to;
        continue;
      }
      refused += 1;
      db.get(`PRAGMA max_page_count = ${most + 60 * refused}`);
      if (m < to && n < to) continue;
      db.transaction(() => append(m < to ? 'm' : 'n', at, to));
      at = to;
    }
    assert.ok(refused > 2, `refused ${refused} times`);
    for (const look of [store, reopened()]) {
      for (const metric of ['m', 'n']) assert.deepEqual(stored(look, run, metric), values(0, at));
    }
  });

  it('make room in the journal, and in memory, while more and more series log', () => {
    const metrics = Array.from({ length: 3000 }, (_, i) => `metric ${i}`);
    for (let commit = 0; commit < 100; commit += 1) {
      const from = commit * 5;
      const all = metrics.flatMap(() => points(from, from + 5));
      const batch = { ...batchOf('', all), metrics, counts: metrics.map(() => 5) };
      db.transaction(() => store.append(run, 1, batch));
    }
    const left = db.get('SELECT count(*) AS rows, sum(length(data)) AS bytes FROM journal');
    assert.ok(Number(left?.['rows']) < 100, 'the journal was cut');
    for (const look of [store, reopened()]) {
      for (const metric of ['metric 0', 'metric 2999']) assert.deepEqual(stored(look, run, metric), values(0, 500));
      const summaries = look.summaries(run, () => 'minimize');
      assert.deepEqual([summaries.length, summaries[7]?.metric, summaries[7]?.count], [3000, 'metric 7', 500]);
    }
  }).timeout(60_000);

  it('of more metrics than are kept of one run are refused, those of metrics that it has are not, nor those of other runs', () => {
    const small = (): StreamSeriesStore => new StreamSeriesStore(db, 3);
    const append = (to: StreamSeriesStore, of: number, metrics: readonly string[], attempt = 1): number[] => {
      const batch = {
        ...batchOf('', metrics.map((_, i) => points(i, i + 1)).flat()),
        metrics,
        counts: metrics.map(() => 1),
      };
      return db.transaction(() => to.append(of, attempt, batch));
    };
    const first = small();
    assert.deepEqual(append(first, run, ['a', 'b']), [0, 0]);
    assert.throws(() =>
      db.transaction(() => {
        first.append(run, 1, { ...batchOf('taken back', points(0, 1)) });
        throw new Error('taken back');
      }),
    );
    assert.deepEqual(append(first, run, ['c', 'd', 'a', 'e']), [0, -1, 1, -1]);
    assert.deepEqual(append(first, insertRun(db), ['d', 'e', 'f']), [0, 0, 0]);
    for (const look of [first, small()]) {
      assert.deepEqual(
        look.summaries(run, () => undefined).map(({ metric, count }) => `${metric} ${count}`),
        ['a 2', 'b 1', 'c 1'],
      );
    }
    assert.deepEqual(append(small(), run, ['d', 'c'], 2), [-1, 1]);
    assert.deepEqual(stored(small(), run, 'c'), [...values(0, 1), ...values(1, 2)]);
  });

  it('are a clean prefix when the end of the log is cut off or garbled', () => {
    const ends: number[] = [];
    for (let at = 0; at < 60_000; at += 700) {
      db.transaction(() => append('m', at, at + 700));
      ends.push(at + 700);
    }
    const random = new SeededRandom(6);
    const wal = readFileSync(`${file}-wal`);
    const whole = values(0, 60_200);
    for (let round = 0; round < 25; round += 1) {
      const copy = folder.join(`cut-${round}`);
      copyFileSync(file, copy);
      const cut = Buffer.from(wal.subarray(0, random.below(wal.length)));
      if (round % 2 === 0) cut.fill(0x5a, Math.max(0, cut.length - 512));
      writeFileSync(`${copy}-wal`, cut);
      const next = Database.open(copy);
      const again = new StreamSeriesStore(next);
      const left = stored(again, run, 'm');
      assert.deepEqual(left, whole.slice(0, left.length));
      assert.ok(left.length === 0 || ends.includes(left.length), 'commits are whole');
      next.close();
    }
  });

  it('come over from a store of rows, every one of them', () => {
    const old = folder.join('old.db');
    const rows = new DatabaseSync(old);
    for (const step of migrations.slice(0, 3)) rows.exec(step);
    rows.exec(`PRAGMA user_version = 3;
      INSERT INTO experiment VALUES ('aaaaaaaaaaaaaaaa', 'e', 0);
      INSERT INTO run (id, experiment_id, name, tags_json, metadata_json, parameters_json, command_json, cwd, retries, status, status_ms, created_ms)
        VALUES ('bbbbbbbbbbbbbbbb', 'aaaaaaaaaaaaaaaa', 'n', '[]', '{}', '{}', '[]', '/', 0, 'completed', 0, 0)`);
    const oldSeries = rows.prepare('INSERT INTO series VALUES (?, 1, ?, ?, 0, 0, 0, NULL, NULL, NULL)');
    const insert = rows.prepare('INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)');
    const random = new SeededRandom(9);
    const all = new Map<string, ModelPoint[]>();
    rows.exec('BEGIN');
    for (const [id, [metric, count]] of [
      ['many', 30_000],
      ['few', 3],
      ['none', 0],
    ].entries()) {
      const own = Array.from({ length: Number(count) }, (_, i): ModelPoint => ({
        ...point(i),
        attempt: i < Number(count) / 2 ? 1 : 2,
        step: i % 17_000,
        value: random.below(20) === 0 ? NaN : random.below(30) === 0 ? Infinity : random.next(),
      }));
      oldSeries.run(id, String(metric), own.length);
      for (const [i, { attempt, step, time, wall, value }] of own.entries()) {
        insert.run(id, i, attempt, step, time, wall, Number.isNaN(value) ? null : value);
      }
      all.set(String(metric), own);
    }
    rows.exec('COMMIT');
    rows.close();
    const converted = Store.open(old);
    const windowOf = (metric: string): unknown =>
      converted.windows('bbbbbbbbbbbbbbbb' as never, [metric], { axis: 'time', buckets: 40_000 })[0]?.first;
    for (const [metric, own] of all) {
      const model = modelWindow(own, 'time', { buckets: 40_000 }).buckets.toWindow(metric, 'time', 0);
      assert.deepEqual(windowOf(metric), model.first, metric);
    }
    assert.deepEqual(
      converted.summaries('bbbbbbbbbbbbbbbb' as never).map(({ metric, count }) => [metric, count]),
      [
        ['many', 30_000],
        ['few', 3],
      ],
    );
    converted.close();
    const after = new DatabaseSync(old);
    assert.equal(
      after.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('point', 'series')").get()?.['n'],
      0,
    );
    after.close();
  });
});

describe('a store of series that is damaged', () => {
  it('keeps what other pages hold of them, and says what is lost', () => {
    const random = new SeededRandom(21);
    const folder = temporaryFolder();
    const template = folder.join('template.db');
    const db = Database.open(template);
    const run = insertRun(db);
    const store = new StreamSeriesStore(db);
    const metrics = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let at = 0; at < 40_000; at += 2500) {
      for (const metric of metrics) db.transaction(() => store.append(run, 1, batchOf(metric, points(at, at + 2500))));
    }
    store.close();
    db.close();
    const id = String(new DatabaseSync(template).prepare('SELECT id FROM run').get()?.['id']);
    const size = statSync(template).size;
    const whole = points(0, 40_000).map(({ value }) => value);
    let lost = 0;
    for (let round = 0; round < 15; round += 1) {
      const home = folder.join(`home-${round}`);
      mkdirSync(home);
      const file = path.join(home, 'sidelab.db');
      copyFileSync(template, file);
      const bytes = readFileSync(file);
      if (round % 3 === 0) {
        // One bit of what SQLite does not look at.
        const at = 30 * 8192 + random.below(size - 31 * 8192);
        bytes[at] = (bytes[at] ?? 0) ^ 16;
      } else {
        const page = 20 + random.below(size / 8192 - 22);
        bytes.fill(round % 3 === 1 ? 0 : 0xa5, page * 8192, (page + 1) * 8192);
      }
      writeFileSync(file, bytes);
      writeFileSync(`${file}.suspect`, 'a test\n');
      const again = Store.open(file);
      for (const metric of metrics) {
        const [window] = again.windows(id as never, [metric], { axis: 'step', buckets: 20_000 });
        const { lastX = [], first = [], count = [] } = window ?? {};
        const [summary] = again.summaries(id as never).filter((one) => one.metric === metric);
        assert.equal(window?.pointCount ?? 0, summary?.count ?? 0);
        lost += 40_000 - (window?.pointCount ?? 0);
        for (const [i, x] of lastX.entries()) if (count[i] === 1) assert.equal(first[i], whole[x]);
      }
      again.close();
    }
    assert.ok(lost > 0 && lost < 15 * 40_000, `${lost} points of ${15 * 240_000} were lost`);
    folder.remove();
  }).timeout(60_000);
});

/** The program of the child, in one file. */
async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: ['test/unit/engine/series/appendProgram.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

describe('a journal that is damaged', () => {
  it('costs the points of the broken row that are in no chunk yet', () => {
    const folder = temporaryFolder();
    const file = folder.join('sidelab.db');
    const db = Database.open(file);
    const run = insertRun(db);
    const store = new StreamSeriesStore(db);
    for (let at = 0; at < 5000; at += 500) {
      db.transaction(() => store.append(run, 1, batchOf('m', points(at, at + 500))));
    }
    db.run('UPDATE journal SET data = zeroblob(900) WHERE sequence = 9');
    const id = db.get('SELECT id FROM run')?.['id'];
    db.close();
    const again = Store.open(file);
    assert.match(again.notices()[0]?.message ?? '', /The journal of a series is damaged/);
    const page = again.points(id as never, 'm', 0, 10_000);
    const expected = [...points(0, 4096), ...points(4500, 5000)].map(({ value }) => value);
    assert.deepEqual([...page.value], expected);
    assert.equal(again.summaries(id as never)[0]?.count, 4596);
    again.close();
    folder.remove();
  });
});

describe('an appending process that is killed', () => {
  const kills = Number(process.env['SIDELAB_KILLS'] ?? 10);

  it(`${kills} times loses nothing that it acknowledged and invents nothing`, async function () {
    this.timeout(kills * 3000 + 20_000);
    const folder = temporaryFolder();
    let [file, run] = ['', 0];
    const random = new SeededRandom(17);
    const program = folder.join('append.mjs');
    await bundle(program);
    let slowest = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      // What is looked at each time is not to grow without end.
      if (kill % 10 === 0) {
        file = folder.join(`db-${kill}`);
        const db = Database.open(file);
        run = insertRun(db);
        db.close();
      }
      const child = spawn(process.execPath, [program, file, String(run), String(kill)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const acknowledged = new Map<string, number>();
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        text += data.toString();
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          for (const part of line.split(' ')) {
            const [metric = '', count = '0'] = part.split('=');
            acknowledged.set(metric, Number(count));
          }
        }
      });
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 150 + random.below(350)));
      child.kill('SIGKILL');
      await ended;
      const began = performance.now();
      const again = Database.open(file);
      const store = new StreamSeriesStore(again);
      slowest = Math.max(slowest, performance.now() - began);
      for (let i = 0; i < series; i += 1) {
        const metric = `m${i}`;
        const values = stored(store, run, metric);
        assert.ok(
          values.length >= (acknowledged.get(metric) ?? 0),
          `${metric}: ${values.length} of ${acknowledged.get(metric)}`,
        );
        const wrong = values.findIndex((value, n) => value !== valueAt(i, n));
        assert.equal(wrong, -1, `kill ${kill}: ${metric} at ${wrong}`);
        const { pointCount } = store.window(run, metric, { axis: 'time', buckets: 100 });
        assert.equal(pointCount, values.length);
      }
      again.close();
    }
    assert.ok(slowest < 5000);
    folder.remove();
  });
});
