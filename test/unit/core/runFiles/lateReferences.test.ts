import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRunFile } from '../../../../src/core/runFiles/readRunFile';
import { resolveRun } from '../../../../src/core/runFiles/resolveRun';
import { EngineHarness, type TestClient } from '../../../support/engineHarness';

describe('the references that only the engine knows', () => {
  let harness: EngineHarness;
  let client: TestClient;
  beforeEach(async () => {
    harness = new EngineHarness();
    client = await harness.start();
  });
  afterEach(async () => harness.stop());

  it('are filled in when an attempt starts, in the command, the folder and the environment', async () => {
    const file = harness.folder.join('work', 'a.run.json');
    mkdirSync(path.dirname(file));
    const tell = `
      const { CKPT, OWN, THEIRS } = process.env;
      require('node:fs').writeFileSync('told.json', JSON.stringify([process.argv.slice(1), process.cwd(), CKPT, OWN, THEIRS]));
    `;
    const text = JSON.stringify({
      command: ['node', '-e', tell, '--', '${run.outputs}/${parameters.n}-${run.id}', '$${run.id}', '${parameters.t}'],
      parameters: { n: 1, t: '${run.id}' },
      cwd: '${run.outputs}',
      env: { CKPT: '${run.checkpoints}', OWN: '$${run.id} $${NONE}' },
    });
    writeFileSync(file, text);
    const environment = { PATH: path.dirname(process.execPath), THEIRS: '${run.id}' };
    const submission = await resolveRun({ file: await readRunFile(text, file), text, path: file, environment });
    const { id } = await client.peer.call('runs.submit', submission);
    const settled = await harness.settled(client, id);
    assert.equal(settled.evidence, 'exit code 0');
    const { outputs } = await client.peer.call('runs.get', { run: id });
    const told: unknown = JSON.parse(readFileSync(path.join(outputs, 'told.json'), 'utf8'));
    assert.deepEqual(told, [
      [`${outputs}/1-${id}`, '${run.id}', '${run.id}'],
      outputs,
      path.join(path.dirname(outputs), 'checkpoints'),
      '${run.id} ${NONE}',
      '${run.id}',
    ]);
  });
});
