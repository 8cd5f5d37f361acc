/** The row of a run that was just submitted, in a tree that is closed. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './support/workbench';

describe('a run that is submitted while its experiment is closed in the tree', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(async () => workbench.stop());

  // Once in five or so, VS Code said that it had opened and selected the row, and had not.
  it('is selected in the opened experiment, every time', async () => {
    await workbench.showViewContainer('Sidelab');
    const address = path.join(workbench.workspace, 'closed.run.json');
    for (let time = 1; time <= 12; time++) {
      const name = `closed-${time}-`;
      const tasks = { first: { command: ['true'] }, second: { dependsOn: ['first'], command: ['true'] } };
      writeFileSync(address, JSON.stringify({ experiment: 'digits', name, tasks }));
      await workbench.host(async (vscode, file) => {
        const collapse = 'workbench.actions.treeView.sidelab.experiments.collapseAll';
        if ((await vscode.commands.getCommands()).includes(collapse)) await vscode.commands.executeCommand(collapse);
        await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(file));
      }, address);
      await workbench.page
        .locator('.sidebar .monaco-list-row.selected', { hasText: name })
        .waitFor({ timeout: 20_000 });
    }
  });
});
