/**
 * Graphs of a thousand tasks and sweeps of a thousand trials to their end, and smaller ones while engine, wrappers,
 * programs and clients are killed at random. `SIDELAB_TASKS` says how large (default 1,000), `SIDELAB_KILLS` how many kills
 * (default 24, in CI), `SIDELAB_SEED` repeats a storm:
 *
 *     SIDELAB_KILLS=400 SIDELAB_SEED=7 npm run test:unit -- --grep "storm over graphs"
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Run } from '../../../src/model/run';
import { isSettled } from '../../../src/model/runStatus';
import { SeededRandom } from '../../support/seededRandom';
import { GraphRuns } from './graphRuns';
import { GraphStorm } from './stormOfKills';

const size = Number(process.env['SIDELAB_TASKS'] ?? 1000);
const kills = Number(process.env['SIDELAB_KILLS'] ?? 24);
const seed = Number(process.env['SIDELAB_SEED'] ?? 1);

/** What each task waits for, by their numbers; always for earlier ones. */
type Shape = (index: number, random: SeededRandom) => readonly number[];

const shapes: Readonly<Record<string, Shape>> = {
  chain: (index) => (index === 0 ? [] : [index - 1]),
  wide: () => [],
  lattice: (index) => (index < 10 ? [] : [index - 10, index - 10 + (index % 10 === 9 ? -9 : 1)]),
  random: (index, random) =>
    index === 0 ? [] : [...new Set(Array.from({ length: random.below(4) }, () => random.below(index)))],
};

interface Plan {
  readonly dependsOn: readonly (readonly number[])[];
  /** Exit codes of the attempts, in their order. */
  readonly codes: readonly (readonly number[])[];
  readonly file: object;
}

/** Each task writes a line with its number and attempt when it executes: what truly happened, in its order. */
function plan(shape: Shape, count: number, random: SeededRandom, log: string, withFailures: boolean): Plan {
  const dependsOn = Array.from({ length: count }, (_, index) => shape(index, random));
  const codes = dependsOn.map(() => {
    const kind = withFailures ? random.below(100) : 99;
    if (kind < 3) return [3];
    return kind < 10 ? [4, 0] : [0];
  });
  const tasks = dependsOn.map((needs, index) => {
    const [first = 0, second] = codes[index] ?? [];
    const script = `echo "${index} $SIDELAB_ATTEMPT" >> "$LOG"; test $SIDELAB_ATTEMPT = 1 && exit ${first}; exit ${second ?? 0}`;
    const dependencies = needs.length > 0 ? { dependsOn: needs.map((at) => `t${at}`) } : {};
    return [`t${index}`, { command: ['sh', '-c', script], retries: second === undefined ? 0 : 1, ...dependencies }];
  });
  return { dependsOn, codes, file: { env: { LOG: log }, tasks: Object.fromEntries(tasks) as object } };
}

/** The same as a sweep: its trials wait for nothing, so only a plan without dependencies can be one. */
function asSweep({ dependsOn, codes }: Plan, log: string): Plan {
  const cases = codes.map(
    ([first = 0, second], index) => `${index}-1) exit ${first};; ${index}-*) exit ${second ?? 0};;`,
  );
  const script = `echo "$N $SIDELAB_ATTEMPT" >> "$LOG"; case $N-$SIDELAB_ATTEMPT in ${cases.join(' ')} esac`;
  const parameters = { n: 0 };
  const env = { LOG: log, N: '${parameters.n}' };
  const over = { 'parameters.n': { from: 0, to: codes.length - 1 } };
  // All trials have the same retries: what fails once is tried again, and completes then.
  const file = { command: ['sh', '-c', script], parameters, env, retries: 1, sweep: { over } };
  return { dependsOn, codes: codes.map(([first = 0, second]) => [first, second ?? 0]), file };
}

/** What becomes of each task when nobody interferes. */
function expected({ dependsOn, codes }: Plan): string[] {
  const statuses: string[] = [];
  for (const [index, needs] of dependsOn.entries()) {
    const isStarted = needs.every((at) => statuses[at] === 'completed');
    statuses.push(!isStarted ? 'skipped' : codes[index]?.at(-1) === 0 ? 'completed' : 'failed');
  }
  return statuses;
}

const linesOf = (log: string): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);

describe('large graphs and sweeps', function () {
  this.timeout(60_000 + size * 60);
  const graphs = new GraphRuns();
  before(async () => graphs.start());
  after(async () => graphs.stop());

  for (const [name, shape] of Object.entries(shapes)) {
    it(`run to their end, each task once and after what it depends on: ${size} tasks, ${name}`, async () => {
      await graphs.client.peer.call('engine.configure', { atOnce: 4 });
      const log = graphs.harness.folder.join(`${name}.log`);
      const planned = plan(shape, size, new SeededRandom(seed), log, name === 'random');
      const run = await graphs.submit(planned.file);
      const ended = await graphs.ended(run);
      const statuses = expected(planned);
      assert.deepEqual(
        (await graphs.children(run.id)).map(({ status }) => status),
        statuses,
      );
      assert.equal(ended.status, statuses.includes('failed') ? 'failed' : 'completed');
      checkOrder(planned, linesOf(log));
    });
  }

  it(`run to their end, and know their best: a sweep of ${size} trials`, async () => {
    const best = Math.floor(size / 3);
    const run = await graphs.submit({
      parameters: { n: 0 },
      env: { N: '${parameters.n}' },
      command: [
        'sh',
        '-c',
        `echo "{\\"metrics\\": {\\"y\\": $(( (N - ${best}) * (N - ${best}) ))}}" >> "$SIDELAB_RUN_LOG"`,
      ],
      metrics: { y: { goal: 'minimize' } },
      sweep: { over: { 'parameters.n': { from: 1, to: size } } },
    });
    const ended = await graphs.ended(run);
    assert.deepEqual([ended.status, ended.children], ['completed', { completed: size }]);
    assert.deepEqual([ended.best?.name, ended.best?.value], [`n=${best}`, 0]);
  });
});

describe('a storm over graphs', function () {
  this.timeout(120_000 + kills * 6000);
  const graphs = new GraphRuns();
  after(async () => graphs.stop());

  it(`loses no task, starts none twice or too early, leaves no process (${kills} kills, seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const storm = new GraphStorm(graphs, random);
    await storm.start();
    const sent: { readonly run: Run; readonly planned: Plan; readonly log: string }[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      // As many as end in the meantime, about: there is always something to hit.
      if ((await storm.activeCount()) < 3) {
        const [name, shape] = random.pick(Object.entries(shapes)) ?? ['none', () => []];
        const log = graphs.harness.folder.join(`storm-${sent.length}.log`);
        const graph = plan(shape, 20 + random.below(60), random, log, true);
        const planned = name === 'wide' ? asSweep(graph, log) : graph;
        const submission = await graphs.resolve({ name, ...planned.file });
        sent.push({ run: await storm.surely(async (peer) => peer.call('runs.submit', submission)), planned, log });
      }
      await new Promise((resolve) => setTimeout(resolve, random.below(300)));
      await storm.strike();
    }
    await storm.calm();
    for (const { run, planned, log } of sent) {
      const { run: ended } = await storm.surely(async (peer) => peer.call('runs.get', { run: run.id }));
      assert.ok(isSettled(ended.status), ended.status);
      const children = await graphs.children(run.id);
      checkOrder(planned, linesOf(log), children);
      const wasHit = children.some(({ id }) => storm.wasHit(id));
      if (!wasHit) {
        assert.deepEqual(
          children.map(({ status }) => status),
          expected(planned),
        );
      }
      for (const child of children) {
        assert.ok(isSettled(child.status), `${child.name} ${child.status}`);
        if (child.status === 'lost') assert.ok(storm.wasHit(child.id), `${child.name} was lost`);
        if (child.status === 'skipped')
          assert.equal(child.attempt, undefined, `${child.name} was skipped, and started`);
        assert.deepEqual(graphs.harness.processesOf(child.id), [], 'processes left behind');
      }
    }
  });
});

/** The lines say what executed: no attempt twice, none without those before it, none before what it depends on. */
function checkOrder({ dependsOn }: Plan, lines: readonly string[], children: readonly Run[] = []): void {
  assert.equal(new Set(lines).size, lines.length, 'an attempt executed twice');
  const last = new Map<number, number>();
  for (const [at, line] of lines.entries()) {
    const [index = NaN] = line.split(' ').map(Number);
    last.set(index, at);
    for (const need of dependsOn[index] ?? []) {
      const before = last.get(need);
      // A dependency that was killed before it wrote, and was then tried again, is in the store alone.
      const wasSeen = before !== undefined || children[need]?.status === 'completed';
      assert.ok(wasSeen, `t${index} executed before t${need}`);
    }
  }
  for (const [at, line] of lines.entries()) {
    const [index = NaN] = line.split(' ').map(Number);
    for (const need of dependsOn[index] ?? []) {
      assert.ok((last.get(need) ?? -1) < at, `t${need} executed again after t${index} had started`);
    }
  }
}
