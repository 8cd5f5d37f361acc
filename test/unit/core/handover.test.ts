import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { EngineSource } from '../../../src/core/sources/engine/engineSource';
import { isSettled } from '../../../src/model/runStatus';
import { EngineHarness } from '../../support/engineHarness';
import { until } from '../../support/temporaryFolder';

describe('engines of two versions on one home', () => {
  let harness: EngineHarness;
  const sources: EngineSource[] = [];
  beforeEach(() => {
    harness = new EngineHarness();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) source.dispose();
    await harness.stop();
  });

  /** A window with an extension of its own: the real bundle, which says another version. */
  function windowOf(version: string): EngineSource {
    const dist = harness.folder.join(version, 'dist');
    mkdirSync(dist, { recursive: true });
    const { version: ours } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const bundle = readFileSync(path.resolve('dist/engine.cjs'), 'utf8').replaceAll(`"${ours}"`, `"${version}"`);
    writeFileSync(path.join(dist, 'engine.cjs'), bundle);
    cpSync(path.resolve('dist/wrapper.sh'), path.join(dist, 'wrapper.sh'));
    writeFileSync(harness.folder.join(version, 'package.json'), JSON.stringify({ version }));
    const source = EngineSource.open({
      home: harness.home,
      bundleFolder: dist,
      identity: { client: 'test', version },
      environment: harness.env,
      log: silentLog,
    });
    sources.push(source);
    return source;
  }

  it('hand over to the later one without stopping a run, and all windows go on with it', async () => {
    const old = windowOf('0.5.0');
    const handedOver = harness.folder.join('handed-over');
    // Half of it is logged after the handover, however long that takes.
    const run = await old.submit(
      harness.script(`
        for (let i = 0; i < 60; i += 1) {
          log({ step: i, metrics: { n: i } });
          if (i === 30) await fileThere(${JSON.stringify(handedOver)});
        }`),
    );
    await until(async () => (await old.metrics(run.id)).length > 0, 'points');
    assert.equal(old.engine?.version, '0.5.0');

    const young = windowOf('0.6.0');
    assert.equal((await young.run(run.id)).run.status, 'running');
    assert.equal(young.engine?.version, '0.6.0');
    await until(() => old.engine?.version === '0.6.0', 'the older window to use the later engine');

    writeFileSync(handedOver, '');
    const settled = await until(async () => {
      const { run: now } = await old.run(run.id);
      return isSettled(now.status) && now;
    }, 'the end of the run');
    assert.deepEqual([settled.status, settled.attempt?.number, settled.attempt?.exitCode], ['completed', 1, 0]);
    const [summary] = await young.metrics(run.id);
    assert.equal(summary?.count, 60);
  });

  it('hand over to a later window that only looks, as one does that has just been opened', async () => {
    const old = windowOf('0.5.0');
    await old.experiments();
    const young = windowOf('0.6.0');
    assert.equal(await young.connectIfAlive(), true);
    assert.equal(young.engine?.version, '0.6.0');
  });

  it('hand over once to several later windows that come at the same time', async () => {
    const old = windowOf('0.5.0');
    await old.experiments();
    const young = ['a', 'b', 'c'].map(() => windowOf('0.6.0'));
    assert.deepEqual(await Promise.all(young.map(async (window) => window.connectIfAlive())), [true, true, true]);
    assert.equal(new Set(young.map(({ engine }) => engine?.pid)).size, 1);
  });

  it('are never replaced by an earlier one', async () => {
    const young = windowOf('0.6.0');
    await young.experiments();
    const old = windowOf('0.5.0');
    await old.experiments();
    assert.equal(old.engine?.version, '0.6.0');
    assert.equal(old.engine?.pid, young.engine?.pid);
  });
});
