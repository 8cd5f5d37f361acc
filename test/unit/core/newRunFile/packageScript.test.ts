import assert from 'node:assert/strict';
import { parse } from 'jsonc-parser';
import { Failure } from '../../../../src/base/failure';
import { readPackageScripts, runFileOfPackageScript } from '../../../../src/core/newRunFile/packageScript';
import { RunFileFolder } from '../runFiles/runFileFolder';

describe('a run file from a script of a package.json', () => {
  let place: RunFileFolder;
  beforeEach(() => (place = new RunFileFolder()));
  afterEach(() => place.folder.remove());

  const make = async (scripts: object, script: string): Promise<unknown> => {
    const file = place.write('package.json', JSON.stringify({ name: 'nets', scripts }));
    const { text, name } = await runFileOfPackageScript(await readPackageScripts(file), script);
    assert.deepEqual(await place.problems(text), [], text);
    return { name, ...(parse(text, [], { allowTrailingComma: true }) as object) };
  };
  const failureOf = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message, hint = '', place: at } = error.toData();
      return `${code}${at ? ` ${at.line}:${at.column}` : ''}: ${message} ${hint}`
        .replaceAll(place.folder.path, '~')
        .trim();
    }
    throw new Error('It did not fail.');
  };

  it('runs it by its name, with the package manager that the folder is kept with', async () => {
    const scripts = { 'test:unit': 'mocha && eslint .' };
    assert.deepEqual(await make(scripts, 'test:unit'), { name: 'test-unit', command: ['npm', 'run', 'test:unit'] });
    place.write('pnpm-lock.yaml', '');
    assert.deepEqual(await make(scripts, 'test:unit'), { name: 'test-unit', command: ['pnpm', 'run', 'test:unit'] });
  });

  it('is the program itself where that is all, with its parameters', async () => {
    assert.deepEqual(await make({ train: 'SEED=1 node train.mjs --lr 0.1' }, 'train'), {
      name: 'train',
      command: ['node', 'train.mjs', '${parameters:flags}'],
      parameters: { lr: 0.1 },
      env: { SEED: '1' },
    });
  });

  it('runs it by its name where the package manager does more', async () => {
    const named = { name: 'train', command: ['npm', 'run', 'train'] };
    assert.deepEqual(await make({ train: 'node a.mjs', pretrain: 'node b.mjs' }, 'train'), named);
    assert.deepEqual(await make({ train: 'node a.mjs $npm_package_version' }, 'train'), named);
    assert.deepEqual(await make({ train: 'node a.mjs && node b.mjs' }, 'train'), named);
    assert.deepEqual(await make({ train: 'node a.mjs > log' }, 'train'), named);
    place.write('node_modules/.bin/node', '');
    assert.deepEqual(await make({ train: 'node a.mjs' }, 'train'), named);
  });

  it('is refused where there is no script, no package, or no file', async () => {
    const file = place.write('package.json', '{ "name": "x" }');
    const read = async (): Promise<unknown> => readPackageScripts(file);
    assert.match(await failureOf(read), /^NotFound: ~\/package\.json has no scripts\. Add some/);
    place.write('package.json', '{\n  "scripts": {,} }');
    assert.match(await failureOf(read), /^InvalidInput 2:\d+: This is no package\.json: /);
    place.write('package.json', '[]');
    assert.equal(await failureOf(read), 'InvalidInput 1:1: This is no package.json.');
    const missing = place.folder.join('nowhere/package.json');
    assert.equal(
      await failureOf(async () => readPackageScripts(missing)),
      'NotFound: ~/nowhere/package.json cannot be read.',
    );
    assert.equal(
      await failureOf(async () => make({ a: 'x', b: 'y' }, 'c')),
      'NotFound: There is no script "c" in ~/package.json. There is a, b.',
    );
  });
});
