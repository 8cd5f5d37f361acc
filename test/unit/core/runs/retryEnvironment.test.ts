import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { retryEnvironment } from '../../../../src/core/runs/retryEnvironment';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

describe('the environment of a retry by hand', () => {
  let folder: TemporaryFolder;
  const presser = { PATH: '/bin', LEVEL: 'presser ${run.id}', VSCODE_PID: '1' };

  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  it('is the presser’s, cleaned, with the env of the run file as it is now on top', async () => {
    const runFilePath = folder.join('a.run.json');
    writeFileSync(runFilePath, '{ "command": ["true"], "env": { "LEVEL": "file", "AT": "${run.outputs}" } }');
    assert.deepEqual(await retryEnvironment({ runFilePath }, presser), {
      environment: [
        ['PATH', '/bin'],
        ['LEVEL', 'file'],
        ['AT', '${run.outputs}'],
      ],
    });
  });

  it('is the presser’s alone when the run came from no file, or the file is gone or wrong, and says so', async () => {
    const environment = [
      ['PATH', '/bin'],
      // Its own text, which the engine must not fill.
      ['LEVEL', 'presser $${run.id}'],
    ];
    assert.deepEqual(await retryEnvironment({}, presser), { environment });
    const gone = await retryEnvironment({ runFilePath: folder.join('gone.run.json') }, presser);
    assert.deepEqual(gone.environment, environment);
    assert.match(gone.problem ?? '', /gone\.run\.json is left out: ENOENT/);

    const runFilePath = folder.join('wrong.run.json');
    writeFileSync(runFilePath, '{ "command": 3 }');
    const wrong = await retryEnvironment({ runFilePath }, presser);
    assert.deepEqual(wrong.environment, environment);
    assert.match(wrong.problem ?? '', /wrong\.run\.json is left out: /);
  });
});
