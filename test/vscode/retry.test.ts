import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Attempt, Run } from '../../src/model/run';
import { isSettled } from '../../src/model/runStatus';
import type { SidelabApi } from '../../src/shell/api';
import type { AttemptNode, RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By their shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;
const isAttemptNode = (node: TreeNode): node is AttemptNode => 'attempt' in node;

/** Fails until it finds what an earlier attempt saved; says what it was given. */
const counter = `
  const { existsSync, writeFileSync } = require('node:fs');
  const saved = process.env.SIDELAB_CHECKPOINTS + '/saved';
  console.log('attempt', process.env.SIDELAB_ATTEMPT, process.env.LEVEL, existsSync(saved) ? 'goes on' : 'begins');
  if (existsSync(saved)) process.exit(0);
  writeFileSync(saved, '');
  process.exit(3);
`;

describe('trying a run again', () => {
  let api: SidelabApi;
  let run: Run;

  before(async () => (api = await activated()));
  beforeEach(async () => {
    run = await submit(await writeFile());
    await untilStatus(api, run, 'failed');
  });
  afterEach(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const writeFile = async (): Promise<vscode.Uri> =>
    writeRunFile('counter.run.json', {
      experiment: 'counter',
      name: 'counter',
      command: ['node', '-e', counter],
      env: { LEVEL: 'from the file' },
    });
  const attemptsOf = async (): Promise<readonly Attempt[]> => (await api.source.run(run.id)).attempts;
  const untilAttempt = async (number: number): Promise<void> => {
    await until(`the end of attempt ${number}`, async () => {
      const now = (await api.source.run(run.id)).run;
      return now.attempt?.number === number && isSettled(now.status);
    });
  };
  const row = async (): Promise<RunNode> => {
    const tops = await api.tree.getChildren();
    const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
    const found = all.filter(isRunNode).find((node) => node.run.id === run.id);
    assert.ok(found);
    return found;
  };
  const shownLog = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';

  it('retries with empty checkpoints, and shows both attempts', async () => {
    const failed = await until('the row to say so', async () => {
      const node = await row();
      return node.run.status === 'failed' && node;
    });
    const item = api.tree.getTreeItem(failed);
    assert.match(String(item.contextValue), /\bretryable;resumable;endedEarly;/);
    assert.deepEqual(
      (await api.tree.getChildren(failed)).filter(isAttemptNode),
      [],
      'one attempt is what its row tells',
    );

    await vscode.commands.executeCommand('sidelab.retryRun', failed);
    await untilAttempt(2);
    assert.deepEqual(
      (await attemptsOf()).map(({ number, exitCode, reason }) => [number, exitCode, reason]),
      [
        [1, 3, 'failed'],
        [2, 3, 'failed'],
      ],
    );

    const again = await until('two attempts in the tree', async () => {
      const node = await row();
      return node.run.attempt?.number === 2 && node.run.status === 'failed' && node;
    });
    assert.equal(api.tree.getTreeItem(again).collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    const nodes = (await api.tree.getChildren(again)).filter(isAttemptNode);
    const items = nodes.map((node) => api.tree.getTreeItem(node));
    assert.deepEqual(
      items.map(({ label }) => label),
      ['Attempt 2', 'Attempt 1'],
    );
    assert.match(String(items[0]?.description), /^failed · exit code 3 · \d+ s$/);
    assert.equal(items[0]?.contextValue, 'attempt;hasLog;');

    await vscode.commands.executeCommand('sidelab.showLog', nodes[1]);
    assert.equal(vscode.window.activeTextEditor?.document.fileName, '/Sidelab output/counter (attempt 1).log');
    assert.equal(shownLog(), 'attempt 1 from the file begins\n');
    await vscode.commands.executeCommand('sidelab.showLog', again);
    assert.equal(vscode.window.activeTextEditor?.document.fileName, '/Sidelab output/counter (attempt 2).log');
    assert.equal(shownLog(), 'attempt 2 from the file begins\n');
  });

  it('resumes with the checkpoints that were kept', async () => {
    await vscode.commands.executeCommand('sidelab.resumeRun', run.id);
    await untilAttempt(2);
    const { run: now } = await api.source.run(run.id);
    assert.equal(now.status, 'completed');
    await vscode.commands.executeCommand('sidelab.showLog', run.id);
    assert.equal(shownLog(), 'attempt 2 from the file goes on\n');
  });

  it('goes on without the run file when that is gone', async () => {
    await vscode.workspace.fs.delete(await writeFile());
    await vscode.commands.executeCommand('sidelab.retryRun', run.id);
    await untilAttempt(2);
    await vscode.commands.executeCommand('sidelab.showLog', run.id);
    assert.equal(shownLog(), 'attempt 2 undefined begins\n');
  });

  it('retries several at once, and leaves alone those that have not ended', async () => {
    const sleeper = await submit(
      await writeRunFile('sleeps.run.json', { experiment: 'counter', command: ['sleep', '60'] }),
    );
    await untilStatus(api, sleeper, 'running');
    const rows = await until('both rows', async () => {
      const tops = await api.tree.getChildren();
      const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
      const found = all.filter(isRunNode).filter((node) => node.run.id === run.id || node.run.id === sleeper.id);
      return found.some((node) => node.run.status === 'failed') && found.length === 2 && found;
    });
    await vscode.commands.executeCommand('sidelab.retryRun', rows[0], rows);
    await untilAttempt(2);
    assert.equal((await api.source.run(sleeper.id)).attempts.length, 1);
  });

  it('refuses a run that is active', async () => {
    run = await submit(await writeRunFile('sleeps.run.json', { experiment: 'counter', command: ['sleep', '60'] }));
    await untilStatus(api, run, 'running');
    await vscode.commands.executeCommand('sidelab.retryRun', run.id);
    await vscode.commands.executeCommand('sidelab.resumeRun', run.id);
    assert.deepEqual((await attemptsOf()).length, 1);
  });
});
