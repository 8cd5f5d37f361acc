/** Why a run failed and how it differs from another, as a user asks for it: in the toast, from rows, from the explanation's links. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { GitRepository } from '../support/gitRepository';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Theme, type Workbench } from './support/workbench';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast'];

const good = `import { appendFileSync } from 'node:fs';
for (let step = 0; step < 20; step += 1) {
  const loss = Math.exp(-step / 8);
  appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify({ step, metrics: { loss } }) + '\\n');
}
console.log('trained');
`;
const bad = good.replace(
  "console.log('trained');",
  "checkShape({ width: undefined });\n\nfunction checkShape({ width }) {\n  console.log('step 19');\n  throw new TypeError('width is no number: ' + width);\n}",
);

describe('explaining and comparing runs on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;
  let repository: GitRepository;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
    repository = new GitRepository(path.join(workbench.workspace, 'trains'));
    repository.write('train.mjs', good);
    repository.write('train.run.json', '{}');
    repository.commit('a beginning');
  });
  after(async () => workbench.stop());

  const submit = async (name: string, width: number, program: string): Promise<void> => {
    repository.write('train.mjs', program);
    const content = {
      experiment: 'trains',
      name,
      parameters: { lr: 0.1, model: { width } },
      command: ['node', 'train.mjs'],
    };
    const file = repository.write('train.run.json', `${JSON.stringify(content, undefined, 2)}\n`);
    await workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(file));
    }, file);
  };
  const editorLine = (text: string | RegExp): Locator =>
    workbench.page.locator('.editor-instance .view-line', { hasText: text });
  const pictures = async (name: string): Promise<void> => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
    await workbench.page.mouse.move(700, 890);
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await workbench.shot(`${name}-${theme.replaceAll(' ', '-')}`);
    }
    await workbench.setTheme('light');
  };

  it('explains a failure from its toast, with what changed since the last success', async () => {
    await workbench.showViewContainer('Sidelab');
    await submit('steady', 64, good);
    await rows.row('steady', /completed|now/).waitFor();
    repository.commit('what worked');
    await submit('broken', 128, bad);
    const toast = workbench.notification('Run "broken" failed');
    await toast.locator('.monaco-button', { hasText: 'Explain' }).click();
    await editorLine('Why broken failed').waitFor();
    await editorLine('It ended with TypeError: width is no number: undefined').waitFor();
    await editorLine('model.width: 64 → 128').waitFor();
    await pictures('explanation');
  });

  it('offers it, with comparison and reproduction, in the menu of the row', async () => {
    const items = await rows.menu('broken', /failed/);
    const at = items.indexOf('Explain Failure');
    assert.deepEqual(items.slice(at, at + 3), ['Explain Failure', 'Diff Runs', 'Reproduce Run']);
    await workbench.shot('explanation-menu-light');
    await workbench.page.keyboard.press('Escape');
    const fine = await rows.menu('steady', /./);
    assert.ok(!fine.includes('Explain Failure') && fine.includes('Diff Runs'));
    await workbench.page.keyboard.press('Escape');
  });

  it('compares two selected rows in the editor of many differences', async () => {
    await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
    await rows.row('steady', /./).click();
    await rows.row('broken', /failed/).click({ modifiers: ['ControlOrMeta'] });
    await rows.menu('broken', /failed/);
    await rows.choose('Diff Runs');
    await workbench.page.locator('.multiDiffEntry').first().waitFor();
    await workbench.page.locator('.multiDiffEntry', { hasText: 'parameters.json' }).first().waitFor();
    await workbench.page.locator('.multiDiffEntry', { hasText: 'train.mjs' }).first().waitFor();
    await pictures('comparison');
  });

  it('asks where to reproduce a run, and takes no folder that is there', async () => {
    await rows.row('broken', /failed/).click();
    await rows.menu('broken', /failed/);
    await rows.choose('Reproduce Run');
    const input = workbench.page.locator('.quick-input-widget .quick-input-box input');
    await input.waitFor();
    assert.match(await input.inputValue(), /\/trains-broken-[a-z2-7]{6}$/);
    await input.fill(repository.folder);
    await workbench.page.locator('.quick-input-widget', { hasText: 'is there already' }).waitFor();
    await workbench.shot('reproduce-light');
    await workbench.page.keyboard.press('Escape');
  });
});
