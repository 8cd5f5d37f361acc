import assert from 'node:assert/strict';
import { pointBatch } from '../../support/pointBatch';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

const pageBytes = 8192;

/** A store of so many runs with their points, as engines write it. */
function buildStore(file: string, runs: number, pointsPerRun: number): RunId[] {
  const store = Store.open(file);
  const ids = Array.from({ length: runs }, (_, i) => {
    const runId = newRunId();
    store.submit(
      {
        runId,
        experiment: 'old',
        name: `old-${i}`,
        tags: [],
        metadataJson: '{}',
        parametersJson: '{}',
        command: ['true'],
        cwd: '/',
        environment: [],
        retries: 0,
      },
      1000 + i,
    );
    store.beginAttempt(runId, { executor: 'local', host: 'here', folder: '/f' }, 2);
    store.attemptStarted(runId, { pid: 7, atMs: 3, awakeMs: 3 });
    store.ingest({
      runId,
      attempt: 1,
      points: pointBatch(
        Array.from({ length: pointsPerRun }, (_p, n) => ({
          metric: 'loss',
          step: n,
          timeSeconds: n,
          wallMs: n,
          value: Math.sin(n + i),
        })),
      ),
      events: [],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: 10, lines: 1, nextStep: 1, warnings: 0 },
      heardAtMs: 5,
    });
    store.endAttempt(runId, { kind: 'exited', exitCode: 0, atMs: 9 }, undefined);
    return runId;
  });
  store.close();
  return ids;
}

describe('an engine on a damaged store', () => {
  let harness: EngineHarness;
  let file: string;
  beforeEach(() => {
    harness = new EngineHarness();
    file = path.join(harness.home, 'sidelab.db');
  });
  afterEach(async () => harness.stop());

  const beside = (pattern: RegExp): string[] => readdirSync(harness.home).filter((name) => pattern.test(name));

  /** As a person ends it: the store is closed, and what executes goes on. */
  async function endEngine(): Promise<void> {
    const pid = await harness.enginePid();
    process.kill(pid, 'SIGTERM');
    await until(() => !isAlive(pid), 'the end of the engine');
  }

  const hello = async (client: TestClient): ReturnType<typeof client.peer.call<'engine.hello'>> =>
    client.peer.call('engine.hello', { client: 'test', version: '0' });

  async function runsOf(client: TestClient): Promise<readonly Run[]> {
    return (await client.peer.call('runs.list', { limit: 1000 })).runs;
  }

  const logging = (points: number, until: string): string => `
    import { existsSync } from 'node:fs';
    for (let i = 0; i < ${points}; i += 1) log({ step: i, metrics: { n: i } });
    while (!existsSync(${JSON.stringify(until)})) await sleep(20);
    log({ step: ${points}, metrics: { n: ${points} } });
  `;

  for (const damage of ['cut off at its end', 'overwritten at its end'] as const) {
    it(`that was ${damage} lists its runs again, goes on with what executes, and says what was damaged`, async () => {
      mkdirSync(harness.home);
      const old = buildStore(file, 40, 1500);
      const client = await harness.start();
      const stopFile = harness.folder.join('go-on');
      const running = await client.peer.call('runs.submit', harness.script(logging(3000, stopFile)));
      const queued = harness.script('', { name: 'waits' });
      await client.peer.call('engine.configure', { atOnce: 1 });
      await client.peer.call('runs.submit', queued);
      await until(async () => (await harness.values(client, running.id, 'n')).y.length === 3000, 'its points');
      await endEngine();

      const size = statSync(file).size;
      const from = Math.floor((size * 0.75) / pageBytes) * pageBytes;
      if (damage === 'cut off at its end') truncateSync(file, from + 100);
      else {
        const bytes = readFileSync(file);
        bytes.fill(0, from);
        writeFileSync(file, bytes);
        // What a healthy-looking header hides shows when a page is read; here at the first look at the runs' points.
      }
      const damaged = readFileSync(file);
      await harness.start();
      // Damage that only a read finds ends the engine, and the next one salvages.
      const again = await until(async () => {
        const next = await harness.connect();
        try {
          for (const id of old)
            await next.peer.call('series.query', { runId: id, metrics: ['loss'], axis: 'step', buckets: 9 });
          await harness.values(next, running.id, 'n');
          return (await hello(next)).notices?.length === 1 && next;
        } catch {
          return undefined;
        }
      }, 'an engine with a store that can be read');

      const kept = await runsOf(again);
      assert.ok(kept.length >= 30, `${kept.length} runs are left`);
      assert.ok(
        kept.some(({ id }) => id === running.id),
        'what executes is never lost: its folder tells of it',
      );
      assert.equal(kept.length, new Set(kept.map(({ id }) => id)).size);
      writeFileSync(stopFile, '');
      const settled = await harness.settled(again, running.id);
      assert.deepEqual([settled.status, settled.attempt?.exitCode, settled.attempt?.number], ['completed', 0, 1]);
      assert.deepEqual(
        (await harness.values(again, running.id, 'n')).y,
        Array.from({ length: 3001 }, (_, i) => i),
      );
      const fresh = await again.peer.call('runs.submit', harness.script(''));
      assert.equal((await harness.settled(again, fresh.id)).status, 'completed');

      const [notice] = (await hello(again)).notices ?? [];
      assert.match(
        notice?.message ?? '',
        /store was damaged: .* runs could be read and kept\..*kept as sidelab\.db\.damaged-/,
      );
      const [aside, ...more] = beside(/\.damaged-\d+T\d+Z$/);
      assert.deepEqual(more, []);
      const setAside = readFileSync(path.join(harness.home, aside ?? ''));
      // What only a read finds is found when the engine has written to the file: what executes goes on meanwhile.
      const written = damage === 'cut off at its end' ? 0 : 50;
      assert.ok(differingPages(setAside, damaged) <= written, 'what was damaged is as it was found');
      const report = readFileSync(notice?.file ?? '', 'utf8');
      assert.match(report, /What was kept:\n( {2}\w+: \d+ rows?.*\n)+/);
      assert.match(report, /(tail|chunk|stream): \d+ rows? \(a part could not be read/);
      assert.match(readFileSync(path.join(harness.home, 'logs', 'engine.log'), 'utf8'), /The store is damaged/);

      await again.peer.call('engine.acknowledge', { id: notice?.id ?? '' });
      assert.deepEqual((await hello(again)).notices, []);
      await endEngine();
      const last = await harness.start();
      assert.deepEqual((await hello(last)).notices, [], 'once heard, it is said no more');
    });
  }

  it('from which nothing can be read does not start, says why, and leaves it as it is', async () => {
    mkdirSync(harness.home);
    const bytes = Buffer.from('this is no database, but somebody put it here '.repeat(200));
    writeFileSync(file, bytes);
    const child = harness.spawnEngine();
    await until(() => child.exitCode !== null, 'the engine to give up');
    assert.equal(child.exitCode, 1);
    assert.ok(readFileSync(file).equals(bytes));
    assert.deepEqual(beside(/^sidelab/), ['sidelab.db']);
    const log = readFileSync(path.join(harness.home, 'logs', 'engine.log'), 'utf8');
    assert.match(log, /nothing in it can be read: the file is no database/);
  });

  it('that is killed at any moment of the salvage is followed by one that does it again, and nothing is doubled', async () => {
    const template = harness.folder.join('template.db');
    const ids = buildStore(template, 60, 1500);
    truncateSync(template, statSync(template).size - 3 * pageBytes);
    const reference = harness.folder.join('reference.db');
    copyFileSync(template, reference);
    const look = (opened: string): unknown => {
      const store = Store.open(opened);
      const seen = {
        runs: store.runs({ limit: 1000 }).runs,
        counts: ids.map((id) => [
          id,
          store.summaries(id),
          store.windows(id, ['loss'], { axis: 'step', buckets: 3000 })[0]?.first.length,
        ]),
        notices: store.notices().length,
      };
      store.close();
      return seen;
    };
    const expected = look(reference);
    const original = readFileSync(template);

    const moments: [string, () => boolean][] = [
      ['before anything', () => true],
      ['the new store is begun', () => existsSync(`${file}.salvaged`)],
      [
        'the new store is half full',
        () => existsSync(`${file}.salvaged-wal`) || sizeOf(`${file}.salvaged`) > original.byteLength / 2,
      ],
      ['the new store is finished', () => existsSync(`${file}.salvaged-wal`)],
      ['the report is there', () => existsSync(`${file}.salvaged.txt`)],
      ['the swap is begun', () => existsSync(`${file}.swap`)],
      ['the damaged one is aside', () => beside(/\.damaged-\d+T\d+Z$/).length > 0],
    ];
    // Each moment by itself, then one after another in the same home.
    for (const chosen of [...moments.map((moment) => [moment]), moments]) {
      const what = chosen.map(([name]) => name).join(', ');
      rmSync(harness.home, { recursive: true, force: true });
      mkdirSync(harness.home);
      copyFileSync(template, file);
      for (const [, isNow] of chosen) {
        const child = harness.spawnEngine('--lock-wait-ms', '5000');
        while (!isNow() && child.exitCode === null && !existsSync(path.join(harness.home, 'engine.json'))) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        child.kill('SIGKILL');
        await until(() => child.signalCode !== null || child.exitCode !== null, 'the end of the engine');
        const copies = [file, ...beside(/\.damaged-\d+T\d+Z$/).map((name) => path.join(harness.home, name))];
        assert.ok(
          copies.some((copy) => existsSync(copy) && readFileSync(copy).equals(original)),
          'the damaged original is there at every moment',
        );
      }
      const client = await harness.start();
      assert.equal((await hello(client)).notices?.length, 1, what);
      await endEngine();
      assert.deepEqual(look(file), expected, what);
      const aside = beside(/\.damaged-\d+T\d+Z$/);
      assert.equal(aside.length, 1);
      assert.ok(readFileSync(path.join(harness.home, aside[0] ?? '')).equals(original));
      assert.deepEqual(beside(/salvaged|swap|examined|suspect/), []);
      assert.deepEqual(beside(/\.txt$/), [`${aside[0]}.txt`]);
    }
  }).timeout(120_000);

  it('whose damage shows only when a page is read ends, and the next one salvages; what executes goes on', async () => {
    mkdirSync(harness.home);
    const ids = buildStore(file, 60, 1500);
    const client = await harness.start();
    const stopFile = harness.folder.join('go-on');
    const running = await client.peer.call('runs.submit', harness.script(logging(10, stopFile)));
    await harness.reached(client, running.id, 'running');
    await endEngine();
    const db = new DatabaseSync(file);
    const leaf = db
      .prepare("SELECT pageno FROM dbstat WHERE name = 'tail' AND pagetype = 'overflow' LIMIT 1 OFFSET 20")
      .get();
    db.close();
    const bytes = readFileSync(file);
    const at = (Number(leaf?.['pageno']) - 1) * pageBytes;
    bytes.fill(0xa5, at, at + pageBytes);
    writeFileSync(file, bytes);

    const second = await harness.start();
    assert.deepEqual((await hello(second)).notices, [], 'a start does not read everything');
    const pid = await harness.enginePid();
    const reads = ids.map(async (id) => harness.values(second, id, 'loss'));
    const results = await Promise.allSettled(reads);
    assert.ok(results.some(({ status }) => status === 'rejected'));
    await until(() => !isAlive(pid), 'the end of the engine that met it');
    const third = await harness.connect();
    assert.equal((await hello(third)).notices?.length, 1);
    assert.equal((await runsOf(third)).length, ids.length + 1);
    for (const id of ids) await harness.values(third, id, 'loss');
    writeFileSync(stopFile, '');
    assert.equal((await harness.settled(third, running.id)).status, 'completed');
    assert.deepEqual((await harness.values(third, running.id, 'n')).y.length, 11);
  });
});

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

describe('a full disk under a damaged store', () => {
  let harness: EngineHarness;
  let mounted = false;
  beforeEach(function () {
    harness = new EngineHarness();
    mkdirSync(harness.home);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', harness.home], { stdio: 'ignore' });
      mounted = true;
    } catch {
      // Only root may mount a small disk; elsewhere this cannot be tried.
      this.skip();
    }
  });
  afterEach(async () => {
    await harness.stop(() => {
      if (mounted) execFileSync('umount', ['-l', harness.home]);
    });
  });

  it('is refused in words with everything as it was, and salvaged when there is room', async () => {
    const file = path.join(harness.home, 'sidelab.db');
    const ids = buildStore(file, 60, 1500);
    truncateSync(file, statSync(file).size - 1);
    const original = readFileSync(file);
    const ballast = path.join(harness.home, 'ballast');
    execFileSync('sh', ['-c', `cat /dev/zero > ${ballast} 2>/dev/null; :`]);
    // Room for less and less of the new store: at its beginning, in its middle, at its very end.
    for (const room of [0, 0.3, 0.9, 0.99, 1]) {
      truncateSync(
        ballast,
        Math.max(0, 24 * 1024 * 1024 - original.byteLength - 200_000 - Math.floor(original.byteLength * room)),
      );
      const child = harness.spawnEngine();
      const started = await until(
        () => (child.exitCode !== null ? 'gave up' : existsSync(path.join(harness.home, 'engine.json')) && 'started'),
        'the engine to give up or to start',
      );
      if (started === 'started') break;
      assert.equal(child.exitCode, 1);
      assert.ok(readFileSync(file).equals(original));
      assert.deepEqual(
        readdirSync(harness.home).filter((name) => /damaged|salvaged|swap|examined/.test(name)),
        [],
      );
    }
    rmSync(ballast);
    const client = await harness.start();
    assert.equal((await client.peer.call('runs.list', { limit: 1000 })).runs.length, ids.length);
    const log = readFileSync(path.join(harness.home, 'logs', 'engine.log'), 'utf8');
    assert.match(log, /could not be repaired: there is no room for a new one/);
  });
});

function differingPages(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let at = 0; at < Math.max(a.length, b.length); at += pageBytes) {
    if (!a.subarray(at, at + pageBytes).equals(b.subarray(at, at + pageBytes))) count += 1;
  }
  return count;
}
