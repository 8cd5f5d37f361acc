import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Run } from '../../src/model/run';
import type { SidelabApi } from '../../src/shell/api';
import { byRanks, cppAbort, nodeStack, pythonChain } from '../support/realOutputs';
import { answering } from './support/answers';
import { activated, cancelAll, inWorkspace, submit, untilStatus, writeRunFile } from './support/extension';
import { until } from './support/waiting';

describe('the log of a run', () => {
  let api: SidelabApi;

  before(async () => (api = await activated()));
  afterEach(async () => {
    await cancelAll(api);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** A run of a script of Node. */
  const submitted = async (name: string, script: string): Promise<Run> => {
    writeFileSync(inWorkspace(`${name}.mjs`).fsPath, script);
    return submit(
      await writeRunFile(`${name}.run.json`, { experiment: 'logs', name, command: ['node', `${name}.mjs`] }),
    );
  };
  const ended = async (name: string, script: string, status: 'failed' | 'completed' = 'completed'): Promise<Run> => {
    const run = await submitted(name, script);
    await untilStatus(api, run, status);
    return run;
  };
  const shown = async (run: Run): Promise<vscode.TextEditor> => {
    await vscode.commands.executeCommand('sidelab.showLog', run.id);
    return activeLog();
  };
  const activeLog = (): vscode.TextEditor => {
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, 'sidelab-log');
    return editor;
  };
  const lineWith = (document: vscode.TextDocument, text: string): number =>
    document
      .getText()
      .split('\n')
      .findIndex((line) => line.includes(text));
  const many =
    "for (let line = 0; line < 100_000; line += 1) console.log('line ' + line + ' of a long output, ' + 'x'.repeat(60));";

  it('keeps what is selected while it grows', async () => {
    const run = await submitted('grows', "let n = 0; setInterval(() => console.log('line ' + n++), 100);");
    const { document } = await shown(run);
    await until('some lines', () => document.lineCount > 3);
    const editor = activeLog();
    editor.selection = new vscode.Selection(0, 0, 1, 4);
    const count = document.lineCount;
    await until('more lines', () => document.lineCount > count + 3);
    assert.equal(document.getText(activeLog().selection), 'line 0\nline');
    assert.equal(document.languageId, 'sidelab-log');
  });

  it('is a window on its end, which moves to what is earlier, to the beginning, and back', async () => {
    const run = await ended('long', many);
    const { document } = await shown(run);
    assert.match(document.lineAt(0).text, /^… [\d.]+ MB earlier$/);
    assert.match(document.lineAt(document.lineCount - 2).text, /^line 99999 /);
    assert.ok(document.getText().length < 3_000_000);
    const first = document.lineAt(1).text;
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['Earlier', 'Beginning', 'Find in Whole Output'],
    );

    await vscode.commands.executeCommand('sidelab.earlierOutput');
    assert.equal(document.lineAt(activeLog().selection.active.line).text, first);
    assert.equal(document.lineAt(document.lineCount - 1).text, '… more follows');
    await vscode.commands.executeCommand('sidelab.beginningOfOutput');
    assert.match(document.lineAt(0).text, /^line 0 /);
    const later = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(
      later.map(({ command }) => command?.title),
      ['Later', 'End'],
    );
    await vscode.commands.executeCommand('sidelab.laterOutput');
    assert.match(document.lineAt(0).text, /earlier$/);
    await vscode.commands.executeCommand('sidelab.endOfOutput');
    assert.match(document.lineAt(document.lineCount - 2).text, /^line 99999 /);
    // There is nothing later; it stays where it is.
    await answering({}, async ({ said }) => {
      await vscode.commands.executeCommand('sidelab.laterOutput');
      assert.match(said.join(), /the output ends here/);
    });
  });

  it('shows the streams together or one of them', async () => {
    const run = await ended('streams', "console.log('to stdout'); console.error('to stderr');");
    await shown(run);
    await vscode.commands.executeCommand('sidelab.chooseOutputStream', undefined, 'stderr');
    assert.equal(activeLog().document.getText(), 'to stderr\n');
    assert.match(activeLog().document.fileName, /streams \(attempt 1\) stderr\.log$/);
    await answering({ picks: [['stdout']] }, async ({ said }) => {
      await vscode.commands.executeCommand('sidelab.chooseOutputStream');
      assert.deepEqual(said, ['Show stdout, stderr or Both']);
    });
    assert.equal(activeLog().document.getText(), 'to stdout\n');
    await answering({ picks: [['stdout and stderr']] }, async () =>
      vscode.commands.executeCommand('sidelab.chooseOutputStream'),
    );
    assert.deepEqual(activeLog().document.getText().trim().split('\n').sort(), ['to stderr', 'to stdout']);
  });

  it('folds and lists what went wrong, and leads to the code', async () => {
    writeFileSync(inWorkspace('train.py').fsPath, 'one\ntwo\nthree\n');
    const python = pythonChain.replaceAll('/work/chain.py', 'train.py').replaceAll('/usr/lib/', '/no/lib/');
    const ranks = byRanks([python, python], (rank) => `[rank${rank}]: `);
    const words = JSON.stringify(`${ranks}${cppAbort}\u001b[31mERROR\u001b[0m no data\nfine\n`);
    const run = await ended('wrong', `console.log(${words});\n\n\nthrow new TypeError('bad shape');\n`, 'failed');
    const { document } = await shown(run);

    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols.map(({ name, detail }) => [name, detail]),
      [['wrong', 'attempt 1']],
    );
    assert.deepEqual(
      symbols[0]?.children.map(({ name }) => name.slice(0, 40)),
      [
        'RuntimeError: config is broken',
        'RuntimeError: config is broken',
        'std::out_of_range: vector::_M_range_check',
        'ERROR no data',
        'TypeError: bad shape',
      ].map((name) => name.slice(0, 40)),
    );

    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    const stack = lineWith(document, 'TypeError: bad shape');
    assert.ok(folds.some(({ start, end }) => start === stack && end > stack));

    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const targets = links.map(
      (link) => `${document.getText(link.range)} → ${link.target?.path.split('/').at(-1)}#${link.target?.fragment}`,
    );
    assert.ok(targets.includes('File "train.py", line 10 → train.py#L10'), targets.join('\n'));
    assert.ok(
      targets.some((target) => /^file:.*wrong\.mjs:4:7 → wrong\.mjs#L4,7$/.test(target)),
      targets.join('\n'),
    );
    // What is not there is not linked.
    assert.ok(!targets.some((target) => target.includes('decoder.py')));

    const lines: number[] = [];
    activeLog().selection = new vscode.Selection(0, 0, 0, 0);
    for (let step = 0; step < 6; step += 1) {
      await vscode.commands.executeCommand('sidelab.nextError');
      lines.push(activeLog().selection.active.line);
    }
    assert.deepEqual(lines, [...lines.slice(0, 5).sort((a, b) => a - b), lines[0]]);
    await vscode.commands.executeCommand('sidelab.previousError');
    assert.equal(activeLog().selection.active.line, stack);
  });

  it('of a graph says how its tasks stand, with their last lines, follows them, and leads to each', async () => {
    const go = inWorkspace('parts-go').fsPath;
    writeFileSync(
      inWorkspace('parts.mjs').fsPath,
      `import { existsSync } from 'node:fs';
       for (let line = 0; line < 40; line += 1) console.log('prepared ' + line);
       setInterval(() => { if (existsSync(${JSON.stringify(go)})) { console.log('gone on'); process.exit(0); } }, 20);`,
    );
    writeFileSync(inWorkspace('bad-parts.mjs').fsPath, "console.log('begins'); throw new TypeError('bad shape');");
    const graph = {
      experiment: 'logs',
      name: 'parts',
      tasks: {
        prepare: { command: ['node', 'parts.mjs'] },
        check: { command: ['node', 'bad-parts.mjs'] },
        train: { dependsOn: ['prepare'], command: ['node', '-e', '0'] },
      },
    };
    const run = await submit(await writeRunFile('parts.run.json', graph));
    const { document } = await shown(run);
    assert.equal(activeLog().selection.active.line, 0);
    await until(
      'the lines of both',
      () => /prepared 39/.test(document.getText()) && lineWith(document, 'bad shape') > 0,
    );
    await until('the state of the failed one', () => lineWith(document, 'check · failed') > 0);
    const text = document.getText();
    assert.match(text, /^parts is made of others and writes nothing itself\.\n/);
    assert.match(text, /\nprepare · running\nprepared 28\n/);
    assert.match(text, /\ntrain · (?:created|queued|waiting|pending)/);

    writeFileSync(go, '');
    await until('what was written since', () => /gone on\n/.test(document.getText()));
    await until('the last task', () => lineWith(document, 'train · completed') > 0);
    assert.equal(activeLog().selection.active.line, 0);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols[0]?.children.map(({ name, children }) => [name, children.map((child) => child.name)]),
      [
        ['prepare', []],
        ['check', ['TypeError: bad shape']],
        ['train', []],
      ],
    );
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const [first] = links.filter((link) => document.getText(link.range) === 'prepare');
    assert.equal(first?.target?.scheme, 'command');
    await vscode.commands.executeCommand('sidelab.nextError');
    assert.equal(activeLog().selection.active.line, lineWith(document, 'TypeError: bad shape'));
    const [runId] = JSON.parse(first.target.query) as string[];
    await vscode.commands.executeCommand(first.target.path, runId);
    assert.match(activeLog().document.fileName, /prepare \(attempt 1\)\.log$/);
    assert.match(activeLog().document.getText(), /^prepared 0\n/);
  });

  it('of what ends while it is opened says the last words, however the two meet', async () => {
    const tasks = {
      first: { script: 'echo begins' },
      second: { dependsOn: ['first'], script: 'echo goes on' },
      third: { dependsOn: ['second'], script: 'echo ends' },
    };
    for (let round = 0; round < 8; round += 1) {
      const run = await submit(
        await writeRunFile('quick.run.json', { experiment: 'logs', name: `quick-${round}-th`, tasks }),
      );
      const { document } = await shown(run);
      await until('the last words', () => /third · completed\nends\n/.test(document.getText()));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('links addresses that the program gave its words, of pages and files only', async () => {
    const link = (address: string): string => `\u001b]8;;${address}\u001b\\here\u001b]8;;\u001b\\`;
    const words = `${link('https://example.org/x')} ${link('command:workbench.action.quit')} ${nodeStack.split('\n')[0]}`;
    const run = await ended('links', `console.log(${JSON.stringify(words)});`);
    const { document } = await shown(run);
    assert.match(document.lineAt(0).text, /^here here file:/);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const own = links.filter(({ target }) => target?.scheme !== 'file').map(({ target }) => target?.toString());
    assert.deepEqual(own, ['https://example.org/x']);
  });

  it('finds over the whole output, and goes to the place', async () => {
    const run = await ended(
      'found',
      `console.log('\\u001b[32mneedle\\u001b[0m one');\n${many}\nconsole.log('Needle two');`,
    );
    const { document } = await shown(run);
    assert.ok(!document.getText().includes('needle one'));
    const found: string[] = [];
    const finding = vscode.commands.executeCommand('sidelab.findInOutput', document.uri, 'needle');
    // The list is VS Code's own: it is answered as by keys.
    await until('the place', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      found.push(document.lineAt(0).text);
      return activeLog().document.getText(activeLog().selection) === 'needle';
    });
    await finding;
    assert.equal(document.lineAt(activeLog().selection.active.line).text, 'needle one');
  });

  it('says what is wrong where no log is shown, and for addresses that there are not', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const command of [
      'earlierOutput',
      'laterOutput',
      'beginningOfOutput',
      'endOfOutput',
      'chooseOutputStream',
      'findInOutput',
      'nextError',
      'previousError',
    ]) {
      await answering({}, async ({ said }) => {
        await vscode.commands.executeCommand(`sidelab.${command}`);
        assert.match(said.join(), /No output of a run is shown/, command);
      });
    }
    const address = (query: string): vscode.Uri =>
      vscode.Uri.from({ scheme: 'sidelab-log', path: '/Sidelab output/x.log', query });
    const text = async (query: string): Promise<string> =>
      (await vscode.workspace.openTextDocument(address(query))).getText();
    assert.match(await text('run=1'), /not the address of a run’s output/);
    assert.match(await text('source=local&run=aaaaaaaaaaaaaaaa&stream=all'), /not the address/);
    assert.match(await text('source=local&run=aaaaaaaaaaaaaaaa'), /cannot be read: There is no run/);
    const run = await ended('quiet', '');
    const { document } = await shown(run);
    assert.equal(document.getText(), 'It ended without any output.\n');
    await answering({}, async ({ said }) => {
      await vscode.commands.executeCommand('sidelab.nextError');
      assert.match(said.join(), /There is no error in this part/);
    });
    await assert.rejects(async () => vscode.workspace.fs.writeFile(document.uri, new Uint8Array(1)));
  });
});
