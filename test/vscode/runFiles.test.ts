import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, inWorkspace, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a run file in the editor', () => {
  before(activated);
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  let files = 0;
  let uri: vscode.Uri;
  /** In a file of its own: the editor keeps what it said about a file for a while after that was closed. */
  const underlined = async (content: unknown, wanted: number): Promise<[string, string | undefined, string][]> => {
    uri = await writeRunFile(`wrong-${++files}.run.json`, content);
    const { document } = await openRunFile(uri);
    const diagnostics = await until('diagnostics', () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length >= wanted && found;
    });
    return diagnostics.map(({ range, source, message }) => [document.getText(range), source, message]);
  };

  it('is JSON with comments', async () => {
    const editor = await openRunFile(inWorkspace('tour.run.json'));
    assert.equal(editor.document.languageId, 'jsonc');
  });

  it('has nothing underlined in the examples', async () => {
    // Other tests leave files of their own in the workspace.
    const examples = ['diverges', 'glyphs', 'heartbeat', 'search', 'spirals', 'tour'];
    for (const example of examples.map((name) => inWorkspace(`${name}.run.json`))) {
      const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(example));
      // A known mistake comes last: once it is underlined, the file has been checked.
      const copy = await writeRunFile(`checked-${++files}.run.json`, content.replace(/\}\s*$/, ', "bogus": 1 }'));
      await openRunFile(copy);
      const found = await until('diagnostics', () => {
        const all = vscode.languages.getDiagnostics(copy);
        return all.some(({ message }) => message.includes('bogus')) && all;
      });
      assert.deepEqual(
        found.map(({ message }) => message).filter((message) => !message.includes('bogus')),
        [],
        example.path,
      );
    }
  });

  it('is underlined at the key that the schema refuses', async () => {
    const found = await underlined({ command: ['node'], timeout: 'soon', retires: 3 }, 2);
    assert.deepEqual(found.map(([text]) => text).sort(), ['"retires"', '"soon"']);
    assert.ok(
      found.some(([, , message]) => message.includes('90 min')),
      JSON.stringify(found),
    );
  });

  it('is underlined at the program that is missing, once', async () => {
    const found = await underlined('{\n  // a typo\n  "command": ["nodee", "tour.mjs"],\n}\n', 1);
    assert.deepEqual(
      found.map(([text, source]) => [text, source]),
      [['"nodee"', 'Sidelab']],
    );
  });

  it('is no longer underlined when it is closed', async () => {
    await underlined({ command: ['nodee'] }, 1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the end of the underline', () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.every(({ source }) => source !== 'Sidelab');
    });
  });

  it('has a lens that submits it', async () => {
    const tour = inWorkspace('tour.run.json');
    await openRunFile(tour);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', tour);
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title, command?.command]),
      [
        [0, '$(play) Run', 'sidelab.submitRun'],
        [0, 'Dry Run', 'sidelab.dryRun'],
        [0, 'Debug', 'sidelab.debugRun'],
        [0, 'Preview Graph', 'sidelab.previewGraph'],
      ],
    );
  });
});
