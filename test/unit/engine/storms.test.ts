import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { RunId } from '../../../src/model/ids';
import { isSettled } from '../../../src/model/runStatus';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('an engine under stress', () => {
  let harness: EngineHarness;
  let client: TestClient;
  beforeEach(async () => {
    harness = new EngineHarness();
    client = await harness.start('--grace-ms', '1000');
  });
  afterEach(async () => harness.stop());

  const statuses = async (ids: readonly RunId[]): Promise<string[]> => {
    await until(
      async () => (await client.peer.call('runs.list', { active: true, limit: 1 })).runs.length === 0,
      'all ends',
    );
    const runs = await Promise.all(ids.map(async (run) => (await client.peer.call('runs.get', { run })).run));
    assert.ok(runs.every((run) => isSettled(run.status)));
    return runs.map((run) => run.status);
  };

  it('cancels a run whose cancelling comes with its submission', async () => {
    await client.peer.call('engine.configure', { atOnce: 8 });
    const ids: RunId[] = [];
    for (let i = 0; i < 40; i += 1) {
      const { id } = await client.peer.call('runs.submit', harness.submission(['sleep', '600']));
      if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, i % 8));
      await client.peer.call('runs.cancel', { runId: id });
      ids.push(id);
    }
    assert.deepEqual([...new Set(await statuses(ids))], ['cancelled']);
    assert.deepEqual(
      ids.flatMap((id) => harness.processesOf(id)),
      [],
    );
  });

  it('settles runs that are cancelled in the moment in which they fail or are tried again', async () => {
    await client.peer.call('engine.configure', { atOnce: 8 });
    const ids = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const { id } = await client.peer.call(
          'runs.submit',
          harness.submission(['sh', '-c', 'exit 1'], { retries: i % 4 }),
        );
        await new Promise((resolve) => setTimeout(resolve, (i * 7) % 120));
        // Settled before, or a wish that comes in time: both are fine.
        await client.peer.call('runs.cancel', { runId: id }).catch(() => undefined);
        return id;
      }),
    );
    assert.deepEqual(
      (await statuses(ids)).filter((status) => status !== 'cancelled' && status !== 'failed'),
      [],
    );
  });

  it('keeps every point of a program that logs faster than it can be stored, answers meanwhile, and ends when asked to', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        const lines = Array.from({ length: 2000 }, (_, i) => i);
        for (let part = 0; part < 60; part += 1) {
          appendFileSync(process.env.SIDELAB_RUN_LOG, lines.map((i) => JSON.stringify({ step: part * 2000 + i, metrics: { n: i } })).join('\\n') + '\\n');
        }
      `),
    );
    await harness.reached(client, run.id, 'running');
    await client.peer.call('engine.hello', { client: 'test', version: '0' });
    const pid = await harness.enginePid();
    process.kill(pid, 'SIGTERM');
    await until(() => !isAlive(pid), 'the end of the engine');
    client = await harness.start();
    await harness.settled(client, run.id);
    const { summaries } = await client.peer.call('series.list', { runId: run.id });
    assert.equal(summaries[0]?.count, 120_000);
  });

  it('reads on past lines that are too deep, too wide, torn or beyond all numbers', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        const raw = (text) => appendFileSync(process.env.SIDELAB_RUN_LOG, text + '\\n');
        log({ step: 0, metrics: { a: 0 } });
        raw('{"metadata":{"x":' + '['.repeat(100000) + ']'.repeat(100000) + '}}');
        raw('{"tags":[' + Array.from({ length: 300000 }, (_, i) => '"t' + i + '"').join() + ']}');
        raw('{"metrics":{' + Array.from({ length: 20000 }, (_, i) => '"m' + i + '":1').join() + '}}');
        raw('{"event":"' + '\\\\"'.repeat(200000) + 'NaN');
        raw('{"progress":{"done":1,"total":1e999}}');
        raw('{"time":1e306,"event":"late"}');
        raw('{"timestamp":1e306,"event":"later"}');
        log({ step: 1, metrics: { a: 1 } });
      `),
    );
    assert.equal((await harness.settled(client, run.id)).status, 'completed');
    assert.deepEqual((await harness.values(client, run.id, 'a')).y, [0, 1]);
    assert.equal((await client.peer.call('series.list', { runId: run.id })).summaries.length, 20_001);
    const { events } = await client.peer.call('events.list', { runId: run.id, limit: 100 });
    assert.deepEqual(
      events.filter(({ level }) => level === 'info').map(({ message }) => message),
      ['later', 'late'],
    );
    const [listed] = (await client.peer.call('runs.list', { limit: 1 })).runs;
    assert.equal(listed?.progress, undefined);
  });

  it('gives a program its environment as it was, and takes no program for a command of the shell', async () => {
    const odd = {
      folder: 'mine',
      home: 'mine',
      start: 'mine',
      code: 'mine',
      'my.key': 'kept',
      'BASH_FUNC_f%%': '() {  :\n}',
    };
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`log({ metadata: { env: JSON.stringify(process.env) } })`, {
        environment: [['PATH', process.env['PATH'] ?? ''], ...Object.entries(odd)],
      }),
    );
    await harness.settled(client, run.id);
    const { metadataJson } = await client.peer.call('runs.get', { run: run.id });
    const seen = JSON.parse((JSON.parse(metadataJson) as { env: string }).env) as Record<string, string>;
    assert.deepEqual(Object.fromEntries(Object.keys(odd).map((name) => [name, seen[name]])), odd);
    assert.deepEqual(
      Object.keys(seen).filter((name) => name.startsWith('_sl_')),
      [],
    );
    for (const command of [
      ['exit', '3'],
      ['trap', '-'],
      ['_sl_start_time', 'x'],
    ]) {
      const { id } = await client.peer.call('runs.submit', harness.submission(command));
      assert.equal((await harness.settled(client, id)).attempt?.exitCode, 127, command.join(' '));
    }
  });

  it('does not touch a process that came to the number of one of its own', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['sleep', '600']));
    await harness.reached(client, run.id, 'running');
    await harness.killEngine();
    for (const pid of harness.processesOf(run.id)) process.kill(pid, 'SIGKILL');
    const innocent = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    try {
      const claim = path.join(harness.home, 'runs', run.id, 'attempts', '1', 'claim');
      const text = readFileSync(claim, 'utf8').replace(/pid=\d+ start=\d+/, `pid=${innocent.pid} start=1`);
      writeFileSync(claim, text);
      client = await harness.start();
      await client.peer.call('runs.cancel', { runId: run.id }).catch(() => undefined);
      assert.match((await harness.settled(client, run.id)).status, /^(lost|cancelled)$/);
      assert.ok(innocent.pid !== undefined && isAlive(innocent.pid));
    } finally {
      innocent.kill('SIGKILL');
    }
  });

  it('does not start an attempt again whose folder was taken away', async () => {
    const source = `import { appendFileSync as append } from 'node:fs'; append('marks', 'x'); await sleep(600_000);`;
    const run = await client.peer.call('runs.submit', harness.script(source));
    await harness.reached(client, run.id, 'running');
    await until(() => existsSync(harness.folder.join('marks')), 'the mark');
    await harness.killEngine();
    rmSync(path.join(harness.home, 'runs', run.id, 'attempts'), { recursive: true });
    client = await harness.start();
    assert.equal((await harness.settled(client, run.id)).status, 'lost');
    assert.equal(readFileSync(harness.folder.join('marks'), 'utf8'), 'x');
  });

  it('fails a run that cannot be laid down, and goes on with the queue and after a restart', async () => {
    await client.peer.call('engine.configure', { atOnce: 1 });
    const blocker = await client.peer.call('runs.submit', harness.submission(['sleep', '1']));
    await harness.reached(client, blocker.id, 'running');
    const wrong = await client.peer.call('runs.submit', harness.submission(['true']));
    const right = await client.peer.call('runs.submit', harness.submission(['true']));
    writeFileSync(path.join(harness.home, 'runs', wrong.id, 'attempts'), 'no folder');
    assert.equal((await harness.settled(client, right.id)).status, 'completed');
    assert.equal((await harness.settled(client, wrong.id)).status, 'failed');
    await harness.killEngine();
    client = await harness.start();
    assert.equal((await client.peer.call('runs.list', { limit: 10 })).runs.length, 3);
  });

  it('lets go of peers that do not know the token', async () => {
    const address = await readEngineAddress(harness.home);
    const pid = await harness.enginePid();
    const openFiles = (): number => readdirSync(`/proc/${pid}/fd`).length;
    const before = openFiles();
    const peers = Array.from({ length: 100 }, () => {
      const socket = net.connect({ path: address?.socket ?? '', allowHalfOpen: true });
      socket.on('error', () => undefined);
      socket.write('SIDELAB 1 wrong\n');
      return socket;
    });
    await until(() => openFiles() <= before + 2, 'the end of their connections');
    for (const peer of peers) peer.destroy();
  });

  it('starts one engine, not one each, when many attempts end without one', async () => {
    await client.peer.call('engine.configure', { atOnce: 30 });
    const ids = await Promise.all(
      Array.from(
        { length: 30 },
        async () => (await client.peer.call('runs.submit', harness.submission(['sleep', '2']))).id,
      ),
    );
    for (const id of ids) await harness.reached(client, id, 'running');
    await harness.killEngine();
    let most = 0;
    const engines = (): number =>
      readdirSync('/proc').filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(harness.home + '\0--idle-ms');
        } catch {
          return false;
        }
      }).length;
    await until(async () => {
      most = Math.max(most, engines());
      const address = await readEngineAddress(harness.home);
      return address !== undefined && isAlive(address.pid);
    }, 'the next engine');
    client = await harness.connect();
    assert.deepEqual([...new Set(await statuses(ids))], ['completed']);
    assert.ok(most <= 4, `${most} engines at once`);
  });
});

describe('a full disk', () => {
  let harness: EngineHarness;
  let mounted = false;
  beforeEach(function () {
    harness = new EngineHarness();
    mkdirSync(harness.home);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=0700', 'tmpfs', harness.home], { stdio: 'ignore' });
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

  it('loses no end of a run: the engine lives, new runs are refused with the reason, and all goes on when there is room', async () => {
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce: 2 });
    const submit = async (): Promise<RunId> =>
      (await client.peer.call('runs.submit', harness.submission(['sh', '-c', 'sleep 2; exit 3']))).id;
    const ids = [await submit(), await submit(), await submit(), await submit()];
    await harness.reached(client, ids[1] as RunId, 'running');
    const ballast = path.join(harness.home, 'ballast');
    execFileSync('sh', ['-c', `cat /dev/zero > ${ballast} 2>/dev/null; :`]);
    const refused = await client.peer
      .call('runs.submit', harness.submission(['true'], { parametersJson: JSON.stringify({ a: 'x'.repeat(100_000) }) }))
      .then(
        () => 'accepted',
        (error: unknown) => String(error),
      );
    assert.match(refused, /disk|cannot be kept/i);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    assert.ok(isAlive(await harness.enginePid()));
    rmSync(ballast);
    for (const id of ids) {
      const { status, attempt } = await harness.settled(client, id);
      assert.deepEqual([status, attempt?.exitCode], ['failed', 3]);
    }
  });
});
