import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../../../src/base/failure';
import { applyAlgorithm } from '../../../../src/core/algorithms/applyAlgorithm';
import { diagnoseRunFile, readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { describeKeyPath } from '../../../../src/core/runFiles/runFileProblem';
import type { RunFile, Task, WithCommand } from '../../../../src/model/runFile';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

const anneal = {
  name: 'anneal',
  version: '1.2.0',
  command: ['node', '${algorithmFolder}/anneal.mjs', '--seed', '${parameters.seed}'],
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['lr', 'seed'],
    properties: {
      lr: { type: 'number', exclusiveMinimum: 0 },
      seed: { type: 'integer', default: 7 },
      model: { $ref: '#/definitions/model' },
      schedule: { type: 'string', enum: ['linear', 'exponential'], default: 'linear' },
    },
    definitions: {
      model: {
        type: 'object',
        required: ['width'],
        properties: { width: { type: 'integer' }, depth: { type: 'integer', default: 2 } },
      },
    },
  },
};

describe('the algorithm that a run file names', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(folder.join('.sidelab', 'algorithms'), { recursive: true });
    mkdirSync(folder.join('deep', 'er'), { recursive: true });
    file = folder.join('deep', 'er', 'a.run.json');
  });
  afterEach(() => folder.remove());

  const describeAlgorithm = (name: string, content: unknown): void => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(folder.join('.sidelab', 'algorithms', name), text);
  };
  const apply = async (text: string): Promise<WithCommand<RunFile | Task>> =>
    applyAlgorithm({ file: await readRunFile(text, file), text, path: file });
  /** "line:column message hint", without the folder's name. */
  const failureOf = async (text: string): Promise<string> => {
    try {
      await apply(text);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      assert.equal(error.place?.file, file);
      const said = `${error.place.line}:${error.place.column} ${error.message} ${error.hint ?? ''}`;
      return said.replaceAll(folder.path, '~').trim();
    }
    assert.fail('It was accepted.');
  };

  it('lends it its command and its defaults, in the nearest folder above that has algorithms', async () => {
    describeAlgorithm('anneal.json', `// why\n${JSON.stringify(anneal)}`);
    mkdirSync(folder.join('deep', '.sidelab'));
    const { command, parameters } = await apply(
      '{"algorithm": "anneal", "parameters": {"lr": 0.1, "model": {"width": 3}}}',
    );
    assert.deepEqual(command, [
      'node',
      `${folder.path}/.sidelab/algorithms/anneal.mjs`,
      '--seed',
      '${parameters.seed}',
    ]);
    assert.deepEqual(parameters, { lr: 0.1, seed: 7, schedule: 'linear', model: { width: 3, depth: 2 } });
  });

  it('leaves a file with a command of its own as it is', async () => {
    assert.deepEqual(await apply('{"command": ["node"]}'), { command: ['node'] });
  });

  it('is submitted with the algorithm’s command, filled in, in the run file’s folder', async () => {
    describeAlgorithm('anneal.json', anneal);
    const text = '{"algorithm": "anneal", "parameters": {"lr": 1}}';
    const environment = { PATH: path.dirname(process.execPath) };
    const given = { file: await readRunFile(text, file), text, path: file, environment };
    const { command, cwd, parametersJson } = await resolveRun(given);
    assert.deepEqual(command.slice(1, 4), [`${folder.path}/.sidelab/algorithms/anneal.mjs`, '--seed', '7']);
    assert.equal(cwd, folder.join('deep', 'er'));
    assert.deepEqual(JSON.parse(parametersJson), { lr: 1, seed: 7, schedule: 'linear' });
  });

  it('has the highest version, unless one is asked for', async () => {
    for (const version of ['1.9.0', '1.10.0', '1.10.0-beta', '1.2']) {
      describeAlgorithm(`${version}.json`, { ...anneal, version, command: [version], parameters: {} });
    }
    assert.deepEqual((await apply('{"algorithm": "anneal"}')).command, ['1.10.0']);
    assert.deepEqual((await apply('{"algorithm": "anneal", "version": "1.2.0"}')).command, ['1.2']);
    assert.equal(
      await failureOf('{"algorithm": "anneal",\n "version": "2"}'),
      '2:2 version: There is no version 2 of anneal. There is 1.10.0, 1.10.0-beta, 1.9.0, 1.2.',
    );
    describeAlgorithm('again.json', { ...anneal, version: '1.10.0' });
    assert.match(await failureOf('{"algorithm": "anneal"}'), /^1:2 algorithm: Two files describe anneal 1\.10\.0\./);
  });

  it('is missed at its key, with a list of what there is', async () => {
    assert.equal(
      await failureOf('{\n  "algorithm": "aneal"}'),
      '2:3 algorithm: There is no algorithm "aneal". ~/.sidelab/algorithms describes none.',
    );
    describeAlgorithm('a.json', anneal);
    describeAlgorithm('b.json', { ...anneal, name: 'tetra-opt', version: '1' });
    describeAlgorithm('c.json', { ...anneal, version: '1.10' });
    assert.equal(
      await failureOf('{"algorithm": "aneal"}'),
      '1:2 algorithm: There is no algorithm "aneal". There is anneal (1.2.0, 1.10), tetra-opt (1).',
    );
  });

  it('checks the parameters by its schema, at their keys', async () => {
    describeAlgorithm('a.json', anneal);
    const told = async (parameters: string): Promise<string> =>
      failureOf(`{"algorithm": "anneal",\n"parameters": ${parameters}}`);
    assert.deepEqual(
      {
        unknown: await told('{"lr": 1, "limits": []}'),
        type: await told('{"lr": "much"}'),
        range: await told('{"lr": 0}'),
        missing: await told('{}'),
        nested: await told('{"lr": 1, "model": {"width": "wide"}}'),
        several: await told('{"lr": 0, "seed": 1.5}'),
        choice: await told('{"lr": 1, "schedule": "slow"}'),
        none: await failureOf('{"algorithm": "anneal"}'),
      },
      {
        unknown: '2:25 parameters.limits: There is no key limits here. Leave it out.',
        type: '2:22 parameters.lr: Incorrect type. Expected "number".',
        range: '2:22 parameters.lr: Value is below the exclusive minimum of 0.',
        missing: '2:1 parameters: The key lr is missing. Add "lr".',
        nested: '2:44 parameters.model.width: Incorrect type. Expected "integer".',
        several: '2:22 parameters.lr: Value is below the exclusive minimum of 0. (and 1 more error in this file)',
        choice: '2:37 parameters.schedule: Value is not accepted. Valid values: "linear", "exponential".',
        none: '1:2 algorithm: The algorithm needs a parameter: lr. Add "parameters".',
      },
    );
  });

  it('may have a schema of 2020-12', async () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const pair = { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false };
    const parameters = { $schema, $defs: { pair }, properties: { pair: { $ref: '#/$defs/pair' } } };
    describeAlgorithm('a.json', { ...anneal, parameters });
    await apply('{"algorithm": "anneal", "parameters": {"pair": [1, "a"]}}');
    assert.match(
      await failureOf('{"algorithm": "anneal", "parameters": {"pair": [1, 2]}}'),
      /^1:52 parameters\.pair\[1\]: Incorrect type/,
    );
  });

  it('stands in the way with a broken file only where that file may be meant', async () => {
    describeAlgorithm('good.json', { ...anneal, parameters: {} });
    describeAlgorithm('other.json', '{"name": "other", "version": "one"}');
    describeAlgorithm('torn.json', '\n  {"na');
    await apply('{"algorithm": "anneal"}');
    assert.match(
      await failureOf('{"algorithm": "other"}'),
      /^1:2 algorithm: ~\/\.sidelab\/algorithms\/other\.json:1:1: The key command is missing\./,
    );
    assert.match(await failureOf('{"algorithm": "third"}'), /algorithms\/torn\.json:2:4: This is no JSON: /);
    describeAlgorithm(
      'next.json',
      '{"name": "anneal", "version": "2", "command": ["a"], "parameters": {"type": "strng"}}',
    );
    await apply('{"algorithm": "anneal", "version": "1.2.0"}');
    assert.match(await failureOf('{"algorithm": "anneal"}'), /algorithms\/next\.json:1:77: parameters\.type: /);
  });

  it('refuses a reference that leads nowhere', async () => {
    describeAlgorithm('a.json', { ...anneal, parameters: { properties: { x: { $ref: '#/definitions/no' } } } });
    assert.match(
      await failureOf('{"algorithm": "anneal"}'),
      /a\.json:1:\d+: parameters: The reference "#\/definitions\/no"/,
    );
    describeAlgorithm('a.json', { ...anneal, parameters: { $ref: 'https://example.com/s.json' } });
    assert.match(await failureOf('{"algorithm": "anneal"}'), /"https:\/\/example\.com\/s\.json" leads nowhere/);
  });

  it('keeps a parameter called __proto__ as what it is: a name', async () => {
    describeAlgorithm('a.json', { ...anneal, parameters: { properties: { a: { default: { b: 1 } } } } });
    const { parameters } = await apply('{"algorithm": "anneal", "parameters": {"__proto__": {"x": 1}}}');
    assert.equal(JSON.stringify(parameters), '{"__proto__":{"x":1},"a":{"b":1}}');
  });
});

describe('a run file with a command or an algorithm', () => {
  const problems = async (text: string): Promise<string[]> =>
    (await diagnoseRunFile(text, '/w/a.run.json')).map(
      (p) => `${p.line}:${p.column} ${describeKeyPath(p.keyPath)}: ${p.message}`,
    );

  it('has one of them, not both, and a version only of an algorithm', async () => {
    assert.deepEqual(
      {
        one: await problems('{"algorithm": "a"}'),
        versioned: await problems('{"algorithm": "a", "version": "1.0.0"}'),
        neither: await problems('{}'),
        both: await problems('{"algorithm": "a",\n "command": ["node"]}'),
        stray: await problems('{"command": ["node"],\n "version": "1"}'),
      },
      {
        one: [],
        versioned: [],
        neither: ['1:1 : It does not say what to run.'],
        both: ['2:13 command: `algorithm` and `command` exclude each other.'],
        stray: ['2:13 version: This is the version of an `algorithm`, and none is named.'],
      },
    );
  });
});
