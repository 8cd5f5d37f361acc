import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dryRun } from '../../../../src/core/runFiles/dryRun';
import { dryRunDocument } from '../../../../src/core/runFiles/dryRunDocument';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { RunFileFolder, usualPath } from '../runFiles/runFileFolder';

/** A switch of the program and a variable of its environment, which belong together. */
const profile = {
  name: 'profile',
  description: 'Profiles the steps of a training.',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['level'],
    properties: { level: { type: 'integer', minimum: 1 }, to: { type: 'string', default: 'profile.json' } },
  },
  task: { parameters: { profiler: { on: true, level: '${plugin.level}' } }, tags: ['profiled'] },
  executor: { env: { PROFILE_TO: '${run.outputs}/${plugin.to}' }, timeout: '2 h' },
};
const quiet = {
  name: 'quiet',
  executor: { env: { LEVEL: 'error' } },
  task: { parameters: { profiler: { on: false } } },
};
const slow = { name: 'slow', executor: { timeout: '2 h', env: { LEVEL: 'error' } }, task: { tags: ['slow'] } };

describe('plugins', () => {
  let files: RunFileFolder;
  beforeEach(() => {
    files = new RunFileFolder();
    for (const plugin of [profile, quiet, slow]) {
      files.write(`.sidelab/plugins/${plugin.name}.json`, `// a plugin\n${JSON.stringify(plugin)}`);
    }
  });
  afterEach(() => files.folder.remove());

  const use = (level: unknown): object => ({ name: 'profile', parameters: { level } });
  const dryRunOf = async (content: object, more: object = {}): Promise<string> => {
    const text = JSON.stringify(content);
    const environment = { PATH: usualPath, ...more };
    const file = await readRunFile(text, files.file);
    const dry = await dryRun({ file, text, path: files.file, environment });
    return dryRunDocument(dry, { path: files.file, environment, home: files.folder.path });
  };
  const variable = (environment: readonly (readonly [string, string])[], name: string): string | undefined =>
    new Map(environment).get(name);

  it('change program and execution together, key by key, with their own parameters filled in', async () => {
    const { environment, parametersJson, tags, timeoutMs } = await files.resolve({
      command: ['true'],
      tags: ['mine'],
      env: { MINE: '1' },
      timeout: '1 h',
      parameters: { lr: 0.1, profiler: { level: 9, depth: 2 } },
      plugins: [use(3)],
    });
    assert.deepEqual(JSON.parse(parametersJson), { lr: 0.1, profiler: { level: 3, depth: 2, on: true } });
    assert.deepEqual([tags, timeoutMs], [['mine', 'profiled'], 7_200_000]);
    assert.deepEqual(
      ['MINE', 'PROFILE_TO'].map((name) => variable(environment, name)),
      ['1', '${run.outputs}/profile.json'],
    );
  });

  it('of a graph are applied to each of its programs, before those of the task', async () => {
    const { tasks = [], environments = [] } = await files.resolve({
      plugins: ['slow'],
      tasks: {
        a: { script: 'true' },
        b: { group: [{ plugins: [use(1)], script: 'true', tags: ['own'] }] },
      },
    });
    assert.deepEqual(
      tasks.map(({ task, tags, timeoutMs }) => [task, tags, timeoutMs]),
      [
        ['a', ['slow'], 7_200_000],
        ['b', [], undefined],
        ['member-1', ['own', 'slow', 'profiled'], 7_200_000],
      ],
    );
    const member = environments[(tasks[2]?.environment ?? 0) - 1] ?? [];
    assert.equal(variable(member, 'PROFILE_TO'), '${run.outputs}/profile.json');
    assert.equal(variable(member, 'LEVEL'), 'error');
  });

  it('of a sweep are applied once to each trial, whose plugin may be what varies', async () => {
    const { tasks = [] } = await files.resolve({
      script: 'true',
      parameters: { a: 1 },
      plugins: ['slow'],
      sweep: { over: { 'parameters.a': [1, 2] } },
    });
    assert.deepEqual(
      tasks.map(({ tags, parametersJson }) => [tags, parametersJson]),
      [
        [['slow'], '{"a":1}'],
        [['slow'], '{"a":2}'],
      ],
    );
  });

  it('and sweeps that make tasks wait for each other are refused, with the circle spelt out', async () => {
    files.write(
      '.sidelab/plugins/peek.json',
      JSON.stringify({ name: 'peek', executor: { env: { X: '${tasks.b.outputs}' } } }),
    );
    const b = { dependsOn: ['a'], script: 'true' };
    const circle =
      /^InvalidInput 1:\d+ tasks\.[ab]: They wait for each other: a → b → a\. Who refers to a task waits for it/;
    assert.match(await files.failureOf({ tasks: { a: { script: 'true', plugins: ['peek'] }, b } }), circle);
    const sweep = { over: { 'env.X': ['${tasks.b.outputs}'] } };
    assert.match(await files.failureOf({ tasks: { a: { script: 'true', env: { X: '' }, sweep }, b } }), circle);
  });

  it('leave what they say nothing of as it is, objects without keys included', async () => {
    const none = { name: 'none', task: { parameters: { profiler: {} }, metadata: {} }, executor: { env: {} } };
    files.write('.sidelab/plugins/none.json', JSON.stringify(none));
    const { parametersJson, metadataJson } = await files.resolve({
      command: ['true'],
      parameters: { profiler: { on: true } },
      metadata: { by: 'me' },
      plugins: ['none', 'quiet'],
    });
    assert.deepEqual([parametersJson, metadataJson], ['{"profiler":{"on":false}}', '{"by":"me"}']);
  });

  it('that set one key differently are an error at the key of the later one, which names both', async () => {
    assert.equal(
      await files.failureOf({ command: ['true'], plugins: [use(1), 'quiet'] }),
      'InvalidInput 1:76 plugins[1]: The plugins profile and quiet set parameters.profiler.on to different values. Leave out one of them, or change what one of them sets.',
    );
    const nested = { plugins: ['quiet'], tasks: { a: { script: 'true', plugins: [use(1)] } } };
    assert.match(
      await files.failureOf(nested),
      /^InvalidInput 1:\d+ tasks\.a\.plugins\[0\]: The plugins quiet and profile set/,
    );
    // The same value is no conflict, nor is another word for it.
    const early = { timeout: '120 min', grace: 5, signal: { name: 'INT', before: '1 min' } };
    const late = { timeout: 7200, grace: '5 s', signal: { name: 'INT', before: 60 } };
    files.write('.sidelab/plugins/early.json', JSON.stringify({ name: 'early', executor: early }));
    files.write('.sidelab/plugins/late.json', JSON.stringify({ name: 'late', executor: late }));
    assert.equal((await files.resolve({ command: ['true'], plugins: ['early', 'late', 'slow'] })).timeoutMs, 7_200_000);
    files.write('.sidelab/plugins/other.json', JSON.stringify({ name: 'other', executor: { timeout: '121 min' } }));
    assert.match(await files.failureOf({ command: ['true'], plugins: ['slow', 'other'] }), /set timeout to different/);
    assert.equal((await files.resolve({ command: ['true'], plugins: [use(1), 'slow'] })).timeoutMs, 7_200_000);
    assert.equal(
      (await files.resolve({ command: ['true'], plugins: ['quiet', 'slow', 'quiet'] })).timeoutMs,
      7_200_000,
    );
  });

  it('that set what a sweep varies are an error at their key, which names both', async () => {
    const sweep = (path: string): object => ({ over: { [path]: [1, 2] } });
    const base = { command: ['true'], plugins: ['slow', 'quiet'] };
    assert.equal(
      await files.failureOf({ ...base, sweep: sweep('parameters.profiler.on') }),
      'InvalidInput 1:39 plugins[1]: The plugin quiet sets parameters.profiler.on, and the sweep varies parameters.profiler.on. Leave out one of them.',
    );
    const failing = async (file: object): Promise<string> =>
      (await files.failureOf(file)).replace(/^InvalidInput 1:\d+ /, '').replace(/, and .* varies/, ' and');
    assert.equal(
      await failing({ ...base, sweep: sweep('env.LEVEL') }),
      'plugins[0]: The plugin slow sets env.LEVEL and env.LEVEL. Leave out one of them.',
    );
    assert.equal(
      await failing({ ...base, plugins: [use(1)], sweep: sweep('parameters.profiler') }),
      'plugins[0]: The plugin profile sets parameters.profiler.on and parameters.profiler. Leave out one of them.',
    );
    assert.match(
      await failing({ ...base, sweep: sweep('timeout') }),
      /^plugins\[0\]: The plugin slow sets timeout and/,
    );
    // What tasks take from a trial is varied too, unless they have a value of their own.
    const graph = (task: object): object => ({
      sweep: sweep('parameters.profiler.on'),
      tasks: { a: { script: 'true', ...task } },
    });
    const inTask = /^tasks\.a\.plugins\[0\]: The plugin quiet sets parameters\.profiler\.on and/;
    assert.match(await failing(graph({ plugins: ['quiet'] })), inTask);
    assert.match(await failing({ ...graph({}), plugins: ['quiet'] }), /^plugins\[0\]: The plugin quiet sets/);
    await files.resolve(graph({ plugins: ['quiet'], parameters: { profiler: { on: 5 } } }));
    await files.resolve({ ...base, sweep: sweep('parameters.other') });
  });

  it('have their parameters checked, at their keys', async () => {
    const failures = async (...plugins: unknown[]): Promise<string> =>
      (await files.failureOf({ command: ['true'], plugins })).replace(/^InvalidInput 1:\d+ /, '');
    assert.equal(await failures(use(0)), 'plugins[0].parameters.level: Value is below the minimum of 1.');
    assert.equal(
      await failures('slow', { name: 'profile', parameters: { level: 1, lvl: 2 } }),
      'plugins[1].parameters.lvl: There is no key lvl here. Leave it out.',
    );
    assert.equal(
      await failures('profile'),
      'plugins[0]: The plugin profile needs a parameter: level. Write { "name": "profile", "parameters": { … } }.',
    );
    assert.match(
      await failures({ name: 'slow', parameters: { x: 1 } }),
      /^plugins\[0\]\.parameters\.x: There is no key x here\. Leave it out\./,
    );
    assert.equal(await failures('fast'), 'plugins[0]: There is no plugin "fast". There is profile, quiet, slow.');
    files.write('.sidelab/plugins/fast.json', '{ "name": "fast", "executor": { "env": { "A": 1 } } }');
    assert.match(
      await failures('fast'),
      /^plugins\[0\]: ~\/\.sidelab\/plugins\/fast\.json:1:\d+: executor\.env\.A: Incorrect type\. Expected "string"\. Mend this file, which describes a plugin\.$/,
    );
    files.write('.sidelab/plugins/fast.json', '{ "name": "fast", "task": { "tags": ["${plugin.x}"] } }');
    assert.match(
      await failures('fast'),
      /^plugins\[0\]: The plugin fast refers to its parameter x, which has no value\./,
    );
  });

  it('that make no run of it are an error, and a command of theirs stands in for what was to run', async () => {
    files.write(
      '.sidelab/plugins/trace.json',
      JSON.stringify({ name: 'trace', task: { command: ['echo', 'traced'] } }),
    );
    const { command } = await files.resolve({ script: 'true', plugins: ['trace'] });
    assert.deepEqual(command.slice(1), ['traced']);
    files.write(
      '.sidelab/plugins/late.json',
      JSON.stringify({
        name: 'late',
        parameters: { type: 'object', properties: { how: {} } },
        executor: { timeout: '${plugin.how}' },
      }),
    );
    const late = { name: 'late', parameters: { how: true } };
    assert.match(await files.failureOf({ script: 'true', plugins: [late] }), /plugins\[0\]|late\.json/);
  });

  it('or not, a dry run says what a program takes, how urgent it is, and that it executes from a snapshot', async () => {
    execFileSync('git', ['init', '-q'], { cwd: files.folder.path });
    files.write('.sidelab/compute.json', '{ "small": { "cpus": 0.5, "memory": "1 MB" } }');
    const content = {
      packaging: 'git',
      priority: 1,
      compute: 'small',
      tasks: {
        a: { script: 'true', priority: 2 },
        b: { script: 'true', compute: { cpus: 0.25 } },
        c: { script: 'true', compute: {} },
      },
    };
    const told = await dryRunOf(content);
    assert.match(told, /^- Code: a snapshot of \/\S+$/m);
    assert.deepEqual(
      told.split('\n').filter((line) => /^- (Compute|Priority)/.test(line)),
      [
        '- Compute: small: 0.5 cpus, 1.0 MB of memory',
        '- Priority: 3',
        '- Compute: 0.25 cpus',
        '- Priority: 1',
        '- Priority: 1',
      ],
    );
  });

  it('are told by a dry run, with what each of them changed and what it was', async () => {
    const content = {
      experiment: 'ex',
      name: 'dag',
      tasks: {
        a: { command: ['true', 'two words'], timeout: '1 h', parameters: { lr: 1 }, plugins: [use(2)] },
        b: { dependsOn: [{ task: 'a', on: 'finished' }], script: 'true', env: { TOKEN: '${env:TOKEN}' }, retries: 2 },
      },
    };
    const facts = (await dryRunOf(content, { TOKEN: 'very secret' }))
      .split('\n')
      .filter((line) => /^(##|-) /.test(line));
    assert.deepEqual(
      facts.slice(facts.indexOf('## a')).filter((line) => !/^- (Folder|Outputs)/.test(line)),
      [
        '## a',
        '- Tags: profiled',
        '- Time limit: 2 h',
        '- Plugin profile: parameters.profiler.on = true',
        '- Plugin profile: parameters.profiler.level = 2',
        '- Plugin profile: tags = ["profiled"]',
        '- Plugin profile: env.PROFILE_TO = "${run.outputs}/profile.json"',
        '- Plugin profile: timeout = "2 h" (was "1 h")',
        '## b',
        '- Retries: 2',
        '- Waits for: a finished',
      ],
    );
  });
});
