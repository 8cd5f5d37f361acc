/** A graph in the tree, as a user looks into it: its tasks, a task's log, and going on from the task that failed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

/** `train` fails until somebody has made the file `ready`; `watch` never ends by itself. */
const file = {
  experiment: 'digits',
  name: 'pipeline',
  tasks: {
    prepare: { script: 'echo prepared' },
    folds: {
      dependsOn: ['prepare'],
      group: [
        { name: 'fold-1', script: 'echo fold 1' },
        { name: 'fold-2', script: 'echo fold 2' },
      ],
    },
    train: { dependsOn: ['folds'], script: 'echo training; test -e ready' },
    report: { dependsOn: ['train'], script: 'echo reported' },
    watch: { script: 'echo watching; sleep 1000' },
  },
};

describe('a graph on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  const row: TreeRows['row'] = (name, text) => rows.row(name, text);

  it('shows its tasks, their statuses and counts, and the log of one of them', async () => {
    await workbench.showViewContainer('Sidelab');
    const address = path.join(workbench.workspace, 'pipeline.run.json');
    writeFileSync(address, JSON.stringify(file));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, address);
    await row('pipeline', '2 of 5 completed, 1 failed: train, 1 skipped, 1 running').waitFor();
    await rows.expand('pipeline');
    await row('train', /failed · exit code 1/).waitFor();
    await row('report', 'skipped · needs train completed, which was failed').waitFor();
    await row('folds', '2 members').waitFor();
    await rows.expand('folds');
    await row('fold-2', 'completed').waitFor();
    const names = ['prepare', 'folds', 'fold-1', 'fold-2', 'train', 'report', 'watch'];
    const labels = await workbench.row(/./).locator('.label-name').allInnerTexts();
    assert.deepEqual(
      labels.filter((label) => names.includes(label)),
      names,
      'in the order of the file',
    );
    await workbench.frame().locator('.pill').waitFor();
    await rows.pictures('graph');

    assert.deepEqual(await rows.menu('watch', /running/), [
      'Open Run',
      'Open Graph',
      'Show Log',
      'Open Run File',
      'Open Run Folder',
      'New Run File from This Run',
      'Open Folder in Terminal',
      'Cancel Run',
      'Diff Runs',
      'Reproduce Run',
      'Rename Run',
      'Edit Tags',
      'Edit Note',
      'Pin Run',
      'Export Metrics',
      'Copy Run ID',
      'Copy Parameters',
      'Copy Command',
      'Copy Link',
    ]);
    await rows.choose('Show Log');
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'watching' }).waitFor();
  });

  it('cancels one task', async () => {
    await workbench.rowAction(/^watch/, 'Cancel Run');
    await row('watch', 'cancelled').waitFor();
    await row('pipeline', '2 of 5 completed, 1 failed: train, 1 cancelled, 1 skipped').waitFor();
  });

  it('goes on from the task that failed, with what comes after it', async () => {
    writeFileSync(path.join(workbench.workspace, 'ready'), '');
    const items = await rows.menu('train', /failed · exit code 1/);
    await workbench.shot('graph-menu-light');
    assert.ok(items.includes('Retry From Here') && items.includes('Retry Run') && items.includes('Resume Run'));
    await rows.choose('Retry From Here');
    await row('report', 'completed').waitFor();
    await row('train', 'completed').waitFor();
    await row('folds', '2 members').waitFor();
    await row('pipeline', 'cancelled · 4 of 5 completed, 1 cancelled').waitFor();
    await rows.pictures('graph-retried');
  });

  it('offers in the palette the tasks of a graph to go on from', async () => {
    await workbench.host((vscode) => void vscode.commands.executeCommand('sidelab.retryOnward'));
    const picks = workbench.page.locator('.quick-input-list .monaco-list-row');
    await picks.filter({ hasText: 'pipeline' }).click();
    await picks.filter({ hasText: 'folds/fold-2' }).waitFor();
    await workbench.shot('graph-palette-light');
    await picks.filter({ hasText: 'folds/fold-2' }).click();
    // What comes after the group that the member belongs to is tried again too: it has a second or third attempt now.
    await rows.expand('report');
    await workbench
      .row(/^Attempt [23]/)
      .first()
      .waitFor();
    await row('pipeline', 'cancelled · 4 of 5 completed, 1 cancelled').waitFor();
  });
});
