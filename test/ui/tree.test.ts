/** The Experiments view as it is looked at, on the real workbench: grouped, filtered by typing, of one workspace, a run opened. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

/** Logs until it is told to end. */
const program = `
const { appendFileSync, existsSync } = require('node:fs');
let step = 0;
const log = () => {
  appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify({ step, metrics: { loss: 1 / (step + 1), 'val/accuracy': step / (step + 10) } }) + '\\n');
  step += 1;
  if (existsSync('end')) process.exit(0);
};
log();
setInterval(log, 200);
`;

describe('the Experiments view, on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    workbench.page.setDefaultTimeout(40_000);
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  const submit = async (name: string, more: object = {}): Promise<void> => {
    const file = path.join(workbench.workspace, `${name}.run.json`);
    writeFileSync(file, JSON.stringify({ experiment: 'ising', name, command: ['true'], ...more }));
    await workbench.host(async (vscode, path) => {
      await vscode.workspace
        .getConfiguration()
        .update('sidelab.openPanelOnSubmit', false, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
  };
  const run = async (command: string, ...args: string[]): Promise<void> => {
    await workbench.host(
      async (vscode, [command, ...args]) => {
        void vscode.commands.executeCommand(`sidelab.${String(command)}`, ...args);
      },
      [command, ...args],
    );
  };
  const input = () => workbench.page.locator('.quick-input-widget .quick-input-box input');
  const press = async (key: string): Promise<void> => workbench.page.keyboard.press(key);
  const message = (text: string) => workbench.page.locator('.sidebar .message', { hasText: text });
  const gone = async (name: string): Promise<void> => {
    await workbench
      .row(new RegExp(`^${name}`))
      .first()
      .waitFor({ state: 'detached' });
  };

  it('opens a run to its metrics, which follow the program, and its parameters', async () => {
    await workbench.showViewContainer('Sidelab');
    await submit('cold', { tags: ['baseline'], parameters: { lr: 0.1, model: { width: 256 } } });
    await submit('warm', { parameters: { lr: 1 }, command: ['false'] });
    await submit('other', { experiment: 'sweeps', tags: ['baseline', 'late'] });
    for (const name of ['cold', 'other']) await rows.row(name, 'completed').waitFor();
    await rows.row('warm', 'failed').waitFor();
    await submit('live', { parameters: { lr: 0.01, seed: 3 }, command: ['node', '-e', program] });
    await rows.row('live', 'running').waitFor();
    await rows.expand('live');
    const loss = rows.row('loss', /step \d/);
    await loss.waitFor();
    const before = await loss.innerText();
    await workbench.page.waitForFunction(
      (text) =>
        [...document.querySelectorAll('.monaco-list-row')].some(
          (row) => /^loss/.test(row.textContent ?? '') && row.textContent !== text,
        ),
      before.replaceAll('\n', ''),
    );
    await rows.expand('Parameters');
    await rows.row('seed', '3').waitFor();
    await rows.pictures('tree-metrics');
    writeFileSync(path.join(workbench.workspace, 'end'), '');
    await rows.row('live', 'completed').waitFor();
    await rows.row('loss', /step \d/).waitFor();
  });

  it('groups by what is picked', async () => {
    await run('groupRuns');
    await input().waitFor();
    await input().fill('status');
    await press('Enter');
    await rows.row('failed', '1 run').waitFor();
    await rows.row('completed', '3 runs').waitFor();
    await rows.pictures('tree-by-status');
  });

  it('filters while a line is typed, completes it, says what is wrong with it, and takes it back on Escape', async () => {
    await run('filterRuns');
    await input().waitFor();
    await input().fill('ta');
    const items = workbench.page.locator('.quick-input-list .monaco-list-row');
    // Lists use their elements again: which comes first in the page says nothing.
    const topmost = workbench.page.locator('[data-index="0"]');
    // The list of the empty line, which has this row too, gives way to that of what was typed.
    await items.and(topmost).filter({ hasText: /^ta/ }).waitFor();
    await items.filter({ hasText: 'tag:' }).first().waitFor();
    await press('ArrowDown');
    await workbench.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'tag:' }).waitFor();
    await press('Enter');
    await workbench.page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('.quick-input-box input')?.value === 'tag:',
    );
    await items.filter({ hasText: 'tag:baseline' }).first().waitFor();
    await input().fill('tag:baseline');
    await gone('warm');
    await rows.row('cold', 'completed').waitFor();
    await workbench.shot('tree-filter-typed');
    await input().fill('tag:baseline status:faild');
    await items.filter({ hasText: 'There is no status' }).first().waitFor();
    await press('Enter');
    assert.equal(await input().isVisible(), true, 'what is no filter is not taken');
    await workbench.shot('tree-filter-wrong');
    await press('Escape');
    await rows.row('warm', 'failed').waitFor();
    await run('filterRuns');
    await input().waitFor();
    await input().fill('lr<0.5');
    await press('Enter');
    await gone('warm');
    await message('Filter: lr<0.5 · 2 runs').waitFor();
    await rows.pictures('tree-filtered');
  });

  it('says when nothing is left, and clears the filter from there', async () => {
    await run('filterRuns', 'status:lost');
    const welcome = workbench.page.locator('.welcome-view-content', { hasText: 'No run matches the filter' });
    await welcome.waitFor();
    await workbench.shot('tree-nothing-left');
    await workbench.page.locator('.welcome-view-content .monaco-button', { hasText: 'Clear Filter' }).click();
    await rows.row('warm', 'failed').waitFor();
  });

  it('shows the runs of the workspace, and all, by a click in its title', async () => {
    const action = (name: string) =>
      workbench.page.locator(`.sidebar .title-actions .action-label[aria-label="${name}"]`);
    await rows.row('warm', 'failed').hover();
    await action('This Workspace').click();
    await message('This Workspace').waitFor();
    await rows.row('warm', 'failed').waitFor();
    await workbench.shot('tree-this-workspace');
    await rows.row('warm', 'failed').hover();
    await action('All Runs').click();
    await action('This Workspace').waitFor({ state: 'attached' });
  });

  it('marks runs that ended unseen, until they are selected', async () => {
    const files = ['first', 'second'].map((name) => {
      const file = path.join(workbench.workspace, `${name}.run.json`);
      writeFileSync(file, JSON.stringify({ experiment: 'ising', name, command: ['true'] }));
      return file;
    });
    // Of several only the last one is shown by itself.
    await workbench.host(async (vscode, files) => {
      const uris = files.map((file) => vscode.Uri.file(file));
      await vscode.commands.executeCommand('sidelab.submitRun', uris[0], uris);
    }, files);
    const marked = workbench.page.locator('.sidebar .monaco-list-row[aria-label*="ended since you last looked"]');
    await marked.filter({ hasText: 'first' }).waitFor();
    await rows.pictures('tree-unseen');
    await rows.row('first', 'completed').click();
    await marked.filter({ hasText: 'first' }).waitFor({ state: 'detached' });
  });
});
