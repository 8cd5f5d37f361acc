import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineHarness, type TestClient } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('a run on the engine', () => {
  let harness: EngineHarness;
  let client: TestClient;
  before(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  after(async () => harness.stop());

  it('completes with exit code 0, keeps every point it logged and both streams of its output', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        for (let i = 0; i < 50; i += 1) log({ step: i, metrics: { loss: 1 / (i + 1), constant: 7 } });
        log({ event: 'half way', level: 'info' });
        log({ progress: { done: 50, total: 50 } });
        log({ tags: ['fast'] });
        log({ metadata: { nodes: 4 } });
        console.log('to stdout'); console.error('to stderr');
      `),
    );
    const settled = await harness.settled(client, run.id);
    assert.equal(settled.status, 'completed');
    assert.equal(settled.evidence, 'exit code 0');
    assert.deepEqual(settled.progress, { done: 50, total: 50 });
    assert.deepEqual(settled.tags, ['fast']);
    const { x, y } = await harness.values(client, run.id, 'loss');
    assert.deepEqual(
      x,
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.deepEqual(
      y,
      Array.from({ length: 50 }, (_, i) => 1 / (i + 1)),
    );
    const { metadataJson } = await client.peer.call('runs.get', { run: run.id });
    assert.equal(metadataJson, '{"nodes":4}');
    const { events } = await client.peer.call('events.list', { runId: run.id, limit: 10 });
    assert.deepEqual(
      events.map((event) => [event.level, event.message]),
      [['info', 'half way']],
    );
    const output = await client.peer.call('output.read', {
      runId: run.id,
      attempt: 0,
      stream: 'both',
      from: 0,
      maxBytes: 1000,
    });
    assert.deepEqual(Buffer.from(output.bytes).toString().split('\n').sort(), ['', 'to stderr', 'to stdout']);
  });

  it('knows of each event at which step it was, by the order of the log, also over a restart of the engine', async () => {
    const own = new EngineHarness();
    try {
      const its = await own.start();
      const { id } = await its.peer.call(
        'runs.submit',
        own.script(`
          log({ event: 'before the first' });
          log({ metrics: { loss: 1 } });
          log({ step: 41, metrics: { loss: 1 } });
          log({ event: 'of another step', step: 7 });
          log({ step: 42, metrics: { loss: 1 }, event: 'with its metrics' });
          log({ event: 'after them' });
          await fileThere('go');
          log({ event: 'later' });
        `),
      );
      const steps = async (peer: TestClient['peer']): Promise<unknown[]> =>
        (await peer.call('events.list', { runId: id, limit: 10 })).events.map(({ message, step }) => [message, step]);
      await until(async () => (await steps(its.peer)).length === 4, 'the events');
      const { cwd } = await its.peer.call('runs.get', { run: id });
      await own.killEngine();
      writeFileSync(path.join(cwd, 'go'), '');
      const again = await own.start();
      await own.settled(again, id);
      assert.deepEqual((await steps(again.peer)).reverse(), [
        ['before the first', undefined],
        ['of another step', 7],
        ['with its metrics', 42],
        ['after them', 42],
        ['later', 42],
      ]);
    } finally {
      await own.stop();
    }
  });

  it('knows where its output was at a time', async () => {
    const { id } = await client.peer.call(
      'runs.submit',
      harness.script(`
        console.log('first');
        await fileThere('go 1');
        console.error('second');
        await fileThere('go 2');
        console.log('third');
      `),
    );
    const { cwd } = await client.peer.call('runs.get', { run: id });
    const ask = { runId: id, attempt: 0, stream: 'both' } as const;
    const output = async (): Promise<string> => {
      const { bytes } = await client.peer.call('output.read', { ...ask, from: 0, maxBytes: 1000 });
      return Buffer.from(bytes).toString();
    };
    const times: number[] = [0];
    for (const [at, word] of ['first', 'second'].entries()) {
      await until(async () => (await output()).includes(word), word);
      times.push(Date.now());
      // Growth within the same second may be taken down as one.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      writeFileSync(path.join(cwd, `go ${at + 1}`), '');
    }
    await harness.settled(client, id);
    const whole = await output();
    const ends = [...times, Date.now()].map(async (timeMs) => {
      const { position, attempt } = await client.peer.call('output.at', { ...ask, timeMs });
      return [attempt, whole.slice(0, position)];
    });
    assert.deepEqual(await Promise.all(ends), [
      [1, ''],
      [1, 'first\n'],
      [1, 'first\nsecond\n'],
      [1, 'first\nsecond\nthird\n'],
    ]);
    await assert.rejects(client.peer.call('output.at', { ...ask, attempt: 2, timeMs: 0 }), { code: 'NotFound' });
  });

  it('fails with the exit code of its program', async () => {
    const run = await client.peer.call('runs.submit', harness.script('process.exit(3)'));
    const settled = await harness.settled(client, run.id);
    assert.deepEqual(
      [settled.status, settled.evidence, settled.attempt?.exitCode, settled.attempt?.reason],
      ['failed', 'exit code 3', 3, 'failed'],
    );
  });

  it('submitted twice under one id is one run', async () => {
    const submission = harness.script('log({ metrics: { a: 1 } })');
    await Promise.all([client.peer.call('runs.submit', submission), client.peer.call('runs.submit', submission)]);
    await harness.settled(client, submission.runId);
    await client.peer.call('runs.submit', submission);
    const { runs } = await client.peer.call('runs.list', { limit: 100 });
    assert.equal(runs.filter((run) => run.id === submission.runId).length, 1);
    assert.equal((await harness.values(client, submission.runId, 'a')).y.length, 1);
  });

  it('that is cancelled while it runs ends with its whole process group, and says so', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(`
        import { spawn } from 'node:child_process';
        spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true }).unref();
        setInterval(() => {}, 1000);
        log({ event: 'ready' });
      `),
    );
    await until(
      async () => (await client.peer.call('events.list', { runId: run.id, limit: 1 })).events.length > 0,
      'ready',
    );
    await until(() => harness.processesOf(run.id).length >= 4, 'all processes');
    const wish = await client.peer.call('runs.cancel', { runId: run.id });
    assert.equal(wish.status, 'cancel-pending');
    const settled = await harness.settled(client, run.id);
    assert.deepEqual(
      [settled.status, settled.attempt?.reason, settled.attempt?.exitCode],
      ['cancelled', 'cancelled', 143],
    );
    assert.deepEqual(harness.processesOf(run.id), []);
  });

  it('whose program ignores SIGTERM is killed after the grace time', async () => {
    const other = new EngineHarness();
    try {
      const its = await other.start('--grace-ms', '300');
      const run = await its.peer.call(
        'runs.submit',
        other.script(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); log({ event: 'ready' });`),
      );
      await until(
        async () => (await its.peer.call('events.list', { runId: run.id, limit: 1 })).events.length > 0,
        'ready',
      );
      await its.peer.call('runs.cancel', { runId: run.id });
      const settled = await other.settled(its, run.id);
      assert.deepEqual([settled.status, settled.attempt?.exitCode], ['cancelled', 137]);
      assert.deepEqual(other.processesOf(run.id), []);
    } finally {
      await other.stop();
    }
  });

  it('refuses to be cancelled once it has ended, and names its status', async () => {
    const run = await client.peer.call('runs.submit', harness.script(''));
    await harness.settled(client, run.id);
    await assert.rejects(client.peer.call('runs.cancel', { runId: run.id }), /already completed/);
  });

  it('times out after its limit, and is tried again as often as it may be', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script('setInterval(() => {}, 1000)', { timeoutMs: 400, retries: 1 }),
    );
    const settled = await harness.settled(client, run.id);
    const { attempts } = await client.peer.call('runs.get', { run: run.id });
    assert.deepEqual([settled.status, settled.evidence], ['failed', 'timed out after 0 s']);
    assert.deepEqual(
      attempts.map((attempt) => attempt.reason),
      ['timed out', 'timed out'],
    );
  });

  it('sees its parameters, its outputs folder and the environment of its submitter', async () => {
    const run = await client.peer.call(
      'runs.submit',
      harness.script(
        `
        import { readFileSync, writeFileSync } from 'node:fs';
        const { lr } = JSON.parse(readFileSync(process.env.SIDELAB_PARAMETERS, 'utf8'));
        writeFileSync(process.env.SIDELAB_OUTPUTS + '/seen', [lr, process.env.COLOUR, process.env.SIDELAB_ATTEMPT].join());
        log({ artifact: process.env.SIDELAB_OUTPUTS + '/seen' });
      `,
        { parametersJson: '{"lr":0.5}', environment: [['COLOUR', 'green']] },
      ),
    );
    await harness.settled(client, run.id);
    const { outputs } = await client.peer.call('runs.get', { run: run.id });
    const { readFileSync, existsSync } = await import('node:fs');
    assert.equal(readFileSync(`${outputs}/seen`, 'utf8'), '0.5,green,1');
    assert.equal(
      existsSync(`${outputs}/../environment.json`),
      false,
      'the environment is forgotten once the run is settled',
    );
  });
});
