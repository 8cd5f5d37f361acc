import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { homeFolder } from '../../src/protocol/engineAddress';
import type { SidelabApi } from '../../src/shell/api';
import { filesWith } from '../support/filesWith';
import { activated, inWorkspace, openRunFile, writeRunFile } from './support/extension';
import { until } from './support/waiting';

/** Reads its parameters, and writes what it was given to the place that its first argument names. */
const program = `import { readFileSync, writeFileSync } from 'node:fs';
const parameters = JSON.parse(readFileSync(process.env.SIDELAB_PARAMETERS, 'utf8'));
const found = { parameters, words: process.argv.slice(3), token: process.env.TOKEN, task: process.env.TASK };
writeFileSync(process.argv[2], JSON.stringify({ ...found, runs: process.env.SIDELAB_RUN_ID !== undefined }));
`;
/** The one that writes; lines count from 0. */
const breakLine = 3;

describe('debugging a run file', () => {
  let api: SidelabApi;
  let out: string;
  let heard: { started: number; readonly open: Set<string> };
  const hearing: vscode.Disposable[] = [];

  before(async () => {
    api = await activated();
    await vscode.workspace.fs.writeFile(inWorkspace('debugged/debugged.mjs'), new TextEncoder().encode(program));
  });
  beforeEach(() => {
    out = path.join(mkdtempSync(path.join(tmpdir(), 'sl-')), 'out.json');
    const now = { started: 0, open: new Set<string>() };
    heard = now;
    hearing.push(
      vscode.debug.onDidStartDebugSession(({ id }) => void (now.started++, now.open.add(id))),
      vscode.debug.onDidTerminateDebugSession(({ id }) => void now.open.delete(id)),
    );
  });
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    for (const each of hearing.splice(0)) each.dispose();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    for (const name of await api.secrets.names()) await api.secrets.delete(name);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const written = (): unknown =>
    existsSync(out) && readFileSync(out, 'utf8') !== '' && JSON.parse(readFileSync(out, 'utf8'));
  /** The program's own session is a child of the one that started it. */
  const ended = async (): Promise<void> => {
    await until('the sessions to end', () => heard.started > 0 && heard.open.size === 0);
  };

  it('stops at a breakpoint, where its parameters can be read, goes on, and ends; nothing is among the runs', async () => {
    const uri = await writeRunFile('debugged/a.run.json', {
      experiment: 'debugged',
      command: ['node', 'debugged.mjs', out, '${parameters.lr}'],
      parameters: { lr: 0.5 },
    });
    const at = new vscode.Location(inWorkspace('debugged/debugged.mjs'), new vscode.Position(breakLine, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)]);
    await vscode.commands.executeCommand('sidelab.debugRun', uri);
    const frame = await until('the breakpoint', () => {
      const item = vscode.debug.activeStackItem;
      return item instanceof vscode.DebugStackFrame && item;
    });
    const { session } = frame;
    const evaluated: unknown = await session.customRequest('evaluate', {
      expression: 'JSON.stringify(found.parameters) + process.cwd()',
      frameId: frame.frameId,
      context: 'watch',
    });
    assert.equal((evaluated as { readonly result: string }).result, `'{"lr":0.5}${inWorkspace('debugged').fsPath}'`);
    assert.equal(written(), false);
    await session.customRequest('continue', { threadId: frame.threadId });
    assert.deepEqual(await until('what it found', written), { parameters: { lr: 0.5 }, words: ['0.5'], runs: true });
    await ended();
    assert.ok((await api.source.experiments()).every(({ name }) => name !== 'debugged'));
  });

  it('passes words on that the editor would fill, and secrets by no file', async () => {
    const token = 'v4lue-of-the-secret-9Qx';
    await api.secrets.set('TOKEN', token);
    const uri = await writeRunFile('debugged/a.run.json', {
      command: ['node', 'debugged.mjs', out, '$${env:HOME}', '$${command:x}', '${env:HOME}'],
      env: { TOKEN: '${secret:TOKEN}' },
    });
    await vscode.commands.executeCommand('sidelab.debugRun', uri);
    const found = await until('what it found', written);
    assert.deepEqual(found, { parameters: {}, words: ['${env:HOME}', '${command:x}', homedir()], token, runs: true });
    await ended();
    assert.deepEqual(filesWith(token, homeFolder(process.env)), []);
  });

  it('of one task among several asks which, unless its own lens was pressed', async () => {
    const command = ['node', 'debugged.mjs', out];
    const uri = await writeRunFile('debugged/a.run.json', {
      tasks: { a: { command, env: { TASK: 'a' } }, b: { command, env: { TASK: 'b' }, dependsOn: ['a'] } },
    });
    await vscode.commands.executeCommand('sidelab.debugRun', uri.toString(), ['b']);
    assert.deepEqual(await until('what it found', written), { parameters: {}, words: [], task: 'b', runs: true });
    await ended();
    await vscode.workspace.fs.delete(vscode.Uri.file(out));
    let isOver = false;
    const started = Promise.resolve(vscode.commands.executeCommand('sidelab.debugRun', uri)).finally(
      () => (isOver = true),
    );
    // The first one is what Enter chooses.
    await until('the choice', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return isOver;
    });
    await started;
    assert.deepEqual(await until('what it found', written), { parameters: {}, words: [], task: 'a', runs: true });
    await ended();
  });

  it('uses the file as it stands in the editor', async () => {
    const uri = await writeRunFile('debugged/typed.run.json', {
      command: ['node', 'debugged.mjs', out],
      env: { TASK: 'saved' },
    });
    const editor = await openRunFile(uri);
    const at = editor.document.getText().indexOf('saved');
    const [start, end] = [editor.document.positionAt(at), editor.document.positionAt(at + 5)];
    await editor.edit((edit) => edit.replace(new vscode.Range(start, end), 'typed'));
    await vscode.commands.executeCommand('sidelab.debugRun');
    assert.deepEqual(await until('what it found', written), { parameters: {}, words: [], task: 'typed', runs: true });
    await ended();
  });

  for (const [what, content] of [
    ['a shell script', { script: 'true' }],
    ['Python without its debugger', { command: ['python3', 'train.py'] }],
    ['a program that is not there', { command: ['nodee'] }],
  ] as const) {
    it(`starts nothing for ${what}`, async () => {
      // What is wrong is told by a toast.
      await vscode.commands.executeCommand('sidelab.debugRun', await writeRunFile('debugged/a.run.json', content));
      assert.equal(heard.started, 0);
      await vscode.commands.executeCommand('notifications.clearAll');
    });
  }
});
