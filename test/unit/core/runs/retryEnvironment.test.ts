import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type RetryEnvironment, retryEnvironment } from '../../../../src/core/runs/retryEnvironment';
import { newRunId } from '../../../../src/model/ids';
import type { RunDetail } from '../../../../src/model/run';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';

describe('the environment of a retry by hand', () => {
  let folder: TemporaryFolder;
  const presser = { PATH: '/bin', LEVEL: 'presser ${run.id}', VSCODE_PID: '1' };

  const id = newRunId();
  const detail = { run: { id } } as RunDetail;
  const retryOf = async (run: { readonly runFilePath?: string }): Promise<RetryEnvironment> =>
    retryEnvironment({ run: async () => detail }, { id, ...run }, presser);

  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder.remove());

  it('is the presser’s, cleaned, with the env of the run file as it is now on top', async () => {
    const runFilePath = folder.join('a.run.json');
    writeFileSync(runFilePath, '{ "command": ["true"], "env": { "LEVEL": "file", "AT": "${run.outputs}" } }');
    assert.deepEqual(await retryOf({ runFilePath }), {
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
    assert.deepEqual(await retryOf({}), { environment });
    const gone = await retryOf({ runFilePath: folder.join('gone.run.json') });
    assert.deepEqual(gone.environment, environment);
    assert.match(gone.problem ?? '', /gone\.run\.json is left out: ENOENT/);

    const runFilePath = folder.join('wrong.run.json');
    writeFileSync(runFilePath, '{ "command": 3 }');
    const wrong = await retryOf({ runFilePath });
    assert.deepEqual(wrong.environment, environment);
    assert.match(wrong.problem ?? '', /wrong\.run\.json is left out: /);
  });
});
