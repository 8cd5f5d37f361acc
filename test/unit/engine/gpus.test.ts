import assert from 'node:assert/strict';
import path from 'node:path';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import { isFailure } from '../../support/isFailure';
import { NvidiaSmi } from '../../support/nvidiaSmi';
import { GraphRuns } from '../graphs/graphRuns';

/** A real engine; `nvidia-smi` is a stand-in, since no gpu is here. */
describe('runs that ask for gpus', function () {
  this.timeout(60_000);
  let runs: GraphRuns;
  let machine: NvidiaSmi;
  beforeEach(async () => {
    runs = new GraphRuns();
    machine = new NvidiaSmi(runs.harness.folder.join('nvidia'), 3);
    runs.harness.env['PATH'] = `${machine.folder}${path.delimiter}${runs.harness.env['PATH'] ?? ''}`;
    await runs.start();
    await runs.client.peer.call('engine.configure', { atOnce: 20 });
  });
  afterEach(async () => runs.stop());

  const show = 'echo "${CUDA_VISIBLE_DEVICES-unset} ${CUDA_DEVICE_ORDER-unset}"; ';
  const submit = async (gpus: number | undefined, environment: NodeJS.ProcessEnv = {}, then = ''): Promise<Run> => {
    const compute = gpus === undefined ? { cpus: 0 } : { cpus: 0, gpus };
    return runs.submit({ script: show + then, compute }, environment);
  };
  const sleeper = async (gpus: number, environment: NodeJS.ProcessEnv = {}): Promise<Run> =>
    runs.reached((await submit(gpus, environment, 'exec sleep 60')).id, 'running');
  const told = async (run: Run): Promise<string> => {
    await runs.settled(run);
    return (await runs.output(run.id)).trim();
  };
  const get = async (id: RunId): Promise<Run> => (await runs.client.peer.call('runs.get', { run: id })).run;
  const waitsFor = async (run: Run, why: RegExp): Promise<unknown> =>
    runs.until(async () => why.test((await get(run.id)).evidence ?? ''), String(why));
  const cancel = async (run: Run): Promise<void> => {
    await runs.client.peer.call('runs.cancel', { runId: run.id });
    await runs.settled(run);
  };

  it('get gpus of their own, and wait for those that others have', async () => {
    const [a, b] = [await sleeper(1), await sleeper(2)];
    assert.deepEqual([a.attempt?.gpus, b.attempt?.gpus], [['0'], ['1', '2']]);
    const c = await submit(1);
    await waitsFor(c, /^waits for 1 gpu: 0 of 3 are free$/);
    assert.equal((await runs.client.peer.call('queue.get', {})).free.gpus, 0);
    await cancel(b);
    assert.equal(await told(c), '1 PCI_BUS_ID');
  });

  it('see what their submitter sees when they do not ask, and nothing when they ask for none', async () => {
    assert.equal(await told(await submit(undefined)), 'unset unset');
    assert.equal(await told(await submit(undefined, { CUDA_VISIBLE_DEVICES: '2' })), '2 unset');
    assert.equal(await told(await submit(0)), 'unset');
  });

  it('get those that their submitter’s CUDA_VISIBLE_DEVICES names, and no others', async () => {
    const one = await sleeper(1, { CUDA_VISIBLE_DEVICES: '2,1', CUDA_DEVICE_ORDER: 'FASTEST_FIRST' });
    assert.deepEqual(one.attempt?.gpus, ['2']);
    assert.equal((await runs.output(one.id)).trim(), '2 FASTEST_FIRST');
    const other = await submit(1, { CUDA_VISIBLE_DEVICES: 'GPU-2932f937' });
    await waitsFor(other, /^waits for 1 gpu: 0 of 1 are free$/);
    // What is free elsewhere goes to who may have it.
    assert.equal(await told(await submit(1)), '0 PCI_BUS_ID');
    await cancel(one);
    assert.equal(await told(other), 'GPU-2932f937 unset');
    await assert.rejects(
      submit(2, { CUDA_VISIBLE_DEVICES: '1' }),
      isFailure('InvalidInput', /asks for 2 gpus, and CUDA_VISIBLE_DEVICES leaves it 1\.$/),
    );
  });

  it('leave alone those that other programs compute on', async () => {
    machine.use(0, 2);
    assert.equal(await told(await submit(1)), '1 PCI_BUS_ID');
    const two = await submit(2);
    await waitsFor(two, /^waits for 2 gpus: 1 of 3 is free, other programs use 2$/);
    // The queue goes on meanwhile.
    assert.equal(await told(await submit(1)), '1 PCI_BUS_ID');
    machine.use(2);
    assert.equal(await told(two), '0,1 PCI_BUS_ID');
  });

  it('keep theirs when the engine is killed: nobody else gets them', async () => {
    const before = await sleeper(2);
    await runs.harness.killEngine();
    await runs.start();
    assert.deepEqual((await get(before.id)).attempt?.gpus, ['0', '1']);
    assert.equal(await told(await submit(1)), '2 PCI_BUS_ID');
    const wide = await submit(2);
    await waitsFor(wide, /^waits for 2 gpus: 1 of 3 is free$/);
    await cancel(before);
    assert.equal(await told(wide), '0,1 PCI_BUS_ID');
  });

  it('are refused when there are not so many', async () => {
    assert.equal((await runs.client.peer.call('queue.get', {})).capacity.gpus, 3);
    await assert.rejects(submit(4), isFailure('InvalidInput', /asks for 4 gpus, and this machine has 3\.$/));
  });
});
