import assert from 'node:assert/strict';
import { describeWaiting } from '../../../src/engine/schedule/waitingWords';
import { Room } from '../../../src/engine/schedule/room';
import { patience, RunQueue } from '../../../src/engine/schedule/runQueue';
import type { ReadyRun } from '../../../src/engine/store/readyRun';
import type { Capacity, Demand } from '../../../src/model/demand';
import type { RunId } from '../../../src/model/ids';
import { SeededRandom } from '../../support/seededRandom';

const machine: Capacity = { atOnce: 100, cpus: 8, memoryBytes: 32e9, gpus: 2 };

let sequence = 0;
const ready = (demand: Demand = {}, more: Partial<ReadyRun> = {}): ReadyRun => {
  sequence += 1;
  const id = `run${sequence}` as RunId;
  const plain = {
    sequence,
    attempts: 0,
    mayReuse: false,
    environment: { runId: id, index: 0 },
    taskParametersJson: undefined,
    experimentId: 'a',
    priority: 0,
    promotedMs: undefined,
    limits: [],
  };
  return { id, demand, ...plain, ...more };
};

/** As if nvidia-smi were asked: so many, of which others use some. */
function see(room: Room, count: number, inUse: readonly number[] = []): void {
  const gpus = Array.from({ length: count }, (_, index) => ({ index, uuid: `GPU-${index}` }));
  room.seeGpus(gpus, new Set(inUse.map((index) => `GPU-${index}`)));
}

/** Starts all that is started now. */
function fill(queue: RunQueue, room: Room): ReadyRun[] {
  const started: ReadyRun[] = [];
  see(room, room.capacity.gpus);
  for (let run = queue.next(room); run; run = queue.next(room)) {
    room.take(run);
    started.push(run);
  }
  return started;
}

const words = (queue: RunQueue, room: Room): string[] =>
  Array.from(queue.waiting(room), ({ why }) => describeWaiting(why, room));

describe('the queue', () => {
  const open = (capacity: Partial<Capacity> = {}) => {
    const room = new Room({ ...machine, ...capacity });
    see(room, capacity.gpus ?? machine.gpus);
    return { queue: new RunQueue(), room };
  };

  it('starts what fits, and says what the others wait for', () => {
    const { queue, room } = open();
    const busy = ready({ cpus: 6, memoryBytes: 30e9, gpus: 2 });
    queue.add(busy);
    fill(queue, room);
    queue.add(ready({ cpus: 4 }));
    queue.add(ready({ cpus: 1, memoryBytes: 16e9 }));
    queue.add(ready({ cpus: 1, gpus: 1 }));
    queue.add(ready({ cpus: 64 }));
    queue.add(ready({ cpus: 0.5 }, { limits: [{ parent: 1, atOnce: 0 }] }));
    assert.deepEqual(fill(queue, room), []);
    assert.deepEqual(words(queue, room), [
      'waits for 4 cpus: 2 of 8 are free',
      'waits for 16 GB of memory: 2.0 GB of 32 GB is free',
      'waits for 1 gpu: 0 of 2 are free',
      'waits for 64 cpus: this machine has 8',
      'waits for its turn: at most 0 of its kind at once',
    ]);
    room.resize({ ...machine, atOnce: 1 });
    assert.ok(words(queue, room).includes('waits for room: at most 1 at once'));
  });

  it('takes one cpu for a run that says nothing, or an equal share where more are allowed at once', () => {
    const eight = open();
    for (let at = 0; at < 12; at += 1) eight.queue.add(ready());
    assert.equal(fill(eight.queue, new Room({ ...machine, atOnce: 8 })).length, 8);
    const shares = open();
    for (let at = 0; at < 24; at += 1) shares.queue.add(ready());
    assert.equal(fill(shares.queue, new Room({ ...machine, atOnce: 20 })).length, 20);
  });

  it('lets small ones pass a large one for a while, and then keeps free for it what it lacks', () => {
    const { queue, room } = open({ gpus: 0 });
    const long = ready({ cpus: 1 });
    queue.add(long);
    fill(queue, room);
    const large = ready({ cpus: 8 });
    queue.add(large);
    let passed = 0;
    for (let at = 0; at < 100; at += 1) {
      const small = ready({ cpus: 1 }, { experimentId: `e${at}` });
      queue.add(small);
      const started = fill(queue, room);
      passed += started.length;
      for (const run of started) room.release(run.id);
    }
    assert.equal(passed, patience);
    assert.ok(words(queue, room).includes('waits for its turn: what is free is kept for a run that has waited longer'));
    room.release(long.id);
    assert.equal(queue.next(room)?.id, large.id);
  });

  it('keeps only what is lacked: processors go on while a run waits for a gpu', () => {
    const { queue, room } = open({ gpus: 1 });
    const training = ready({ cpus: 1, gpus: 1 });
    queue.add(training);
    fill(queue, room);
    const next = ready({ cpus: 4, gpus: 1 });
    queue.add(next);
    let started = 0;
    for (let at = 0; at < 200; at += 1) {
      queue.add(ready({ cpus: 1 }));
      for (const run of fill(queue, room)) {
        started += 1;
        room.release(run.id);
      }
    }
    assert.equal(started, 200);
    // The gpu comes free while processors are short: it is kept, and now the processors are kept too.
    const wide = ready({ cpus: 6 });
    queue.add(wide);
    assert.deepEqual(fill(queue, room), [wide]);
    room.release(training.id);
    queue.add(ready({ cpus: 1, gpus: 1 }));
    queue.add(ready({ cpus: 1 }));
    assert.deepEqual(fill(queue, room), []);
    room.release(wide.id);
    see(room, 1);
    assert.equal(queue.next(room)?.id, next.id);
  });

  it('does not wait for what the machine has not', () => {
    const { queue, room } = open({ cpus: 4 });
    queue.add(ready({ cpus: 8 }));
    for (let at = 0; at < 100; at += 1) {
      queue.add(ready({ cpus: 4 }));
      const [run] = fill(queue, room);
      assert.ok(run);
      room.release(run.id);
    }
  });

  it('gives each run gpus of its own, of those that its environment names', () => {
    const { queue, room } = open({ gpus: 4 });
    const take = (gpus: number | undefined, visibleGpus?: string) => {
      queue.add({ ...ready({ cpus: 0, ...(gpus === undefined ? {} : { gpus }) }), visibleGpus });
      see(room, 4, [1]);
      const run = queue.next(room);
      return run && room.take(run);
    };
    // The second one is another program's.
    assert.deepEqual(take(1), ['0']);
    assert.deepEqual(take(undefined), undefined);
    assert.deepEqual(take(0), []);
    assert.deepEqual(take(1, 'GPU-3,2'), ['GPU-3']);
    assert.deepEqual(take(1, '0,1,2,-1,3'), ['2']);
    assert.deepEqual(take(1, 'MIG-a'), ['MIG-a']);
    assert.deepEqual(take(1), undefined);
    assert.deepEqual(room.free.gpus, 0);
    assert.deepEqual(words(queue, room), ['waits for 1 gpu: 0 of 4 are free, other programs use 1']);
  });

  it('does not keep processors waiting for a gpu that another program uses', () => {
    const { queue, room } = open({ gpus: 1 });
    queue.add(ready({ gpus: 1 }, { promotedMs: 1 }));
    for (let at = 0; at < 100; at += 1) {
      const small = ready({ cpus: 8 });
      queue.add(small);
      see(room, 1, [0]);
      assert.equal(queue.next(room)?.id, small.id);
    }
    // What was seen too long ago is not given away.
    see(room, 1);
    room.forgetGpus();
    assert.equal(queue.next(room), undefined);
    see(room, 1);
    assert.ok(queue.next(room));
  });

  it('starts first what was put first, the newest wish before all, and keeps what it lacks at once', () => {
    const { queue, room } = open();
    const busy = ready({ cpus: 7 });
    queue.add(busy);
    fill(queue, room);
    const old = ready({ cpus: 2 }, { promotedMs: 1 });
    const wished = ready({ cpus: 2 }, { promotedMs: 2 });
    for (const run of [ready({ cpus: 1 }, { priority: 1000 }), old, wished, ready({ cpus: 1 })]) queue.add(run);
    assert.deepEqual(fill(queue, room), []);
    room.release(busy.id);
    assert.deepEqual(
      fill(queue, room)
        .slice(0, 2)
        .map(({ id }) => id),
      [wished.id, old.id],
    );
  });

  it('never gives away more than there is, starts everything in the end, and passes nobody too often', () => {
    for (let seed = 1; seed <= 200; seed += 1) simulate(seed);
  });

  it('shares among experiments: of equal runs none has two more under way than another that waits', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = new SeededRandom(seed);
      const { queue, room } = open({ atOnce: 1 + random.below(12), cpus: 1000 });
      const experiments = Array.from({ length: 2 + random.below(5) }, (_, at) => `e${at}`);
      const waiting = new Map(experiments.map((name) => [name, 0]));
      for (const name of experiments) {
        const count = 5 + random.below(60);
        waiting.set(name, count);
        for (let at = 0; at < count; at += 1) queue.add(ready({}, { experimentId: name }));
      }
      const running: ReadyRun[] = [];
      while (queue.size > 0) {
        for (let run = queue.next(room); run; run = queue.next(room)) {
          const { experimentId } = run;
          room.take(run);
          running.push(run);
          waiting.set(experimentId, (waiting.get(experimentId) ?? 0) - 1);
          for (const [name, left] of waiting) {
            if (left > 0)
              assert.ok(room.countOf(experimentId) <= room.countOf(name) + 1, `seed ${seed}: ${experimentId}`);
          }
        }
        const [ended] = running.splice(random.below(running.length), 1);
        if (ended) room.release(ended.id);
      }
    }
  });
});

/** Runs of all sizes come without end, in several experiments and lanes; an old one is never passed for ever. */
function simulate(seed: number): void {
  const random = new SeededRandom(seed);
  const capacity = {
    atOnce: 2 + random.below(10),
    cpus: 1 + random.below(16),
    memoryBytes: 16e9,
    gpus: random.below(4),
  };
  const [queue, room] = [new RunQueue(), new Room(capacity)];
  see(room, capacity.gpus);
  const running: ReadyRun[] = [];
  const waiting = new Map<RunId, { readonly run: ReadyRun; passed: number }>();
  const total = 150;
  const used = (of: (demand: Demand) => number): number => running.reduce((sum, { demand }) => sum + of(demand), 0);
  for (let made = 0; made < total || waiting.size > 0;) {
    // Mostly small ones, so that the large ones would starve.
    for (let at = random.below(4); at > 0 && made < total; at -= 1, made += 1) {
      const isLarge = random.next() < 0.1;
      const run = ready(
        {
          cpus: isLarge ? capacity.cpus : Math.min(capacity.cpus, 1),
          ...(random.next() < 0.3 ? { memoryBytes: isLarge ? 16e9 : 1e9 } : {}),
          ...(random.next() < 0.3 && capacity.gpus > 0 ? { gpus: isLarge ? capacity.gpus : 1 } : {}),
        },
        { experimentId: `e${random.below(4)}` },
      );
      queue.add(run);
      waiting.set(run.id, { run, passed: 0 });
    }
    see(room, capacity.gpus);
    const heads = new Set(Array.from(queue.waiting(room), ({ runs: [head] }) => head?.id));
    for (let run = queue.next(room); run; run = queue.next(room)) {
      room.take(run);
      running.push(run);
      const was = waiting.get(run.id)?.passed ?? 0;
      // Others in other lanes may have lost their patience before.
      assert.ok(was <= 2 * patience, `seed ${seed}: ${run.id} was passed ${was} times`);
      waiting.delete(run.id);
      for (const other of waiting.values()) {
        const competes = other.run.sequence < run.sequence && heads.has(other.run.id);
        const isWide = (other.run.demand.cpus ?? 0) === capacity.cpus;
        if (competes && isWide) other.passed += 1;
      }
    }
    assert.ok(running.length <= capacity.atOnce, `seed ${seed}`);
    assert.ok(used(({ cpus = 0 }) => cpus) <= capacity.cpus, `seed ${seed}`);
    assert.ok(used(({ memoryBytes = 0 }) => memoryBytes) <= capacity.memoryBytes, `seed ${seed}`);
    assert.ok(used(({ gpus = 0 }) => gpus) <= capacity.gpus, `seed ${seed}`);
    assert.ok(running.length > 0 || waiting.size === 0, `seed ${seed}: nothing goes on`);
    const [ended] = running.splice(random.below(running.length), 1);
    if (ended) room.release(ended.id);
  }
}
