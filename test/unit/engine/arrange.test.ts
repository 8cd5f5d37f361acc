import assert from 'node:assert/strict';
import type { RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import type { Arrangement } from '../../../src/protocol/engine';
import { isFailure } from '../../support/isFailure';
import { GraphRuns } from '../graphs/graphRuns';

/** On a real engine that executes one at a time. */
describe('the queue by hand', function () {
  this.timeout(60_000);
  let runs: GraphRuns;
  let busy: Run;
  beforeEach(async () => {
    runs = new GraphRuns();
    await runs.start();
    await runs.client.peer.call('engine.configure', { atOnce: 1 });
    busy = await runs.submit({ name: 'busy', command: ['sleep', '60'] });
    await runs.reached(busy.id, 'running');
  });
  afterEach(async () => runs.stop());

  const short = async (name: string, more: object = {}): Promise<Run> =>
    runs.submit({ name, command: ['true'], ...more });
  const get = async (id: RunId): Promise<Run> => (await runs.client.peer.call('runs.get', { run: id })).run;
  const arrange = async (run: Run, wish: Arrangement): Promise<Run> =>
    runs.client.peer.call('runs.arrange', { runId: run.id, wish });
  const pause = async (isPaused: boolean) => runs.client.peer.call('queue.pause', { isPaused });
  const makeRoom = async (): Promise<void> => {
    await runs.client.peer.call('runs.cancel', { runId: busy.id });
    await runs.settled(busy);
  };
  const inOrder = async (submitted: readonly Run[]): Promise<string[]> => {
    const ended = await Promise.all(submitted.map(async (run) => runs.settled(run)));
    return [...ended]
      .sort((a, b) => (a.attempt?.createdAtMs ?? 0) - (b.attempt?.createdAtMs ?? 0))
      .map(({ name }) => name);
  };

  it('holds a run until it is released, and lets the others pass', async () => {
    const [first, second] = [await short('first'), await short('second')];
    const held = await arrange(first, 'hold');
    assert.deepEqual([held.status, held.held, held.evidence], ['queued', true, 'held']);
    await makeRoom();
    await runs.settled(second);
    assert.equal((await get(first.id)).status, 'queued');
    const released = await arrange(first, 'release');
    assert.equal(released.held, undefined);
    assert.equal((await runs.settled(first)).status, 'completed');
  });

  it('runs next what is put first, whatever waits longer or is more important, and releases it', async () => {
    const submitted = [await short('a'), await short('b', { priority: 9 }), await short('c'), await short('d')];
    const [, , c, d] = submitted;
    assert.ok(c && d);
    await arrange(c, 'hold');
    await arrange(c, 'next');
    await arrange(d, 'next');
    await makeRoom();
    assert.deepEqual(await inOrder(submitted), ['d', 'c', 'b', 'a']);
  });

  it('pauses as a whole, also over a kill of the engine, and goes on when it is resumed', async () => {
    const waiting = await short('waiting');
    assert.equal((await pause(true)).isPaused, true);
    await runs.until(async () => (await get(waiting.id)).evidence === 'the queue is paused', 'the reason');
    await runs.harness.killEngine();
    await runs.start();
    assert.equal((await runs.client.peer.call('queue.get', {})).isPaused, true);
    const { evidence, status } = await get(waiting.id);
    assert.deepEqual([status, evidence], ['queued', 'the queue is paused']);
    // What executes is not paused.
    assert.equal((await get(busy.id)).status, 'running');
    await makeRoom();
    const later = await short('later');
    await runs.until(async () => (await get(later.id)).evidence === 'the queue is paused', 'the reason');
    assert.equal((await pause(false)).isPaused, false);
    assert.deepEqual(await inOrder([waiting, later]), ['waiting', 'later']);
  });

  it('holds a run over a kill of the engine', async () => {
    const held = await arrange(await short('held'), 'hold');
    await runs.harness.killEngine();
    await runs.start();
    await makeRoom();
    const other = await short('other');
    await runs.settled(other);
    assert.deepEqual([(await get(held.id)).status, (await get(held.id)).evidence], ['queued', 'held']);
    await arrange(held, 'release');
    await runs.settled(held);
  });

  it('holds of a graph what has not started, also what becomes ready later', async () => {
    const graph = await runs.submit({
      name: 'graph',
      tasks: {
        one: { command: ['sleep', '1'] },
        two: { command: ['true'], dependsOn: ['one'] },
        three: { command: ['true'], dependsOn: ['two'] },
        beside: { command: ['true'] },
      },
    });
    await makeRoom();
    const one = await runs.child(graph.id, 'one');
    await runs.reached(one.id, 'running');
    const held = await arrange(graph, 'hold');
    assert.deepEqual([held.status, held.held], ['running', true]);
    await runs.settled(one);
    const two = await runs.child(graph.id, 'two');
    await runs.until(async () => (await get(two.id)).evidence === 'held with graph', 'the reason');
    assert.deepEqual(await runs.statuses(graph.id), {
      one: 'completed',
      two: 'queued',
      three: 'queued',
      beside: 'queued',
    });
    await assert.rejects(
      arrange(two, 'release'),
      isFailure('Conflict', /^The run two is held with graph, which it is a part of\.$/),
    );
    await arrange(graph, 'release');
    assert.equal((await runs.settled(graph)).status, 'completed');
  });

  it('says of a held group no more that it waits for what has ended', async () => {
    const graph = await runs.submit({
      tasks: { a: { command: ['true'] }, g: { dependsOn: ['a'], group: [{ command: ['true'] }] } },
    });
    const group = await runs.child(graph.id, 'g');
    assert.equal((await arrange(group, 'hold')).evidence, 'waits for a');
    await makeRoom();
    await runs.settled(await runs.child(graph.id, 'a'));
    const held = await get(group.id);
    assert.deepEqual([held.status, held.held, held.evidence], ['queued', true, undefined]);
    assert.equal((await runs.child(graph.id, 'g', 'member-1')).evidence, 'held with g');
    await arrange(group, 'release');
    assert.equal((await runs.settled(graph)).status, 'completed');
  });

  it('holds a task by itself, and the rest of its graph goes on', async () => {
    const graph = await runs.submit({
      group: [
        { name: 'a', command: ['true'] },
        { name: 'b', command: ['true'] },
      ],
    });
    const a = await runs.child(graph.id, 'a');
    await arrange(a, 'hold');
    await makeRoom();
    await runs.settled(await runs.child(graph.id, 'b'));
    assert.deepEqual(await runs.statuses(graph.id), { a: 'queued', b: 'completed' });
    await arrange(a, 'next');
    assert.equal((await runs.settled(graph)).status, 'completed');
  });

  it('refuses what has started or ended, and a release of what is not held, and says why', async () => {
    await assert.rejects(
      arrange(busy, 'hold'),
      isFailure('Conflict', /^The run busy is running: there is nothing to hold any more\.$/),
    );
    await assert.rejects(arrange(busy, 'next'), isFailure('Conflict', /is running: there is nothing to put first/));
    const waiting = await short('waiting');
    await assert.rejects(arrange(waiting, 'release'), isFailure('Conflict', /^The run waiting is not held\.$/));
    await makeRoom();
    await runs.settled(waiting);
    await assert.rejects(
      arrange(waiting, 'hold'),
      isFailure('Conflict', /^The run waiting is completed: there is nothing to hold\.$/),
    );
  });

  it('cancels what is held, and a retry of it is held no longer', async () => {
    const held = await arrange(await short('held'), 'hold');
    await runs.client.peer.call('runs.cancel', { runId: held.id });
    assert.equal((await runs.settled(held)).status, 'cancelled');
    await makeRoom();
    await runs.retry(held.id);
    assert.equal((await runs.settled(held)).status, 'completed');
  });

  it('cuts the pause before another attempt short for a run that is put first', async () => {
    await makeRoom();
    const flaky = await runs.submit({
      command: ['sh', '-c', 'test "$SIDELAB_ATTEMPT" = 2'],
      retries: 1,
      retryDelay: '1 h',
    });
    await runs.until(async () => (await get(flaky.id)).attempt?.endedAtMs !== undefined, 'the first attempt');
    await arrange(flaky, 'next');
    assert.equal((await runs.settled(flaky)).status, 'completed');
  });

  it('tells those who watch that it was paused, and lets attempts be counted', async () => {
    const { free, capacity, running, waiting } = await pause(true);
    assert.deepEqual([free.atOnce, capacity.atOnce, running, waiting], [0, 1, 1, 0]);
    assert.equal(free.cpus, capacity.cpus - 1);
    await runs.until(async () => runs.client.queue.at(-1)?.isPaused, 'the notice');
  });
});
