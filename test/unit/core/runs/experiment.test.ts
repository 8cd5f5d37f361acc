import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { Experiment } from '../../../../src/core/runs/experiment';
import { isFailure } from '../../../support/isFailure';
import { until } from '../../../support/temporaryFolder';
import { SeedRuns } from '../../seeds/seedRuns';

/** As the guide has it: two inline scripts, one of which takes its time. */
const inlineScript = { script: "echo 'Hello 1'\necho 'Hello 2'" };
const inlineScriptSleep = { script: "echo 'Hello sleep'\nsleep 0.3" };

describe('an experiment of a program', function () {
  this.timeout(60_000);
  let seeds: SeedRuns;
  beforeEach(() => {
    seeds = new SeedRuns();
  });
  afterEach(async () => seeds.stop());

  const experimentOf = (title: string): Experiment =>
    new Experiment(title, { source: seeds.source, folder: seeds.harness.folder.path });

  it('runs the guide’s graph of groups, and says how each task is and what it wrote', async () => {
    const experiment = experimentOf('dag-experiment');
    const group = [inlineScript, inlineScriptSleep];
    const id1 = experiment.add(group, { tailLogs: false, name: 'task-1' });
    const id2 = experiment.add(group, { tailLogs: false, name: 'task-2' });
    experiment.add(group, { name: 'task-3', dependencies: [id1, id2] });
    const lines: string[] = [];
    const run = await experiment.run({ tailLogs: true, onLine: (task, line) => lines.push(`${task}: ${line}`) });
    assert.deepEqual([run.status, run.children], ['completed', { completed: 3 }]);
    assert.deepEqual(lines.toSorted(), [
      'task-3/member-1: Hello 1',
      'task-3/member-1: Hello 2',
      'task-3/member-2: Hello sleep',
    ]);

    const states = await experiment.status();
    assert.deepEqual(
      states.map(({ id, status, executor }) => [id, status, executor]),
      ['task-1', 'task-2', 'task-3'].flatMap((task) => [
        [`${task}/member-1`, 'completed', 'local'],
        [`${task}/member-2`, 'completed', 'local'],
      ]),
    );
    assert.ok(states.every(({ folder = '', jobId = '' }) => existsSync(folder) && Number(jobId) > 0));
    assert.equal(await experiment.logs('task-1/member-1'), 'Hello 1\nHello 2\n');
    assert.equal(await experiment.logs('task-2'), 'member-1 | Hello 1\nmember-1 | Hello 2\nmember-2 | Hello sleep\n');

    const again = await Experiment.find(seeds.source, run.id);
    assert.deepEqual([again.title, (await again.wait()).status], ['dag-experiment', 'completed']);
    assert.throws(() => again.add(inlineScript), isFailure('Conflict', /was run already/));
  });

  it('detaches, and is cancelled task by task or as a whole', async () => {
    const experiment = experimentOf('endless');
    const endless = { script: 'echo here; sleep 1000' };
    const [a, b] = [experiment.add(endless, { name: 'a' }), experiment.add(endless, { name: 'b' })];
    const run = await experiment.run({ detach: true });
    assert.equal(run.status, 'queued');
    await until(async () => (await experiment.logs(a)) === 'here\n', 'a to run');
    await experiment.cancel(a);
    await until(async () => (await experiment.status())[0]?.status === 'cancelled', 'a to be cancelled');
    assert.notEqual((await experiment.status())[1]?.status, 'cancelled');
    await experiment.cancel();
    assert.equal((await experiment.wait()).status, 'cancelled');
    await experiment.cancel(b);
  });

  it('gives tasks their executors and plugins, and runs one after another when asked to', async () => {
    const folder = seeds.harness.folder;
    const plugin = { name: 'loud', executor: { env: { LEVEL: 'debug' } } };
    const experiment = experimentOf('executors');
    mkdirSync(folder.join('.sidelab/plugins'), { recursive: true });
    writeFileSync(folder.join('.sidelab/plugins/loud.json'), JSON.stringify(plugin));
    const say = { script: 'echo "$WHO $LEVEL"' };
    experiment.add([say, say], { name: 'both', executor: [{ env: { WHO: 'one' } }, { env: { WHO: 'two' } }] });
    experiment.add(say, { executor: { env: { WHO: 'three' }, retries: 1 }, plugins: ['loud'] });
    const run = await experiment.run({ sequential: true });
    assert.equal(run.status, 'completed');
    assert.equal(await experiment.logs(), 'both/member-1 | one \nboth/member-2 | two \ntask-2 | three debug\n');
    const times = (await experiment.status()).map((state) => state.run.attempt);
    const firstEnds = Math.max(times[0]?.endedAtMs ?? NaN, times[1]?.endedAtMs ?? NaN);
    assert.ok(firstEnds <= (times[2]?.startedAtMs ?? NaN));
  });

  it('runs directly in its own process’s terminal, without groups, and is recorded', async () => {
    const direct = { home: seeds.harness.home };
    const experiment = experimentOf('direct');
    const make = experiment.add({ script: 'echo made > "$SIDELAB_OUTPUTS/data"' }, { name: 'make' });
    experiment.add({ command: ['test', '-s', '${tasks.make.outputs}/data'] }, { dependencies: [make] });
    const run = await experiment.run({ direct });
    assert.deepEqual([run.status, run.children], ['completed', { completed: 2 }]);

    const group = experimentOf('group');
    group.add([inlineScript], { name: 'g' });
    await assert.rejects(group.run({ direct }), isFailure('InvalidInput', /^tasks\.g\.group: `direct` runs one/));
  });

  it('refuses what cannot be meant, before anything is submitted', async () => {
    const experiment = experimentOf('wrong');
    const a = experiment.add({ command: ['no-such-program'] }, { name: 'a' });
    assert.throws(() => experiment.add(inlineScript, { name: 'a' }), isFailure('InvalidInput', /a task a already/));
    assert.throws(() => experiment.add([inlineScript]), isFailure('InvalidInput', /A group needs a name/));
    assert.throws(() => experiment.add(inlineScript, { dependencies: ['z'] }), isFailure('NotFound', /no task z/));
    await assert.rejects(experiment.status(), isFailure('Conflict', /has not been run yet/));
    await assert.rejects(experiment.run(), isFailure('InvalidInput', /^tasks\.a\.command\[0\]: /));
    experiment.add(inlineScript, { name: 'b', dependencies: [a] });
    await assert.rejects(experiment.run({ sequential: true }), isFailure('InvalidInput', /`sequential` exclude/));
    assert.deepEqual(await seeds.source.experiments(), []);
  });
});
