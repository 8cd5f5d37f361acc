import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Run } from '../../../src/model/run';
import { GraphRuns, overlapMs } from './graphRuns';

/** Logs the loss of a trial: a parabola with its minimum at lr = 3, so that the best is known beforehand. */
const train = ['sh', '-c', 'echo "{\\"metrics\\": {\\"loss\\": $(( (LR - 3) * (LR - 3) ))}}" >> "$SIDELAB_RUN_LOG"'];

describe('a sweep', () => {
  const graphs = new GraphRuns();
  before(async () => graphs.start());
  after(async () => graphs.stop());

  const search = (more: object = {}): object => ({
    command: train,
    parameters: { lr: 0 },
    env: { LR: '${parameters.lr}' },
    metrics: { loss: { goal: 'minimize' } },
    sweep: { over: { 'parameters.lr': { from: 1, to: 5 } } },
    ...more,
  });

  it('runs each combination as a trial of its own, named by what differs, and knows the best', async () => {
    const run = await graphs.submit(search());
    assert.deepEqual([run.kind, run.children], ['sweep', { queued: 5 }]);
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.children], ['completed', { completed: 5 }]);
    const trials = await graphs.children(run.id);
    assert.deepEqual(
      trials.map(({ name, trialJson }) => [name, trialJson]),
      [1, 2, 3, 4, 5].map((lr) => [`lr=${lr}`, `{"parameters.lr":${lr}}`]),
    );
    assert.deepEqual(ended.best, { runId: trials[2]?.id, name: 'lr=3', metric: 'loss', value: 0 });
    assert.equal(trials.find(({ name }) => name === 'lr=3')?.parentId, run.id);
  });

  it('tells each better trial while the others still run', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 4 });
    const log = 'echo "{\\"metrics\\": {\\"loss\\": $((10 - LR))}}" >> "$SIDELAB_RUN_LOG"';
    const script = `sleep 0.$LR; ${log}; test $LR != 7 || sleep 60`;
    const run = await graphs.submit(
      search({ command: ['sh', '-c', script], sweep: { over: { 'parameters.lr': [1, 3, 5, 7] } } }),
    );
    const seen: string[] = [];
    await graphs.until(async () => {
      const { best } = graphs.heard(run.id) ?? {};
      if (best && best.name !== seen.at(-1)) seen.push(best.name);
      return seen.at(-1) === 'lr=5';
    }, 'the last trial to be the best');
    assert.equal(graphs.heard(run.id)?.status, 'running');
    await graphs.client.peer.call('runs.cancel', { runId: run.id });
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.best?.value], ['cancelled', 5]);
  });

  it('executes as many trials at once as it says, and no more', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 8 });
    const over = { 'parameters.lr': [1, 2, 3, 4, 5, 6] };
    const run = await graphs.submit(search({ command: ['sleep', '0.3'], sweep: { over, atOnce: 2 } }));
    assert.equal((await graphs.settled(run)).status, 'completed');
    const trials = await graphs.children(run.id);
    const atOnce = (trial: Run): number => trials.filter((other) => overlapMs(trial, other) > 0).length;
    assert.ok(
      trials.some((trial) => atOnce(trial) >= 2),
      'two at once',
    );
    const starts = trials.flatMap(({ attempt }) => attempt?.startedAtMs ?? []);
    for (const start of starts) {
      const running = trials.filter(
        ({ attempt }) => (attempt?.startedAtMs ?? NaN) <= start && (attempt?.endedAtMs ?? NaN) > start,
      );
      assert.ok(running.length <= 2, `${running.length} at once`);
    }
  });

  it('goes on when a trial fails, and says at the end which failed first', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 1 });
    const command = ['sh', '-c', `test $LR != 2 && ${train[2] ?? ''}`];
    const run = await graphs.submit(search({ command, sweep: { over: { 'parameters.lr': [1, 2, 4] } } }));
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.evidence], ['failed', 'lr=2 failed first: exit code 1']);
    assert.deepEqual([ended.children, ended.best?.name], [{ completed: 2, failed: 1 }, 'lr=4']);
  });

  it('takes for the best only what completed, and what is tried again only when that has completed too', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 1 });
    const ready = graphs.harness.folder.join('ready');
    const command = ['sh', '-c', `${train[2] ?? ''}; test $LR != 3 || test -e ${ready}`];
    const run = await graphs.submit(search({ command, sweep: { over: { 'parameters.lr': [1, 2, 3] } } }));
    const failed = await graphs.settled(run);
    assert.deepEqual([failed.children, failed.best?.name], [{ completed: 2, failed: 1 }, 'lr=2']);
    writeFileSync(ready, '');
    const best = await graphs.child(run.id, 'lr=3');
    await graphs.retry(best.id);
    assert.equal((await graphs.settled(run)).best?.name, 'lr=3');
    rmSync(ready);
    await graphs.retry(best.id);
    const again = await graphs.settled(run);
    assert.deepEqual([again.children, again.best?.name, again.best?.value], [failed.children, 'lr=2', 1]);
  });

  it('decides by the named metric which trial is best, where several have a goal', async () => {
    const script = 'echo "{\\"metrics\\": {\\"loss\\": $LR, \\"score\\": $LR}}" >> "$SIDELAB_RUN_LOG"';
    const metrics = { loss: { goal: 'minimize' }, score: { goal: 'maximize' } };
    const sweep = { over: { 'parameters.lr': [1, 2] }, metric: 'score' };
    const run = await graphs.submit(search({ command: ['sh', '-c', script], metrics, sweep }));
    const { best } = await graphs.settled(run);
    assert.deepEqual([best?.metric, best?.name, best?.value], ['score', 'lr=2', 2]);
  });

  it('knows the best by the goal that its algorithm declares, and refuses a metric for which nobody does', async () => {
    const folder = path.join(graphs.harness.folder.path, '.sidelab', 'algorithms');
    mkdirSync(folder, { recursive: true });
    const algorithm = {
      name: 'bowl',
      version: '2.0.0',
      command: train,
      parameters: { type: 'object' },
      metrics: { loss: { goal: 'minimize' } },
    };
    writeFileSync(path.join(folder, 'bowl.json'), JSON.stringify(algorithm));
    const file = {
      algorithm: 'bowl',
      parameters: { lr: 0 },
      env: { LR: '${parameters.lr}' },
      sweep: { over: { 'parameters.lr': [1, 2] } },
    };
    const ended = await graphs.settled(await graphs.submit(file));
    assert.deepEqual([ended.best?.name, ended.algorithm], ['lr=2', { name: 'bowl', version: '2.0.0' }]);
    await assert.rejects(
      graphs.submit({ ...file, sweep: { ...file.sweep, metric: 'height' } }),
      /sweep\.metric: The metric height has no goal/,
    );
  });

  it('is refused in the words of the file, at the value that makes no run', async () => {
    await assert.rejects(
      graphs.resolve(search({ sweep: { over: { 'parameters.lr': [1], timeout: [5, 'soon'] } } })),
      /sweep\.over\.timeout: The trial [^:]*soon is no run: timeout: Write a duration such as/,
    );
    await assert.rejects(
      graphs.resolve({ tasks: { s: search({ sweep: { trials: [{ retries: 1 }, { retries: -1 }] } }) } }),
      /tasks\.s\.sweep\.trials\[1\]\.retries: The trial retries=-1 is no run: retries: Value is below the minimum of 0/,
    );
  });

  it('is a task of a graph as well, and hands the best trial’s parameters on', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 4 });
    const run = await graphs.submit({
      tasks: {
        final: {
          command: ['sh', '-c', 'echo "$LR $1"', 'sh', '${tasks.search.best.parameters.lr}'],
          env: { LR: '${tasks.search.best.parameters.lr}' },
        },
        search: search({ sweep: { over: { 'parameters.lr': [2, 4, 3] } } }),
      },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.equal(await graphs.output((await graphs.child(run.id, 'final')).id), '3 3\n');
  });

  it('has no best trial to hand on where none has a value, and says so', async () => {
    const run = await graphs.submit({
      tasks: {
        search: search({ command: ['true'] }),
        final: { command: ['echo', '${tasks.search.best.parameters.lr}'] },
      },
    });
    assert.equal((await graphs.settled(run)).status, 'failed');
    const { evidence } = await graphs.child(run.id, 'final');
    assert.match(evidence ?? '', /search has no best trial/);
  });

  it('varies whole tasks too: each trial of a graph is a graph', async () => {
    const run = await graphs.submit({
      parameters: { n: 0 },
      tasks: {
        make: { command: ['sh', '-c', 'echo $1 > "$SIDELAB_OUTPUTS/n"', 'sh', '${parameters.n}'] },
        use: { command: ['cat', '${tasks.make.outputs}/n'] },
      },
      sweep: { over: { 'parameters.n': [7, 8] } },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const trials = await graphs.children(run.id);
    assert.deepEqual(
      trials.map(({ name, kind }) => [name, kind]),
      [
        ['n=7', 'graph'],
        ['n=8', 'graph'],
      ],
    );
    assert.equal(await graphs.output((await graphs.child(run.id, 'n=8', 'use')).id), '8\n');
  });

  it('is stopped early: no further trial starts, those under way go on, and it completes with what it has', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 2 });
    const goOn = graphs.harness.folder.join('go-on');
    const command = ['sh', '-c', `until test -e ${goOn}; do sleep 0.02; done; ${train[2] ?? ''}`];
    const run = await graphs.submit(search({ command, sweep: { over: { 'parameters.lr': { from: 1, to: 9 } } } }));
    await graphs.until(() => graphs.heard(run.id)?.children?.running === 2, 'two trials to run');
    await graphs.client.peer.call('runs.stopEarly', { runId: run.id });
    writeFileSync(goOn, '');
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.children], ['completed', { completed: 2, skipped: 7 }]);
    assert.equal(ended.best?.name, 'lr=2');
    assert.equal((await graphs.children(run.id)).at(-1)?.evidence, 'the sweep was stopped early');
    await assert.rejects(graphs.client.peer.call('runs.stopEarly', { runId: run.id }), /already completed/);
    await assert.rejects(
      graphs.client.peer.call('runs.stopEarly', { runId: (await graphs.submit({ command: ['sleep', '1'] })).id }),
      /is no sweep/,
    );
  });

  it('gets the trials that its file has got since, and keeps those that it has', async () => {
    const run = await graphs.submit(search({ sweep: { over: { 'parameters.lr': [5, 1] } } }));
    assert.equal((await graphs.settled(run)).best?.name, 'lr=5');
    const more = search({ sweep: { over: { 'parameters.lr': [1, 2, 3, 5] }, atOnce: 1 } });
    assert.deepEqual(await graphs.extend(run, more), { added: 2, status: 'running' });
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.children, ended.best?.name], ['completed', { completed: 4 }, 'lr=3']);
    const trials = await graphs.children(run.id);
    assert.deepEqual(
      trials.map(({ name, attempt }) => [name, attempt?.number]),
      [
        ['lr=5', 1],
        ['lr=1', 1],
        ['lr=2', 1],
        ['lr=3', 1],
      ],
    );
    assert.deepEqual(await graphs.extend(run, more), { added: 0, status: 'completed' });
    assert.deepEqual(graphs.environmentsOf(run.id), [], 'no environment is left behind');
  });

  it('gets more trials inside a graph too, while that still runs', async () => {
    const file = (values: number[]): object => ({
      tasks: {
        search: search({ sweep: { over: { 'parameters.lr': values } } }),
        last: { command: ['sleep', '1'] },
      },
    });
    const run = await graphs.submit(file([1]));
    const sweep = await graphs.child(run.id, 'search');
    await graphs.settled(sweep);
    assert.equal((await graphs.extend(sweep, file([1, 4]))).added, 1);
    assert.equal((await graphs.settled(run)).status, 'completed');
    assert.deepEqual(Object.keys(await graphs.statuses(sweep.id)), ['lr=1', 'lr=4']);
    const { children } = await graphs.settled(sweep);
    assert.deepEqual(children, { completed: 2 });
    await assert.rejects(graphs.extend(sweep, { command: ['true'] }), /has no sweep search any more/);
  });

  it('goes on after the engine was killed, and keeps its best', async () => {
    await graphs.client.peer.call('engine.configure', { atOnce: 2 });
    const command = ['sh', '-c', `sleep 0.2; ${train[2] ?? ''}`];
    const run = await graphs.submit(search({ command, sweep: { over: { 'parameters.lr': { from: 1, to: 8 } } } }));
    await graphs.until(async () => (graphs.heard(run.id)?.children?.completed ?? 0) >= 2, 'two trials');
    await graphs.harness.killEngine();
    await graphs.start();
    const ended = await graphs.settled(run);
    assert.deepEqual([ended.status, ended.best?.name, ended.best?.value], ['completed', 'lr=3', 0]);
    for (const trial of await graphs.children(run.id)) assert.equal(trial.attempt?.number, 1);
  });
});
