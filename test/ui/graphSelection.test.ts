/** The selection that the tree and a graph beside it share, and the preview of a run file that is edited. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../workbench/processes.mjs';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

const file = {
  experiment: 'digits',
  name: 'pipeline',
  tasks: {
    prepare: { script: 'true' },
    folds: {
      dependsOn: ['prepare'],
      group: [
        { name: 'fold-1', script: 'true' },
        { name: 'fold-2', script: 'true' },
      ],
    },
    report: { dependsOn: ['folds'], script: 'true' },
  },
};

describe('a graph beside the tree', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  it('selects in the closed tree what is selected in it, at any depth, and the other way round', async () => {
    await workbench.showViewContainer('Sidelab');
    const address = path.join(workbench.workspace, 'pipeline.run.json');
    writeFileSync(address, JSON.stringify(file, undefined, 2));
    await workbench.host(async (vscode, path) => {
      await vscode.workspace.getConfiguration().update('sidelab.openPanelOnSubmit', false, true);
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, address);
    await rows.row('pipeline', '3 tasks').waitFor();
    await workbench.rowAction(/^pipeline/, 'Open Graph');
    const frame = workbench.frame();
    const tree = frame.getByRole('tree').first();
    await tree.getByRole('treeitem', { name: /^fold-1/ }).waitFor();
    await tree.focus();
    const selected = (name: string) => workbench.page.locator('.sidebar .monaco-list-row.selected', { hasText: name });
    const inPicture = frame.locator('.graphRow[aria-selected="true"]').first();
    let name: string | undefined;
    for (let step = 0; step < 12 && name !== 'fold-2'; step++) {
      await workbench.page.keyboard.press('ArrowDown');
      name = await until('the next one, selected in picture and tree', async () => {
        if ((await inPicture.count()) === 0) return undefined;
        const next = /^[^,]*/.exec((await inPicture.getAttribute('aria-label')) ?? '')?.[0];
        return next !== undefined && next !== name && (await selected(next).isVisible()) && next;
      });
    }
    assert.equal(name, 'fold-2');
    await frame.getByRole('treeitem', { name: /^fold-2/, selected: true }).waitFor();
    await workbench.shot('graph-selection-light');

    // Without a click, which opens the run in the graph's place.
    const select = async (name: string): Promise<void> => {
      await workbench.host(async (vscode) => {
        await vscode.commands.executeCommand('sidelab.experiments.focus');
        await vscode.commands.executeCommand('list.clear');
        await vscode.commands.executeCommand('list.focusFirst');
      });
      const focused = workbench.page.locator('.sidebar .monaco-list-row.focused', { hasText: name });
      while (!(await focused.isVisible())) {
        await workbench.host(async (vscode) => vscode.commands.executeCommand('list.focusDown'));
      }
      await workbench.host(async (vscode) => vscode.commands.executeCommand('list.toggleSelection'));
    };
    for (const name of ['fold-1', 'report', 'fold-2']) {
      await select(name);
      await frame.getByRole('treeitem', { name: new RegExp(`^${name}`), selected: true }).waitFor();
    }
    await workbench.page.waitForTimeout(500);
    assert.ok(await selected('fold-2').isVisible(), 'and stays selected');
  });

  it('previews a run file beside it, and follows what is typed', async () => {
    await workbench.openFile('pipeline.run.json');
    await workbench.palette('Sidelab: Preview Graph');
    const frame = workbench.frame();
    await frame.getByRole('treeitem', { name: /^report/ }).waitFor();
    await workbench.shot('graph-preview-light');
    await workbench.host(async (vscode) => {
      const editor = vscode.window.visibleTextEditors[0];
      const text = editor?.document.getText() ?? '';
      const at = editor?.document.positionAt(text.indexOf('"report"'));
      if (editor && at)
        await editor.edit((edit) => edit.insert(at, '"upload": { "script": "true", "dependsOn": ["report"] },\n    '));
    });
    await frame.getByRole('treeitem', { name: /^upload/ }).waitFor();
    await workbench.host(async (vscode) => {
      const editor = vscode.window.visibleTextEditors[0];
      if (editor) await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '['));
    });
    await frame.getByText(/Line 1: /).waitFor();
    assert.ok(await frame.getByRole('treeitem', { name: /^upload/ }).count());
    await workbench.shot('graph-preview-broken-light');
  });
});
