import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('plugins in the editor', () => {
  before(async () => {
    await activated();
    const plugin = (name: string, level: string): object => ({ name, executor: { env: { LEVEL: level } } });
    await writeRunFile('.sidelab/plugins/loud.json', plugin('loud', 'debug'));
    await writeRunFile('.sidelab/plugins/quiet.json', plugin('quiet', 'error'));
  });
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are told by a dry run beside the file, as it stands in the editor', async () => {
    const editor = await openRunFile(await writeRunFile('dry.run.json', { script: 'true', plugins: ['loud'] }));
    const at = editor.document.getText().indexOf('loud');
    await editor.edit((edit) =>
      edit.replace(new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + 4)), 'quiet'),
    );
    await vscode.commands.executeCommand('sidelab.dryRun');
    const shown = vscode.workspace.textDocuments.map((document) => document.getText());
    const told = shown.find((text) => text.startsWith('# Dry run of dry/')) ?? '';
    assert.match(told, /^- Plugin quiet: env\.LEVEL = "error"$/m);
  });

  it('that contradict each other are underlined where the second one is named', async () => {
    const uri = await writeRunFile('both.run.json', { script: 'true', plugins: ['loud', 'quiet'] });
    const { document } = await openRunFile(uri);
    const found = await until('the underline', async () => {
      const own = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Sidelab');
      return own.length > 0 && own;
    });
    assert.deepEqual(
      found.map(({ message, range }) => [document.getText(range), message.split('.')[0]]),
      [['"quiet"', 'The plugins loud and quiet set env']],
    );
  });

  it('are checked in their own files', async () => {
    const uri = await writeRunFile('.sidelab/plugins/wrong.json', '// a comment\n{ "name": "wrong", "executr": {} }');
    await openRunFile(uri);
    const found = await until('the problem', async () => {
      const all = vscode.languages.getDiagnostics(uri);
      return all.length > 0 && all;
    });
    assert.deepEqual(
      found.map(({ message }) => message),
      ['Property executr is not allowed.'],
    );
    await vscode.workspace.fs.delete(uri);
  });
});
