import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

const ok = { script: 'true' };

describe('quick fixes of a run file', () => {
  before(activated);
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // Other tests look at all run files of the workspace.
    await Promise.all(written.splice(0).map(async (uri) => vscode.workspace.fs.delete(uri)));
  });

  let files = 0;
  const written: vscode.Uri[] = [];
  /** The document, and where `wrong` stands in it, once that is underlined. */
  const underlined = async (content: unknown, wrong: string): Promise<[vscode.TextDocument, vscode.Diagnostic]> => {
    const uri = await writeRunFile(`fix-${++files}.run.json`, content);
    written.push(uri);
    const { document } = await openRunFile(uri);
    const found = await until(`a diagnostic at ${wrong}`, () =>
      vscode.languages.getDiagnostics(uri).find(({ range }) => document.getText(range) === wrong),
    );
    return [document, found];
  };

  const fixed = async (content: unknown, wrong: string, title: string): Promise<unknown> => {
    const [document, { range }] = await underlined(content, wrong);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const action = actions.find((each) => each.title === title);
    assert.ok(action?.edit, `${title} is not among ${actions.map((each) => each.title).join(', ')}`);
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    await until('the end of the underline', () => vscode.languages.getDiagnostics(document.uri).length === 0);
    return JSON.parse(document.getText());
  };

  it('give an unknown task the closest name', async () => {
    const file = (dependsOn: string): object => ({ tasks: { prepare: ok, report: ok, train: { ...ok, dependsOn } } });
    assert.deepEqual(await fixed(file('prepar'), '"prepar"', 'Change to "prepare"'), file('prepare'));
  });

  it('cut a circle, and leave out `sequential` beside dependencies', async () => {
    const circle = (b: object): object => ({ tasks: { a: { ...ok, dependsOn: 'b' }, b: { ...ok, ...b } } });
    assert.deepEqual(await fixed(circle({ dependsOn: 'a' }), '"a"', 'Remove this dependency'), circle({}));
    const tasks = { tasks: { one: ok, two: { ...ok, dependsOn: 'one' } } };
    assert.deepEqual(await fixed({ sequential: true, ...tasks }, '"one"', 'Remove "sequential"'), tasks);
  });

  it('mend a reference, a sweep’s path and a value that is written twice', async () => {
    const file = (word: string): object => ({ command: ['node', word], parameters: { lr: 1 } });
    assert.deepEqual(
      await fixed(file('${parameters.lrr}'), '"${parameters.lrr}"', 'Change to "${parameters.lr}"'),
      file('${parameters.lr}'),
    );
    const swept = (over: object): object => ({ ...ok, parameters: { lr: 1 }, sweep: { over } });
    assert.deepEqual(
      await fixed(swept({ 'parameters.lrr': [1, 2] }), '"parameters.lrr"', 'Change to "parameters.lr"'),
      swept({ 'parameters.lr': [1, 2] }),
    );
    assert.deepEqual(
      await fixed(swept({ 'parameters.lr': [1, 2, 2] }), '2', 'Remove 2'),
      swept({ 'parameters.lr': [1, 2] }),
    );
  });

  it('mend what the schema has underlined: a key, a number in quotes, a word for a status', async () => {
    assert.deepEqual(await fixed({ ...ok, retires: 3 }, '"retires"', 'Change to "retries"'), { ...ok, retries: 3 });
    assert.deepEqual(await fixed({ ...ok, retries: '3' }, '"3"', 'Change to 3'), { ...ok, retries: 3 });
    const file = (on: string): object => ({ tasks: { a: ok, b: { ...ok, dependsOn: [{ task: 'a', on }] } } });
    assert.deepEqual(await fixed(file('SUCCEEDED'), '"SUCCEEDED"', 'Change to "completed"'), file('completed'));
  });

  it('give what writes to one place an outputs folder of its own', async () => {
    const file = (place: string): object => ({
      command: ['node', 'x.mjs', '--output', place],
      sweep: { over: { 'parameters.seed': [1, 2] } },
    });
    assert.deepEqual(
      await fixed(file('results/a.json'), '"results/a.json"', 'Change to "${run.outputs}/a.json"'),
      file('${run.outputs}/a.json'),
    );
  });

  it('are none for what has no clear repair; all that is missing is underlined at its key', async () => {
    const content = {
      command: ['node'],
      inputs: { a: 'gone', b: ['.', 'gone too'] },
      envFile: '.none',
      cwd: 'nowhere',
    };
    const [document, { range }] = await underlined(content, '"nowhere"');
    const told = vscode.languages.getDiagnostics(document.uri).map((each) => document.getText(each.range));
    assert.deepEqual(told.sort(), ['".none"', '"gone too"', '"gone"', '"nowhere"']);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.deepEqual(
      actions.filter(({ edit }) => edit !== undefined).map(({ title }) => title),
      [],
    );
  });
});
