import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunId } from '../../src/model/ids';
import type { SidelabApi } from '../../src/shell/api';
import type { RunNode, TreeNode } from '../../src/shell/tree/nodes';
import {
  activated,
  cancelAll,
  inWorkspace,
  openRunFile,
  statusOf,
  submit,
  untilStatus,
  writeRunFile,
} from './support/extension';
import { until } from './support/waiting';

/** By its shape: the tests' bundle has classes of its own. */
const isRunNode = (node: TreeNode): node is RunNode => 'run' in node;

describe('the extension', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const labelOf = (node: TreeNode): string => {
    const { label } = api.tree.getTreeItem(node);
    return typeof label === 'string' ? label : (label?.label ?? '');
  };
  /** The rows as one reads them: experiment, then its runs. */
  const rows = async (): Promise<Record<string, string[]>> => {
    const read: Record<string, string[]> = {};
    for (const node of await api.tree.getChildren()) {
      const runs = await api.tree.getChildren(node);
      read[labelOf(node)] = runs.map(labelOf);
    }
    return read;
  };
  const rowOf = async (id: RunId): Promise<RunNode> => {
    const tops = await api.tree.getChildren();
    const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
    const found = all.filter(isRunNode).find(({ run }) => run.id === id);
    assert.ok(found);
    return found;
  };

  it('submits a run file, shows the run, and cancels it', async () => {
    const run = await submit(inWorkspace('heartbeat.run.json'));
    await untilStatus(api, run, 'running');
    assert.deepEqual(await until('its experiment', async () => (await rows())['pendulum']), ['heartbeat']);
    const row = await until('the row to say so', async () => {
      const node = await rowOf(run.id);
      return node.run.status === 'running' && node;
    });
    const item = api.tree.getTreeItem(row);
    assert.match(String(item.description), /^running/);
    assert.match(String(item.contextValue), /cancellable;hasLog;hasRunFile;/);

    await vscode.commands.executeCommand('sidelab.cancelRun', row);
    await untilStatus(api, run, 'cancelled');
    await until('the row to say so', () => row.run.status === 'cancelled');
    assert.doesNotMatch(String(api.tree.getTreeItem(row).contextValue), /cancellable/);
  });

  it('saves unsaved changes before it submits', async () => {
    const uri = await writeRunFile('unsaved.run.json', {
      experiment: 'unsaved',
      name: 'before',
      command: ['node', '-v'],
    });
    const editor = await openRunFile(uri);
    const { document } = editor;
    const at = document.getText().indexOf('before');
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(document.positionAt(at), document.positionAt(at + 'before'.length)), 'after'),
    );
    const run = await submit(uri);
    assert.deepEqual([run.name, document.isDirty], ['after', false]);
    await untilStatus(api, run, 'completed');
  });

  it('refuses a wrong run file, and submits nothing', async () => {
    const uri = await writeRunFile('refused.run.json', { experiment: 'refused', command: ['no-such-program'] });
    assert.equal(await vscode.commands.executeCommand('sidelab.submitRun', uri), undefined);
    assert.equal((await rows())['refused'], undefined);
  });

  it('shows a run in a panel whose view asks for it', async () => {
    const run = await submit(await writeRunFile('quick.run.json', { experiment: 'quick', command: ['node', '-v'] }));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const ready = new Promise<RunId>((resolve) => {
      const listening = api.panels.onDidReady((id) => {
        listening.dispose();
        resolve(id);
      });
    });
    await vscode.commands.executeCommand('sidelab.openRun', run.id);
    assert.equal(await ready, run.id);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.equal(tab?.label, run.name);
    assert.equal(api.panels.activeRun?.runId, run.id);
  });

  it('shows the output of a run as a document that grows', async () => {
    const program = "console.log('one'); setTimeout(() => console.log('\\u001b[31mtwo\\u001b[0m'), 2000)";
    const uri = await writeRunFile('talks.run.json', {
      experiment: 'talks',
      name: 'a/b',
      command: ['node', '-e', program],
    });
    const run = await submit(uri);
    await until('its attempt', async () => (await api.source.run(run.id)).run.attempt);
    await vscode.commands.executeCommand('sidelab.showLog', run.id);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'sidelab-log');
    assert.equal(document?.fileName, '/Sidelab output/a-b (attempt 1).log');
    assert.equal(document.languageId, 'sidelab-log');
    await until('the first line', () => document.getText() === 'one\n');
    await until('the second line', () => document.getText() === 'one\ntwo\n');
    await untilStatus(api, run, 'completed');
  });

  it('says when there is no output yet', async () => {
    const run = await submit(await writeRunFile('silent.run.json', { experiment: 'silent', command: ['sleep', '60'] }));
    await untilStatus(api, run, 'running');
    await vscode.commands.executeCommand('sidelab.showLog', run.id);
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'No output yet.\n');
  });

  it('cancels nothing that has ended', async () => {
    const run = await submit(await writeRunFile('ended.run.json', { experiment: 'ended', command: ['node', '-v'] }));
    await untilStatus(api, run, 'completed');
    await vscode.commands.executeCommand('sidelab.cancelRun', run.id);
    assert.equal(await statusOf(api, run), 'completed');
  });

  it('copies the id of a run', async () => {
    const run = await submit(await writeRunFile('ended.run.json', { experiment: 'ended', command: ['node', '-v'] }));
    await vscode.commands.executeCommand('sidelab.copyRunId', run.id);
    assert.equal(await vscode.env.clipboard.readText(), run.id);
  });

  it('registers the commands that it contributes', async () => {
    const all = new Set(await vscode.commands.getCommands(true));
    const extension = vscode.extensions.getExtension('sidelab.sidelab');
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    assert.deepEqual(
      manifest.contributes.commands.map(({ command }) => command).filter((command) => !all.has(command)),
      [],
    );
  });
});
