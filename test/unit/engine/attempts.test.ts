import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Attempt } from '../../../src/model/run';
import { EngineHarness, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('attempts of a run', () => {
  let harness: EngineHarness;
  let client: TestClient;
  before(async () => {
    harness = new EngineHarness();
    client = await harness.start('--grace-ms', '2000');
  });
  after(async () => harness.stop());

  const attemptsOf = async (run: RunId): Promise<Attempt[]> => (await client.peer.call('runs.get', { run })).attempts;
  const events = async (runId: RunId): Promise<string[]> =>
    (await client.peer.call('events.list', { runId, limit: 100 })).events.map(({ message }) => message).reverse();
  const environment: [string, string][] = [['PATH', process.env['PATH'] ?? '']];

  /** Adds a letter to a file of the checkpoint folder, says what it holds, and fails until it holds three. */
  const checkpointing = `
    import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    const file = process.env.SIDELAB_CHECKPOINTS + '/state';
    const state = (existsSync(file) ? readFileSync(file, 'utf8') : '') + 'x';
    writeFileSync(file, state);
    log({ step: state.length, metrics: { n: state.length }, event: 'state ' + state + ' attempt ' + process.env.SIDELAB_ATTEMPT });
    process.exit(state.length < 3 ? 1 : 0);
  `;

  it('are at most one more than its retries, share their checkpoints, and each has its own end', async () => {
    const run = await client.peer.call('runs.submit', harness.script(checkpointing, { retries: 5 }));
    const settled = await harness.settled(client, run.id);
    assert.deepEqual([settled.status, settled.attempt?.number, settled.attemptsMax], ['completed', 3, 6]);
    assert.deepEqual(
      (await attemptsOf(run.id)).map(({ number, exitCode, reason }) => [number, exitCode, reason]),
      [
        [1, 1, 'failed'],
        [2, 1, 'failed'],
        [3, 0, 'completed'],
      ],
    );
    assert.deepEqual(await events(run.id), ['state x attempt 1', 'state xx attempt 2', 'state xxx attempt 3']);
    assert.deepEqual(await harness.values(client, run.id, 'n'), { x: [1, 2, 3], y: [1, 2, 3] });
  });

  it('are not one more than asked for when all of them fail', async () => {
    const run = await client.peer.call('runs.submit', harness.script('process.exit(7)', { retries: 2 }));
    const settled = await harness.settled(client, run.id);
    assert.deepEqual(
      [settled.status, settled.evidence, (await attemptsOf(run.id)).length],
      ['failed', 'exit code 7', 3],
    );
  });

  it('by hand begin with empty checkpoints when retried and with the kept ones when resumed, and use up no retry', async () => {
    const run = await client.peer.call('runs.submit', harness.script(checkpointing));
    assert.equal((await harness.settled(client, run.id)).status, 'failed');
    const again = async (checkpoints: 'empty' | 'kept'): Promise<string[]> => {
      const queued = await client.peer.call('runs.retry', { runId: run.id, checkpoints, key: newRunId(), environment });
      assert.equal(queued.status, 'queued');
      await harness.settled(client, run.id);
      return (await events(run.id)).slice(-1);
    };
    assert.deepEqual(await again('kept'), ['state xx attempt 2']);
    assert.deepEqual(await again('empty'), ['state x attempt 3']);
    assert.deepEqual(await again('kept'), ['state xx attempt 4']);
    assert.deepEqual(await again('kept'), ['state xxx attempt 5']);
    const settled = (await client.peer.call('runs.get', { run: run.id })).run;
    assert.deepEqual([settled.status, settled.attemptsMax], ['completed', 5]);
    const put = path.join(harness.home, 'runs', run.id, 'attempts', '2', 'checkpoints', 'state');
    assert.equal(readFileSync(put, 'utf8'), 'xx', 'the old checkpoints stay with their attempt');
  });

  it('by hand that are asked for again with the same key, after a lost answer, are one', async () => {
    const run = await client.peer.call('runs.submit', harness.script('process.exit(1)'));
    await harness.settled(client, run.id);
    const wish = { runId: run.id, checkpoints: 'empty' as const, key: newRunId(), environment };
    await Promise.all([client.peer.call('runs.retry', wish), client.peer.call('runs.retry', wish)]);
    await harness.settled(client, run.id);
    await client.peer.call('runs.retry', wish);
    assert.equal((await attemptsOf(run.id)).length, 2);
  });

  it('by hand leave the retries of the next ones as they were', async () => {
    const run = await client.peer.call('runs.submit', harness.script('process.exit(1)', { retries: 1 }));
    await harness.settled(client, run.id);
    await client.peer.call('runs.retry', { runId: run.id, checkpoints: 'empty', key: newRunId(), environment });
    await harness.settled(client, run.id);
    assert.equal((await attemptsOf(run.id)).length, 3);
  });

  it('by hand are refused while the run is active, and get the environment of who asks for them', async () => {
    const source = `log({ event: 'colour ' + process.env.COLOUR }); await sleep(300); process.exit(1);`;
    const run = await client.peer.call('runs.submit', harness.script(source, { environment: [['COLOUR', 'red']] }));
    await harness.reached(client, run.id, 'running');
    await assert.rejects(
      client.peer.call('runs.retry', { runId: run.id, checkpoints: 'empty', key: newRunId(), environment }),
      /cannot be tried again before it has ended/,
    );
    await harness.settled(client, run.id);
    await client.peer.call('runs.retry', {
      runId: run.id,
      checkpoints: 'empty',
      key: newRunId(),
      environment: [['COLOUR', 'blue']],
    });
    await harness.settled(client, run.id);
    assert.deepEqual(await events(run.id), ['colour red', 'colour blue']);
  });

  it('pause before the next one, twice as long each time, and say so', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script('process.exit(1)', { retries: 2, retryDelayMs: 600 }),
    );
    const waiting = await until(async () => {
      const { run: now } = await client.peer.call('runs.get', { run: run.id });
      return now.status === 'queued' && now.attempt !== undefined && now;
    }, 'the pause');
    assert.match(waiting.evidence ?? '', /^exit code 1; will be tried again in/);
    await harness.settled(client, run.id);
    const [first, second, third] = await attemptsOf(run.id);
    assert.ok((second?.createdAtMs ?? 0) - (first?.endedAtMs ?? 0) >= 590);
    assert.ok((third?.createdAtMs ?? 0) - (second?.endedAtMs ?? 0) >= 1190);
  });

  it('that pause are cancelled at once, and pause on after the engine was killed', async () => {
    const one = await client.peer.call(
      'runs.submit',
      harness.script('process.exit(1)', { retries: 1, retryDelayMs: 600_000 }),
    );
    const two = await client.peer.call(
      'runs.submit',
      harness.script('process.exit(1)', { retries: 1, retryDelayMs: 2000 }),
    );
    for (const { id } of [one, two]) {
      await until(
        async () => (await client.peer.call('runs.get', { run: id })).run.evidence?.includes('again in'),
        'the pause',
      );
    }
    assert.equal((await client.peer.call('runs.cancel', { runId: one.id })).status, 'cancelled');
    await harness.killEngine();
    client = await harness.start('--grace-ms', '2000');
    assert.equal((await harness.settled(client, two.id)).status, 'failed');
    const [first, second] = await attemptsOf(two.id);
    assert.ok((second?.createdAtMs ?? 0) - (first?.endedAtMs ?? 0) >= 1990);
  });

  it('go on when the pause was over before anybody saw the end of the attempt before it', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script('log({ event: "here" }); await sleep(300); process.exit(1)', { retries: 1, retryDelayMs: 20 }),
    );
    await until(async () => {
      const { events } = await client.peer.call('events.list', { runId: run.id, limit: 1 });
      return events.length > 0;
    }, 'the program');
    await harness.killEngine();
    client = await harness.connect();
    assert.equal((await harness.settled(client, run.id)).attempt?.number, 2);
  });

  it('are warned by a signal ahead of their limit, once, and can save what they have', async () => {
    const source = `
      import { writeFileSync } from 'node:fs';
      process.on('SIGUSR1', () => { writeFileSync(process.env.SIDELAB_CHECKPOINTS + '/saved', 'yes'); log({ event: 'saved' }); });
      log({ event: 'ready' });
      setInterval(() => {}, 1000);
    `;
    const run = await client.peer.call(
      'runs.submit',
      harness.script(source, { timeoutMs: 1500, signal: { name: 'USR1', beforeMs: 800 }, graceMs: 300 }),
    );
    const settled = await harness.settled(client, run.id);
    assert.deepEqual([settled.status, settled.evidence], ['failed', 'timed out after 1 s']);
    assert.deepEqual((await events(run.id)).sort(), ['Sent SIGUSR1: 0 s left of the time limit.', 'ready', 'saved']);
    assert.ok(existsSync(path.join(harness.home, 'runs', run.id, 'checkpoints', 'saved')));
  });

  it('get the grace time of their own before they are ended by force', async () => {
    const source = `process.on('SIGTERM', () => { setTimeout(() => process.exit(5), 700); }); setInterval(() => {}, 1000); log({ event: 'ready' });`;
    const patient = await client.peer.call('runs.submit', harness.script(source, { graceMs: 5000 }));
    const hasty = await client.peer.call('runs.submit', harness.script(source, { graceMs: 100 }));
    for (const { id } of [patient, hasty]) {
      await until(async () => (await events(id)).includes('ready'), 'ready');
      await client.peer.call('runs.cancel', { runId: id });
    }
    assert.equal((await harness.settled(client, patient.id)).attempt?.exitCode, 5);
    assert.equal((await harness.settled(client, hasty.id)).attempt?.exitCode, 137);
  });

  it('tell the most memory that their processes held', async () => {
    const source = `
      const kept = Buffer.alloc(150 * 1024 * 1024, 1);
      log({ event: 'held ' + kept.length });
      await sleep(1500);
    `;
    const run = await client.peer.call('runs.submit', harness.script(source));
    await harness.settled(client, run.id);
    const [attempt] = await attemptsOf(run.id);
    assert.ok((attempt?.peakMemoryBytes ?? 0) > 150 * 1024 * 1024, String(attempt?.peakMemoryBytes));
  });

  it('keep their time limit, counted from their start, when the engine is killed in between', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script('setInterval(() => {}, 1000)', { timeoutMs: 2500 }),
    );
    await harness.reached(client, run.id, 'running');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await harness.killEngine();
    client = await harness.start('--grace-ms', '2000');
    const backAtMs = Date.now();
    const settled = await harness.settled(client, run.id);
    assert.equal(settled.attempt?.reason, 'timed out');
    const { startedAtMs = 0, endedAtMs = 0 } = settled.attempt;
    assert.ok(endedAtMs - startedAtMs >= 2450, `${endedAtMs - startedAtMs} ms`);
    // Counted from the engine's return it would be later, however slow the machine is.
    assert.ok(endedAtMs < backAtMs + 2400, `${endedAtMs - backAtMs} ms after the engine came back`);
  });

  it('get a terminal when they ask for one, and are still cancelled with all their processes', async () => {
    const source = `
      console.log([process.stdout.isTTY, process.stdout.columns, process.argv[1] ?? ''].join(' '));
      log({ event: 'ready' });
      if (process.argv.includes('stay')) setInterval(() => {}, 1000); else process.exit(6);
    `;
    const submit = async (...words: string[]): Promise<RunId> => {
      const script = harness.script(source, { tty: true });
      return (await client.peer.call('runs.submit', { ...script, command: [...script.command, ...words] })).id;
    };
    const id = await submit("it's");
    const settled = await harness.settled(client, id);
    assert.deepEqual([settled.status, settled.attempt?.exitCode], ['failed', 6]);
    const { bytes } = await client.peer.call('output.read', {
      runId: id,
      attempt: 0,
      stream: 'both',
      from: 0,
      maxBytes: 999,
    });
    assert.equal(Buffer.from(bytes).toString().trim(), "true 120 it's");

    const staying = await submit('stay');
    await until(async () => (await events(staying)).includes('ready'), 'ready');
    await client.peer.call('runs.cancel', { runId: staying });
    assert.equal((await harness.settled(client, staying)).status, 'cancelled');
    assert.deepEqual(harness.processesOf(staying), []);
  });
});
