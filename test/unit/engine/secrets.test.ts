import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Run } from '../../../src/model/run';
import type { Submission } from '../../../src/protocol/engine';
import { Store } from '../../../src/engine/store/store';
import { filesWith, processesShowing } from '../../support/filesWith';
import { isFailure } from '../../support/isFailure';
import { until } from '../../support/temporaryFolder';
import { GraphRuns } from '../graphs/graphRuns';

const value = 'v4lue-of-the-secret-7Gq';
const other = 'an0ther-value-of-it-Xw2';
const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Says what it was given without giving it away, and goes on when a file is there. */
const program = `
  import { createHash } from 'node:crypto';
  import { existsSync } from 'node:fs';
  const { TOKEN = '', SIDELAB_ATTEMPT } = process.env;
  console.log(SIDELAB_ATTEMPT, createHash('sha256').update(TOKEN).digest('hex').slice(0, 12));
  while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
  process.exit(existsSync('fail') ? 1 : 0);
`;

describe('a secret', () => {
  let runs: GraphRuns;
  beforeEach(async () => {
    runs = new GraphRuns();
    await runs.start();
    writeFileSync(inFolder('program.mjs'), program);
  });
  afterEach(async () => runs.stop());

  const inFolder = (...parts: string[]): string => runs.harness.folder.join(...parts);
  const make = (name: string): void => writeFileSync(inFolder(name), '');
  const file = (more: object = {}): object => ({
    experiment: 'tests',
    name: 'private',
    command: [process.execPath, 'program.mjs'],
    env: { TOKEN: '${secret:TOKEN}' },
    ...more,
  });
  /** As the core does it. */
  const give = async (runId: RunId, secrets: [string, string][]): Promise<readonly string[]> => {
    const names = secrets.map(([name]) => name);
    const { runId: tree, wanted } = await runs.client.peer.call('secrets.offer', { runId, names });
    await runs.client.peer.call('secrets.give', { runs: [tree], secrets });
    return wanted;
  };
  const submit = async (submission: Submission, token?: string): Promise<Run> => {
    if (token !== undefined) await give(submission.runId, [['TOKEN', token]]);
    return runs.client.peer.call('runs.submit', submission);
  };
  const lacking = async (): Promise<unknown> => (await runs.client.peer.call('secrets.watch', {})).lacking;
  const evidence = async (runId: RunId): Promise<string | undefined> =>
    (await runs.client.peer.call('runs.get', { run: runId })).run.evidence;
  const untilWaiting = async (runId: RunId): Promise<void> => {
    await until(
      async () => (await evidence(runId)) === 'waits for the secret TOKEN',
      'the run to say what it waits for',
    );
  };
  const retry = async (runId: RunId, submission: Submission): Promise<Run> =>
    runs.client.peer.call('runs.retry', {
      runId,
      checkpoints: 'empty',
      key: newRunId(),
      environment: submission.environment,
    });
  const mustNotBeWritten = (): void => {
    for (const text of [value, other]) {
      assert.deepEqual(filesWith(text, runs.harness.folder.path), []);
      assert.deepEqual(processesShowing(text), []);
    }
  };
  const killAndStart = async (): Promise<void> => {
    await runs.harness.killEngine();
    await runs.start();
  };

  it('reaches the program, its next attempt and a retry by hand, and is written down nowhere, whoever is killed', async () => {
    make('fail');
    const submission = await runs.resolve(
      file({ env: { TOKEN: '${secret:TOKEN}', PAIR: 'x=${secret:TOKEN}' }, retries: 1 }),
    );
    assert.match(JSON.stringify(submission), /\$\{secret:TOKEN\}/);
    const run = await submit(submission, value);
    await until(
      async () => (await runs.output(run.id)) === `1 ${fingerprint(value)}\n`,
      'the first words of the program',
    );
    // The search finds what is there: the reference is.
    assert.ok(filesWith('${secret:TOKEN}', runs.harness.home).length > 0);
    mustNotBeWritten();
    make('go');
    assert.equal((await runs.settled(run)).status, 'failed');
    assert.equal(await runs.output(run.id), `2 ${fingerprint(value)}\n`);
    mustNotBeWritten();

    await retry(run.id, submission);
    await runs.settled(run);
    assert.equal(await runs.output(run.id), `3 ${fingerprint(value)}\n`);

    assert.deepEqual(await give(run.id, [['TOKEN', other]]), ['TOKEN']);
    await retry(run.id, submission);
    await until(async () => (await runs.output(run.id)) === `4 ${fingerprint(other)}\n`, 'the new value');
    await runs.harness.killEngine();
    mustNotBeWritten();
    await runs.start();
    await runs.settled(run);
    mustNotBeWritten();
  });

  it('that went with an engine is waited for; others go on, and so does the run when it is given', async () => {
    await runs.client.peer.call('engine.configure', { atOnce: 1 });
    const blocker = await submit(await runs.resolve(file({ name: 'blocker', env: {} })));
    await runs.reached(blocker.id, 'running');
    const run = await submit(await runs.resolve(file()), value);
    assert.deepEqual(await lacking(), []);
    await killAndStart();

    await untilWaiting(run.id);
    assert.equal((await runs.client.peer.call('runs.get', { run: run.id })).run.status, 'queued');
    assert.deepEqual(await lacking(), [{ name: 'TOKEN', runs: [run.id] }]);
    const later = await submit(await runs.resolve(file({ name: 'later', env: {} })));
    make('go');
    assert.equal((await runs.settled(blocker)).status, 'completed');
    assert.equal((await runs.settled(later)).status, 'completed');
    await untilWaiting(run.id);

    await runs.client.peer.call('secrets.give', { runs: [run.id], secrets: [['TOKEN', other]] });
    assert.equal((await runs.settled(run)).status, 'completed');
    assert.equal(await runs.output(run.id), `1 ${fingerprint(other)}\n`);
    assert.deepEqual(await lacking(), []);
    mustNotBeWritten();
  });

  it('that a run lacks is asked for by push, and a run that waits for it can be cancelled', async () => {
    await runs.client.peer.call('secrets.watch', {});
    const run = await submit(await runs.resolve(file()));
    await until(() => runs.client.lacking.length > 0, 'the question');
    assert.deepEqual(runs.client.lacking.at(-1), { lacking: [{ name: 'TOKEN', runs: [run.id] }] });
    await untilWaiting(run.id);
    await runs.client.peer.call('runs.cancel', { runId: run.id });
    assert.equal((await runs.settled(run)).status, 'cancelled');
    await until(() => runs.client.lacking.at(-1)?.lacking.length === 0, 'nothing to be asked for any more');
  });

  it('of a task that comes later is kept for it, and asked for ahead of it after a restart', async () => {
    const graph = {
      tasks: {
        first: { command: [process.execPath, 'program.mjs'] },
        second: { command: [process.execPath, 'program.mjs'], dependsOn: ['first'], env: { TOKEN: '${secret:TOKEN}' } },
      },
    };
    const kept = await submit(await runs.resolve(graph), value);
    make('go');
    await runs.settled(kept);
    assert.equal(await runs.output((await runs.child(kept.id, 'second')).id), `1 ${fingerprint(value)}\n`);

    rmSync(inFolder('go'));
    const again = await submit(await runs.resolve(graph), value);
    await runs.reached((await runs.child(again.id, 'first')).id, 'running');
    await killAndStart();
    assert.deepEqual(await lacking(), [{ name: 'TOKEN', runs: [again.id] }]);
    make('go');
    const second = await runs.child(again.id, 'second');
    await untilWaiting(second.id);
    await runs.client.peer.call('secrets.give', { runs: [again.id], secrets: [['TOKEN', other]] });
    assert.equal((await runs.settled(again)).status, 'completed');
    assert.equal(await runs.output(second.id), `1 ${fingerprint(other)}\n`);
    mustNotBeWritten();
  });

  it('is kept for the trials that a sweep gets later', async () => {
    make('go');
    const sweep = (...seeds: number[]): object => file({ sweep: { over: { 'parameters.seed': seeds } } });
    const run = await submit(await runs.resolve(sweep(1)), value);
    await runs.settled(run);
    const { sweep: wanted, environment, environments, tasks = [] } = await runs.resolve(sweep(1, 2));
    const extension = {
      runId: run.id,
      sweep: wanted ?? assert.fail(),
      environment,
      environments: environments ?? [],
      tasks: tasks.map((task) => ({ ...task, parentId: run.id })),
    };
    assert.equal((await runs.client.peer.call('runs.extend', extension)).added, 1);
    assert.equal((await runs.settled(run)).status, 'completed');
    for (const trial of await runs.children(run.id)) {
      assert.equal(await runs.output(trial.id), `1 ${fingerprint(value)}\n`);
    }
    mustNotBeWritten();
  });

  it('lost between the beginning of an attempt and its start takes the attempt back, for good', async () => {
    const run = await submit(await runs.resolve(file({ retries: 0 })));
    await untilWaiting(run.id);
    await runs.harness.killEngine();
    const folder = path.join(runs.harness.home, 'runs', run.id, 'attempts', '1');
    mkdirSync(folder, { recursive: true });
    const store = Store.open(path.join(runs.harness.home, 'sidelab.db'));
    store.beginAttempt(run.id, { executor: 'local', host: 'here', folder }, Date.now());
    store.close();
    await runs.start();
    await untilWaiting(run.id);
    assert.equal((await runs.client.peer.call('runs.get', { run: run.id })).run.status, 'queued');

    const wrapper = inFolder('b', 'wrapper.sh');
    const late = spawnSync('sh', [wrapper, folder, 'boot', 'space', runs.harness.home, 'touch', inFolder('started')]);
    assert.notEqual(late.status, 0);
    assert.equal(existsSync(inFolder('started')), false);

    make('go');
    await runs.client.peer.call('secrets.give', { runs: [run.id], secrets: [['TOKEN', value]] });
    assert.equal((await runs.settled(run)).status, 'completed');
    const { attempts } = await runs.client.peer.call('runs.get', { run: run.id });
    assert.deepEqual(
      attempts.map(({ reason, detail }) => [reason, detail]),
      [
        ['not started', 'waits for the secret TOKEN'],
        ['completed', undefined],
      ],
    );
  });

  it('that nobody asked for is let go, and one run’s is not another’s', async () => {
    make('go');
    const first = await submit(await runs.resolve(file()), value);
    await runs.client.peer.call('secrets.give', { runs: [first.id], secrets: [['SPARE', value]] });
    const second = await submit(await runs.resolve(file({ env: { TOKEN: '${secret:SPARE}' } })));
    await runs.client.peer.call('secrets.give', { runs: [second.id], secrets: [['TOKEN', value]] });
    assert.equal((await runs.settled(first)).status, 'completed');
    assert.deepEqual(await lacking(), [{ name: 'SPARE', runs: [second.id] }]);
    const third = await submit(await runs.resolve(file()));
    await untilWaiting(third.id);
  });

  it('is refused by the engine where others would see it', async () => {
    const exposed = runs.harness.submission(['echo', '${secret:TOKEN}']);
    await assert.rejects(submit(exposed), isFailure('InvalidInput', /^The secret TOKEN would be seen by others/));
    await assert.rejects(
      submit(runs.harness.submission(['ls'], { cwd: '/${secret:TOKEN}' })),
      isFailure('InvalidInput'),
    );
    await assert.rejects(
      runs.client.peer.call('secrets.give', { runs: [exposed.runId], secrets: [['TOKEN', `a\0${value}`]] }),
      (error) => isFailure('InvalidInput')(error) && !String(error).includes(value),
    );
    mustNotBeWritten();
  });
});
