import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a file of .sidelab in the editor', () => {
  before(activated);
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await Promise.all(written.splice(0).map(async (uri) => vscode.workspace.fs.delete(uri)));
  });

  const written: vscode.Uri[] = [];
  const opened = async (name: string, content: unknown): Promise<vscode.TextDocument> => {
    const uri = await writeRunFile(name, content);
    written.push(uri);
    return (await openRunFile(uri)).document;
  };
  const ours = ({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Sidelab');
  const replace = async (document: vscode.TextDocument, written: string, by: string): Promise<void> => {
    const start = document.positionAt(document.getText().indexOf(written));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(start, start.translate(0, written.length)), by);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };
  const parameters = {
    type: 'object',
    definitions: { rate: { type: 'number' } },
    properties: { lr: { $ref: '#/definitions/rate' } },
  };

  it('is underlined while typing where its parameters refer to nothing, which its schema cannot say', async () => {
    const algorithm = { name: 'referring', version: '1.0.0', command: ['node', '--version'], parameters };
    const plugin = { name: 'referring', parameters, executor: { retries: 1 } };
    for (const [name, content] of [
      ['.sidelab/algorithms/referring.json', algorithm],
      ['.sidelab/plugins/referring.json', plugin],
    ] as const) {
      const document = await opened(name, content);
      await replace(document, '#/definitions/rate', '#/definitions/rates');
      const [found] = await until(`a diagnostic in ${name}`, () => ours(document).length > 0 && ours(document));
      assert.equal(document.getText(found?.range), '"#/definitions/rates"');
      assert.match(found?.message ?? '', /leads nowhere in this schema/);
      await replace(document, '#/definitions/rates', '#/definitions/rate');
      await until('the end of the underline', () => ours(document).length === 0);
    }
  });

  it('gets quick fixes for what its schema refuses', async () => {
    const document = await opened('.sidelab/algorithms/fixed.json', {
      ...{ name: 'fixed', version: '1.0.0', comand: ['node', '--version'], parameters: { type: 'object' } },
    });
    const start = document.positionAt(document.getText().indexOf('"comand"'));
    const title = 'Change to "command"';
    const action = await until(title, async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(start, start.translate(0, 1)),
        vscode.CodeActionKind.QuickFix.value,
      );
      return actions.find((each) => each.title === title);
    });
    assert.ok(action.edit && (await vscode.workspace.applyEdit(action.edit)));
    assert.equal((JSON.parse(document.getText()) as Record<string, unknown>)['command'] !== undefined, true);
  });
});
