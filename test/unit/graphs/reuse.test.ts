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

  it('is known by the code that was executed, also when that changed while the run waited', async () => {
    const queue = async (isPaused: boolean): Promise<unknown> => graphs.client.peer.call('queue.pause', { isPaused });
    const file = { reuse: true, command: ['sh', 'waits.sh'] };
    writeFileSync(at('waits.sh'), 'echo first');
    await queue(true);
    const waiting = await graphs.submit(file);
    writeFileSync(at('waits.sh'), 'echo second');
    await queue(false);
    await graphs.settled(waiting);
    assert.equal(await graphs.output(waiting.id), 'second\n');
    const same = await run(file);
    assert.equal(same.reusedFrom, waiting.id);
    writeFileSync(at('waits.sh'), 'echo first');
    const other = await run(file);
    assert.deepEqual([isReused(other), await graphs.output(other.id)], [false, 'first\n']);
  });

  it('is nobody’s when code or inputs change while the program runs, also while no engine lives; the run says so', async () => {
    const change = async (name: string, without: boolean): Promise<Run> => {
      writeFileSync(at('code.sh'), `touch ${at('begun')}; until [ -e ${at('go')} ]; do sleep 0.02; done`);
      writeFileSync(at('read'), 'one');
      for (const mark of ['begun', 'go']) rmSync(at(mark), { force: true });
      const file = {
        reuse: true,
        command: ['sh', 'code.sh'],
        inputs: { read: 'read' },
        env: { TRY: `${name} ${without}` },
      };
      const changing = await graphs.submit(file);
      await graphs.until(() => existsSync(at('begun')), 'its start');
      if (without) await graphs.harness.killEngine();
      writeFileSync(at(name), `${readFileSync(at(name), 'utf8')} `);
      writeFileSync(at('go'), '');
      if (without) graphs.client = await graphs.harness.start();
      assert.equal((await graphs.settled(changing)).status, 'completed');
      const again = await run(file);
      assert.ok(!isReused(again), name);
      assert.ok(isReused(await run(file)), 'what nothing changed under is taken');
      return changing;
    };
    for (const { id } of [await change('code.sh', false), await change('read', false), await change('read', true)]) {
      const { events } = await graphs.client.peer.call('events.list', { runId: id, limit: 10 });
      assert.deepEqual(
        events.map(({ level, message }) => [level, message]),
        [['warning', 'No other run will take this result: its code, or what it reads, changed while it executed']],
      );
    }
  });

  it('stays as it is while others use it: a retry of its run is refused, and one of theirs executes', async () => {
    const file = { reuse: true, script: `printf x >> ${at('kept')}; wc -c < ${at('kept')} > "$SIDELAB_OUTPUTS/count"` };
    const graph = { tasks: { make: file, use: { reuse: true, command: ['cat', '${tasks.make.outputs}/count'] } } };
    const [first, second] = [await run(graph), await run({ ...graph, name: 'second' })];
    const origin = await graphs.child(first.id, 'make');
    const user = await graphs.child(second.id, 'make');
    assert.equal(user.reusedFrom, origin.id);
    for (const tried of [origin, first]) {
      await assert.rejects(graphs.retry(tried.id, 'onward'), (error: Error) => {
        isFailure('Conflict')(error);
        assert.equal(error.message, `The result of make is used by make (${user.id.slice(0, 6)}): it stays as it is.`);
        return true;
      });
      assert.equal((await graphs.client.peer.call('runs.get', { run: tried.id })).run.status, 'completed');
    }
    assert.deepEqual([count('kept'), await graphs.output((await graphs.child(second.id, 'use')).id)], [1, '1\n']);
    await graphs.retry(user.id);
    await graphs.settled(user);
    assert.equal(count('kept'), 2);
    // Nobody uses the first one's any more.
    await graphs.retry(origin.id);
    await graphs.settled(origin);
    assert.equal(count('kept'), 3);
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
    writeFileSync(at('library.py'), '1');
    git('init', '-q');
    git('add', 'library.py');
    writeFileSync(at('.gitignore'), '*\n!*.py\n!*.pyc\n!*.run.json\n');
    const file = { reuse: true, script: `printf x >> ${at('in-git')}; date +%N > ${at('library.pyc')}` };
    await run(file);
    assert.ok(isReused(await run({ ...file, description: 'the run file has changed' })));
    writeFileSync(at('library.py'), '2');
    assert.ok(!isReused(await run(file)), 'a tracked file has changed');
    writeFileSync(at('new.py'), '');
    assert.ok(!isReused(await run(file)), 'a file is new');
    rmSync(at('new.py'));
    assert.ok(isReused(await run(file)));
    // Also where the program starts in another folder.
    const elsewhere = { ...file, cwd: '/tmp' };
    await run(elsewhere);
    assert.ok(isReused(await run(elsewhere)));
    writeFileSync(at('library.py'), '3');
    assert.ok(!isReused(await run(elsewhere)), 'the code beside the run file has changed');
    rmSync(at('.git'), { recursive: true });
  });

  it('is not used where git cannot tell what the code is, and the run says why', async () => {
    mkdirSync(at('.git'));
    const file = { reuse: true, script: `printf x >> ${at('no-git')}` };
    await run(file);
    const second = await run(file);
    assert.deepEqual([isReused(second), count('no-git')], [false, 2]);
    const { events } = await graphs.client.peer.call('events.list', { runId: second.id, limit: 10 });
    assert.match(events[0]?.message ?? '', /^No other run will take this result: .* is in no git repository\.$/);
    rmSync(at('.git'), { recursive: true });
  });
});
