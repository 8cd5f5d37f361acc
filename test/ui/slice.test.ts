/** The first slice as its user meets it: a run file, its live chart, the tree, the cancel, and what a closed window means. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

/** The points that the panel's first chart says it shows. */
async function shownPoints(workbench: Workbench): Promise<number> {
  const chart = workbench.frame().locator('sidelab-chart').first();
  await chart.locator('canvas').first().waitFor();
  const count = /([\d,]+) points?/.exec(await chart.innerText())?.[1];
  return Number(count?.replaceAll(',', '') ?? 0);
}

async function morePointsThan(workbench: Workbench, count: number): Promise<number> {
  return until('more points in the chart', async () => {
    const now = await shownPoints(workbench);
    return now > count ? now : undefined;
  });
}

const lens = (page: Page) => page.locator('.codelens-decoration a', { hasText: /^\s*Run\s*$/ });

/** Whether the canvas has been drawn upon: pixels of more than one colour. */
async function isDrawn(workbench: Workbench): Promise<boolean> {
  return workbench
    .frame()
    .locator('sidelab-chart canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(new Uint32Array(new Uint8ClampedArray(data).buffer)).size > 2;
    });
}

/** Through the API: quick open may not know yet of a file that was just written. */
async function openFresh(workbench: Workbench, name: string, content: unknown): Promise<void> {
  const file = path.join(workbench.workspace, name);
  writeFileSync(file, JSON.stringify(content, null, 2));
  await workbench.host(async (vscode, file) => {
    await vscode.window.showTextDocument(vscode.Uri.file(file));
  }, file);
  await lens(workbench.page).waitFor();
}

async function closeEditors(workbench: Workbench): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
}

describe('the first slice on the workbench', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  it('tells a newcomer in the empty view what to do', async () => {
    await workbench.showViewContainer('Sidelab');
    await workbench.page.locator('.sidebar .welcome-view-content', { hasText: 'No runs yet' }).waitFor();
    await workbench.page
      .locator('.sidebar .welcome-view-content .monaco-button', { hasText: 'New Run File' })
      .waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: 'Activating' }).waitFor({ state: 'hidden' });
    await workbench.shot('welcome-light');
  });

  it('runs a run file by its lens and draws the chart live', async () => {
    await workbench.openFile('heartbeat.run.json');
    await lens(workbench.page).click();
    const first = await morePointsThan(workbench, 1);
    await morePointsThan(workbench, first);
    assert.ok(await isDrawn(workbench));
    await workbench.frame().locator('.pill', { hasText: 'running' }).waitFor();
  });

  it('shows the run in the tree, the badge and the status bar', async () => {
    const row = workbench.row('heartbeat');
    await row.filter({ hasText: 'running' }).waitFor();
    assert.match((await row.getAttribute('aria-label')) ?? '', /^Run heartbeat, running/);
    await workbench.page.locator('.statusbar-item', { hasText: '1 running' }).waitFor();
    await workbench.page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor();
  });

  it('brings the panel back after a reload', async () => {
    const before = await shownPoints(workbench);
    await workbench.reload();
    await morePointsThan(workbench, before);
    assert.ok(await isDrawn(workbench));
    await workbench.row('heartbeat').filter({ hasText: 'running' }).waitFor();
  });

  it('is not noticed by the run when the extension host is killed', async () => {
    const before = await shownPoints(workbench);
    await workbench.killExtensionHost();
    await workbench.reloadPage();
    await morePointsThan(workbench, before);
    const { pid } = JSON.parse(readFileSync(path.join(workbench.home, 'engine.json'), 'utf8')) as { pid: number };
    assert.doesNotThrow(() => process.kill(pid, 0));
  });

  it('shows the output as it grows', async () => {
    await workbench.rowAction('heartbeat', 'Show Log');
    const lines = workbench.page.locator('.editor-instance .view-line', { hasText: /^step.\d+:/ });
    await lines.first().waitFor();
    const last = await lines.last().innerText();
    await until('the log to grow and to be followed', async () => (await lines.last().innerText()) !== last);
    await workbench.shot('log-light');
  });

  it('cancels from the tree, and two windows show the same truth', async () => {
    const second = await workbench.openWindow();
    await second.showViewContainer('Sidelab');
    await second.row('heartbeat').filter({ hasText: 'running' }).waitFor();

    await workbench.page.bringToFront();
    await workbench.rowAction('heartbeat', 'Cancel Run');
    await workbench.row('heartbeat').filter({ hasText: 'cancelled' }).waitFor();
    await second.row('heartbeat').filter({ hasText: 'cancelled' }).waitFor();
    await second.closeWindow();

    await workbench.row('heartbeat').click();
    await workbench.frame().locator('.pill', { hasText: 'cancelled' }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: '1 running' }).waitFor({ state: 'hidden' });
  });

  it('goes on while no window is open', async () => {
    await closeEditors(workbench);
    await workbench.openFile('heartbeat.run.json');
    await lens(workbench.page).click();
    const before = await morePointsThan(workbench, 1);
    await workbench.stopServer();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await workbench.startServer();
    await workbench.showViewContainer('Sidelab');
    await workbench.row('heartbeat').filter({ hasText: 'running' }).first().click();
    await morePointsThan(workbench, before + 5);
    await workbench.row('heartbeat').filter({ hasText: 'running' }).first().waitFor();
  });

  it('says at the place what is wrong with a run file, and again when it is submitted', async () => {
    await closeEditors(workbench);
    await openFresh(workbench, 'wrong.run.json', { experiment: 'wrong', command: ['nodee', 'tour.mjs'] });
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await lens(workbench.page).click();
    const toast = workbench.notification('There is no program "nodee"');
    await toast.waitFor();
    assert.match(await toast.innerText(), /wrong\.run\.json:\d+:\d+: command\[0\]/);
    await workbench.shot('submit-wrong-light');
    await toast.locator('.monaco-button', { hasText: 'Open File' }).click();
    await until('the selection at the place', async () => {
      const selected = await workbench.host((vscode) => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document.getText(editor.selection);
      });
      return selected?.startsWith('"nodee"');
    });
  });

  it('tells when a run that was submitted here fails', async () => {
    const program = "console.error('about to fail'); throw new TypeError('not a number')";
    await closeEditors(workbench);
    await openFresh(workbench, 'fails.run.json', {
      experiment: 'fails',
      name: 'thrower',
      command: ['node', '-e', program],
    });
    await lens(workbench.page).click();
    const toast = workbench.notification('Run "thrower" failed');
    await toast.waitFor();
    await toast.locator('.monaco-button', { hasText: 'Output' }).click();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'TypeError' }).first().waitFor();
    await workbench.row('thrower').filter({ hasText: 'exit code 1' }).waitFor();
  });
});

describe('pictures of the first slice', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  const inThemes = async (name: string): Promise<void> => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`${name}-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  };

  it('live panel beside the run file', async () => {
    await workbench.showViewContainer('Sidelab');
    for (const [name, status] of [
      ['thrower', 1],
      ['fine', 0],
    ] as const) {
      const command = ['node', '-e', `process.exit(${status})`];
      await openFresh(workbench, `${name}.run.json`, { experiment: 'exits', name, command });
      await lens(workbench.page).click();
      await workbench
        .row(name)
        .filter({ hasText: status === 0 ? 'completed' : 'failed' })
        .waitFor();
      await closeEditors(workbench);
    }
    await workbench.openFile('tour.run.json');
    await lens(workbench.page).click();
    await morePointsThan(workbench, 40);
    await inThemes('panel-live-beside');
  });

  it('live panel alone', async () => {
    await closeEditors(workbench);
    // Long before the run ends: a row that only comes with the end of its run is of no use.
    await workbench.row('annealing').filter({ hasText: 'running' }).click({ timeout: 20_000 });
    await morePointsThan(workbench, 60);
    await inThemes('panel-live');
  });

  it('opens a run at each click on its row, also while the row is drawn anew all the time', async () => {
    for (let click = 0; click < 15; click++) {
      await closeEditors(workbench);
      await workbench.row('annealing').click();
      await workbench.page.locator('.tab', { hasText: 'annealing' }).waitFor({ timeout: 20_000 });
    }
  });

  it('tree and run file with squiggle', async () => {
    await closeEditors(workbench);
    await openFresh(workbench, 'typo.run.json', {
      experiment: 'tour',
      command: ['node', 'tour.mjs'],
      cwd: 'nowhere',
      timeout: '5 minuts',
      retires: 3,
    });
    await workbench.page.locator('.squiggly-warning').first().waitFor();
    await workbench.row('annealing').hover();
    await inThemes('tree-and-squiggle');
  });

  it('finished panel', async () => {
    await workbench.row('annealing').filter({ hasText: 'completed' }).waitFor({ timeout: 90_000 });
    await closeEditors(workbench);
    await workbench.row('annealing').click();
    await workbench.frame().locator('.pill', { hasText: 'completed' }).waitFor();
    await morePointsThan(workbench, 100);
    await inThemes('panel-finished');
    await workbench.row('thrower').click();
    await workbench.frame().locator('.pill', { hasText: 'failed' }).waitFor();
    await inThemes('panel-failed');
  });
});

describe('a workspace that is not trusted', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench({ untrusted: true })));
  after(async () => workbench.stop());

  it('is browsed, but runs nothing', async () => {
    await workbench.showViewContainer('Sidelab');
    await workbench.page.locator('.sidebar .welcome-view-content', { hasText: 'not trusted' }).waitFor();
    await workbench.openFile('heartbeat.run.json');
    await lens(workbench.page).click();
    const toast = workbench.notification('not trusted');
    await toast.waitFor();
    await workbench.shot('untrusted-light');
    const told = workbench.page.locator('.notifications-center .notification-list-item', { hasText: 'not trusted' });
    for (const command of ['sidelab.retryRun', 'sidelab.resumeRun', 'sidelab.reproduceRun']) {
      await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
      await toast.waitFor({ state: 'hidden' });
      await workbench.host(async (vscode, command) => vscode.commands.executeCommand(command), command);
      // Behind the bell: of equal messages that come soon after one another VS Code does not always bring each to the front.
      await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.showList'));
      await told.waitFor();
    }
    assert.equal(await workbench.row('heartbeat').count(), 0);
  });
});
