import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { EngineSource } from '../../../src/core/sources/engine/engineSource';
import { readEngineAddress } from '../../../src/protocol/engineAddress';
import { isSettled } from '../../../src/model/runStatus';
import { EngineHarness } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('an extension whose folder is removed while a run executes', () => {
  let harness: EngineHarness;
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => harness.stop());

  const open = (bundleFolder: string): EngineSource =>
    EngineSource.open({
      home: harness.home,
      bundleFolder,
      identity: { client: 'test', version: '0' },
      environment: harness.env,
      log: silentLog,
    });

  it('takes nothing from the run, from the engine, or from the engine that follows it', async () => {
    const extension = harness.folder.join('extension', 'dist');
    for (const file of ['engine.cjs', 'wrapper.sh']) cpSync(path.resolve('dist', file), path.join(extension, file));
    const source = open(extension);
    try {
      const run = await source.submit(
        harness.script('for (let i = 0; i < 40; i += 1) { log({ step: i, metrics: { n: i } }); await sleep(25); }'),
      );
      await until(async () => (await source.metrics(run.id)).length > 0, 'the first point');
      rmSync(harness.folder.join('extension'), { recursive: true });

      const another = await source.submit(harness.script('process.exit(3)'));
      const ended = await until(async () => {
        const { run: now } = await source.run(another.id);
        return isSettled(now.status) && now;
      }, 'the end of a run that was submitted afterwards');
      assert.equal(ended.evidence, 'exit code 3');

      // No window has a bundle to start an engine from any more; the run's own wrapper brings one.
      source.dispose();
      const before = await readEngineAddress(harness.home);
      await harness.killEngine();
      await until(async () => {
        const address = await readEngineAddress(harness.home);
        return address !== undefined && address.pid !== before?.pid;
      }, 'the next engine');
      const client = await harness.connect();
      const settled = await harness.settled(client, run.id);
      assert.deepEqual([settled.status, settled.attempt?.exitCode], ['completed', 0]);
      assert.equal((await harness.values(client, run.id, 'n')).y.length, 40);
    } finally {
      source.dispose();
    }
  });
});
