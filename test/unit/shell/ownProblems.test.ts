import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findOwnProblems } from '../../../src/shell/runFiles/ownProblems';

describe('problems of a run file beyond its schema', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'sl-own-'))));
  after(() => rmSync(folder, { recursive: true }));

  const problemsOf = async (text: string, environment: NodeJS.ProcessEnv | undefined = process.env) => {
    const problems = await findOwnProblems({ text, path: path.join(folder, 'a.run.json'), environment });
    return problems.map(({ offset, length, severity }) => [severity, text.slice(offset, offset + length)]);
  };

  it('are none for a good file', async () => {
    assert.deepEqual(await problemsOf('{ "command": ["node"] } // fine'), []);
  });

  it('stand at the program that is missing', async () => {
    assert.deepEqual(await problemsOf('{\n  "command": ["nodee", "x"]\n}'), [['error', '"nodee"']]);
  });

  it('stand at the folder that does not exist', async () => {
    assert.deepEqual(await problemsOf('{ "command": ["node"],\r\n  "cwd": "nowhere" }'), [['error', '"cwd"']]);
  });

  it('leave to the schema what it says', async () => {
    assert.deepEqual(await problemsOf('{ "command": ["node"], "timeout": "soon", "bogus": 1 }'), []);
    assert.deepEqual(await problemsOf('{ "command": ["node" '), []);
  });

  it('add to the schema what it cannot say, at another key', async () => {
    assert.deepEqual(await problemsOf('{ "command": ["node"], "timeout": 0, "bogus": 1 }'), [['error', '0']]);
  });

  it('say what is run when nothing is, or two things are', async () => {
    assert.deepEqual(await problemsOf('{ "name": "no command" }'), [['error', '{']]);
    assert.deepEqual(await problemsOf('{ "command": ["node"], "algorithm": "a" }'), [['error', '"a"']]);
  });

  it('look at nothing outside the text where that is not trusted', async () => {
    const { env } = process;
    assert.deepEqual(
      (await findOwnProblems({ text: '{ "command": ["nodee"] }', path: '/a.run.json', environment: undefined })).length,
      0,
    );
    assert.equal((await problemsOf('{ "command": ["nodee"] }', env)).length, 1);
  });
});
