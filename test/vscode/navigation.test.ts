import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

const text = `{
  "experiment": "navigation",
  "parameters": { "lr": 0.1 },
  "tasks": {
    "prepare": { "command": ["node", "tour.mjs"] },
    "train": {
      "dependsOn": "prepare",
      "algorithm": "anneal",
      "compute": "small",
      "env": { "DATA": "\${tasks.prepare.outputs}/data", "LR": "\${parameters.lr}" }
    },
    "report": { "dependsOn": [{ "task": "train", "on": "finished" }], "command": ["node", "missing.mjs"] }
  }
}
`;

describe('finding one’s way in a run file', () => {
  let document: vscode.TextDocument;
  before(activated);
  before(async () => {
    await writeRunFile(
      '.sidelab/algorithms/anneal.json',
      '{\n  "name": "anneal", "version": "1.0.0",\n  "command": ["node"], "parameters": {} }',
    );
    await writeRunFile('.sidelab/compute.json', '{\n  "small": { "cpus": 1 }\n}');
    ({ document } = await openRunFile(await writeRunFile('navigation.run.json', text)));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['.sidelab/algorithms', '.sidelab/compute.json', 'navigation.run.json']) {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, name), { recursive: true });
    }
  });

  const placeOf = (before: string): vscode.Position =>
    document.positionAt(document.getText().indexOf(before) + before.length);
  const line = (of: string): number => text.split('\n').findIndex((each) => each.includes(of));

  /** "file:line" of each place that it leads to. */
  const definitions = async (before: string, wanted = 1): Promise<string[]> =>
    until('the definition', async () => {
      const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        placeOf(before),
      );
      const places = found.map((each) =>
        'targetUri' in each
          ? `${each.targetUri.path.split('/').at(-1)}:${(each.targetSelectionRange ?? each.targetRange).start.line}`
          : `${each.uri.path.split('/').at(-1)}:${each.range.start.line}`,
      );
      return places.length >= wanted && places;
    });

  it('leads from a name to what it means, in the file and in the workspace', async () => {
    assert.deepEqual(await definitions('"dependsOn": "pre'), [`navigation.run.json:${line('"prepare": {')}`]);
    assert.deepEqual(await definitions('${tasks.'), [`navigation.run.json:${line('"prepare": {')}`]);
    assert.deepEqual(await definitions('${parameters.'), [`navigation.run.json:${line('"parameters"')}`]);
    assert.deepEqual(await definitions('"algorithm": "ann'), ['anneal.json:1']);
    assert.deepEqual(await definitions('"compute": "s'), ['compute.json:1']);
    assert.deepEqual(await definitions('"experiment": "navi', 0), []);
  });

  it('finds all references of a task', async () => {
    const found = await until('references', async () => {
      const locations = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeReferenceProvider',
        document.uri,
        placeOf('    "prep'),
      );
      return locations.length > 0 && locations;
    });
    assert.deepEqual(
      found.map(({ range }) => [range.start.line, document.getText(range)]),
      [
        [line('"prepare": {'), 'prepare'],
        [line('"dependsOn": "prepare"'), 'prepare'],
        [line('${tasks.'), 'prepare'],
      ],
    );
    const highlights = await vscode.commands.executeCommand<vscode.DocumentHighlight[]>(
      'vscode.executeDocumentHighlights',
      document.uri,
      placeOf('${parameters.'),
    );
    assert.deepEqual(
      highlights.map(({ range, kind }) => [document.getText(range), kind]),
      [
        ['lr', vscode.DocumentHighlightKind.Write],
        ['lr', vscode.DocumentHighlightKind.Read],
      ],
    );
  });

  const rename = async (before: string, newName: string): Promise<vscode.WorkspaceEdit> =>
    vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, placeOf(before), newName);

  it('renames a task everywhere, and says why it cannot be called so', async () => {
    const edit = await rename('    "prep', 'make "data"');
    await vscode.workspace.applyEdit(edit);
    try {
      assert.equal(
        document.getText(),
        text
          .replace('"prepare": {', '"make \\"data\\"": {')
          .replace('"dependsOn": "prepare"', '"dependsOn": "make \\"data\\""')
          .replace('tasks.prepare', 'tasks.make \\"data\\"'),
      );
    } finally {
      await vscode.commands.executeCommand('undo');
    }
    assert.equal(document.getText(), text);
    const why = async (before: string, newName: string): Promise<string> => {
      try {
        await rename(before, newName);
      } catch (error) {
        return String(error);
      }
      return 'It was renamed.';
    };
    assert.match(await why('    "prep', 'train'), /There is a task train already\. Write another name\./);
    assert.match(await why('    "prep', ' '), /at least one visible character/);
    assert.match(await why('"experiment": "navi', 'other'), /can't be renamed|cannot be renamed|No result/i);
  });

  it('links files that are there', async () => {
    const links = await until('links', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      return found.length > 0 && found;
    });
    assert.deepEqual(
      links.map(({ range, target }) => [document.getText(range), target?.path.split('/').at(-1)]),
      [['tour.mjs', 'tour.mjs']],
    );
  });

  it('draws what a task waits for over its name', async () => {
    const hover = await until('the hover', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        placeOf('"task": "tr'),
      );
      const texts = hovers.flatMap(({ contents }) =>
        contents.map((each) => (typeof each === 'string' ? each : each.value)),
      );
      return texts.find((each) => each.includes('▶'));
    });
    assert.match(hover, /prepare ──▶ \[train\] finished──▶ report/);
    assert.match(hover, /Waits for \*\*prepare\*\*; 1 task waits for it\./);
  });

  it('has an outline and folds, once each', async () => {
    const symbols = await until('the outline', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return found && found.length > 0 && found;
    });
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['experiment', 'parameters', 'tasks'],
    );
    assert.deepEqual(
      symbols[2]?.children.map(({ name }) => name),
      ['prepare', 'train', 'report'],
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.deepEqual(
      folds.map(({ start }) => start).sort((a, b) => a - b),
      [0, line('"tasks"'), line('"train": {')],
    );
  });

  it('stays quiet in a file that is no run file, and in one that is broken', async () => {
    const other = (await openRunFile(await writeRunFile('navigation.json', text))).document;
    const found = await vscode.commands.executeCommand<unknown[]>(
      'vscode.executeDefinitionProvider',
      other.uri,
      other.positionAt(text.indexOf('"prepare",') + 2),
    );
    assert.deepEqual(found, []);
    const torn = (await openRunFile(await writeRunFile('torn.run.json', '{ "tasks": { "a": { "dependsOn": ["a", ')))
      .document;
    await vscode.commands.executeCommand('vscode.executeHoverProvider', torn.uri, new vscode.Position(0, 36));
    for (const { uri } of [other, torn]) await vscode.workspace.fs.delete(uri);
  });
});
