import assert from 'node:assert/strict';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { ParameterHistoryQuery, RunFamily } from '../../../src/model/parameterHistory';
import type { Submission, TaskSubmission } from '../../../src/protocol/engine';
import { pointBatch } from '../../support/pointBatch';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const launch = { tags: [], metadataJson: '{}', parametersJson: '{}', command: ['true'], cwd: '/', retries: 0 };
const loss = JSON.stringify({ 'val/loss': { goal: 'minimize' }, speed: { unit: 's' } });
const file = '/w/a.run.json';

describe('past runs of a family', () => {
  let folder: TemporaryFolder;
  let store: Store;
  let nowMs = 0;
  beforeEach(() => {
    folder = temporaryFolder();
    store = Store.open(folder.join('db'));
    nowMs = 1;
  });
  afterEach(() => {
    store.close();
    folder.remove();
  });

  const submit = (name: string, more: Partial<Submission> = {}): RunId => {
    const submission: Submission = { ...launch, runId: newRunId(), experiment: 'e', name, environment: [], ...more };
    return store.submit({ runFile: { path: file, text: '' }, ...submission }, (nowMs += 1)).run.id;
  };
  const task = (parentId: RunId, name: string, more: Partial<TaskSubmission> = {}): TaskSubmission => ({
    ...launch,
    runId: newRunId(),
    parentId,
    task: name,
    name,
    environment: 0,
    dependsOn: [],
    ...more,
  });
  const execute = (id: RunId, values: readonly number[] = [], exitCode: number | null = 0): void => {
    store.beginAttempt(id, { executor: 'local', host: 'h', folder: '/f' }, nowMs);
    store.attemptStarted(id, { pid: 1, atMs: nowMs, awakeMs: 1 });
    store.ingest({
      runId: id,
      attempt: 1,
      points: pointBatch(
        values.map((value, step) => ({ metric: 'val/loss', step, timeSeconds: step, wallMs: step, value })),
      ),
      events: [],
      metadataJson: [],
      tags: [],
      progress: undefined,
      artifacts: [],
      position: { offsetBytes: 1, lines: 1, nextStep: 1, warnings: 0 },
      heardAtMs: nowMs,
    });
    if (exitCode !== null) store.endAttempt(id, { kind: 'exited', exitCode, atMs: nowMs }, undefined);
  };
  const past = (name: string, more: Partial<Submission> = {}): void => execute(submit(name, more));
  const ofFile: RunFamily = { experiment: 'e', runFile: file };
  const found = (family: RunFamily, more: Partial<ParameterHistoryQuery> = {}): string[] =>
    store.parameterHistory({ family, limit: 200, ...more }).runs.map(({ name }) => name);

  it('are the newest that executed, with their parameters and the best that they reached', () => {
    const first = submit('first', { parametersJson: '{"lr":0.1}', metricsJson: loss });
    execute(first, [3, NaN, 2, 5]);
    const second = submit('second', { parametersJson: '{"lr":0.2}', metricsJson: loss });
    execute(second, [], 1);
    const third = submit('third', { metricsJson: loss });
    execute(third, [9], null);
    submit('waits');
    const metric = { metric: 'val/loss', goal: 'minimize' as const };
    assert.deepEqual(store.parameterHistory({ family: ofFile, limit: 200 }).runs, [
      {
        runId: third,
        name: 'third',
        status: 'running',
        createdAtMs: 4,
        parametersJson: '{}',
        metrics: [{ ...metric, best: 9 }],
      },
      {
        runId: second,
        name: 'second',
        status: 'failed',
        createdAtMs: 3,
        parametersJson: '{"lr":0.2}',
        metrics: [metric],
      },
      {
        runId: first,
        name: 'first',
        status: 'completed',
        createdAtMs: 2,
        parametersJson: '{"lr":0.1}',
        metrics: [{ ...metric, best: 2 }],
      },
    ]);
    assert.deepEqual(found(ofFile, { limit: 2 }), ['third', 'second']);
  });

  it('reached what the goal that is declared now says, also of a metric that was not declared then', () => {
    execute(submit('a', { metricsJson: loss }), [3, 2, 5]);
    execute(submit('b'), [4, 1]);
    const goals = [{ metric: 'val/loss', goal: 'maximize' as const }];
    const { runs } = store.parameterHistory({ family: ofFile, goals, limit: 9 });
    assert.deepEqual(
      runs.map(({ metrics }) => metrics),
      [[{ metric: 'val/loss', goal: 'maximize', best: 4 }], [{ metric: 'val/loss', goal: 'maximize', best: 5 }]],
    );
  });

  it('are of the same experiment and either of the same run file or of the same command', () => {
    past('same file', { command: ['/usr/bin/env', 'a'] });
    past('another experiment', { experiment: 'f' });
    past('same command', {
      runFile: { path: '/w/b.run.json', text: '' },
      command: ['/bin/node', 'a.mjs', '--lr', '0.1'],
    });
    past('another command', { runFile: { path: '/w/b.run.json', text: '' }, command: ['/bin/node', 'b.mjs'] });
    assert.deepEqual(found(ofFile), ['same file']);
    const command = ['node', 'a.mjs', '${parameters:flags}'];
    assert.deepEqual(found({ ...ofFile, command }), ['same command', 'same file']);
    assert.deepEqual(found({ experiment: 'nobody’s', runFile: file }), []);
  });

  it('are those of an algorithm, whatever file and version, but not of one in another project that has the same name', () => {
    const algorithm = { name: 'anneal', version: '1.0.0' };
    past('here', { algorithm, workspace: '/w' });
    past('from a terminal', { algorithm: { name: 'anneal' }, runFile: { path: '/else.run.json', text: '' } });
    past('another', { algorithm: { name: 'sort' }, workspace: '/w' });
    past('elsewhere', { algorithm, workspace: '/v', experiment: 'theirs' });
    past('elsewhere, in the experiment', { algorithm, workspace: '/v' });
    const family = { algorithm: 'anneal', workspace: '/w', experiment: 'e' };
    assert.deepEqual(found(family), ['elsewhere, in the experiment', 'from a terminal', 'here']);
    assert.deepEqual(found({ algorithm: 'anneal' }).length, 4);
  });

  it('are trials with the goal of their sweep, and of a task those of that task alone', () => {
    const top = newRunId();
    const sweep = task(top, 'train', {
      kind: 'sweep',
      command: [],
      sweep: { json: '{}', best: { metric: 'val/loss', goal: 'minimize' } },
    });
    const trials = ['lr=1', 'lr=2'].map((name) => task(sweep.runId, name, { trialJson: '{}' }));
    const others = [task(top, 'prepare'), task(top, 'training')];
    submit('graph', { runId: top, kind: 'graph', command: [], tasks: [sweep, ...trials, ...others] });
    for (const { runId } of [...trials, ...others]) execute(runId, [1]);
    assert.deepEqual(found(ofFile), ['training', 'prepare', 'lr=2', 'lr=1']);
    assert.deepEqual(found({ ...ofFile, task: ['train'] }), ['lr=2', 'lr=1']);
    assert.deepEqual(found({ ...ofFile, task: ['train', 'inner'] }), []);
    const [newest] = store.parameterHistory({ family: { ...ofFile, task: ['train'] }, limit: 1 }).runs;
    assert.deepEqual([newest?.top, newest?.metrics], ['graph', [{ metric: 'val/loss', goal: 'minimize', best: 1 }]]);
  });

  it('answer as many parameters as can be sent at once', () => {
    const parametersJson = JSON.stringify({ text: 'x'.repeat(900_000) });
    for (const name of ['a', 'b', 'c']) past(name, { parametersJson });
    assert.deepEqual(found(ofFile), ['c', 'b']);
  });

  it('know what is still in memory as well as what is only on the disk', () => {
    execute(submit('a', { metricsJson: loss }), [3, 2], null);
    const read = (): unknown => store.parameterHistory({ family: ofFile, limit: 1 }).runs[0]?.metrics;
    const before = read();
    store.close();
    store = Store.open(folder.join('db'));
    assert.deepEqual([before, read()], [[{ metric: 'val/loss', goal: 'minimize', best: 2 }], before]);
  });
});
