import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import type { RunNode, TreeNode } from '../../src/shell/tree/nodes';
import { activated, cancelAll, openRunFile, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;

describe('the graph panel', () => {
  let api: SidelabApi;
  let ready: string[];
  let listening: { dispose(): void };

  before(async () => {
    api = await activated();
    listening = api.graphs.onDidReady((subject) => ready.push(subject.kind === 'run' ? subject.runId : subject.file));
  });
  after(() => listening.dispose());
  beforeEach(() => (ready = []));
  afterEach(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const dag = {
    experiment: 'graphs',
    name: 'dag',
    tasks: { a: { command: ['true'] }, b: { group: [{ command: ['true'] }] } },
  };
  const graphTabs = (): string[] =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('sidelab.graph'))
      .map(({ label }) => label);
  const rowOf = async (run: Run): Promise<RunNode> =>
    until(`the row of ${run.name}`, async () => {
      const tops = await api.tree.getChildren();
      const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
      return all.filter(isRunNode).find((node) => node.run.id === run.id);
    });

  it('shows the graph of a run from its row, and the same one from a task at any depth', async () => {
    const run = await submit(await writeRunFile('dag.run.json', dag));
    await untilStatus(api, run, 'completed');
    const row = await rowOf(run);
    assert.match(String(api.tree.getTreeItem(row).contextValue), /\bhasGraph;/);
    await vscode.commands.executeCommand('sidelab.openGraph', row);
    await until('the graph', () => ready.includes(run.id));
    const tasks = (await api.tree.getChildren(row)).filter(isRunNode);
    const group = tasks.find(({ run: { task } }) => task === 'b');
    assert.ok(group);
    const [member] = await api.tree.getChildren(group);
    assert.match(String(api.tree.getTreeItem(member as RunNode).contextValue), /\bpartOfGraph;/);
    await vscode.commands.executeCommand('sidelab.openGraph', member);
    await vscode.commands.executeCommand('sidelab.openGraph', run.id);
    assert.deepEqual(graphTabs(), ['Graph of dag']);
  });

  it('shows a run file as it stands in the editor, saved or not, and once', async () => {
    const uri = await writeRunFile('planned.run.json', dag);
    const editor = await openRunFile(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), ' '));
    await vscode.commands.executeCommand('sidelab.previewGraph');
    await until('the preview', () => ready.includes(uri.toString()));
    await vscode.commands.executeCommand('sidelab.previewGraph', uri);
    assert.deepEqual(graphTabs(), ['Preview planned.run.json']);
    ready.length = 0;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), ' '));
    await until('the preview after an edit', () => ready.includes(uri.toString()));
    await vscode.workspace.fs.delete(uri);
  });
});
