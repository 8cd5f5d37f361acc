import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Reproduced } from '../../src/core/reproduce/reproduceRun';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import { GitRepository } from '../support/gitRepository';
import { activated, cancelAll, inWorkspace, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('why a run failed', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const ended = async (name: string, content: object, status: 'failed' | 'completed'): Promise<Run> => {
    const run = await submit(await writeRunFile(`${name}.run.json`, { experiment: 'why', name, ...content }));
    await untilStatus(api, run, status);
    return run;
  };

  it('is a text with links to the run, its output, the code and the last success', async () => {
    const good = await ended('good', { command: ['node', '-e', ''] }, 'completed');
    const bad = await ended('bad', { command: ['node', '-e', 'throw new TypeError("no such thing")'] }, 'failed');
    await vscode.commands.executeCommand('sidelab.explainFailure', bad.id);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'sidelab-why');
    const text = document.getText();
    assert.match(text, /^Why bad failed\nwhy \/ bad · failed · exit code 1/);
    assert.match(text, /What happened:\n {2}It ended with TypeError: no such thing\n/);
    assert.match(text, /good \([a-z2-7]{6}\), of the same experiment, completed · Compare the two\n/);
    const links = await until('the links', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      return found.length >= 4 && found;
    });
    const targets = new Map(links.map((link) => [document.getText(link.range), link.target]));
    assert.equal(targets.get('bad')?.toString(true), `command:sidelab.openRun?["${bad.id}"]`);
    assert.equal(targets.get('Output of attempt 1')?.scheme, 'sidelab-log');
    assert.equal(targets.get('Compare the two')?.toString(true), `command:sidelab.diffRuns?["${good.id}","${bad.id}"]`);
  });

  it('is refused for a run that has not failed: no text opens', async () => {
    const fine = await ended('fine', { command: ['true'] }, 'completed');
    await vscode.commands.executeCommand('sidelab.explainFailure', fine.id);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('says what the command says when its document is brought back by a reload, also of a run that is not there', async () => {
    const query = 'source=local&run=aaaaaaaaaaaaaaaa';
    const gone = vscode.Uri.from({ scheme: 'sidelab-why', path: '/Why x failed.txt', query });
    assert.match((await vscode.workspace.openTextDocument(gone)).getText(), /There is no run/);
    const wrong = vscode.Uri.from({ scheme: 'sidelab-why', path: '/Why x failed.txt', query: 'run=1' });
    assert.equal(
      (await vscode.workspace.openTextDocument(wrong)).getText(),
      'This is not the address of an explanation.\n',
    );
  });
});

describe('two runs', () => {
  let api: SidelabApi;
  let repository: GitRepository;
  let [first, second]: Run[] = [];

  before(async () => {
    api = await activated();
    repository = new GitRepository(inWorkspace('compared').fsPath);
    const submitted = async (name: string, lr: number): Promise<Run> => {
      const content = { experiment: 'compared', name, parameters: { lr }, command: ['sh', 'train.sh'] };
      const run = await submit(await writeRunFile('compared/train.run.json', content));
      await untilStatus(api, run, 'completed');
      return run;
    };
    repository.write('train.sh', 'echo one\n');
    await writeRunFile('compared/train.run.json', {});
    repository.commit();
    first = await submitted('first', 0.1);
    repository.write('train.sh', 'echo two\n');
    second = await submitted('second', 0.2);
  });
  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const tabLabel = (): string | undefined => vscode.window.tabGroups.activeTabGroup.activeTab?.label;

  it('are compared in one editor, a pair of texts for each part that differs, the code file by file', async () => {
    await vscode.commands.executeCommand('sidelab.diffRuns', first?.id, second?.id);
    await until('the editor', () => tabLabel()?.startsWith('first ↔ second'));
    const shown = await until('the texts', () => {
      const found = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'sidelab-diff');
      return found.some(({ uri }) => uri.path === '/code/train.sh') && found;
    });
    const names = [...new Set(shown.map(({ uri }) => uri.path))].sort();
    assert.deepEqual(names, [
      '/code/train.run.json',
      '/code/train.sh',
      '/parameters.json',
      '/summary.txt',
      '/train.run.json',
    ]);
    const texts = shown.filter(({ uri }) => uri.path === '/code/train.sh').map((document) => document.getText());
    assert.deepEqual(texts.sort(), ['echo one\n', 'echo two\n']);
    const summary = shown.find(({ uri }) => uri.path === '/summary.txt')?.getText() ?? '';
    assert.match(summary, /\nEqual: command, environment, inputs, metrics\.\n/);
    assert.match(summary, /\nparameters:\n {2}lr: 0\.1 → 0\.2\n/);
  });

  it('must be two, and different ones', async () => {
    await vscode.commands.executeCommand('sidelab.diffRuns', first?.id, first?.id);
    await vscode.commands.executeCommand('sidelab.diffRuns', first?.id, 'no-run');
    assert.equal(tabLabel(), undefined);
  });

  it('are reproduced in a folder of their own, never over one that is there', async () => {
    const folder = inWorkspace('reproduced').fsPath;
    const where = { folder, open: false };
    const done = await vscode.commands.executeCommand<Reproduced | undefined>(
      'sidelab.reproduceRun',
      second?.id,
      where,
    );
    assert.deepEqual(done?.gaps, []);
    assert.equal(readFileSync(`${folder}/train.sh`, 'utf8'), 'echo two\n');
    assert.match(readFileSync(`${folder}/train.run.json`, 'utf8'), /"lr": 0\.2/);
    assert.equal(await vscode.commands.executeCommand('sidelab.reproduceRun', first?.id, where), undefined);
    assert.equal(readFileSync(`${folder}/train.sh`, 'utf8'), 'echo two\n');
    repository.git('worktree', 'remove', '--force', folder);
    assert.equal(existsSync(folder), false);
  });
});
