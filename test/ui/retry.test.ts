/** Trying runs again as a user does: from the row, from the panel, from the palette. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

/** Descends to step 30; there the first attempt fails. Slow enough to be looked at. */
const descend = `
const { appendFileSync } = require('node:fs');
const attempt = Number(process.env.SIDELAB_ATTEMPT);
let step = 0;
setInterval(() => {
  const loss = Math.exp(-step / 20) + 0.02 * Math.sin(step * attempt);
  appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify({ step, metrics: { loss } }) + '\\n');
  if (step % 10 === 0) console.log('attempt ' + attempt + ', step ' + step);
  step += 1;
  if (attempt === 1 && step === 30) process.exit(3);
  if (attempt > 1 && step === 80) process.exit(0);
}, 40);
`;

describe('trying a run again on the workbench', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  const button = (name: string): Locator =>
    workbench.frame().locator('.actions').getByRole('button', { name, exact: true });
  const attemptRows = (): Locator => workbench.frame().locator('table.attempts tbody tr');
  const pill = (status: string): Locator => workbench.frame().locator('.pill', { hasText: status });
  const pictures = async (name: string): Promise<void> => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`${name}-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  };

  it('retries a failed run from its row, and shows both attempts in tree and panel', async () => {
    await workbench.showViewContainer('Sidelab');
    const file = path.join(workbench.workspace, 'descend.run.json');
    writeFileSync(path.join(workbench.workspace, 'descend.cjs'), descend);
    const content = { experiment: 'descents', name: 'descend', command: ['node', 'descend.cjs'] };
    writeFileSync(file, JSON.stringify(content));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await workbench.row('descend').filter({ hasText: 'exit code 3' }).waitFor();
    await pill('failed').waitFor();
    await workbench.panelTab('Attempts');
    await attemptRows().first().waitFor();
    assert.equal(await attemptRows().count(), 1);
    await workbench.row('descend').filter({ hasText: 'exit code 3' }).click();
    // The row keeps its buttons while it is selected; the tooltip would cover the panel.
    await workbench.page.mouse.move(700, 890);
    await pictures('retry-offered');

    await workbench.rowAction(/^descend/, 'Retry Run');
    await pill('running').waitFor();
    await until('a second attempt in the panel', async () => (await attemptRows().count()) === 2);
    await pill('completed').waitFor();
    await attemptRows().nth(0).filter({ hasText: 'completed' }).waitFor();
    assert.match(await attemptRows().nth(0).innerText(), /^\s*2\s*\t.*\t0\t\s*completed/);
    assert.match(await attemptRows().nth(1).innerText(), /^\s*1\s*\t.*\t3\t\s*failed/);
    await workbench.panelTab('Charts');
    await workbench.frame().locator('sidelab-chart', { hasText: '110 points' }).waitFor();
    await workbench.panelTab('Attempts');

    await workbench
      .row(/^descend/)
      .filter({ hasText: 'completed' })
      .waitFor();
    await new TreeRows(workbench).expand('descend');
    await workbench.row('Attempt 2').filter({ hasText: 'completed' }).waitFor();
    await workbench
      .row('Attempt 1')
      .filter({ hasText: /failed · exit code 3 · \d s/ })
      .waitFor();
    await workbench
      .row(/^descend/)
      .filter({ hasText: 'completed' })
      .click({ button: 'right' });
    const item = workbench.page.locator('.monaco-menu .action-label', { hasText: /^(Retry|Resume) Run$/ });
    await item.first().waitFor();
    await workbench.shot('retry-menu-light');
    assert.deepEqual(await item.allInnerTexts(), ['Retry Run', 'Resume Run']);
    await workbench.page.keyboard.press('Escape');
    await workbench.page.mouse.move(700, 890);
    await pictures('retry-done');
  });

  it('shows the output of an earlier attempt', async () => {
    await workbench.row('Attempt 1').click();
    const line = (text: string): Locator => workbench.page.locator('.editor-instance .view-line', { hasText: text });
    await line('attempt 1, step 20').waitFor();
    await workbench
      .row(/^descend/)
      .filter({ hasText: 'completed' })
      .click();
    await workbench.frame().getByRole('button', { name: 'Show log of attempt 2' }).click();
    await line('attempt 2, step 70').waitFor();
  });

  it('resumes from the panel where the program had saved its state', async () => {
    const file = path.join(workbench.workspace, 'heartbeat.run.json');
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await workbench.frame().locator('sidelab-chart canvas').first().waitFor();
    assert.equal(await button('Resume').count(), 0);
    await button('Cancel').click();
    await pill('cancelled').waitFor();
    await button('Resume').click();
    await pill('running').waitFor();
    await workbench.panelTab('Events');
    await workbench
      .frame()
      .locator('.events .message', { hasText: /^resumed at step \d+/ })
      .waitFor();
    await workbench.panelTab('Attempts');
    assert.equal(await attemptRows().count(), 2);
    await pictures('resumed');
  });

  it('offers in the palette the runs that have ended', async () => {
    // Not through `palette`, which waits until quick input is gone: this command asks on.
    await workbench.host((vscode) => void vscode.commands.executeCommand('sidelab.retryRun'));
    const picks = workbench.page.locator('.quick-input-list .monaco-list-row');
    await picks.filter({ hasText: 'descend' }).waitFor();
    assert.equal(await picks.filter({ hasText: 'heartbeat' }).count(), 0);
    await workbench.shot('retry-palette-light');
    await picks.filter({ hasText: 'descend' }).click();
    await workbench.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await workbench.row('Attempt 3').waitFor();
  });
});
