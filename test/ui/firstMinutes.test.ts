/** The first minutes of somebody who has only the extension: no Node, no runs; and the last ones, when all is removed again. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SidelabApi } from '../../src/shell/api';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Workbench } from './support/workbench';

/** All programs of this machine but Node, in one folder. */
function programsWithoutNode(): string {
  const folder = mkdtempSync('/tmp/sl-bin-');
  for (const from of ['/usr/bin', '/bin']) {
    for (const name of readdirSync(from)) {
      if (/^(node|nodejs|npm|npx)$/.test(name) || existsSync(path.join(folder, name))) continue;
      try {
        symlinkSync(path.join(from, name), path.join(folder, name));
      } catch {
        // A link that leads nowhere was there before.
      }
    }
  }
  return folder;
}

describe('the first minutes', () => {
  let workbench: Workbench;
  let programs: string;
  before(async () => {
    programs = programsWithoutNode();
    const empty = mkdtempSync('/tmp/sl-empty-');
    workbench = await openWorkbench({
      workspace: empty,
      settings: { 'sidelab.openPanelOnSubmit': false },
      // The second one: as from a terminal, so that the server asks no login shell for another PATH.
      env: { PATH: programs, VSCODE_CLI: '1' },
    });
    rmSync(empty, { recursive: true });
  });
  after(async () => {
    await workbench.stop();
    rmSync(programs, { recursive: true, force: true });
  });

  const pick = async (label: string): Promise<void> =>
    workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();

  it('begin with a walkthrough with pictures', async () => {
    await workbench.showViewContainer('Sidelab');
    const welcome = workbench.page.locator('.sidebar .welcome-view-content');
    await welcome.filter({ hasText: 'No runs yet' }).waitFor();
    await welcome.locator('a', { hasText: 'walkthrough' }).click();
    const steps = workbench.page.locator('.gettingStartedContainer .getting-started-step');
    await steps.filter({ hasText: 'Open the examples' }).waitFor();
    assert.equal(await steps.count(), 5);
    for (const [at, step] of [
      'Open the examples',
      'Run a run file',
      'Watch it live',
      'Close the window',
      'Run your own',
    ].entries()) {
      await steps.filter({ hasText: step }).click();
      await workbench.page
        .locator('.getting-started-media, .gettingStartedContainer .media-container')
        .first()
        .waitFor();
      await workbench.page.waitForTimeout(500);
      await workbench.shot(`walkthrough-${at + 1}`);
    }
    for (const theme of ['dark', 'high contrast'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(500);
      await workbench.shot(`walkthrough-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  });

  it('open a copy of the examples, which run without Node', async () => {
    // Not by the palette: the question comes up in its place.
    await workbench.host((vscode) => {
      void vscode.commands.executeCommand('sidelab.openExamples');
    });
    await pick('New Copy in the Home Folder');
    await workbench.loadsAnew(async () => pick('Open in This Window'));
    const examples = path.join(String(workbench.env['HOME']), 'sidelab-examples');
    assert.ok(existsSync(path.join(examples, 'tour.run.json')));
    assert.ok(existsSync(path.join(examples, '.sidelab')));
    await workbench.host(
      async (vscode, file) => {
        await vscode.window.showTextDocument(vscode.Uri.file(file));
      },
      path.join(examples, 'spirals.run.json'),
    );
    await workbench.page.locator('.codelens-decoration a', { hasText: /^\s*Run\s*$/ }).click();
    await workbench.showViewContainer('Sidelab');
    await workbench.row('small-network').waitFor();
    // Its program is the editor's Node, which nobody needs to be warned of.
    const problems = await workbench.host((vscode) =>
      vscode.languages.getDiagnostics().flatMap(([, found]) => found.map(({ message }) => message)),
    );
    assert.deepEqual(problems, []);
    const command = await workbench.host(async (vscode) => {
      const api = vscode.extensions.getExtension<SidelabApi>('sidelab.sidelab')?.exports;
      const [run] = (await api?.source.runs({ limit: 1 }))?.runs ?? [];
      return api?.source.run(run?.id ?? '').then((detail) => detail.command);
    });
    assert.match(command?.[0] ?? '', /sidelab\.sidelab\/node\/node$/);
    await until('points that the editor’s Node has logged', async () => {
      const count = await workbench.host(async (vscode) => {
        const api = vscode.extensions.getExtension<SidelabApi>('sidelab.sidelab')?.exports;
        const [run] = (await api?.source.runs({ limit: 1 }))?.runs ?? [];
        return (await api?.source.metrics(run?.id as never))?.length ?? 0;
      });
      return count > 0 || undefined;
    });
  });

  it('have `sidelab` in the terminal, of this window and with the same runs', async () => {
    const out = path.join(path.dirname(workbench.workspace), 'out.txt');
    await workbench.host(async (vscode, out) => {
      const terminal = vscode.window.createTerminal({ shellPath: '/bin/sh' });
      terminal.sendText(
        `(sidelab list; echo "$SIDELAB_WINDOW"; command -v sidelab) > '${out}' 2>&1; mv '${out}' '${out}.whole'`,
      );
    }, out);
    await until('the terminal to answer', () => existsSync(`${out}.whole`) || undefined);
    const text = readFileSync(`${out}.whole`, 'utf8');
    assert.match(text, /small-network/);
    assert.match(text, /\n[a-z2-7]{16}\n\S+sidelab\.sidelab\/bin\/[\d.]+\/sidelab\n$/);
  });

  it('show what Sidelab takes, as a text without names of runs', async () => {
    await workbench.palette('Sidelab: Show Performance');
    await workbench.page.locator('.tabs-container .tab.active', { hasText: 'Sidelab Performance' }).waitFor();
    const text = await workbench.host(async (vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
    for (const fact of [
      /Activation: [\d.]+ ms/,
      /Runs: 1\n/,
      /Process: \d+, up /,
      /\| runs\.list \| \d+ \|/,
      /In all: /,
    ]) {
      assert.match(text, fact);
    }
    assert.doesNotMatch(text, /small-network|spirals/);
    await workbench.shot('performance');
  });

  it('remove all data only after runs were cancelled and the user has said so', async () => {
    const { page } = workbench;
    const foreign = path.join(workbench.home, 'not-ours.txt');
    writeFileSync(foreign, '');
    await workbench.palette('Sidelab: Remove All Data');
    await page.locator('.monaco-dialog-box', { hasText: '1 run is active' }).waitFor();
    await workbench.shot('remove-while-active');
    await page.keyboard.press('Escape');
    await workbench.row('small-network').filter({ hasText: 'running' }).waitFor();

    await workbench.palette('Sidelab: Remove All Data');
    await workbench.dialogButton('Cancel Runs').click();
    const question = page.locator('.monaco-dialog-box', { hasText: 'Remove all data of Sidelab?' });
    await question.waitFor();
    assert.match(
      await question.innerText(),
      /1 run with output, metrics and artifacts, and the engine: [\d.]+ [kM]B in /,
    );
    await workbench.shot('remove-all-data');
    await page.keyboard.press('Escape');
    await workbench.row('small-network').filter({ hasText: 'cancelled' }).waitFor();

    await workbench.palette('Sidelab: Remove All Data');
    await workbench.dialogButton('Remove All Data').click();
    await workbench.notification(/Removed: 1 run/).waitFor();
    await page.locator('.sidebar .welcome-view-content', { hasText: 'No runs yet' }).waitFor();
    await workbench.shot('all-data-removed');
    assert.deepEqual(
      existsSync(path.join(workbench.home, 'runs')) ? readdirSync(path.join(workbench.home, 'runs')) : [],
      [],
    );
    assert.ok(existsSync(foreign));
  });
});
