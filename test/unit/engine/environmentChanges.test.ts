import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { newRunId, type RunId } from '../../../src/model/ids';
import { describeEnvironmentChanges, type EnvironmentChanges } from '../../../src/model/environmentChanges';
import { EngineHarness, type TestClient } from '../../support/engineHarness';
import { filesWith } from '../../support/filesWith';

type Pairs = [string, string][];

describe('the environment of a retry by hand', () => {
  let harness: EngineHarness;
  let client: TestClient;
  beforeEach(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  afterEach(async () => harness.stop());

  const before: Pairs = [
    ['PATH', process.env['PATH'] ?? ''],
    ['GONE', '1'],
    ['constructor', 'v4lue-of-a-variable'],
    ['SHLVL', '1'],
    ['SAME', 'v4lue-of-another'],
  ];
  const now: Pairs = [
    ['PATH', process.env['PATH'] ?? ''],
    ['NEW', ''],
    ['__proto__', ''],
    ['constructor', 'n3w-value'],
    ['SHLVL', '2'],
    ['SAME', 'v4lue-of-another'],
  ];
  const retry = async (runId: RunId, environment: Pairs): Promise<EnvironmentChanges | undefined> => {
    const wish = { runId, checkpoints: 'empty' as const, key: newRunId(), environment };
    const { environmentChanges } = await client.peer.call('runs.retry', wish);
    await harness.settled(client, runId);
    return environmentChanges;
  };

  it('is compared with the one before by names, also when that was forgotten and the engine is another', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['true'], { environment: before }));
    await harness.settled(client, run.id);
    await harness.killEngine();
    client = await harness.start();
    assert.deepEqual(filesWith('v4lue', harness.home), []);
    assert.deepEqual(await retry(run.id, now), {
      added: ['NEW', '__proto__'],
      removed: ['GONE'],
      changed: ['constructor'],
    });
    assert.equal(await retry(run.id, now), undefined);
    assert.deepEqual(await retry(run.id, before), {
      added: ['GONE'],
      removed: ['NEW', '__proto__'],
      changed: ['constructor'],
    });
    assert.deepEqual(filesWith('v4lue', harness.home), []);
  });

  it('is not compared when nothing is known any more of the one before', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['true'], { environment: before }));
    await harness.settled(client, run.id);
    await harness.killEngine();
    // With it the key of the digests is gone.
    rmSync(path.join(harness.home, 'token'));
    client = await harness.start();
    assert.equal(await retry(run.id, now), undefined);
    rmSync(path.join(harness.home, 'runs', run.id, 'environment-digests.json'));
    assert.equal(await retry(run.id, before), undefined);
  });

  it('of a task is compared with that task’s own, while others of its graph go on', async () => {
    const task = (name: string, command: string[], environment: number) => {
      const { environment: _, experiment: __, ...launch } = harness.submission(command, { name });
      return { ...launch, task: name, parentId: top.runId, environment, dependsOn: [] };
    };
    const top = harness.submission([], { kind: 'graph', environment: before, environments: [now] });
    const tasks = [task('short', ['true'], 1), task('long', ['sleep', '60'], 0)];
    await client.peer.call('runs.submit', { ...top, tasks });
    const short = tasks[0]?.runId ?? assert.fail();
    await harness.settled(client, short);
    const wish = { runId: short, checkpoints: 'empty' as const, environment: before, environments: [now] };
    const same = { ...wish, key: newRunId(), tasks: [{ path: ['short'], environment: 1 }] };
    assert.equal((await client.peer.call('runs.retry', same)).environmentChanges, undefined);
    await harness.settled(client, short);
    const other = { ...wish, key: newRunId(), tasks: [{ path: ['short'], environment: 0 }] };
    assert.deepEqual((await client.peer.call('runs.retry', other)).environmentChanges?.added, ['GONE']);
    await client.peer.call('runs.cancel', { runId: top.runId });
    await harness.settled(client, top.runId);
    assert.deepEqual(
      readdirSync(path.join(harness.home, 'runs', top.runId)).filter((name) => name.startsWith('environment')),
      ['environment-digests.json'],
    );
  });

  it('is kept with each attempt, by names only', async () => {
    const run = await client.peer.call('runs.submit', harness.submission(['true'], { environment: before }));
    await harness.settled(client, run.id);
    await retry(run.id, now);
    await retry(run.id, now);
    await harness.killEngine();
    client = await harness.start();
    await retry(run.id, before);
    const { attempts } = await client.peer.call('runs.get', { run: run.id });
    assert.deepEqual(
      attempts.map(({ environmentChanges }) => environmentChanges),
      [
        undefined,
        { added: ['NEW', '__proto__'], removed: ['GONE'], changed: ['constructor'] },
        undefined,
        { added: ['GONE'], removed: ['NEW', '__proto__'], changed: ['constructor'] },
      ],
    );
    assert.deepEqual(filesWith('v4lue', harness.home), []);
    assert.deepEqual(filesWith('n3w-value', harness.home), []);
  });

  it('is that of the attempt before also for the attempts that a retry by hand has by itself', async () => {
    const submission = harness.submission(['false'], { environment: before, retries: 1 });
    const run = await client.peer.call('runs.submit', submission);
    await harness.settled(client, run.id);
    await retry(run.id, now);
    const { attempts } = await client.peer.call('runs.get', { run: run.id });
    const added = attempts.map(({ environmentChanges }) => environmentChanges?.added);
    assert.deepEqual(added, [undefined, undefined, ['NEW', '__proto__'], undefined].slice(0, attempts.length));
    assert.ok(attempts.length >= 3);
  });

  it('is told in a sentence, with the first few names', () => {
    const changes = { added: ['A', 'B', 'C'], removed: [], changed: ['D'] };
    const words = 'The environment differs from that of the attempt before: added ';
    assert.equal(describeEnvironmentChanges(changes), `${words}A, B, C; changed D.`);
    assert.equal(describeEnvironmentChanges(changes, 2), `${words}A, B and 1 more; changed D.`);
  });
});
