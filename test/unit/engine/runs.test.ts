import assert from 'node:assert/strict';
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
