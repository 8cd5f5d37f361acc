/** A new run file as a user makes one: asked what it is made from, and from the menus of a Python file and of a run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

const python = `import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1, help="Step size of the optimizer.")
parser.add_argument("--epochs", type=int, required=True, help="How often all data is seen.")
parser.add_argument("--optimizer", choices=["sgd", "adam"], default="adam")
parser.add_argument("--layers", type=int, nargs="+", default=[64, 32], help="Widths, from the first on.")
parser.add_argument("--amp", action="store_true", help="Mixed precision.")
`;

describe('a new run file on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
    mkdirSync(path.join(workbench.workspace, 'ml'));
    writeFileSync(path.join(workbench.workspace, 'ml', 'train.py'), python);
  });
  after(async () => workbench.stop());

  const picks = (): Locator => workbench.page.locator('.quick-input-list .monaco-list-row');
  const line = (text: string | RegExp): Locator =>
    workbench.page.locator('.editor-instance .view-line', { hasText: text });
  const closeEditors = async (): Promise<void> => {
    await workbench.host(async (vscode) => {
      while (vscode.window.activeTextEditor) {
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  };

  it('is asked for by the button of the empty view, and made from a command line', async () => {
    await workbench.showViewContainer('Sidelab');
    await workbench.page.locator('.sidebar .welcome-view-content .monaco-button', { hasText: 'New Run File' }).click();
    await picks().filter({ hasText: 'From a Past Run' }).waitFor();
    await workbench.shot('new-run-file-picks');
    await picks().filter({ hasText: 'From a Command Line' }).click();
    const input = workbench.page.locator('.quick-input-widget .quick-input-box input');
    await workbench.page.locator('.quick-input-message', { hasText: 'A command line' }).waitFor();
    await input.fill("cd ml && OMP_NUM_THREADS=4 python train.py --lr 0.1 'x");
    await workbench.page.locator('.quick-input-message', { hasText: 'is not closed' }).waitFor();
    await input.fill('cd ml && OMP_NUM_THREADS=4 python train.py --lr 0.1 --model.width 256 --amp');
    await workbench.page.keyboard.press('Enter');
    await line('"command": ["python", "train.py", "${parameters:flags}"]').waitFor();
    await workbench.page.locator('.tabs-container .tab.active', { hasText: 'train.run.json' }).waitFor();
    await workbench.shot('new-run-file-command-line');
    await closeEditors();
  });

  it('is made from a Python file by the explorer’s menu', async () => {
    await workbench.showViewContainer('Explorer');
    await workbench.row(/^ml$/).click();
    await workbench.row(/^train\.py$/).click({ button: 'right' });
    await workbench.page.locator('.monaco-menu .action-label', { hasText: 'New Run File' }).waitFor();
    await workbench.shot('new-run-file-explorer');
    await rows.choose('New Run File');
    await line('"lr": 0.1, // Step size of the optimizer.').waitFor();
    await line('"epochs": 0, // How often all data is seen; required').waitFor();
    await workbench.shot('new-run-file-python');
    await closeEditors();
  });

  it('is made from a run by its row’s menu', async () => {
    await workbench.showViewContainer('Sidelab');
    const file = path.join(workbench.workspace, 'quick.run.json');
    writeFileSync(file, '{\n  "name": "first",\n  // Does nothing, quickly.\n  "command": ["true"]\n}\n');
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, file);
    await rows.row('first', 'completed').waitFor();
    await rows.menu('first', /completed/);
    await rows.choose('New Run File from This Run');
    await line('// Does nothing, quickly.').waitFor();
    await workbench.page.locator('.tabs-container .tab.active', { hasText: 'quick-2.run.json' }).waitFor();
    await workbench.shot('new-run-file-past-run');
    await closeEditors();
  });
});
