import assert from 'node:assert/strict';
import { CheckedFolder } from './checking';

const ok = { script: 'true' };

describe('the check of a whole run file', () => {
  let folder: CheckedFolder;
  before(() => (folder = new CheckedFolder()));
  after(() => folder.dispose());
  const codes: CheckedFolder['codes'] = async (file, options) => folder.codes(file, options);
  const fixed: CheckedFolder['fixed'] = async (file, options) => folder.fixed(file, options);

  it('has nothing against a good file', async () => {
    assert.deepEqual(await codes({ command: ['node', '--version'], cwd: '.', timeout: '1 h' }), []);
    assert.deepEqual(await codes({ tasks: { a: ok, b: { ...ok, dependsOn: 'a' } } }), []);
  });

  it('finds all that is wrong, of every task, each at its key', async () => {
    const file = {
      env: { HOME_DIR: '${env:NO_SUCH}' },
      tasks: {
        a: { command: ['no-such-program'], cwd: 'nowhere', retries: 'three' },
        b: { command: ['no-such-program'], inputs: { x: 'missing', y: ['.', 'gone'] }, dependsOn: ['c'] },
        d: { ...ok, envFile: ['.env', '.env.local'], compute: 'smal' },
      },
    };
    assert.deepEqual((await codes(file)).sort(), [
      'missing-env-file tasks.d.envFile[0]',
      'missing-env-file tasks.d.envFile[1]',
      'missing-folder tasks.a.cwd',
      'missing-input tasks.b.inputs.x',
      'missing-input tasks.b.inputs.y[1]',
      'missing-program tasks.a.command[0]',
      'missing-program tasks.b.command[0]',
      'missing-variable env.HOME_DIR',
      'unknown-compute tasks.d.compute',
      'unknown-task tasks.b.dependsOn[0]',
      'wrong-type tasks.a.retries',
    ]);
  });

  it('goes on where the key is misspelt that says what to run, and is silent about a text that is torn', async () => {
    const tasks = { a: { comand: ['node'] }, b: { ...ok, cwd: 'nowhere' } };
    assert.deepEqual(await codes({ tasks }), ['unknown-key tasks.a.comand', 'missing-folder tasks.b.cwd']);
    const swept = { ...tasks, c: { ...ok, parameters: { x: 1 }, sweep: { over: { 'parameters.x': [1, 2] } } } };
    assert.deepEqual(await codes({ tasks: swept }), ['unknown-key tasks.a.comand', 'missing-folder tasks.b.cwd']);
    assert.deepEqual(await codes({ comand: ['node'] }), ['unknown-key comand']);
    assert.deepEqual(await codes('{ "tasks": { "a": { "cwd": "nowhere" "x', { onlyJson: true }), []);
  });

  it('says once what tasks inherit, where it is written', async () => {
    assert.deepEqual(
      await codes({ envFile: '.env', cwd: 'nowhere', tasks: { a: ok, b: ok, c: { group: [ok, ok] } } }),
      ['missing-env-file envFile', 'missing-folder cwd'],
    );
  });

  it('looks at nothing outside of the text where that is not trusted', async () => {
    const file = { command: ['no-such-program', '${lr}'], cwd: 'nowhere' };
    assert.deepEqual(await codes(file, { environment: undefined }), ['unknown-reference command[1]']);
  });

  it('says nothing of a text that is no JSON where another one does', async () => {
    assert.deepEqual(await codes('{ "command": ["node" ', { onlyJson: true }), []);
    assert.deepEqual(await codes('{ "command": ["node" '), ['syntax command[0]']);
    assert.deepEqual(await codes('', { onlyJson: true }), ['empty-file ']);
  });

  describe('of tasks', () => {
    it('offers the closest name for an unknown one, or to do without it', async () => {
      const file = (dependsOn: unknown): object => ({
        tasks: { prepare: ok, report: ok, train: { ...ok, dependsOn } },
      });
      assert.deepEqual(await fixed(file(['prepar'])), {
        'Change to "prepare"': file(['prepare']),
        'Remove this dependency': file([]),
      });
      assert.deepEqual(await fixed(file([{ task: 'Report', on: 'failed' }, 'prepare'])), {
        'Change to "report"': file([{ task: 'report', on: 'failed' }, 'prepare']),
        'Remove this dependency': file(['prepare']),
      });
      assert.deepEqual(Object.keys(await fixed(file('something else'))), ['Remove this dependency']);
    });

    it('offers to cut a circle', async () => {
      const file = (b: object): object => ({ tasks: { a: { ...ok, dependsOn: ['b'] }, b: { ...ok, ...b } } });
      assert.deepEqual(await codes(file({ dependsOn: ['a'] })), ['circular tasks.b.dependsOn[0]']);
      assert.deepEqual(await fixed(file({ dependsOn: 'a' })), { 'Remove this dependency': file({}) });
      const self = { tasks: { a: { command: ['ls', '${tasks.a.outputs}'] } } };
      assert.deepEqual(await fixed(self), {
        'Change to "${run.outputs}"': { tasks: { a: { command: ['ls', '${run.outputs}'] } } },
      });
    });

    it('offers to leave out `sequential` where tasks say what they wait for, or what they say', async () => {
      const tasks = (b: object): object => ({ tasks: { a: ok, b: { ...ok, ...b } } });
      assert.deepEqual(await fixed({ sequential: true, ...tasks({ dependsOn: 'a' }) }), {
        'Remove "sequential"': tasks({ dependsOn: 'a' }),
        'Remove "dependsOn"': { sequential: true, ...tasks({}) },
      });
      assert.deepEqual(await fixed({ sequential: true, ...ok }), { 'Remove "sequential"': ok });
      const group = (b: object): object => ({ group: [ok, { ...ok, ...b }] });
      assert.deepEqual(await fixed(group({ dependsOn: ['member-1'] })), { 'Remove "dependsOn"': group({}) });
    });

    it('offers a free name for a member that is called as another', async () => {
      const group = (...names: string[]): object => ({ group: names.map((name) => ({ name, ...ok })) });
      assert.deepEqual(await fixed(group('a', 'a-2', 'a')), { 'Change to "a-3"': group('a', 'a-2', 'a-3') });
    });

    it('knows other words for how a task has ended', async () => {
      const file = (on: string): object => ({ tasks: { a: ok, b: { ...ok, dependsOn: [{ task: 'a', on }] } } });
      for (const [word, meant] of [
        ['SUCCEEDED', 'completed'],
        ['afterok', 'completed'],
        ['FAILURE', 'failed'],
        ['CANCELLED_PENDING', 'finished'],
        ['finishd', 'finished'],
      ] as const) {
        assert.deepEqual(await fixed(file(word)), { [`Change to "${meant}"`]: file(meant) });
      }
      assert.deepEqual(await fixed(file('PURPLE')), {});
    });
  });

  describe('of keys', () => {
    it('offers the key that was meant, also where other tools call it otherwise', async () => {
      for (const [word, meant, value] of [
        ['retires', 'retries', 1],
        ['tail_logs', 'tailLogs', false],
        ['exp', 'experiment', 'ising'],
        ['hyperparameters', 'parameters', {}],
        ['max_retries', 'retries', 3],
        ['LogLevel', 'logLevel', 'debug'],
      ] as const) {
        assert.deepEqual(await fixed({ ...ok, [word]: value }), {
          [`Change to "${meant}"`]: { ...ok, [meant]: value },
          [`Remove "${word}"`]: ok,
        });
      }
      assert.deepEqual(await fixed({ ...ok, colour: 'red' }), { 'Remove "colour"': ok });
      // What is there already is not offered.
      assert.deepEqual(Object.keys(await fixed({ ...ok, retries: 1, retires: 2 })), ['Remove "retires"']);
    });

    it('offers a value of the type that is wanted', async () => {
      const file = { script: 'true' };
      for (const [wrong, right] of [
        [{ retries: '3' }, { retries: 3 }],
        [{ timeout: '3600' }, { timeout: 3600 }],
        [{ timeout: '24 hrs' }, { timeout: '24 h' }],
        [{ env: { THREADS: 4 } }, { env: { THREADS: '4' } }],
        [{ detach: 'true' }, { detach: true }],
        [{ tags: 'baseline' }, { tags: ['baseline'] }],
        [{ compute: { memory: '16G' } }, { compute: { memory: '16 GB' } }],
        [{ compute: { cpus: '2' } }, { compute: { cpus: 2 } }],
        [{ logLevel: 'warn' }, undefined],
      ] as const) {
        const after = Object.values(await fixed({ ...file, ...wrong }));
        if (right) assert.deepEqual(after, [{ ...file, ...right }]);
      }
      assert.deepEqual(await fixed({ command: 'node train.mjs --name "a b"' }), {
        'Change to ["node", "train.mjs", "--name", "a b"]': { command: ['node', 'train.mjs', '--name', 'a b'] },
      });
    });

    it('offers to keep one of two programs', async () => {
      assert.deepEqual(await fixed({ command: ['node'], script: 'true' }), {
        'Remove "script"': { command: ['node'] },
        'Remove "command"': { script: 'true' },
      });
    });

    it('offers quotation marks for a number that would change', async () => {
      const text = '{ "script": "true", "parameters": { "id": 12345678901234567890 } }';
      assert.deepEqual(Object.keys(await fixed(text)), ['Change to "12345678901234567890"']);
    });

    it('removes a key with its line and comma, and nothing of what is beside it', async () => {
      const remove = async (text: string): Promise<string[]> =>
        Promise.all(
          (await folder.problems(text))
            .flatMap(({ findFixes }) => findFixes?.() ?? [])
            .map(async (fix) => {
              const { applyFix } = await import('./checking');
              return applyFix(text, fix);
            }),
        );
      const rest = '  // what it does\n  "script": "true"';
      assert.deepEqual(await remove(`{\n  "colour": 1, // red\n${rest}\n}`), [`{\n  // red\n${rest}\n}`]);
      assert.deepEqual(await remove(`{\n  "colour": 1,\n${rest}\n}`), [`{\n${rest}\n}`]);
      assert.deepEqual(await remove(`{\n${rest},\n  "colour": 1\n}`), [`{\n${rest}\n}`]);
      assert.deepEqual(await remove('{"script": "true", "colour": {"a": [1]},}'), ['{"script": "true", }']);
    });
  });

  describe('of references', () => {
    const file = (word: string, more: object = {}): object => ({
      command: ['echo', word],
      parameters: { lr: 0.1, model: { width: 4 } },
      inputs: { data: '.' },
      ...more,
    });

    it('offers what was probably meant', async () => {
      for (const [wrong, right] of [
        ['--lr=${parameters.lrr}', '--lr=${parameters.lr}'],
        ['${parameters.model.widht}', '${parameters.model.width}'],
        ['${lr}', '${parameters.lr}'],
        ['${data}', '${inputs.data}'],
        ['${inputs.dta}', '${inputs.data}'],
        ['${HOME}/x', '${env:HOME}/x'],
        ['${run.output}', '${run.outputs}'],
        ['${workspacefolder}', '${workspaceFolder}'],
      ] as const) {
        assert.deepEqual(await fixed(file(wrong)), { [`Change to "${right}"`]: file(right) }, wrong);
      }
      assert.deepEqual(await fixed(file('${whatever else}')), {});
      assert.deepEqual(await codes(file('${unclosed')), ['open-reference command[1]']);
    });

    it('names a task that is misspelt, and one that has no best trial', async () => {
      const tasks = (word: string, search: object = {}): object => ({
        tasks: { search: { ...ok, ...search }, final: { command: ['echo', word] } },
      });
      const right = '${tasks.search.outputs}/x';
      assert.deepEqual(await fixed(tasks('${tasks.serch.outputs}/x')), { [`Change to "${right}"`]: tasks(right) });
      const best = '${tasks.search.best.parameters.lr}';
      assert.deepEqual(await codes(tasks(best)), ['no-best-trial tasks.final.command[1]']);
      const sweep = { parameters: { lr: 1 }, sweep: { over: { 'parameters.lr': [1, 2] } } };
      assert.deepEqual(await codes(tasks(best, sweep)), ['no-best-trial tasks.final.command[1]']);
      const metrics = { loss: { goal: 'minimize' } };
      assert.deepEqual(await codes(tasks(best, { ...sweep, metrics })), []);
    });

    it('refuses a list, an object or a flag where a path is wanted', async () => {
      for (const [name, isRefused] of [
        ['model', true],
        ['list', true],
        ['flag', true],
        ['lr', false],
      ] as const) {
        const parameters = { model: { a: 1 }, list: [1], flag: true, lr: '.' };
        const found = await codes({ script: 'true', cwd: `\${parameters.${name}}`, parameters });
        assert.deepEqual(found, isRefused ? ['reference-type cwd'] : [], name);
      }
    });

    it('names a variable that nobody has', async () => {
      assert.deepEqual(await codes(file('${env:NO_SUCH}', { env: { A: '${env:PATH}', B: '${env:NOR_THIS}' } })), [
        'missing-variable command[1]',
        'missing-variable env.B',
      ]);
    });
  });

  describe('of a sweep', () => {
    const swept = (over: object, more: object = {}): object => ({
      ...ok,
      parameters: { lr: 0.1, model: { width: 4 } },
      sweep: { over, ...more },
    });

    it('warns of a parameter that the file does not have, and offers the closest', async () => {
      assert.deepEqual(await codes(swept({ 'parameters.model.width': [1, 2] })), []);
      const file = swept({ 'parameters.lrr': [1, 2] });
      assert.equal((await folder.problems(file))[0]?.severity, 'warning');
      assert.deepEqual(await fixed(file), {
        'Change to "parameters.lr"': swept({ 'parameters.lr': [1, 2] }),
        'Add "lrr" to "parameters"': { ...file, parameters: { lr: 0.1, model: { width: 4 }, lrr: 1 } },
      });
      // Where none are written, the program knows them.
      assert.deepEqual(await codes({ ...ok, sweep: { over: { 'parameters.seed': [1, 2] } } }), []);
      // One of a task in it is varied there.
      const tasks = { a: { ...ok, parameters: { depth: 1 } } };
      const graph = { parameters: { lr: 1 }, tasks, sweep: { over: { 'parameters.depth': [1, 2] } } };
      assert.deepEqual(await codes(graph), []);
      assert.deepEqual(await codes(swept({ 'inputs.mesh': ['.', '..'] })), ['sweep-key sweep.over."inputs.mesh"']);
    });

    it('offers the path that was meant where it cannot be varied', async () => {
      assert.deepEqual(await fixed(swept({ lr: [1, 2] })), {
        'Change to "parameters.lr"': swept({ 'parameters.lr': [1, 2] }),
      });
      assert.deepEqual(await fixed(swept({ timeot: ['1 h', '2 h'] })), {
        'Change to "timeout"': swept({ timeout: ['1 h', '2 h'] }),
      });
    });

    it('offers to leave out values and trials that are there twice', async () => {
      assert.deepEqual(await fixed(swept({ 'parameters.lr': [1, 2, 1] })), {
        'Remove 1': swept({ 'parameters.lr': [1, 2] }),
      });
      const trials = (...list: object[]): object => ({ ...ok, sweep: { trials: list } });
      const [a, b] = [{ 'parameters.lr': 1 }, { 'parameters.lr': 2 }];
      assert.deepEqual(Object.values(await fixed(trials(a, b, a))), [trials(a, b)]);
    });

    it('names what decides which trial is best', async () => {
      const metrics = { loss: { goal: 'minimize' }, accuracy: { goal: 'maximize' } };
      const file = (more: object): object => ({ ...swept({ 'parameters.lr': [1, 2] }, more), metrics });
      assert.deepEqual(await fixed(file({ metric: 'los' })), { 'Change to "loss"': file({ metric: 'loss' }) });
      assert.deepEqual(await fixed(file({})), {
        'Add "metric": "loss"': file({ metric: 'loss' }),
        'Add "metric": "accuracy"': file({ metric: 'accuracy' }),
      });
    });

    it('finds what is wrong with a value at the value’s key, and looks at each value once', async () => {
      const over = { 'compute.cpus': [1, 99], 'parameters.seed': { from: 1, to: 5000 } };
      const file = { ...ok, sweep: { over }, compute: { cpus: 1 } };
      const capacity = async () => Promise.resolve({ atOnce: 4, cpus: 4, memoryBytes: 8e9, gpus: 0 });
      assert.deepEqual(await codes(file, { capacity }), ['too-much sweep.over."compute.cpus"']);
      assert.deepEqual(await codes({ ...ok, sweep: { over: { retries: [1, -2] } } }), ['trial sweep.over.retries']);
    });
  });

  describe('of what is written at the same time', () => {
    const writes = (place: string): object => ({ command: ['node', 'x.mjs', '--output', place] });
    const place = 'results/a.json';

    it('warns of members, tasks and trials that write to the same place', async () => {
      assert.deepEqual(await codes({ group: [writes(place), writes('other.json'), writes(place)] }), [
        'same-output group[2].command[3]',
      ]);
      assert.deepEqual(await codes({ tasks: { a: writes(place), b: writes('./results/../results/a.json') } }), [
        'same-output tasks.b.command[3]',
      ]);
      const parameters = { save_dir: 'models' };
      assert.deepEqual(await codes({ ...ok, parameters, sweep: { over: { retries: [1, 2] } } }), [
        'same-output parameters.save_dir',
      ]);
      const deep = { tasks: { x: { group: [writes(place)] }, y: { tasks: { z: writes(place) } } } };
      assert.deepEqual(await codes(deep), ['same-output tasks.y.tasks.z.command[3]']);
    });

    it('offers the outputs folder of the run', async () => {
      const sweep = { over: { retries: [1, 2] } };
      assert.deepEqual(await fixed({ ...writes(place), sweep }), {
        'Change to "${run.outputs}/a.json"': { ...writes('${run.outputs}/a.json'), sweep },
      });
    });

    it('says nothing where one waits for the other, only one executes, or the place differs', async () => {
      const after = (task: unknown): object => ({ ...writes(place), dependsOn: [task] });
      assert.deepEqual(await codes({ tasks: { a: writes(place), b: after('a'), c: after('b') } }), []);
      assert.deepEqual(await codes({ sequential: true, tasks: { a: writes(place), b: writes(place) } }), []);
      const ends = { good: after({ task: 'a', on: 'completed' }), bad: after({ task: 'a', on: 'failed' }) };
      assert.deepEqual(await codes({ tasks: { a: ok, ...ends } }), []);
      assert.deepEqual(
        await codes({
          group: [
            { ...writes(place), cwd: '.' },
            { ...writes(place), cwd: '..' },
          ],
        }),
        [],
      );
      const sweep = { over: { 'parameters.output': ['a/b', 'c/d'] } };
      assert.deepEqual(await codes({ ...ok, parameters: { output: 'x/y' }, sweep }), []);
      assert.deepEqual(await codes({ ...writes(place), sweep: { over: { retries: [1, 2] }, atOnce: 1 } }), []);
      assert.deepEqual(await codes({ group: [writes('json'), writes('json')] }), []);
      assert.deepEqual(await codes({ group: [writes('${run.outputs}/a'), writes('${run.outputs}/a')] }), []);
    });
  });

  describe('of the machine and the workspace', () => {
    const capacity = async () => Promise.resolve({ atOnce: 4, cpus: 4, memoryBytes: 8 * 2 ** 30, gpus: 0 });

    it('offers what the machine has where more is asked for', async () => {
      assert.deepEqual(await fixed({ ...ok, compute: { cpus: 64 } }, { capacity }), {
        'Change to 4': { ...ok, compute: { cpus: 4 } },
      });
      assert.deepEqual(await fixed({ ...ok, compute: { memory: '64 GB' } }, { capacity }), {
        'Change to 8192': { ...ok, compute: { memory: 8192 } },
      });
      assert.deepEqual(await codes({ ...ok, compute: { gpus: 1 } }, { capacity }), ['too-much compute.gpus']);
    });

    it('finds a Python that is missing', async () => {
      assert.deepEqual(await codes({ ...ok, python: { venv: '.venv' } }), ['missing-python python.venv']);
      assert.deepEqual(await codes({ ...ok, python: 'selected' }), ['missing-python python']);
      assert.deepEqual(
        await codes({ tasks: { a: { ...ok, python: 'selected' } } }, { findSelectedPython: async () => '/no/python' }),
        ['missing-python tasks.a.python'],
      );
      assert.deepEqual(Object.keys(await fixed({ ...ok, python: '.venv' })), [
        'Change to "selected"',
        'Change to { "venv": ".venv" }',
        'Change to { "conda": ".venv" }',
      ]);
    });

    it('says that a file beside it is no program by its name alone', async () => {
      folder.write('tool', '#!/bin/sh\n', 0o755);
      assert.deepEqual(await fixed({ command: ['tool'] }), { 'Change to "./tool"': { command: ['./tool'] } });
      folder.write('notes.txt', 'no program');
      assert.deepEqual(await codes({ command: ['./notes.txt'] }), ['program-not-executable command[0]']);
    });

    it('names what the workspace has by the closest name, parameters by the algorithm’s schema', async () => {
      folder.write('.sidelab/compute.json', { small: { cpus: 1 }, large: { cpus: 64 } });
      folder.write('.sidelab/plugins/profile.json', { name: 'profile', executor: { env: { PROFILE: '1' } } });
      const algorithm = {
        name: 'anneal',
        command: ['node'],
        parameters: {
          type: 'object',
          additionalProperties: false,
          required: ['steps', 'schedule'],
          properties: {
            steps: { type: 'integer', minimum: 1 },
            schedule: { enum: ['linear', 'cosine'] },
            seed: { type: 'integer', default: 1 },
          },
        },
      };
      folder.write('.sidelab/algorithms/a1.json', { ...algorithm, version: '1.0' });
      folder.write('.sidelab/algorithms/a2.json', { ...algorithm, version: '2.0' });
      const parameters = { steps: 3, schedule: 'linear' };
      const run = { algorithm: 'anneal', parameters };
      assert.deepEqual(await codes(run), []);
      assert.deepEqual(await fixed({ ...run, algorithm: 'aneal' }), { 'Change to "anneal"': run });
      assert.deepEqual(await fixed({ ...run, version: '3' }), {
        'Change to "2.0"': { ...run, version: '2.0' },
        'Change to "1.0"': { ...run, version: '1.0' },
      });
      assert.deepEqual(await fixed({ ...ok, compute: 'smal' }), { 'Change to "small"': { ...ok, compute: 'small' } });
      assert.deepEqual(await codes({ ...ok, compute: 'large' }, { capacity }), ['too-much compute']);
      assert.deepEqual(await fixed({ ...ok, plugins: ['profil'] }), {
        'Change to "profile"': { ...ok, plugins: ['profile'] },
      });

      assert.deepEqual(await fixed({ algorithm: 'anneal' }), {
        'Add "parameters"': { algorithm: 'anneal', parameters: { steps: 1, schedule: 'linear' } },
      });
      assert.deepEqual(await fixed({ ...run, parameters: { schedule: 'cosine' } }), {
        'Add "steps"': { ...run, parameters: { schedule: 'cosine', steps: 1 } },
      });
      const wrong = { steps: '3', schedule: 'cosin', sed: 4 };
      assert.deepEqual(await codes({ tasks: { a: { algorithm: 'anneal', parameters: wrong } } }), [
        'wrong-type tasks.a.parameters.steps',
        'not-accepted tasks.a.parameters.schedule',
        'unknown-key tasks.a.parameters.sed',
      ]);
      assert.deepEqual(await fixed({ ...run, parameters: { ...parameters, sed: 4 } }), {
        'Change to "seed"': { ...run, parameters: { ...parameters, seed: 4 } },
        'Remove "sed"': run,
      });
      assert.deepEqual(await codes({ ...run, sweep: { over: { 'parameters.steps': [1, 0] } } }), [
        'not-accepted sweep.over."parameters.steps"',
      ]);
    });
  });

  it('finds in a large file what it finds in a small one', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`t${index}`, { ...ok, parameters: { index } }]),
    );
    const wrong = {
      command: ['no-such-program', 3],
      retires: 1,
      group: [{ ...ok, timeout: 'soon' }, ok, { ...ok, tags: [1] }],
    };
    const found = await codes(JSON.stringify({ tasks: { ...many, wrong, ...many }, tags: ['a', 'a'] }, null, 2));
    assert.deepEqual(found, await codes({ tasks: { wrong }, tags: ['a', 'a'] }));
    assert.equal(found.length, 5);
  });
});
