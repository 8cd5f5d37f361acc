import assert from 'node:assert/strict';
import type { Run } from '../../../src/model/run';
import type { Queue } from '../../../src/protocol/engine';
import { until } from '../../support/temporaryFolder';
import { CliHarness } from './cliHarness';

describe('the queue in a terminal', function () {
  this.timeout(60_000);
  let harness: CliHarness;
  beforeEach(() => {
    harness = new CliHarness();
    harness.program('console.log("done");');
  });
  afterEach(async () => harness.dispose());

  const submit = async (name: string): Promise<void> => {
    const { code, stderr } = await harness.sidelab('run', '--detach', '--name', name, 'work.run.json');
    assert.equal(code, 0, stderr);
  };
  const json = async <T>(...args: string[]): Promise<T> => {
    const { stdout, stderr } = await harness.sidelab(...args, '--json');
    assert.equal(stderr, '');
    return JSON.parse(stdout) as T;
  };

  it('is paused and resumed, and says what is free', async () => {
    const paused = await harness.sidelab('queue', 'pause');
    assert.deepEqual([paused.code, paused.stderr], [0, '']);
    assert.match(
      paused.stdout,
      /^The queue is paused: nothing is started\. "sidelab queue resume" goes on\.\n0 running/,
    );
    await submit('first');
    await until(async () => (await harness.sidelab('status', 'first')).stdout.includes('the queue is paused'), 'why');
    const queue = await json<Queue>('queue');
    assert.deepEqual([queue.isPaused, queue.waiting, queue.free], [true, 1, queue.capacity]);
    assert.match((await harness.sidelab('queue', 'resume')).stdout, /^\d running, \d waiting\n\n[^]*cpus +\S+ +\d+\n/);
    assert.equal((await harness.sidelab('wait', 'first')).code, 0);
  });

  it('has runs held, released and put first', async () => {
    await harness.sidelab('queue', 'pause');
    for (const name of ['a', 'b', 'c']) await submit(name);
    const held = await json<Run[]>('hold', 'a', 'b');
    assert.deepEqual(
      held.map(({ name, held: isHeld, evidence }) => [name, isHeld, evidence]),
      [
        ['a', true, 'held'],
        ['b', true, 'held'],
      ],
    );
    assert.match((await harness.sidelab('status', 'a')).stdout, /work\/a: queued · held\n$/);
    const next = await harness.sidelab('next', 'c', 'b');
    assert.deepEqual([next.code, next.stderr], [0, '']);
    assert.match(next.stdout, /work\/c: queued[^\n]*\n[a-z2-7]{6} work\/b: queued/);
    await harness.sidelab('queue', 'resume');
    assert.equal((await harness.sidelab('wait', 'b', 'c')).code, 0);
    assert.match((await harness.sidelab('status', 'a')).stdout, /queued · held\n$/);
    assert.equal((await harness.sidelab('release', 'a')).code, 0);
    assert.equal((await harness.sidelab('wait', 'a')).code, 0);
    const again = await harness.sidelab('hold', 'a');
    assert.equal(again.code, 2);
    assert.match(again.stderr, /The run a is completed: there is nothing to hold\./);
  });

  it('is not asked for more than the machine has: the run file says where', async () => {
    harness.program('', { compute: { cpus: 4096 } });
    const refused = await harness.sidelab('run', 'work.run.json');
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /work\.run\.json:2:\d+: compute\.cpus: It asks for 4096 cpus, and this machine has \d+\./,
    );
    assert.equal((await json<Run[]>('list')).length, 0);
  });
});
