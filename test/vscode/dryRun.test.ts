import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a dry run in the editor', () => {
  before(activated);
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const documents = (): vscode.TextDocument[] =>
    vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .filter(({ uri }) => uri.scheme === 'sidelab-dry-run');
  const shown = async (words: RegExp): Promise<vscode.TextDocument> =>
    until(String(words), () => documents().find((document) => words.test(document.getText())));

  it('is one document beside its file, which is made anew and never has to be saved', async () => {
    const uri = await writeRunFile('dry/asked.run.json', {
      experiment: 'asked',
      name: 'n',
      command: ['node', 'tour.mjs'],
    });
    const editor = await openRunFile(uri);
    await vscode.commands.executeCommand('sidelab.dryRun');
    const document = await shown(/^# Dry run of asked\/n\n/);
    assert.deepEqual([document.languageId, document.isDirty, document.isUntitled], ['markdown', false, false]);
    assert.equal(vscode.window.activeTextEditor, editor);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), '"timeout": "90 min",'));
    await vscode.commands.executeCommand('sidelab.dryRun');
    assert.equal(await shown(/^- At most: 1 h 30 min$/m), document);
    assert.equal(documents().length, 1);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.filter(({ label }) => label.includes('(dry run)')).length, 1);
  });

  it('keeps what is shown while the file cannot be submitted', async () => {
    const uri = await writeRunFile('dry/kept.run.json', {
      experiment: 'asked',
      name: 'k',
      command: ['node', 'tour.mjs'],
    });
    const editor = await openRunFile(uri);
    await vscode.commands.executeCommand('sidelab.dryRun');
    const document = await shown(/^# Dry run of asked\/k\n/);
    const before = document.getText();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), '"timeout": "soon",'));
    await vscode.commands.executeCommand('sidelab.dryRun');
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.equal(document.getText(), before);
  });
});

describe('lenses in the editor', () => {
  before(activated);
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('count trials while the file is typed, and count nothing while it is broken', async () => {
    const uri = await writeRunFile('dry/lenses.run.json', {
      command: ['node', 'tour.mjs'],
      timeout: '1 h',
      sweep: { over: { 'parameters.lr': [0.1, 0.2] } },
    });
    const editor = await openRunFile(uri);
    const titles = async (): Promise<string[]> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.map(({ command }) => command?.title ?? '');
    };
    const untilFirst = async (title: string): Promise<unknown> =>
      until(title, async () => (await titles())[0] === title);
    await untilFirst('$(play) Sweep (2 trials, at most 1 h)');
    const text = editor.document.getText();
    const at = editor.document.positionAt(text.indexOf('0.1'));
    await editor.edit((edit) => edit.insert(at, '0.3, '));
    await untilFirst('$(play) Sweep (3 trials, at most 1 h)');
    await editor.edit((edit) => edit.insert(at, '0.3, '));
    await untilFirst('$(play) Sweep');
    assert.deepEqual((await titles()).slice(1), ['Dry Run', 'Debug', 'Preview Graph']);
  });
});
