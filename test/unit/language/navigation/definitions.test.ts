import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitionsAt } from '../../../../src/language/navigation/definitions';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { marked, withRanges } from './markedDocument';

describe('the definition of a name in a run file', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const here = async (text: string): Promise<string> => {
    const { document, offset } = marked(text);
    const found = await definitionsAt(document, offset, false);
    return withRanges(
      document,
      found.map(({ targetSelectionRange }) => targetSelectionRange),
    );
  };
  const write = (name: string, content: string): void => {
    mkdirSync(path.dirname(folder.join(name)), { recursive: true });
    writeFileSync(folder.join(name), content);
  };
  /** "file line:column" of where it leads to. */
  const elsewhere = async (text: string, isTrusted = true): Promise<string[]> => {
    const { document, offset } = marked(text, folder.join('runs/a.run.json'));
    const found = await definitionsAt(document, offset, isTrusted);
    return found.map(({ targetUri, targetSelectionRange: { start } }) => {
      const file = path.relative(folder.path, fileURLToPath(targetUri));
      return `${file} ${start.line + 1}:${start.character + 1}`;
    });
  };

  it('is the task, from anywhere in the reference or the quotes', async () => {
    const places = [
      '{ "tasks": { "a": { "command": ["x"] }, "b": { "dependsOn": §"a" } } }',
      '{ "tasks": { "a": { "command": ["x"] }, "b": { "command": ["-${ta§sks.a.outputs}"] } } }',
      '{ "tasks": { "a": { "command": ["x"] }, "b": { "command": ["-${tasks.a.outp§uts}"] } } }',
      '{ "tasks": { "a§": { "command": ["x"] } } }',
    ];
    for (const text of places) {
      assert.equal(await here(text), text.replace('§', '').replace('"a":', '"«a»":'), text);
    }
  });

  it('marks all of the reference, and all of the task', async () => {
    const { document, offset } = marked(
      '{ "tasks": { "a": { "command": ["x"] }, "b": { "cwd": "${tasks.§a.outputs}/z" } } }',
    );
    const [found] = await definitionsAt(document, offset, false);
    assert.ok(found?.originSelectionRange);
    assert.equal(document.lines.getText(found.originSelectionRange), '${tasks.a.outputs}');
    assert.equal(document.lines.getText(found.targetRange), '"a": { "command": ["x"] }');
  });

  it('is each of two tasks of one name, and the member itself when that has none', async () => {
    assert.equal(
      await here('{ "tasks": { "a": {}, "a": {}, "b": { "dependsOn": "§a" } } }'),
      '{ "tasks": { "«a»": {}, "«a»": {}, "b": { "dependsOn": "a" } } }',
    );
    assert.equal(
      await here('{ "group": [{ "name": "a", "cwd": "${tasks.§member-2.outputs}" }, { "command": ["x"] }] }'),
      '{ "group": [{ "name": "a", "cwd": "${tasks.member-2.outputs}" }, «{ "command": ["x"] }»] }',
    );
  });

  it('is the parameter whose value counts there', async () => {
    assert.equal(
      await here(
        '{ "parameters": { "lr": 1 }, "tasks": { "a": { "parameters": { "lr": 2 }, "command": ["${parameters.§lr}"] } } }',
      ),
      '{ "parameters": { "lr": 1 }, "tasks": { "a": { "parameters": { "«lr»": 2 }, "command": ["${parameters.lr}"] } } }',
    );
    assert.equal(
      await here(
        '{ "parameters": { "lr": 1 }, "tasks": { "a": { "parameters": { "lr": 2 } }, "b": { "cwd": "${tasks.a.best.parameters.§lr}" } } }',
      ),
      '{ "parameters": { "lr": 1 }, "tasks": { "a": { "parameters": { "«lr»": 2 } }, "b": { "cwd": "${tasks.a.best.parameters.lr}" } } }',
    );
  });

  it('is the sweep where nothing else sets the parameter, and the key that a sweep varies', async () => {
    assert.equal(
      await here('{ "command": ["${parameters.§lr}"], "sweep": { "over": { "parameters.lr": [1] } } }'),
      '{ "command": ["${parameters.lr}"], "sweep": { "over": { "parameters.«lr»": [1] } } }',
    );
    assert.equal(
      await here('{ "env": { "A.B": "1" }, "sweep": { "over": { "env.§A.B": ["1", "2"] } } }'),
      '{ "env": { «"A.B"»: "1" }, "sweep": { "over": { "env.A.B": ["1", "2"] } } }',
    );
    assert.equal(
      await here('{ "timeout": 1, "tasks": { "a": { "sweep": { "trials": [{ "§timeout": 2 }] } } } }'),
      '{ «"timeout"»: 1, "tasks": { "a": { "sweep": { "trials": [{ "timeout": 2 }] } } } }',
    );
  });

  it('is all parameters of ${parameters:flags}, and the input of its name', async () => {
    assert.equal(
      await here('{ "parameters": { "a": 1 }, "command": ["x", "${parameters:§flags}"] }'),
      '{ «"parameters"»: { "a": 1 }, "command": ["x", "${parameters:flags}"] }',
    );
    assert.equal(
      await here('{ "inputs": { "mesh.v1": "m" }, "command": ["x", "${inputs.mesh§.v1}"] }'),
      '{ "inputs": { "«mesh.v1»": "m" }, "command": ["x", "${inputs.mesh.v1}"] }',
    );
  });

  it('is the file of an algorithm, of the version that is asked for or the highest', async () => {
    write('.sidelab/algorithms/one.json', '{\n  "name": "anneal", "version": "1.0.0",\n  "parameters": {} }');
    write(
      '.sidelab/algorithms/two.json',
      '// broken\n{ "name": "anneal", "version": "1.10.0", "parameters": { "properties": { "t": {}',
    );
    write('.sidelab/algorithms/nine.json', '{ "name": "anneal", "version": "1.9.0" }');
    const highest = ['.sidelab/algorithms/two.json 2:11'];
    assert.deepEqual(await elsewhere('{ "algorithm": "§anneal" }'), highest);
    assert.deepEqual(await elsewhere('{ "algorithm": "§anneal", "version": "1.0.0" }'), [
      '.sidelab/algorithms/one.json 2:11',
    ]);
    assert.deepEqual(await elsewhere('{ "algorithm": "anneal", "version": "§1.9.0" }'), [
      '.sidelab/algorithms/nine.json 1:11',
    ]);
    assert.deepEqual(await elsewhere('{ "algorithm": "anneal", "command": ["${parameters.§t}"] }'), [
      '.sidelab/algorithms/two.json 2:74',
    ]);
    assert.deepEqual(await elsewhere('{ "algorithm": "§other" }'), []);
    assert.deepEqual(await elsewhere('{ "parameters": { "algorithm": "§anneal" } }'), []);
    assert.deepEqual(await elsewhere('{ "algorithm": "§anneal" }', false), [], 'not trusted');
  });

  it('is the key of a compute, and the file of a plugin', async () => {
    write('.sidelab/compute.json', '\uFEFF{\n  "big": {},\n  "small": { "cpus": 1 }\n}');
    write('.sidelab/plugins/profile.json', '{ "name": "profile" }');
    assert.deepEqual(await elsewhere('{ "tasks": { "a": { "compute": "§small" } } }'), ['.sidelab/compute.json 3:3']);
    assert.deepEqual(await elsewhere('{ "compute": "§none" }'), []);
    assert.deepEqual(await elsewhere('{ "plugins": ["x", "§profile"] }'), ['.sidelab/plugins/profile.json 1:11']);
    assert.deepEqual(await elsewhere('{ "plugins": [{ "name": "§profile" }] }'), [
      '.sidelab/plugins/profile.json 1:11',
    ]);
  });

  it('is nowhere without a folder of descriptions, and in a file that is not saved', async () => {
    assert.deepEqual(await elsewhere('{ "compute": "§small" }'), []);
    assert.deepEqual(await elsewhere('{ "plugins": ["§p"], "x": 1 }'), []);
  });
});
