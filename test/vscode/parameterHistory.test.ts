import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SidelabApi } from '../../src/shell/api';
import { activated, cancelAll, openRunFile, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('a parameter of a run file, after runs', () => {
  let api: SidelabApi;
  let uri: vscode.Uri;
  let document: vscode.TextDocument;

  /** The loss is the learning rate: the lowest is the best. */
  const file = (more: object): object => ({
    experiment: 'past values',
    name: 'swept',
    command: [
      'sh',
      '-c',
      'echo "{\\"step\\":1,\\"metrics\\":{\\"loss\\":$1}}" >> "$SIDELAB_RUN_LOG"',
      'log',
      '${parameters.lr}',
    ],
    metrics: { loss: { goal: 'minimize' } },
    parameters: { lr: 0.5, optimizer: { name: 'adam' } },
    ...more,
  });
  const open = async (name: string, content: object): Promise<void> => {
    uri = await writeRunFile(name, content);
    ({ document } = await openRunFile(uri));
  };
  const placeOf = (text: string): vscode.Position =>
    document.positionAt(document.getText().indexOf(text) + text.length);
  const hoverAt = async (text: string): Promise<string | undefined> => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      placeOf(text),
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : '')),
    );
    return texts
      .find((each) => each.includes('in past runs'))
      ?.replaceAll('&emsp;', '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  };

  before(async () => {
    api = await activated();
    await open('past.run.json', file({ sweep: { over: { 'parameters.lr': [0.1, 0.03, 0.3] } } }));
    await untilStatus(api, await submit(uri), 'completed');
  });
  after(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('shows in a hover which values it had and what they led to', async () => {
    await open('past.run.json', file({}));
    const text = await until('the hover', async () => hoverAt('"lr": 0'));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, 5, text);
    const best = rows.find((row) => row.includes('(best)')) ?? '';
    assert.match(best, /^\| 0\.03 \| 1 \| \*\*0\.03 in lr=0\.03 of swept\*\* \(best\) \|/);
    assert.match(text, /Of loss, lower is better\./);
    assert.match((await hoverAt('"adam')) ?? '', /optimizer\.name\*\* in past runs: 1 value in 3 runs/);
    assert.equal(await hoverAt('"experiment'), undefined);
  });

  it('shows it in another run file of the experiment that has the same command, also where a sweep varies it', async () => {
    await open('past-2.run.json', file({ sweep: { over: { 'parameters.lr': [1, 2] } } }));
    assert.match(await until('the hover', async () => hoverAt('"parameters.l')), /3 values in 3 runs/);
    await open('past-3.run.json', file({ command: ['true'] }));
    // What the one above showed is there by now, so it would be here.
    assert.equal(await hoverAt('"lr": 0'), undefined);
  });

  it('completes the values that it had', async () => {
    await open('past-4.run.json', file({ parameters: { lr: 0 } }));
    const items = await until('the values', async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        placeOf('"lr": 0'),
      );
      const found = list.items.filter(({ detail }) => detail?.includes('past run') === true);
      return found.length > 0 && found;
    });
    assert.deepEqual(items.map(({ label }) => (typeof label === 'string' ? label : label.label)).sort(), [
      '0.03',
      '0.1',
      '0.3',
    ]);
    assert.equal(
      items.find(({ filterText }) => filterText === '0.03')?.detail,
      'a past run · loss 0.03 in lr=0.03 of swept',
    );
  });

  it('has a quick fix that takes the best value', async () => {
    await open('past-5.run.json', file({}));
    const place = placeOf('"lr": 0');
    const actions = await until('the quick fix', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        new vscode.Range(place, place),
        vscode.CodeActionKind.QuickFix.value,
      );
      const found = all.filter(({ title }) => title.startsWith('Use the best value'));
      return found.length > 0 && found;
    });
    const [action] = actions;
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Use the best value: 0.03 (loss 0.03 in lr=0.03 of swept)'],
    );
    assert.ok(action?.edit && (await vscode.workspace.applyEdit(action.edit)));
    assert.match(document.getText(), /"lr": 0\.03,/);
    await document.save();
  });

  it('says nothing of its past in a file that never ran', async () => {
    await open('never.run.json', { experiment: 'never', command: ['true'], parameters: { lr: 1 } });
    assert.equal(await hoverAt('"lr": 1'), undefined);
  });
});
