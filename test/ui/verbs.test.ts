/** The verbs for runs that are there, by keyboard and mouse on the real workbench. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { axeViolations } from './support/accessibility';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

describe('runs that are there, on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  const submit = async (name: string): Promise<void> => {
    const file = path.join(workbench.workspace, `${name}.run.json`);
    writeFileSync(file, JSON.stringify({ experiment: 'order', name, command: ['true'], parameters: { lr: 0.1 } }));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await rows.row(name, 'completed').waitFor();
  };
  const box = () => workbench.page.locator('.quick-input-widget .quick-input-box input');
  const type = async (text: string): Promise<void> => {
    await box().waitFor();
    await box().fill(text);
  };
  /** In the box itself: a menu that closes late gives the focus back to its row. */
  const accept = async (): Promise<void> => box().press('Enter');
  const press = async (key: string): Promise<void> => workbench.page.keyboard.press(key);
  const toast = (text: string | RegExp) => workbench.page.locator('.notification-toast', { hasText: text });

  it('offers them all in the menu of a row', async () => {
    await workbench.showViewContainer('Sidelab');
    for (const name of ['alpha', 'beta', 'gamma']) await submit(name);
    const items = await rows.menu('alpha', /completed/);
    assert.deepEqual(items, [
      'Open Run',
      'Show Log',
      'Open Run File',
      'Open Run Folder',
      'New Run File from This Run',
      'Open Folder in Terminal',
      'Retry Run',
      'Resume Run',
      'Diff Runs',
      'Reproduce Run',
      'Rename Run',
      'Edit Tags',
      'Edit Note',
      'Move to Experiment',
      'Pin Run',
      'Export Metrics',
      'Copy Run ID',
      'Copy Parameters',
      'Copy Command',
      'Copy Link',
      'Delete',
    ]);
    await workbench.shot('verbs-menu');
    await press('Escape');
  });

  it('renames with F2, says at the box what is wrong, and pins', async () => {
    await rows.select('alpha', 'completed');
    await press('F2');
    await type('');
    await workbench.page.locator('.quick-input-message', { hasText: 'cannot be empty' }).waitFor();
    await workbench.shot('verbs-rename-refused');
    await type('renamed');
    await accept();
    await rows.row('renamed', 'completed').waitFor();
    await rows.menu('renamed', /completed/);
    await rows.choose('Pin Run');
    await rows.row('renamed', '★ completed').waitFor();
  });

  it('shows a note in the panel, and what became of a run that is deleted', async () => {
    await rows.menu('renamed', /completed/);
    await rows.choose('Edit Note');
    await type('Why this run: ⏎the baseline of May, see <b>notes</b>.');
    await accept();
    await rows.row('renamed', 'completed').dblclick();
    await workbench.frame().locator('.pill').waitFor();
    await workbench.panelTab('Parameters & metadata');
    const note = workbench.frame().locator('.noteText');
    await note.waitFor();
    assert.equal(await note.innerText(), 'Why this run: \nthe baseline of May, see <b>notes</b>.');
    await rows.pictures('verbs-note');
    assert.deepEqual(await axeViolations(workbench), []);
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await rows.select('renamed', 'completed');
    await press('Delete');
    await rows.row('renamed', 'completed').waitFor({ state: 'detached' });
    await toast('The run "renamed" was deleted.').waitFor();
    const notice = workbench.frame().locator('.notice', { hasText: 'This run was deleted' });
    await notice.waitFor();
    await workbench.shot('verbs-deleted');
    await notice.locator('vscode-button').click();
    await rows.row('renamed', 'completed').waitFor();
    await notice.waitFor({ state: 'detached' });
  });

  it('deletes several by key, and brings them back with Undo', async () => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await rows.row('beta', 'completed').click();
    await rows.row('gamma', 'completed').click({ modifiers: ['Control'] });
    await press('Delete');
    // Under the pointer it stays.
    await toast('2 runs were deleted.').hover();
    await rows.row('beta', 'completed').waitFor({ state: 'detached' });
    await workbench.shot('verbs-undo');
    await toast('2 runs were deleted.').getByRole('button', { name: 'Undo' }).click();
    await rows.row('beta', 'completed').waitFor();
    await rows.row('gamma', 'completed').waitFor();
  });
});
