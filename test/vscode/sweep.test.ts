import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import { isSettled } from '../../src/model/runStatus';
import type { SidelabApi } from '../../src/shell/api';
import type { RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { activated, cancelAll, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;

describe('a sweep', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => {
    await vscode.commands.executeCommand('sidelab.resumeQueue');
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const sweepOf = (values: readonly number[]): object => ({
    experiment: 'sweeps',
    name: 'swept',
    parameters: { lr: 0 },
    command: ['true'],
    sweep: { over: { 'parameters.lr': values }, atOnce: 1 },
  });
  const row = async (run: Run, is: (run: Run) => boolean = () => true): Promise<RunNode> =>
    until(`the row of ${run.name}`, async () => {
      const tops = await api.tree.getChildren();
      const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
      return all.filter(isRunNode).find((node) => node.run.id === run.id && is(node.run));
    });
  const trials = async (run: Run): Promise<readonly string[]> => {
    const { runs } = await api.source.children(run.id, { limit: 100 });
    return runs.map(({ name, status }) => `${name} ${status}`);
  };

  it('is stopped early from its row, and gets from its run file the trials that were added there', async () => {
    await vscode.commands.executeCommand('sidelab.pauseQueue');
    const run = await submit(await writeRunFile('swept.run.json', sweepOf([1, 2])));
    const waiting = await row(run);
    assert.match(String(api.tree.getTreeItem(waiting).contextValue), /\bstoppable;extendable;/);
    await vscode.commands.executeCommand('sidelab.stopSweep', waiting);
    await vscode.commands.executeCommand('sidelab.resumeQueue');
    const ended = await row(run, ({ status }) => isSettled(status));
    assert.match(String(api.tree.getTreeItem(ended).contextValue), /^(?!.*stoppable;).*extendable;/);
    assert.deepEqual(await trials(run), ['lr=1 skipped', 'lr=2 skipped']);

    await writeRunFile('swept.run.json', sweepOf([1, 2, 3]));
    await vscode.commands.executeCommand('sidelab.extendSweep', ended);
    await untilStatus(api, run, 'completed');
    assert.equal((await trials(run)).at(-1), 'lr=3 completed');
  });
});
