import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import { activated, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a run file that says direct', () => {
  let api: SidelabApi;
  before(async () => (api = await activated()));

  it('runs in a terminal of the editor, and is among the runs when it has ended', async () => {
    const name = 'in-the-terminal';
    const uri = await writeRunFile('direct.run.json', { name, direct: true, script: 'test -t 0 && exit 5' });
    const ended = new Promise<number | undefined>((resolve) => {
      const hearing = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.source !== 'Sidelab') return;
        hearing.dispose();
        resolve(exitCode);
      });
    });
    const runs = await vscode.commands.executeCommand<readonly Run[]>('sidelab.submitRun', uri);
    assert.deepEqual(runs, []);
    // It had the terminal's keyboard.
    assert.equal(await ended, 5);
    await until('the run to be recorded', async () => {
      const found = (await api.source.runs({ limit: 100 })).runs.find((run) => run.name === name);
      return found?.status === 'failed' && found.attempt?.exitCode === 5;
    });
  });
});
