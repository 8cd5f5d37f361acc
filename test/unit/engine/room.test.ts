import assert from 'node:assert/strict';
import { patience } from '../../../src/engine/schedule/runQueue';
import type { Run } from '../../../src/model/run';
import type { Submission } from '../../../src/protocol/engine';
import { isFailure } from '../../support/isFailure';
import { GraphRuns } from '../graphs/graphRuns';

/** A real engine on this machine, whatever it has. */
describe('runs that ask for a part of the machine', function () {
  this.timeout(60_000);
  let runs: GraphRuns;
  beforeEach(async () => {
    runs = new GraphRuns();
    await runs.start();
  });
  afterEach(async () => runs.stop());

  const queue = async () => runs.client.peer.call('queue.get', {});
  const submit = async (compute: object, more: object = {}): Promise<Run> =>
    runs.submit({ command: ['sleep', '0.2'], compute, ...more });
  const startOrder = async (submitted: readonly Run[]): Promise<string[]> => {
    const ended = await Promise.all(submitted.map(async (run) => runs.settled(run)));
    return [...ended]
      .sort((a, b) => (a.attempt?.startedAtMs ?? 0) - (b.attempt?.startedAtMs ?? 0))
      .map(({ name }) => name);
  };

  it('start when what they ask for is free, and never more of them than fit', async () => {
    await runs.client.peer.call('engine.configure', { atOnce: 50 });
    const { capacity } = await queue();
    const half = { cpus: capacity.cpus / 2, memory: Math.floor(capacity.memoryBytes / 4 / 2 ** 20) };
    const quarter = { cpus: 0, memory: Math.floor(capacity.memoryBytes / 4 / 2 ** 20) };
    const submitted = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => submit(at % 2 === 0 ? half : quarter)),
    );
    let most = 0;
    await runs.until(async () => {
      const { free, running } = await queue();
      most = Math.max(most, running);
      assert.ok(free.cpus >= 0 && free.memoryBytes >= 0);
      return (await Promise.all(submitted.map(async ({ id }) => runs.client.peer.call('runs.get', { run: id })))).every(
        ({ run }) => run.status === 'completed',
      );
    }, 'all of them');
    assert.ok(most >= 2 && most <= 4, `${most} at once`);
    const { free } = await queue();
    assert.deepEqual(free, capacity);
  });

  it('start by their priority, and those of equal priority in the order of their submission', async () => {
    await runs.client.peer.call('engine.configure', { atOnce: 1 });
    const first = await submit({}, { name: 'first', command: ['sleep', '1'] });
    await runs.reached(first.id, 'running');
    const submitted = [first];
    for (const [name, priority] of Object.entries({ low: -1, plain: 0, high: 5, higher: 6, later: 0 })) {
      submitted.push(await submit({}, { name, priority, command: ['true'] }));
    }
    assert.deepEqual(await startOrder(submitted), ['first', 'higher', 'high', 'plain', 'later', 'low']);
  });

  it('are not starved by smaller ones when they are large, and share with other experiments', async () => {
    const { capacity } = await queue();
    await runs.client.peer.call('queue.pause', { isPaused: true });
    const tiny = { cpus: capacity.cpus / 2 };
    const fast = { command: ['sleep', '0.02'] };
    const submitted = [await submit(tiny, { ...fast, name: 'small', experiment: 'many' })];
    submitted.push(await submit({ cpus: capacity.cpus }, { ...fast, name: 'large', experiment: 'wide' }));
    for (let at = 0; at < 40; at += 1)
      submitted.push(await submit(tiny, { ...fast, name: 'small', experiment: 'many' }));
    for (let at = 0; at < 8; at += 1) submitted.push(await submit(tiny, { ...fast, name: 'other', experiment: 'few' }));
    await runs.client.peer.call('queue.pause', { isPaused: false });
    const order = await startOrder(submitted);
    assert.ok(order.indexOf('large') <= 2 * patience, `large was number ${order.indexOf('large')}`);
    // Submitted last, they have had their turns long before the many are through.
    assert.ok(order.lastIndexOf('other') < 30, order.join(' '));
  });

  it('are refused when they ask for more than there is, whoever submits them', async () => {
    const { capacity } = await queue();
    const submission: Submission = {
      ...(await runs.resolve({ command: ['true'], name: 'huge' })),
      demand: { cpus: 4096 },
    };
    await assert.rejects(
      runs.client.peer.call('runs.submit', submission),
      isFailure('InvalidInput', new RegExp(`^huge asks for 4096 cpus, and this machine has ${capacity.cpus}\\.$`)),
    );
    assert.equal((await runs.client.peer.call('runs.list', { limit: 10 })).runs.length, 0);
  });
});
