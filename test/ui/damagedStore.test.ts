/** A damaged store as a user meets it: the runs are there, and a warning says what happened. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './support/workbench';

describe('a damaged store on the workbench', () => {
  let workbench: Workbench;

  before(async () => (workbench = await openWorkbench()));
  after(async () => workbench.stop());

  it('is repaired while the window is open; a warning says so once, and opens what was lost', async () => {
    await workbench.showViewContainer('Sidelab');
    const file = path.join(workbench.workspace, 'short.run.json');
    writeFileSync(file, JSON.stringify({ experiment: 'short', name: 'survivor', command: ['node', '-e', ''] }));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await workbench.row('survivor').filter({ hasText: 'completed' }).waitFor();

    const database = path.join(workbench.home, 'sidelab.db');
    const { pid } = JSON.parse(readFileSync(path.join(workbench.home, 'engine.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    // At once: the window starts the next engine by itself. The log has all that was written since the start.
    const log = readFileSync(`${database}-wal`);
    log.fill(0xff, Math.floor(log.byteLength * 0.9), Math.floor(log.byteLength * 0.9) + 100);
    writeFileSync(`${database}-wal`, log);

    const warning = workbench.notification('Sidelab’s store was damaged');
    await warning.waitFor();
    await workbench.row('survivor').waitFor();
    await workbench.shot('damaged-store-light');
    await warning.locator('.monaco-button', { hasText: 'Show File' }).click();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'What was kept' }).first().waitFor();
    assert.equal(readdirSync(workbench.home).filter((name) => /\.damaged-\w+$/.test(name)).length, 1);
  });
});
