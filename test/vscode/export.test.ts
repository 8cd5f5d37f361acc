import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SidelabApi } from '../../src/shell/api';
import { activated, cancelAll, inWorkspace, submit, untilStatus, writeRunFile } from './support/extension';

const program = `
  const lines = [0.5, NaN, 0.25].map((loss, step) => '{"step": ' + step + ', "metrics": {"loss": ' + loss + '}}');
  require('node:fs').writeFileSync(process.env.SIDELAB_RUN_LOG, lines.join('\\n') + '\\n');
`;

describe('the metrics of a run', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => cancelAll(api));

  it('are exported as CSV and as JSON lines, point by point', async () => {
    const file = { experiment: 'exports', name: 'three', command: ['node', '-e', program] };
    const run = await submit(await writeRunFile('three.run.json', file));
    await untilStatus(api, run, 'completed');
    const read = async (name: string): Promise<string> => {
      const uri = inWorkspace(name);
      await vscode.commands.executeCommand('sidelab.exportMetrics', run.id, uri);
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    };
    const rows = (await read('three.csv')).trim().split('\n');
    assert.equal(rows[0], 'metric,attempt,step,time,wall_ms,value');
    assert.deepEqual(
      rows.slice(1).map((row) => row.replace(/^loss,1,(\d),.*,/, '$1 ')),
      ['0 0.5', '1 NaN', '2 0.25'],
    );
    const lines = (await read('three.jsonl')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { value: unknown }).value),
      [0.5, 'NaN', 0.25],
    );
  });
});
