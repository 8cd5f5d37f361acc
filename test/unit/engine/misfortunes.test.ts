import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunId } from '../../../src/model/ids';
import { EngineHarness, isAlive } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

/** Puts something before the engine's code that makes it meet what no test can bring about from outside. */
function afflict(harness: EngineHarness, code: string): void {
  const bundle = path.join(harness.bundle, 'engine.cjs');
  writeFileSync(bundle, `${code}\n${readFileSync(bundle, 'utf8').replace(/^#!.*\n/, '')}`);
}

describe('an engine whose store thread dies', () => {
  let harness: EngineHarness;
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => harness.stop());

  it('ends with the reason in its log; runs go on, and the next engine has all that was acknowledged', async () => {
    const deadly = harness.folder.join('die');
    afflict(
      harness,
      `{ const { isMainThread } = require('node:worker_threads'); const { existsSync } = require('node:fs');
        if (!isMainThread) setInterval(() => { if (existsSync(${JSON.stringify(deadly)})) process.exit(9); }, 1); }`,
    );
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce: 1 });
    const goOn = harness.folder.join('go-on');
    const running = await client.peer.call(
      'runs.submit',
      harness.script(`
        import { existsSync } from 'node:fs';
        for (let i = 0; i < 500; i += 1) { log({ step: i, metrics: { n: i } }); await sleep(1); }
        while (!existsSync(${JSON.stringify(goOn)})) await sleep(20);
      `),
    );
    await harness.reached(client, running.id, 'running');
    const pid = await harness.enginePid();
    // Submitted again and again until the engine is gone: some are cut off between wish and answer.
    const acknowledged: RunId[] = [];
    const submitting = (async () => {
      for (let i = 0; ; i += 1) {
        if (i === 20) writeFileSync(deadly, '');
        const { id } = await client.peer.call('runs.submit', harness.submission(['true'], { name: `r${i}` }));
        acknowledged.push(id);
      }
    })();
    await assert.rejects(submitting, /closed|ended|lost/i);
    await until(() => !isAlive(pid), 'the end of the engine');
    assert.ok(acknowledged.length >= 20);
    const log = readFileSync(path.join(harness.home, 'logs', 'engine.log'), 'utf8');
    assert.match(log, /The thread of the store has ended \(exit code 9\)/);

    rmSync(deadly);
    assert.equal(harness.processesOf(running.id).length > 0, true, 'the program goes on');
    const again = await harness.start();
    writeFileSync(goOn, '');
    const settled = await harness.settled(again, running.id);
    assert.deepEqual([settled.status, settled.attempt?.number], ['completed', 1]);
    assert.equal((await harness.values(again, running.id, 'n')).y.length, 500);
    for (const id of acknowledged) assert.equal((await harness.settled(again, id)).status, 'completed');
  }).timeout(60_000);
});

describe('a clock that is set back by hours', () => {
  let harness: EngineHarness;
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => harness.stop());

  it('leaves order and time limits as they are, and no attempt ends before it began', async () => {
    const back = harness.folder.join('back');
    afflict(
      harness,
      // The files that are written after it bear the new time too.
      `{ const fs = require('node:fs');
        const { statSync } = fs;
        const now = Date.now.bind(Date);
        const sinceMs = () => statSync(${JSON.stringify(back)}, { throwIfNoEntry: false })?.mtimeMs;
        const asTold = (ms) => (ms >= (sinceMs() ?? Infinity) ? ms - 3 * 3600_000 : ms);
        Date.now = () => asTold(now());
        fs.statSync = (...args) => {
          const stats = statSync(...args);
          if (stats?.mtimeMs !== undefined) stats.mtimeMs = asTold(stats.mtimeMs);
          return stats;
        }; }`,
    );
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce: 10 });
    const goOn = harness.folder.join('go-on');
    const waits = `import { existsSync } from 'node:fs'; while (!existsSync(${JSON.stringify(goOn)})) await sleep(20);`;
    const before = await client.peer.call('runs.submit', harness.script(waits, { name: 'before' }));
    const limited = await client.peer.call(
      'runs.submit',
      harness.script('setInterval(() => {}, 1000)', { name: 'limited', timeoutMs: 1500 }),
    );
    const paused = await client.peer.call(
      'runs.submit',
      harness.script('process.exit(3)', { name: 'paused', retries: 1, retryDelayMs: 1500 }),
    );
    const patient = await client.peer.call(
      'runs.submit',
      harness.script('process.exit(3)', { name: 'patient', retries: 1, retryDelayMs: 4000 }),
    );
    await harness.reached(client, before.id, 'running');
    await harness.reached(client, limited.id, 'running');
    for (const { id } of [paused, patient]) {
      await until(async () => {
        const { run } = await client.peer.call('runs.get', { run: id });
        return run.status === 'queued' && run.attempt?.number === 1;
      }, 'the pause before its second attempt');
    }
    writeFileSync(back, '');
    const after = await client.peer.call('runs.submit', harness.script('', { name: 'after' }));
    await harness.settled(client, after.id);
    assert.equal((await harness.settled(client, limited.id)).attempt?.reason, 'timed out');
    assert.equal((await harness.settled(client, paused.id)).attempt?.number, 2);
    // The next engine lives with that clock from its start.
    await harness.killEngine();
    const again = await harness.start();
    const later = await again.peer.call('runs.submit', harness.script('', { name: 'later' }));
    await harness.settled(again, later.id);
    assert.equal((await harness.settled(again, patient.id)).attempt?.number, 2, 'it does not pause for hours');
    writeFileSync(goOn, '');
    assert.equal((await harness.settled(again, before.id)).status, 'completed');
    const { runs } = await again.peer.call('runs.list', { limit: 10 });
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['later', 'after', 'patient', 'paused', 'limited', 'before'],
      'newest first, whatever the clock said',
    );
    for (const { name, attempt } of runs) {
      const lasted = (attempt?.endedAtMs ?? NaN) - (attempt?.startedAtMs ?? NaN);
      assert.ok(lasted >= 0 && lasted < 60_000, `${name} lasted ${lasted} ms`);
    }
  }).timeout(60_000);
});
