import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';
import type { RunId } from '../../../src/model/ids';
import { readEngineAddress } from '../../../src/protocol/engineAddress';

describe('an engine that is killed', () => {
  let harness: EngineHarness;
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => harness.stop());

  /** Logs a point each 20 ms and counts its own starts in a file. */
  const counting = (points: number, code = 0): string => `
    import { appendFileSync as append } from 'node:fs';
    append('starts', process.env.SIDELAB_RUN_ID + '\\n');
    for (let i = 0; i < ${points}; i += 1) { log({ step: i, metrics: { n: i } }); await sleep(20); }
    process.exit(${code});
  `;
  const startsOf = (runId: RunId): number =>
    readFileSync(harness.folder.join('starts'), 'utf8')
      .split('\n')
      .filter((line) => line === runId).length;

  it('loses nothing of a run that goes on meanwhile: all its points once, and its exit code', async () => {
    const client = await harness.start();
    const run = await client.peer.call('runs.submit', harness.script(counting(60, 5)));
    await until(async () => (await harness.values(client, run.id, 'n')).y.length > 10, 'points');
    await harness.killEngine();
    const again = await harness.start();
    const settled = await harness.settled(again, run.id);
    assert.deepEqual([settled.status, settled.attempt?.exitCode], ['failed', 5]);
    assert.deepEqual(
      (await harness.values(again, run.id, 'n')).y,
      Array.from({ length: 60 }, (_, i) => i),
    );
    assert.equal(startsOf(run.id), 1);
  });

  it('finds what ended meanwhile, because the wrapper starts an engine when its program has ended', async () => {
    const client = await harness.start();
    const run = await client.peer.call('runs.submit', harness.script(counting(30)));
    await harness.reached(client, run.id, 'running');
    await harness.killEngine();
    const dead = await harness.enginePid();
    const next = await until(async () => {
      const address = await readEngineAddress(harness.home);
      return address && address.pid !== dead && address;
    }, 'an engine that nobody but the wrapper started');
    assert.ok(isAlive(next.pid));
    const again = await harness.connect();
    const settled = await harness.settled(again, run.id);
    assert.deepEqual([settled.status, settled.attempt?.exitCode], ['completed', 0]);
    assert.equal((await harness.values(again, run.id, 'n')).y.length, 30);
  });

  it('between claim and record, or at any other moment of a launch, starts no attempt twice and forgets none', async () => {
    for (let round = 0; round < 12; round += 1) {
      const client = await harness.start();
      const submission = harness.script(counting(3));
      const claim = path.join(harness.home, 'runs', submission.runId, 'attempts', '1', 'claim');
      await client.peer.call('runs.submit', submission);
      // From right after the acknowledgement to some time after the claim; every third round exactly at the claim.
      if (round % 3 === 0) {
        while (!existsSync(claim)) await new Promise((resolve) => setImmediate(resolve));
      } else {
        await new Promise((resolve) => setTimeout(resolve, round * 2));
      }
      await harness.killEngine();
      const again = await harness.start();
      const settled = await harness.settled(again, submission.runId);
      assert.equal(settled.status, 'completed', `round ${round}: ${settled.evidence}`);
      assert.equal(startsOf(submission.runId), 1, `round ${round}`);
      assert.equal((await harness.values(again, submission.runId, 'n')).y.length, 3, `round ${round}`);
      await harness.killEngine();
    }
  });

  it('while it ends a run goes on to end it', async () => {
    const client = await harness.start('--grace-ms', '500');
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); log({ event: 'ready' });`),
    );
    await until(
      async () => (await client.peer.call('events.list', { runId: run.id, limit: 1 })).events.length > 0,
      'ready',
    );
    await client.peer.call('runs.cancel', { runId: run.id });
    await harness.killEngine();
    const again = await harness.start('--grace-ms', '500');
    assert.equal((await harness.settled(again, run.id)).status, 'cancelled');
    assert.deepEqual(harness.processesOf(run.id), []);
  });

  it('together with its run tells that the run was lost', async () => {
    const client = await harness.start();
    const run = await client.peer.call('runs.submit', harness.script('setInterval(() => {}, 1000)'));
    await harness.reached(client, run.id, 'running');
    await harness.killEngine();
    for (const pid of harness.processesOf(run.id)) process.kill(pid, 'SIGKILL');
    const again = await harness.start();
    const settled = await harness.settled(again, run.id);
    assert.deepEqual([settled.status, settled.attempt?.reason], ['lost', 'lost']);
  });

  it('leaves its queue to the next one', async () => {
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce: 1 });
    const first = await client.peer.call('runs.submit', harness.script(counting(20)));
    const second = await client.peer.call('runs.submit', harness.script(counting(2)));
    await harness.reached(client, first.id, 'running');
    assert.match((await client.peer.call('runs.get', { run: second.id })).run.evidence ?? '', /waits for room/);
    await harness.killEngine();
    const again = await harness.start();
    assert.equal((await harness.settled(again, first.id)).status, 'completed');
    assert.equal((await harness.settled(again, second.id)).status, 'completed');
    assert.deepEqual([startsOf(first.id), startsOf(second.id)], [1, 1]);
  });
});

describe('a home', () => {
  let harness: EngineHarness;
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => harness.stop());

  it('has one engine, whoever starts how many at once', async () => {
    const children = Array.from({ length: 5 }, () => harness.spawnEngine());
    const client = await harness.connect();
    const { pid } = await client.peer.call('engine.hello', { client: 'test', version: '0' });
    await until(() => children.filter((child) => child.exitCode === 75).length === 4, 'the other engines to give up');
    assert.deepEqual(
      children.filter((child) => child.exitCode === null).map((child) => child.pid),
      [pid],
    );
  });

  it('is answered for again after the folder of its socket was deleted during a run', async () => {
    const client = await harness.start('--socket-check-ms', '200');
    const run = await client.peer.call('runs.submit', harness.script('await sleep(1500); log({ metrics: { a: 1 } })'));
    const before = await readEngineAddress(harness.home);
    rmSync(harness.folder.join('r'), { recursive: true });
    // The engine may not make the runtime folder anew under another user's roof; here it can.
    const again = await until(async () => {
      const address = await readEngineAddress(harness.home);
      return address && existsSync(address.socket) && (await harness.connect());
    }, 'the socket');
    assert.equal((await readEngineAddress(harness.home))?.pid, before?.pid, 'the same engine');
    assert.equal((await harness.settled(again, run.id)).status, 'completed');
    assert.ok((await client.peer.call('runs.list', { limit: 1 })).runs.length > 0, 'old connections live on');
  });

  it('is left alone by an engine that is idle: it ends by itself, and leaves nothing that points to it', async () => {
    const client = await harness.start('--idle-ms', '300');
    const run = await client.peer.call('runs.submit', harness.script(''));
    await harness.settled(client, run.id);
    const pid = await harness.enginePid();
    client.peer.dispose();
    await until(() => !isAlive(pid), 'the end of the idle engine');
    assert.equal(await readEngineAddress(harness.home), undefined);
    assert.equal(existsSync(path.join(harness.home, 'engine.pid')), false);
  });

  it('keeps an engine that is asked to end from losing the end of a run', async () => {
    const client = await harness.start();
    const run = await client.peer.call('runs.submit', harness.script('await sleep(300); process.exit(4)'));
    await harness.reached(client, run.id, 'running');
    process.kill(await harness.enginePid(), 'SIGTERM');
    const again = await harness.connect();
    const settled = await harness.settled(again, run.id);
    assert.deepEqual([settled.status, settled.attempt?.exitCode], ['failed', 4]);
  });

  it('is private: folders, database, token and environments are for the owner only', async () => {
    const client = await harness.start();
    const run = await client.peer.call(
      'runs.submit',
      harness.script('setInterval(() => {}, 1000)', { environment: [['S', 'kept-to-oneself']] }),
    );
    await harness.reached(client, run.id, 'running');
    const { statSync } = await import('node:fs');
    const modes = [
      '',
      'engine.json',
      'token',
      'runs',
      path.join('runs', run.id),
      path.join('runs', run.id, 'environment.json'),
    ].map((name) => statSync(path.join(harness.home, name)).mode & 0o077);
    assert.deepEqual(modes, [0, 0, 0, 0, 0, 0]);
    await client.peer.call('runs.cancel', { runId: run.id });
    await harness.settled(client, run.id);
    const hits = readdirSync(harness.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes('kept-to-oneself'));
    assert.deepEqual(
      hits.map((entry) => entry.name),
      [],
    );
  });
});

describe('bad input', () => {
  let harness: EngineHarness;
  let client: TestClient;
  before(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  after(async () => harness.stop());

  it('in a run log becomes warnings that name their lines, and the rest is read', async () => {
    const long = 'x'.repeat(10_000);
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        const raw = (text) => appendFileSync(process.env.SIDELAB_RUN_LOG, text);
        raw('this is no JSON\\n');
        raw('{"metrics":{"good":1,"bad":"high"}}\\n');
        raw('{"metrics":{"__proto__":2}}\\n');
        raw('{"metrics":{"${long}":3}}\\n');
        raw('{"metrics":{"nan":NaN,"inf":-Infinity}}\\r\\n');
        raw('[1,2]\\n\\n');
        raw(Buffer.from([0xff, 0xfe, 10]));
        raw('{"step":9,"metrics":{"good":4}}');
      `),
    );
    const settled = await harness.settled(client, run.id);
    assert.equal(settled.status, 'completed');
    const { events } = await client.peer.call('events.list', { runId: run.id, limit: 100 });
    const warnings = events
      .filter((event) => event.level === 'warning')
      .map((event) => event.message)
      .reverse();
    assert.equal(warnings.length, 5);
    assert.match(warnings[0] ?? '', /^Run log line 1: not a JSON object: this is no JSON/);
    assert.match(warnings[1] ?? '', /^Run log line 2: metric "bad" is not a number: "high"/);
    assert.match(warnings[2] ?? '', /^Run log line 4: the name of a metric has 10000 characters/);
    assert.match(warnings[3] ?? '', /^Run log line 6: not a JSON object/);
    assert.match(warnings[4] ?? '', /^Run log line 8: not a JSON object/);
    assert.deepEqual(await harness.values(client, run.id, 'good'), { x: [0, 9], y: [1, 4] });
    assert.deepEqual(await harness.values(client, run.id, '__proto__'), { x: [1], y: [2] });
    assert.deepEqual((await harness.values(client, run.id, 'nan')).y, [NaN]);
    assert.deepEqual((await harness.values(client, run.id, 'inf')).y, [-Infinity]);
  });

  it('of a program that is missing, or a folder, fails the run in words', async () => {
    const missing = await client.peer.call('runs.submit', harness.submission(['no-such-program-anywhere']));
    assert.match((await harness.settled(client, missing.id)).evidence ?? '', /exit code 127 \(program not found\)/);
    const folder = await client.peer.call('runs.submit', harness.script('', { cwd: '/no/such/folder' }));
    const settled = await harness.settled(client, folder.id);
    assert.deepEqual([settled.status, settled.evidence], ['failed', 'the folder /no/such/folder does not exist']);
  });

  it('in a request is refused by name, and the engine goes on', async () => {
    // @ts-expect-error what a client of another make might send
    await assert.rejects(client.peer.call('runs.submit', { runId: '../../etc' }), /runs\.submit/);
    await assert.rejects(client.peer.call('runs.get', { run: 'nothing' }), /There is no run called nothing/);
    await assert.rejects(
      client.peer.call('runs.submit', harness.script('', { parametersJson: '[1]' })),
      /must be JSON objects/,
    );
    assert.ok(await client.peer.call('engine.hello', { client: 'test', version: '0' }));
  });

  it('of a run log that is cut short is said, and what comes after is read', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        import { truncateSync } from 'node:fs';
        for (let i = 0; i < 20; i += 1) log({ step: i, metrics: { n: i } });
        await sleep(400);
        truncateSync(process.env.SIDELAB_RUN_LOG, 0);
        await sleep(200);
        log({ step: 100, metrics: { n: 100 } });
      `),
    );
    await harness.settled(client, run.id);
    const { events } = await client.peer.call('events.list', { runId: run.id, limit: 10 });
    assert.match(events[0]?.message ?? '', /became shorter/);
    assert.deepEqual((await harness.values(client, run.id, 'n')).x.slice(-2), [19, 100]);
  });
});
