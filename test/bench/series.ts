/**
 * Series: ingest, windows, size, start, the tailing of run logs; each beside a baseline in the same run. Also as
 * `npm run bench -- series-huge` with 100 million points in one series (a gigabyte on the disk, some minutes).
 */
import { appendFileSync, closeSync, copyFileSync, fdatasyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RunLogReader } from '../../src/engine/ingest/runLogReader';
import { Database } from '../../src/engine/store/database';
import type { PointBatch } from '../../src/engine/store/seriesStore';
import { StreamSeriesStore } from '../../src/engine/store/series/streamSeriesStore';
import { storeInThread } from '../../src/engine/store/storeThread';
import { newRunId } from '../../src/model/ids';
import { silentLog } from '../../src/base/log';
import { SeededRandom } from '../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../support/temporaryFolder';
import { insertRun } from '../unit/engine/series/seriesFixture';

interface Opened {
  readonly db: Database;
  readonly store: StreamSeriesStore;
  readonly file: string;
}

function open(folder: TemporaryFolder, name: string): Opened {
  const file = folder.join(name);
  const db = Database.open(file);
  return { db, store: new StreamSeriesStore(db), file };
}

type ValueOf = (i: number) => number;

const random = new SeededRandom(5);
const noisyFloats: ValueOf = (i) => Math.fround(Math.sin(i / 50_000) + 0.2 * random.next());
const noisyDoubles: ValueOf = (i) => Math.sin(i / 50_000) + 0.2 * random.next();

/** Points `from` to before `from + count` of each of the metrics, all at the same steps. */
function batch(metrics: readonly string[], from: number, count: number, valueOf: ValueOf, msOf = clock): PointBatch {
  const length = metrics.length * count;
  const column = (): Float64Array => new Float64Array(length);
  const [step, time, wall, value] = [column(), column(), column(), column()];
  for (let i = 0; i < length; i += 1) {
    const at = from + (i % count);
    step[i] = at;
    const ms = msOf(at);
    time[i] = ms / 1000;
    wall[i] = 1.7e12 + ms;
    value[i] = valueOf(at);
  }
  return { metrics, counts: metrics.map(() => count), step, time, wall, value };
}

/** A step takes 31 ms, more or less. */
const clock = (i: number): number => i * 31 + ((i * 7919) % 23);

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `metric/${i}`);

function fill(opened: Opened, run: number, metrics: readonly string[], points: number, valueOf: ValueOf): void {
  const part = Math.max(1, Math.floor(200_000 / metrics.length));
  for (let at = 0; at < points; at += part) {
    const points_ = batch(metrics, at, Math.min(part, points - at), valueOf);
    opened.db.transaction(() => opened.store.append(run, 1, points_));
  }
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

function timed(
  rounds: number,
  work: (round: number) => void,
): { median: number; p95: number; max: number; total: number } {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    work(round);
    times.push(performance.now() - begin);
  }
  const total = times.reduce((sum, ms) => sum + ms, 0);
  times.sort((a, b) => a - b);
  return { median: quantile(times, 0.5), p95: quantile(times, 0.95), max: times.at(-1) ?? NaN, total };
}

const line = (name: string, text: string): void => console.log(`  ${name.padEnd(62)} ${text}`);
const ms = (value: number): string => `${value.toFixed(2)} ms`;
const rate = (points: number, milliseconds: number): string =>
  `${(points / milliseconds / 1000).toFixed(2)} M points/s`;

/** As the store was before: what all is measured against. */
function rowStore(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384');
  db.exec(`CREATE TABLE point (series INTEGER, number INTEGER, attempt INTEGER, step REAL, time REAL, wall REAL, value REAL,
    PRIMARY KEY (series, number)) STRICT, WITHOUT ROWID`);
  return db;
}

function appendRows(db: DatabaseSync, { metrics, counts, step, time, wall, value }: PointBatch, number: number): void {
  const insert = db.prepare('INSERT INTO point VALUES (?, ?, 1, ?, ?, ?, ?)');
  db.exec('BEGIN');
  let at = 0;
  for (const [series] of metrics.entries()) {
    for (let i = 0; i < (counts[series] ?? 0); i += 1, at += 1) {
      insert.run(series, number + i, step[at] ?? 0, time[at] ?? 0, wall[at] ?? 0, value[at] ?? 0);
    }
  }
  db.exec('COMMIT');
}

function benchIngest(folder: TemporaryFolder): void {
  const metrics = names(1000);
  for (const perSeries of [1, 10, 100]) {
    console.log(`\nIngest, durable (synchronous = FULL): 1,000 series, ${perSeries} points of each a commit`);
    const opened = open(folder, `ingest-${perSeries}.db`);
    const rows = rowStore(folder.join(`rows-${perSeries}.db`));
    const run = insertRun(opened.db);
    const commits = perSeries === 1 ? 6000 : perSeries === 10 ? 1200 : 200;
    const prepared = Array.from({ length: commits }, (_, i) => batch(metrics, i * perSeries, perSeries, noisyFloats));
    const rowCommits = Math.ceil(commits / 100);
    const slow = timed(rowCommits, (i) => appendRows(rows, prepared[i] ?? batch([], 0, 0, noisyFloats), i * perSeries));
    const before = process.memoryUsage().rss;
    const fast = timed(commits, (i) => {
      const points = prepared[i];
      if (points) opened.db.transaction(() => opened.store.append(run, 1, points));
    });
    const [slowRate, fastRate] = [
      (rowCommits * perSeries * 1000) / slow.total,
      (commits * perSeries * 1000) / fast.total,
    ];
    line('one row per point (baseline)', `${rate(slowRate, 1)}  commit p50 ${ms(slow.median)}  max ${ms(slow.max)}`);
    line(
      'streams',
      `${rate(fastRate, 1)}  commit p50 ${ms(fast.median)}  p95 ${ms(fast.p95)}  max ${ms(fast.max)}  × ${(fastRate / slowRate).toFixed(1)}  memory +${Math.round((process.memoryUsage().rss - before) / 1e6)} MB`,
    );
    rows.close();
    opened.store.close();
    opened.db.close();
    const points = commits * perSeries * 1000;
    line('on disk', `${(statSync(opened.file).size / points).toFixed(2)} bytes a point`);
  }
}

function benchWindows(folder: TemporaryFolder, sizes: readonly number[]): void {
  for (const points of sizes) {
    console.log(`\nWindows of ${points.toLocaleString('en')} points at 2,000 buckets`);
    const opened = open(folder, `windows-${points}.db`);
    const run = insertRun(opened.db);
    const began = performance.now();
    fill(opened, run, ['loss'], points, noisyFloats);
    line('written', rate(points, performance.now() - began));
    benchAfterKill(opened.file);
    opened.store.close();
    opened.db.close();
    line('on disk', `${(statSync(opened.file).size / points).toFixed(2)} bytes a point`);

    const reopening = performance.now();
    const db = Database.open(opened.file);
    let store = new StreamSeriesStore(db);
    line('opened again', ms(performance.now() - reopening));
    for (const axis of ['step', 'time', 'wall'] as const) {
      const max = axis === 'step' ? points : axis === 'time' ? clock(points) / 1000 : clock(points);
      const base = axis === 'wall' ? 1.7e12 : 0;
      const range = (): { from: number; to: number } => {
        const width = max * 10 ** (-3.5 * random.next());
        const from = base + (max - width) * random.next();
        return { from, to: from + width };
      };
      const first = timed(25, () => {
        store = new StreamSeriesStore(db);
        store.window(run, 'loss', { axis, ...range(), buckets: 2000 });
      });
      const firstWhole = timed(5, () => {
        store = new StreamSeriesStore(db);
        store.window(run, 'loss', { axis, buckets: 2000 });
      });
      const whole = timed(30, () => store.window(run, 'loss', { axis, buckets: 2000 }));
      const any = timed(200, () => store.window(run, 'loss', { axis, ...range(), buckets: 2000 }));
      const pixels = { columns: 1000, rows: 300 };
      const picture = (): void => void store.window(run, 'loss', { axis, ...range(), buckets: 2000, pixels });
      const firstPicture = timed(25, () => {
        store = new StreamSeriesStore(db);
        picture();
      });
      store.window(run, 'loss', { axis, buckets: 2000, pixels });
      const pictures = timed(200, picture);
      const wholePicture = timed(20, () => store.window(run, 'loss', { axis, buckets: 2000, pixels }));
      line(`by ${axis}: whole, warm`, `p50 ${ms(whole.median)}  p95 ${ms(whole.p95)}`);
      line(`by ${axis}: whole, with nothing decoded`, `p50 ${ms(firstWhole.median)}  max ${ms(firstWhole.max)}`);
      line(`by ${axis}: any window, warm`, `p50 ${ms(any.median)}  p95 ${ms(any.p95)}  max ${ms(any.max)}`);
      line(
        `by ${axis}: any window, with nothing decoded`,
        `p50 ${ms(first.median)}  p95 ${ms(first.p95)}  max ${ms(first.max)}`,
      );
      line(`by ${axis}: 1,000 × 300 px that no bucket fits, whole, warm`, `p50 ${ms(wholePicture.median)}`);
      line(
        `by ${axis}: any such picture, warm`,
        `p50 ${ms(pictures.median)}  p95 ${ms(pictures.p95)}  max ${ms(pictures.max)}`,
      );
      line(
        `by ${axis}: any such picture, with nothing decoded`,
        `p50 ${ms(firstPicture.median)}  p95 ${ms(firstPicture.p95)}  max ${ms(firstPicture.max)}`,
      );
    }
    db.close();
    if (points <= 1_000_000) benchRowWindows(folder, points);
    else benchScan(points);
  }
}

/** What a kill would leave now: the file and its log, with whatever is in the journal. */
function benchAfterKill(file: string): void {
  const left = `${file}-killed`;
  copyFileSync(file, left);
  copyFileSync(`${file}-wal`, `${left}-wal`);
  const reopening = performance.now();
  const db = Database.open(left);
  new StreamSeriesStore(db);
  line('opened as a kill would leave it', ms(performance.now() - reopening));
  db.close();
  rmSync(left);
}

function benchRowWindows(folder: TemporaryFolder, points: number): void {
  const rows = rowStore(folder.join(`row-windows-${points}.db`));
  for (let at = 0; at < points; at += 100_000) {
    appendRows(rows, batch(['loss'], at, Math.min(100_000, points - at), noisyFloats), at);
  }
  const sql = `SELECT CAST(step / ? AS INTEGER) AS bucket, min(value), max(value), avg(value), count(*) FROM point
    WHERE series = 0 GROUP BY bucket`;
  const group = timed(3, () => rows.prepare(sql).all(points / 2000));
  line('SQL GROUP BY over rows, whole (baseline)', ms(group.median));
  rows.close();
  benchScan(points);
}

function benchScan(points: number): void {
  const values = Float64Array.from({ length: points }, (_, i) => Math.sin(i));
  const scan = timed(5, () => {
    const width = points / 2000;
    const [min, max] = [new Float64Array(2001).fill(Infinity), new Float64Array(2001).fill(-Infinity)];
    for (let i = 0; i < points; i += 1) {
      const bucket = Math.floor(i / width);
      const value = values[i] ?? NaN;
      if (value < (min[bucket] ?? NaN)) min[bucket] = value;
      if (value > (max[bucket] ?? NaN)) max[bucket] = value;
    }
  });
  line('scan of a column in memory for min and max, whole (baseline)', ms(scan.median));
}

function benchMany(folder: TemporaryFolder): void {
  console.log('\nMany series at once');
  const opened = open(folder, 'many.db');
  const runs = Array.from({ length: 50 }, () => insertRun(opened.db));
  for (const run of runs) fill(opened, run, ['loss'], 100_000, noisyFloats);
  opened.store.close();
  const all = (store: StreamSeriesStore): void => {
    for (const run of runs) store.window(run, 'loss', { axis: 'step', buckets: 1000 });
  };
  const first = timed(1, () => all(new StreamSeriesStore(opened.db)));
  all(opened.store);
  const warm = timed(20, () => all(opened.store));
  line(
    '50 runs × 100,000 points, 1,000 buckets',
    `first ${ms(first.max)}  warm p50 ${ms(warm.median)}  p95 ${ms(warm.p95)}`,
  );
  opened.db.close();

  const wide = open(folder, 'wide.db');
  const run = insertRun(wide.db);
  const metrics = names(100);
  fill(wide, run, metrics, 400_000, noisyFloats);
  wide.store.close();
  const look = (store: StreamSeriesStore): void => {
    for (const metric of metrics) store.window(run, metric, { axis: 'step', buckets: 1000 });
  };
  const firstWide = timed(1, () => look(new StreamSeriesStore(wide.db)));
  look(wide.store);
  const warmWide = timed(10, () => look(wide.store));
  line(
    '100 metrics × 400,000 steps, whole, 1,000 buckets',
    `first ${ms(firstWide.max)}  warm p50 ${ms(warmWide.median)}  p95 ${ms(warmWide.p95)}`,
  );
  const listed = timed(20, () => wide.store.summaries(run, () => undefined));
  line('summaries of 100 metrics', `p50 ${ms(listed.median)}`);
  wide.db.close();
  line('on disk, floats', `${(statSync(wide.file).size / 4e7).toFixed(2)} bytes a point`);

  const doubles = open(folder, 'doubles.db');
  fill(doubles, insertRun(doubles.db), names(20), 1_000_000, noisyDoubles);
  doubles.store.close();
  doubles.db.close();
  line('on disk, doubles', `${(statSync(doubles.file).size / 2e7).toFixed(2)} bytes a point`);
}

function benchJoined(folder: TemporaryFolder): void {
  console.log('\nAnother metric as x: a million pairs, 2,000 buckets');
  const opened = open(folder, 'joined.db');
  const run = insertRun(opened.db);
  fill(opened, run, ['x'], 1_000_000, (i) => Math.sin(i / 1e5) * 10 + random.next());
  fill(opened, run, ['y'], 1_000_000, noisyFloats);
  opened.store.close();
  const look = (store: StreamSeriesStore): unknown => store.window(run, 'y', { axis: { metric: 'x' }, buckets: 2000 });
  const first = timed(1, () => look(new StreamSeriesStore(opened.db)));
  const warm = timed(10, () => look(opened.store));
  const [x, y] = [new Float64Array(1e6), new Float64Array(1e6)];
  const baseline = timed(5, () => {
    const byStep = new Map<number, number>();
    for (let i = 0; i < 1e6; i += 1) byStep.set(i, x[i] ?? 0);
    let sum = 0;
    for (let i = 0; i < 1e6; i += 1) sum += (byStep.get(i) ?? 0) + (y[i] ?? 0);
    return sum;
  });
  line('join of two columns in memory by a Map (baseline)', ms(baseline.median));
  line('from the store', `first ${ms(first.max)}  warm p50 ${ms(warm.median)}`);
  opened.db.close();
}

function benchReopen(folder: TemporaryFolder): void {
  console.log('\nAfter a kill: 10 million points in 1,000 series, the journal as long as it gets');
  const opened = open(folder, 'reopen.db');
  const run = insertRun(opened.db);
  const metrics = names(1000);
  for (let at = 0; at < 10_000; at += 20) {
    const points = batch(metrics, at, 20, noisyFloats);
    opened.db.transaction(() => opened.store.append(run, 1, points));
  }
  const left = opened.db.get('SELECT count(*) AS rows, sum(length(data)) AS bytes FROM journal');
  opened.db.close();
  const again = timed(5, () => {
    const db = Database.open(opened.file);
    new StreamSeriesStore(db);
    db.close();
  });
  line(
    `opened, journal of ${(Number(left?.['bytes']) / 1e6).toFixed(1)} MB`,
    `p50 ${ms(again.median)}  max ${ms(again.max)}`,
  );
}

/** As the engine does it: lines on the main thread, the store in its own. */
async function benchTail(folder: TemporaryFolder): Promise<void> {
  console.log('\nTailing a run log: 5 metrics a line, into the store');
  const file = folder.join('run.log');
  const copies = 40;
  let lines: string[] = [];
  for (let copy = 0; copy < copies; copy += 1) {
    lines = Array.from({ length: 20_000 }, (_, n) => {
      const i = copy * 20_000 + n;
      const [loss, accuracy, val] = [random.next(), random.next(), random.next()];
      const metrics = { loss, accuracy, 'val/loss': val, lr: 0.001, epoch: Math.floor(i / 1000) };
      return JSON.stringify({ step: i, time: i * 0.031, metrics });
    });
    appendFileSync(file, `${lines.join('\n')}\n`);
  }
  const bytes = statSync(file).size;
  // Processor time too: neighbours of the machine disturb that less.
  const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
  const parsing = process.threadCpuUsage();
  const parse = timed(5, () => {
    for (let i = 0; i < 5; i += 1) for (const each of lines) JSON.parse(each);
  });
  const linesBytes = 5 * lines.reduce((sum, each) => sum + each.length + 1, 0);
  const parsed = linesBytes / parse.median / 1000;
  const parsedCpu = (5 * linesBytes) / cpuMs(process.threadCpuUsage(parsing)) / 1000;
  line(
    'JSON.parse of the same lines (baseline)',
    `${parsed.toFixed(0)} MB/s, by processor time ${parsedCpu.toFixed(0)}`,
  );
  const dead = (error: Error): void => console.error(error);
  const quiet = { onDeath: dead, onNeedsRestart: () => undefined, onSalvage: () => undefined };
  const store = await storeInThread(path.resolve('dist/engine.cjs'), folder.join('tail.db'), quiet);
  const runId = newRunId();
  const launch = { command: ['true'], cwd: '/', environment: [], retries: 0 };
  const texts = { tags: [], metadataJson: '{}', parametersJson: '{}' };
  await store.submit({ runId, experiment: 'bench', name: 'bench', ...texts, ...launch }, 0);
  await store.beginAttempt(runId, { executor: 'local', host: 'bench', folder: '/' }, 0);
  let longest = 0;
  const reader = new RunLogReader({
    file,
    runId,
    attempt: 1,
    startedAtMs: 1.7e12,
    position: { offsetBytes: 0, lines: 0, nextStep: 0, warnings: 0 },
    nowMs: () => Date.now(),
    keep: async (kept) => {
      const asked = performance.now();
      const result = await store.ingest(kept);
      longest = Math.max(longest, performance.now() - asked);
      return result;
    },
    onKept: () => undefined,
    isGivenUp: () => false,
    log: silentLog,
  });
  const [cpu, threadCpu] = [process.cpuUsage(), process.threadCpuUsage()];
  const memory = process.memoryUsage().rss;
  const began = performance.now();
  while (await reader.drain(false));
  reader.dispose();
  const took = performance.now() - began;
  const [used, threadUsed] = [cpuMs(process.cpuUsage(cpu)), cpuMs(process.threadCpuUsage(threadCpu))];
  const speed = bytes / took / 1000;
  line(
    `read, decoded and durable: ${Math.round(bytes / 1e6)} MB, ${rate(5 * copies * 20_000, took)}`,
    `${speed.toFixed(0)} MB/s  × ${(speed / parsed).toFixed(2)}  cores ${(used / took).toFixed(2)}  longest answer ${ms(longest)}  memory +${Math.round((process.memoryUsage().rss - memory) / 1e6)} MB`,
  );
  const readCpu = bytes / threadUsed / 1000;
  line(
    'by processor time',
    `read and decoded ${readCpu.toFixed(0)} MB/s  × ${(readCpu / parsedCpu).toFixed(2)}  kept, in the other threads, ${(bytes / (used - threadUsed) / 1000).toFixed(0)} MB/s`,
  );
  const asked = performance.now();
  const [window] = await store.windows(runId, ['loss'], { axis: 'step', buckets: 2000 });
  line(`a window from the other thread (${window?.pointCount} points)`, ms(performance.now() - asked));
  await store.close();
}

/** What no program should do: a name of its own for every few points. */
function benchNames(folder: TemporaryFolder): void {
  console.log('\nA million names: ten runs with 100,000 metrics each, 3 points of each; then more names than are kept');
  const opened = open(folder, 'names.db');
  const before = process.memoryUsage().rss;
  let [longest, highest] = [0, 0];
  const began = performance.now();
  const append = (run: number, metrics: readonly string[], from: number): readonly number[] => {
    const points = batch(metrics, from, 1, noisyFloats);
    const sent = performance.now();
    const revisions = opened.db.transaction(() => opened.store.append(run, 1, points));
    longest = Math.max(longest, performance.now() - sent);
    highest = Math.max(highest, process.memoryUsage().rss - before);
    return revisions;
  };
  const all = names(100_000);
  const parts = Array.from({ length: 100 }, (_, i) => all.slice(1000 * i, 1000 * (i + 1)));
  let run = 0;
  for (let r = 0; r < 10; r += 1) {
    run = insertRun(opened.db);
    for (let step = 0; step < 3; step += 1) for (const part of parts) append(run, part, step);
  }
  line(
    '3 million points of a million names',
    `${rate(3e6, performance.now() - began)}  longest commit of 1,000 ${ms(longest)}  memory at most +${Math.round(highest / 1e6)} MB`,
  );
  const more = performance.now();
  const kept = Array.from({ length: 20 }, (_, i) =>
    append(
      run,
      names(1000).map((name) => `more/${i}/${name}`),
      0,
    ),
  ).flat();
  line(`20,000 more of one run: ${kept.filter((revision) => revision >= 0).length} kept`, ms(performance.now() - more));
  const listed = timed(3, () => opened.store.summaries(run, () => undefined));
  line('summaries of 100,000 metrics', ms(listed.median));
  opened.store.close();
  opened.db.close();
  const again = timed(2, () => {
    const db = Database.open(opened.file);
    new StreamSeriesStore(db);
    db.close();
  });
  line('opened again', `${ms(again.median)}  on disk ${Math.round(statSync(opened.file).size / 1e6)} MB`);
}

/**
 * As fast as it takes them, for long: points of 1,000 series through the store's thread, a chart asked for every second. Memory must
 * not grow and nobody must wait: what is printed is the memory of each tenth, and the longest wait of all.
 */
async function benchSoak(folder: TemporaryFolder, seconds: number): Promise<void> {
  console.log(`\nIngest for ${seconds} s, durable, 1,000 series, 10 points of each a commit, and a chart a second`);
  const dead = (error: Error): void => console.error(error);
  const quiet = { onDeath: dead, onNeedsRestart: () => undefined, onSalvage: () => undefined };
  const file = folder.join('soak.db');
  const store = await storeInThread(path.resolve('dist/engine.cjs'), file, quiet);
  const runId = newRunId();
  const launch = { command: ['true'], cwd: '/', environment: [], retries: 0 };
  const texts = { tags: [], metadataJson: '{}', parametersJson: '{}' };
  await store.submit({ runId, experiment: 'bench', name: 'bench', ...texts, ...launch }, 0);
  await store.beginAttempt(runId, { executor: 'local', host: 'bench', folder: '/' }, 0);
  const metrics = names(1000);
  const few = Array.from({ length: 50 }, (_, i) => batch(metrics, 10 * i, 10, noisyFloats));
  const began = performance.now();
  const none = { events: [], metadataJson: [], tags: [], progress: undefined, artifacts: [] };
  const waits: number[] = [];
  // What the machine itself makes one wait: for the disk, and for the processor.
  const synced: number[] = [];
  const bare = openSync(folder.join('bare'), 'w');
  const bytes = Buffer.alloc(100_000, 7);
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const charts: number[] = [];
  let [commits, tenth, asked, slowest] = [0, 1, began, 0];
  for (let now = began; now - began < 1000 * seconds;) {
    const made = few[commits % few.length] ?? batch(metrics, 0, 10, noisyFloats);
    const shift = 10 * (commits - (commits % few.length));
    const points = {
      ...made,
      step: made.step.map((step) => step + shift),
      time: made.time.map((s) => s + 0.031 * shift),
    };
    const position = { offsetBytes: 100 * commits, lines: commits, nextStep: 0, warnings: 0 };
    const sent = performance.now();
    const chart =
      sent - asked > 1000
        ? store.windows(runId, [`metric/${commits % 1000}`], { axis: 'step', buckets: 2000 })
        : undefined;
    const chartDone = chart?.then(() => charts.push(performance.now() - sent));
    await store.ingest({ runId, attempt: 1, points, ...none, position, heardAtMs: Date.now() });
    await chartDone;
    now = performance.now();
    if (chart) asked = now;
    waits.push(now - sent);
    slowest = Math.max(slowest, now - sent);
    commits += 1;
    if (commits % 50 === 0) {
      const syncing = performance.now();
      writeSync(bare, bytes, 0, bytes.length, 0);
      fdatasyncSync(bare);
      synced.push(performance.now() - syncing);
    }
    if (now - began >= (tenth * 1000 * seconds) / 10) {
      line(
        `after ${Math.round((now - began) / 1000)} s, ${rate(10_000 * commits, now - began)}`,
        `memory ${Math.round(process.memoryUsage().rss / 1e6)} MB  longest wait in this tenth ${ms(slowest)}  file ${Math.round(statSync(file).size / 1e6)} MB  log ${Math.round(statSync(`${file}-wal`).size / 1e6)} MB`,
      );
      tenth += 1;
      slowest = 0;
    }
  }
  waits.sort((a, b) => a - b);
  charts.sort((a, b) => a - b);
  line(
    `longest of ${waits.length.toLocaleString('en')} waits`,
    `${ms(waits.at(-1) ?? NaN)}  p50 ${ms(quantile(waits, 0.5))}  p99.9 ${ms(quantile(waits, 0.999))}  over 100 ms: ${waits.filter((wait) => wait > 100).length}`,
  );
  line('a bare write and fdatasync of 100 kB, now and then (baseline)', `longest ${ms(Math.max(...synced))}`);
  line('a timer of the thread that asks (baseline)', `longest delay ${ms(lag.max / 1e6)}`);
  closeSync(bare);
  line('a chart meanwhile', `p50 ${ms(quantile(charts, 0.5))}  max ${ms(charts.at(-1) ?? NaN)}`);
  await store.close();
}

export async function benchSeries(): Promise<void> {
  await within(benchIngest);
  await within(benchTail);
  await within((folder) => benchWindows(folder, [1e4, 1e5, 1e6, 1e7]));
  await within(benchMany);
  await within(benchJoined);
  await within(benchReopen);
}

export async function benchHugeSeries(): Promise<void> {
  await within((folder) => benchWindows(folder, [1e8]));
}

/** Each by itself. */
export const seriesBenches = {
  'series-ingest': async () => within(benchIngest),
  'series-tail': async () => within(benchTail),
  'series-windows': async () => within((folder) => benchWindows(folder, [1e6, 1e7])),
  'series-many': async () => within(benchMany),
  'series-joined': async () => within(benchJoined),
  'series-names': async () => within(benchNames),
  'series-soak': async () => within(async (folder) => benchSoak(folder, 600)),
  'series-soak-short': async () => within(async (folder) => benchSoak(folder, 20)),
  'series-soak-middle': async () => within(async (folder) => benchSoak(folder, 120)),
  'series-reopen': async () => within(benchReopen),
};

async function within(work: (folder: TemporaryFolder) => Promise<void> | void): Promise<void> {
  const folder = temporaryFolder();
  try {
    await work(folder);
  } finally {
    folder.remove();
  }
}
