import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { measureHome } from '../../../src/core/home/measureHome';
import { EngineHarness, isAlive, type TestClient } from '../../support/engineHarness';
import { isFailure } from '../../support/isFailure';
import { until } from '../../support/temporaryFolder';

describe('the removal of all data', () => {
  let harness: EngineHarness;
  let client: TestClient;
  beforeEach(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  afterEach(async () => harness.stop());

  it('is refused while a run executes or is held', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['sleep', '60']));
    await harness.reached(client, run.id, 'running');
    await assert.rejects(client.peer.call('engine.removeAll', {}), isFailure('Conflict', /a-run is still active/));
    await client.peer.call('queue.pause', { isPaused: true });
    const held = await client.peer.call('runs.submit', harness.submission(['true']));
    await client.peer.call('runs.arrange', { runId: held.id, wish: 'hold' });
    await client.peer.call('runs.cancel', { runId: run.id });
    await harness.settled(client, run.id);
    await assert.rejects(client.peer.call('engine.removeAll', {}), isFailure('Conflict', /nothing is removed/));
    assert.ok(existsSync(path.join(harness.home, 'runs', run.id)));
  });

  it('acknowledges no run any more that would be removed with the rest', async () => {
    const removal = client.peer.call('engine.removeAll', {});
    const late = client.peer.call('runs.submit', harness.submission(['true']));
    await assert.rejects(late, isFailure('Conflict', /is being removed: nothing is started/));
    await removal;
  });

  it('leaves only what others have put into the home, and the next engine begins with nothing', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['echo', 'x']));
    await harness.settled(client, run.id);
    writeFileSync(path.join(harness.home, 'mine.txt'), '');
    assert.ok((await measureHome(harness.home, 5000)).totalBytes > 1000);
    const pid = await harness.enginePid();
    await client.peer.call('engine.removeAll', {});
    await until(() => !isAlive(pid), 'the engine to end');
    assert.deepEqual(readdirSync(harness.home).sort(), ['engine.lock', 'mine.txt']);
    const next = await harness.start();
    const { counts, pid: nextPid } = await next.peer.call('engine.performance', {});
    assert.deepEqual([counts['runs'], counts['experiments'], nextPid], [0, 0, await harness.enginePid()]);
  });
});

describe('the size of a home', () => {
  it('is that of its parts, and nothing where there is none', async () => {
    const { parts, totalBytes, isPartial } = await measureHome('/nowhere/at/all', 1000);
    assert.deepEqual([parts.length, totalBytes, isPartial], [6, 0, false]);
  });
});
