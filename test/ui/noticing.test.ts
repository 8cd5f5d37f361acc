/** Ends of runs as they are told: in one window, and once, whatever was open when they came. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../workbench/processes.mjs';
import { openWorkbench, type Workbench } from './support/workbench';

/** As a click on the lens does. The program ends when `gate` is there. */
async function submit(window: Workbench, name: string, gate: string, exitCode = 0): Promise<void> {
  const file = path.join(window.workspace, `${name}.run.json`);
  const script = `while [ ! -e '${gate}' ]; do sleep 0.05; done; exit ${exitCode}`;
  writeFileSync(file, JSON.stringify({ experiment: 'told', name, command: ['sh', '-c', script] }));
  await window.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, file);
}

const told = (window: Workbench, text: string | RegExp) => window.notification(text);

describe('ends of runs on the workbench', () => {
  let first: Workbench;
  before(async () => (first = await openWorkbench({ settings: { 'sidelab.openPanelOnSubmit': false } })));
  after(async () => first.stop());

  const gate = (name: string): string => path.join(first.workspace, `${name}.gate`);

  it('are told in the window that submitted the run, though another is in front', async () => {
    const folder = path.join(path.dirname(first.workspace), 'other');
    mkdirSync(folder);
    const second = await first.openWindow(folder);
    await submit(first, 'from-first', gate('first'), 3);
    await submit(second, 'from-second', gate('second'), 4);
    await second.page.bringToFront();
    writeFileSync(gate('first'), '');
    const toast = told(first, 'Run "from-first" failed: exit code 3.');
    await toast.waitFor();
    writeFileSync(gate('second'), '');
    await told(second, 'Run "from-second" failed: exit code 4.').waitFor();
    assert.equal(await told(second, 'from-first').count(), 0);
    assert.equal(await told(first, 'from-second').count(), 0);
    await second.closeWindow();
    await first.page.bringToFront();
    for (const theme of ['light', 'dark', 'high contrast'] as const) {
      await first.setTheme(theme);
      await first.shot(`end-told-${theme.replaceAll(' ', '-')}`);
    }
    await first.setTheme('light');
    await toast.locator('.monaco-button', { hasText: 'Output' }).click();
    await first.page.locator('.tabs-container .tab.active', { hasText: 'from-first' }).waitFor();
    await first.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  });

  it('that came while the editor was closed are told when it is opened, once', async () => {
    await submit(first, 'overnight', gate('night'));
    await submit(first, 'overnight-too', gate('night'), 7);
    await first.stopServer();
    writeFileSync(gate('night'), '');
    await until('the ends to be kept', () => existsSync(path.join(first.home, 'untold')) || undefined);
    await first.startServer();
    const toast = told(first, /While no window was open/);
    // Under the pointer it stays.
    await toast.hover();
    await first.shot('digest');
    await until('both to be in it', async () => /2 runs ended/.test(await toast.innerText()) || undefined);
    assert.match(await toast.innerText(), /2 runs ended: 1 completed, 1 failed \("overnight-too"\)\./);
    await toast.locator('.monaco-button', { hasText: 'Open…' }).click();
    await first.page.locator('.quick-input-list .monaco-list-row', { hasText: 'overnight-too' }).first().click();
    await first.page.locator('.tabs-container .tab.active', { hasText: 'overnight-too' }).waitFor();
    await first.reload();
    await submit(first, 'after', gate('night'), 1);
    await told(first, 'Run "after" failed').waitFor();
    assert.equal(await told(first, /While no window/).count(), 0);
  });
});
