import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import type { RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { activated, cancelAll, inWorkspace, openRunFile, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;

describe('the queue', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => {
    await vscode.commands.executeCommand('sidelab.resumeQueue');
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const short = async (name: string): Promise<Run> =>
    submit(await writeRunFile(`${name}.run.json`, { experiment: 'queue', name, command: ['true'] }));
  const row = async (run: Run, is: (run: Run) => boolean): Promise<RunNode> =>
    until(`the row of ${run.name}`, async () => {
      const tops = await api.tree.getChildren();
      const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
      const found = all.filter(isRunNode).find((node) => node.run.id === run.id);
      return found !== undefined && is(found.run) && found;
    });

  it('is paused and resumed, and holds, releases and puts first from rows', async () => {
    await vscode.commands.executeCommand('sidelab.pauseQueue');
    assert.equal((await api.source.queue()).isPaused, true);
    const [first, second, third] = [await short('first'), await short('second'), await short('third')];
    const waiting = await row(first, ({ evidence }) => evidence === 'the queue is paused');
    assert.match(String(api.tree.getTreeItem(waiting).contextValue), /\bholdable;promotable;/);

    await vscode.commands.executeCommand('sidelab.holdRun', waiting);
    const held = api.tree.getTreeItem(await row(first, (run) => run.held === true));
    assert.equal(held.description, 'queued · held');
    assert.equal((held.iconPath as vscode.ThemeIcon).id, 'debug-pause');
    assert.match(String(held.contextValue), /\breleasable;promotable;/);

    await vscode.commands.executeCommand('sidelab.runNext', third.id);
    await vscode.commands.executeCommand('sidelab.resumeQueue');
    await untilStatus(api, second, 'completed');
    await untilStatus(api, third, 'completed');
    assert.equal((await api.source.run(first.id)).run.status, 'queued');

    await vscode.commands.executeCommand('sidelab.releaseRun', await row(first, (run) => run.held === true));
    await untilStatus(api, first, 'completed');
  });

  it('marks a compute that nobody describes, or that asks for more than there is, and completes the names', async () => {
    const file = inWorkspace('.sidelab/compute.json');
    await vscode.workspace.fs.writeFile(
      file,
      new TextEncoder().encode('{ "small": { "cpus": 1 }, "huge": { "cpus": 4096 } }'),
    );
    try {
      await api.source.queue();
      const uri = await writeRunFile('needs.run.json', '{ "command": ["node"], "compute": "huge" }');
      const { document } = await openRunFile(uri);
      const problem = await until('the diagnostic', async () => vscode.languages.getDiagnostics(uri)[0]);
      assert.match(problem.message, /^The compute "huge" asks for 4096 cpus, and this machine has \d+\./);
      assert.equal(document.getText(problem.range), '"huge"');

      const at = document.positionAt(document.getText().indexOf('huge'));
      const list = await until('the names', async () => {
        const found = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          uri,
          at,
        );
        return found.items.some(({ label }) => label === '"small"') && found;
      });
      const labels = list.items.map(({ label }) => label);
      assert.ok(labels.includes('"huge"'));
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });
});
