import assert from 'node:assert/strict';
import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { SidelabApi } from '../../src/shell/api';
import { activated, cancelAll, inWorkspace, submit, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a new run file', () => {
  let api: SidelabApi;
  const written: vscode.Uri[] = [];

  before(async () => (api = await activated()));
  afterEach(async () => {
    // Untitled documents would ask whether to save them.
    while (vscode.window.activeTextEditor) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    for (const uri of written.splice(0)) await vscode.workspace.fs.delete(uri, { recursive: true });
  });
  after(async () => cancelAll(api));

  const write = async (name: string, content: string): Promise<vscode.Uri> => {
    const uri = inWorkspace(name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
    written.push(uri);
    return uri;
  };

  /** What is shown afterwards: the path in the workspace, and the content. */
  const make = async (argument: unknown, command = 'sidelab.newRunFile'): Promise<readonly [string, unknown]> => {
    const uri = await vscode.commands.executeCommand<vscode.Uri | undefined>(command, argument);
    assert.ok(uri, `Nothing was made of ${JSON.stringify(argument)}.`);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.toString(), uri.toString());
    assert.equal(document.uri.scheme, 'untitled');
    assert.equal(document.languageId, 'jsonc');
    const content: unknown = parse(document.getText(), [], { allowTrailingComma: true });
    return [vscode.workspace.asRelativePath(document.uri.with({ scheme: 'file' })), content];
  };

  /** The command says what is wrong in a message, and makes nothing. */
  const refused = async (argument: unknown): Promise<void> => {
    const before = vscode.workspace.textDocuments.length;
    assert.equal(await vscode.commands.executeCommand('sidelab.newRunFile', argument), undefined);
    assert.equal(vscode.workspace.textDocuments.length, before);
  };

  it('is made from scratch, beside others of that name', async () => {
    await write('new.run.json', '{}');
    const scratch = { experiment: 'my-experiment', command: ['node', 'train.mjs'], parameters: { lr: 0.1 } };
    assert.deepEqual(await make({ from: 'scratch' }), ['new-2.run.json', scratch]);
    assert.deepEqual(await make({ from: 'scratch' }), ['new-3.run.json', scratch]);
  });

  it('is made from a command line', async () => {
    assert.deepEqual(await make({ from: 'commandLine', commandLine: 'python train.py --lr 0.1' }), [
      'train.run.json',
      { command: ['python', 'train.py', '${parameters:flags}'], parameters: { lr: 0.1 } },
    ]);
  });

  it('is made from an algorithm, beside the folder that describes it', async () => {
    const algorithm = {
      name: 'anneal',
      version: '1.0.0',
      command: ['node', 'tour.mjs'],
      parameters: { type: 'object', required: ['lr'], properties: { lr: { type: 'number', minimum: 1 } } },
    };
    await write('.sidelab/algorithms/anneal.json', JSON.stringify(algorithm));
    assert.deepEqual(await make({ from: 'algorithm', algorithm: 'anneal' }), [
      'anneal.run.json',
      { algorithm: 'anneal', version: '1.0.0', parameters: { lr: 1 } },
    ]);
    await refused({ from: 'algorithm', algorithm: 'other' });
    await refused({ from: 'algorithm', algorithm: 'anneal', version: '2' });
  });

  it('is made from a Python file of the explorer, beside it', async () => {
    const file = await write('ml/fit.py', 'import argparse\np.add_argument("--lr", type=float, default=0.5)\n');
    const expected = [
      'ml/fit.run.json',
      { command: ['python', 'fit.py', '${parameters:flags}'], parameters: { lr: 0.5 }, python: 'selected' },
    ];
    assert.deepEqual(await make(file), expected);
  });

  it('is made from a script of a package.json, beside it', async () => {
    const file = await write('pkg/package.json', JSON.stringify({ scripts: { train: 'vite build' } }));
    assert.deepEqual(await make({ from: 'packageScript', file, script: 'train' }), [
      'pkg/train.run.json',
      { command: ['npm', 'run', 'train'] },
    ]);
    await refused({ from: 'packageScript', file, script: 'other' });
  });

  it('is made from a past run, by its id and from its row', async () => {
    const uri = await writeRunFile('past.run.json', '{\n  "name": "first", // said so\n  "command": ["true"]\n}\n');
    written.push(uri);
    const run = await submit(uri);
    const expected = ['past-2.run.json', { experiment: 'past', command: ['true'] }];
    assert.deepEqual(await make({ from: 'run', run: run.id }), expected);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const row = await until('the row', async () => {
      const tops = await api.tree.getChildren();
      const all = (await Promise.all(tops.map(async (node) => api.tree.getChildren(node)))).flat();
      return all.find((node) => 'run' in node && node.run.id === run.id);
    });
    assert.match(String(api.tree.getTreeItem(row).contextValue), /\brun;/);
    assert.deepEqual(await make(row, 'sidelab.newRunFileFromRun'), expected);
    await refused({ from: 'run', run: 'nonsense' });
  });

  it('is submitted where it was made', async () => {
    await make({ from: 'commandLine', commandLine: 'node -e "process.exit(0)"' });
    const uri = vscode.window.activeTextEditor?.document.uri;
    assert.ok(uri);
    const run = await submit(uri);
    const saved = inWorkspace('node.run.json');
    written.push(saved);
    assert.equal(run.runFilePath, saved.fsPath);
  });

  it('is not made of what is nothing to make one of', async () => {
    const broken = await write('broken/package.json', '{');
    await refused({ from: 'nonsense' });
    await refused({ from: 'commandLine', commandLine: '' });
    await refused({ from: 'commandLine', commandLine: "python 'train.py" });
    await refused({ from: 'python', file: 7 });
    await refused({ from: 'python', file: inWorkspace('nowhere.py') });
    await refused({ from: 'packageScript', file: broken, script: 'a' });
    await refused({ from: 'algorithm', algorithm: 'anneal' });
    await refused(inWorkspace('tour.mjs'));
  });
});
