import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Run } from '../../../src/model/run';
import { isFailure } from '../../support/isFailure';
import { GraphRuns } from './graphRuns';

describe('inputs', () => {
  const graphs = new GraphRuns();
  before(async () => graphs.start());
  after(async () => graphs.stop());

  it('stand for the paths of files, folders, patterns and URLs, relative to the run file', async () => {
    const at = (name: string): string => graphs.harness.folder.join(name);
    mkdirSync(at('data'));
    for (const name of ['b.csv', 'a.csv', 'c.txt']) writeFileSync(at(`data/${name}`), name);
    const run = await graphs.submit({
      inputs: {
        one: 'data/c.txt',
        all: 'data/*.csv',
        folder: 'data',
        web: 'https://example.org/x',
        two: ['data/c.txt', 'data'],
      },
      command: [
        'sh',
        '-c',
        'printf "%s\n" "$@" "$ONE"',
        'sh',
        '${inputs.one}',
        '${inputs.all}',
        '-d=${inputs.folder}',
        '${inputs.web}',
        '${inputs.two}',
      ],
      env: { ONE: '<${inputs.one}>' },
    });
    assert.equal((await graphs.settled(run)).status, 'completed');
    const paths = ['data/c.txt', 'data/a.csv', 'data/b.csv'].map(at);
    const words = [
      ...paths,
      `-d=${at('data')}`,
      'https://example.org/x',
      at('data/c.txt'),
      at('data'),
      `<${at('data/c.txt')}>`,
    ];
    assert.deepEqual((await graphs.output(run.id)).trim().split('\n'), words);
  });

  it('are refused at their key where nothing is there, and so is a name that is none', async () => {
    const refused = async (file: object, message: RegExp): Promise<void> => {
      await assert.rejects(graphs.resolve({ command: ['true'], ...file }), (error) => {
        isFailure('InvalidInput')(error);
        assert.match(String(error), message);
        return true;
      });
    };
    await refused({ inputs: { mesh: 'no/mesh.msh' } }, /inputs\.mesh: There is no .*mesh\.msh\./);
    await refused({ inputs: { all: 'no/*.csv' } }, /inputs\.all: No file in .* matches\./);
    await refused({ command: ['cat', '${inputs.mesh}'] }, /There is no input mesh\./);
  });

  it('that another task makes are waited for, and missed in words when it has not made them', async () => {
    const run = await graphs.submit({
      tasks: {
        use: { inputs: { data: '${tasks.make.outputs}/data' }, command: ['cat', '${inputs.data}'] },
        make: { script: 'sleep 0.1; echo made > "$SIDELAB_OUTPUTS/data"' },
        miss: { inputs: { data: '${tasks.make.outputs}/other' }, command: ['true'] },
      },
    });
    await graphs.settled(run);
    assert.equal(await graphs.output((await graphs.child(run.id, 'use')).id), 'made\n');
    const miss = await graphs.child(run.id, 'miss');
    assert.match(
      `${miss.status} ${miss.evidence ?? ''}`,
      /^failed The input data is missing: there is no .*\/other\.$/,
    );
  });
});

describe('a result that is used again', () => {
  const graphs = new GraphRuns();
  const at = (name: string): string => graphs.harness.folder.join(name);
  before(async () => graphs.start());
  after(async () => graphs.stop());

  /** How often a task has truly executed. */
  const count = (name: string): number => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').length : 0);
  const run = async (file: object): Promise<Run> => graphs.settled(await graphs.submit(file));
  const isReused = ({ status, attempt, evidence }: Run): boolean =>
    status === 'completed' && attempt === undefined && /^reused from run /.test(evidence ?? '');

  it('is that of a completed run that did the same, and the run says from which', async () => {
    const file = {
      tasks: {
        make: { reuse: true, script: `printf x >> ${at('made')}; echo made > "$SIDELAB_OUTPUTS/data"` },
        use: {
          reuse: true,
          command: ['sh', '-c', `printf x >> ${at('used')}; cat $1/data`, 'sh', '${tasks.make.outputs}'],
        },
        always: { script: `printf x >> ${at('always')}` },
      },
    };
    const first = await run(file);
    const second = await run({ ...file, name: 'another', description: 'changes no result' });
    assert.equal(second.status, 'completed');
    const [make, use, always] = await graphs.children(second.id);
    assert.ok(make && use && always);
    const origin = await graphs.child(first.id, 'make');
    assert.deepEqual([isReused(make), isReused(use), isReused(always)], [true, true, false]);
    assert.equal(make.reusedFrom, origin.id);
    assert.deepEqual([count('made'), count('used'), count('always')], [1, 1, 2]);
    assert.equal(await graphs.output(use.id), 'made\n', 'its output is that of the other');
    const { outputs } = await graphs.client.peer.call('runs.get', { run: make.id });
    assert.ok(existsSync(path.join(outputs, 'data')));
  });

  it('is not taken when command, parameters, variables, inputs or code have changed, and taken when they are back', async () => {
    writeFileSync(at('input'), 'one');
    writeFileSync(at('work.sh'), `printf x >> ${at('worked')}`);
    const base = {
      reuse: true,
      command: ['sh', 'work.sh'],
      parameters: { lr: 1 },
      env: { A: '1' },
      inputs: { data: 'input' },
    };
    assert.ok(!isReused(await run(base)));
    const changed: readonly object[] = [
      { ...base, command: ['sh', 'work.sh', 'more'] },
      { ...base, parameters: { lr: 2 } },
      { ...base, env: { A: '2' } },
    ];
    for (const file of changed) assert.ok(!isReused(await run(file)), JSON.stringify(file));
    writeFileSync(at('input'), 'two');
    assert.ok(!isReused(await run(base)), 'another input');
    writeFileSync(at('work.sh'), `printf x >> ${at('worked')} # changed`);
    assert.ok(!isReused(await run(base)), 'other code');
    assert.equal(count('worked'), 6);
    writeFileSync(at('input'), 'one');
    writeFileSync(at('work.sh'), `printf x >> ${at('worked')}`);
    assert.ok(isReused(await run(base)));
    assert.ok(isReused(await run({ ...base, tags: ['new'], timeout: '5 min', retries: 2 })));
    assert.equal(count('worked'), 6);
  });

  it('is that of what comes after a task which executed again and made the same', async () => {
    const file = (comment: string): object => ({
      tasks: {
        make: { reuse: true, script: `echo same > "$SIDELAB_OUTPUTS/data" # ${comment}` },
        use: { reuse: true, inputs: { data: '${tasks.make.outputs}/data' }, command: ['cat', '${inputs.data}'] },
      },
    });
    await run(file('first'));
    const second = await run(file('second'));
    assert.ok(!isReused(await graphs.child(second.id, 'make')));
    const use = await graphs.child(second.id, 'use');
    // It refers to the folder, in which nothing has changed.
    assert.ok(isReused(use), use.evidence);
  });

  it('is never that of a run that failed, or whose outputs are gone', async () => {
    const failing = { reuse: true, script: `printf x >> ${at('failing')}; exit 1` };
    for (let i = 0; i < 2; i += 1) assert.equal((await run(failing)).status, 'failed');
    assert.equal(count('failing'), 2);
    const file = { reuse: true, script: `printf x >> ${at('gone')}` };
    const first = await run(file);
    rmSync(path.join(graphs.harness.home, 'runs', first.id), { recursive: true });
    assert.ok(!isReused(await run(file)));
    assert.ok(isReused(await run(file)));
  });

  it('is not taken by a run that is tried again by hand: that executes', async () => {
    const file = { reuse: true, script: `printf x >> ${at('again')}` };
    await run(file);
    const reused = await run(file);
    assert.ok(isReused(reused));
    await graphs.retry(reused.id);
    const again = await graphs.settled(reused);
    assert.deepEqual([again.status, again.attempt?.number, again.reusedFrom], ['completed', 1, undefined]);
    assert.equal(count('again'), 2);
  });

  it('is that of the trials which a larger sweep has in common with an earlier one, their values included', async () => {
    const sweep = (values: number[]): object => ({
      reuse: true,
      command: [
        'sh',
        '-c',
        `printf x >> ${at('trials')}; echo "{\\"metrics\\": {\\"loss\\": $LR}}" >> "$SIDELAB_RUN_LOG"`,
      ],
      parameters: { lr: 0 },
      env: { LR: '${parameters.lr}' },
      metrics: { loss: { goal: 'minimize' } },
      sweep: { over: { 'parameters.lr': values } },
    });
    await run(sweep([1, 2]));
    const larger = await run(sweep([1, 2, 3]));
    assert.equal(count('trials'), 3);
    assert.deepEqual((await graphs.children(larger.id)).map(isReused), [true, true, false]);
    assert.deepEqual([larger.best?.name, larger.best?.value], ['lr=1', 1]);
    const [first] = await graphs.children(larger.id);
    const { summaries } = await graphs.client.peer.call('series.list', { runId: first?.id ?? larger.id });
    assert.deepEqual(
      summaries.map(({ metric, count }) => [metric, count]),
      [['loss', 1]],
    );
  });

  it('depends in a git repository on every file that git would keep, but not on run files', async () => {
    const git = (...args: string[]): void =>
      void execFileSync('git', args, { cwd: graphs.harness.folder.path, stdio: 'ignore' });
    writeFileSync(at('.gitignore'), '*\n!*.py\n!*.run.json\n');
    writeFileSync(at('library.py'), '1');
    git('init', '-q');
    git('add', 'library.py');
    const file = { reuse: true, script: `printf x >> ${at('in-git')}` };
    await run(file);
    assert.ok(isReused(await run({ ...file, description: 'the run file has changed' })));
    writeFileSync(at('library.py'), '2');
    assert.ok(!isReused(await run(file)), 'a tracked file has changed');
    writeFileSync(at('new.py'), '');
    assert.ok(!isReused(await run(file)), 'a file is new');
    rmSync(at('new.py'));
    assert.ok(isReused(await run(file)));
    rmSync(at('.git'), { recursive: true });
  });
});
