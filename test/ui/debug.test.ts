/** What stands above a run file, the document of its dry run, and a program that stops where its user wants it to. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWorkbench, type Workbench } from './support/workbench';

const program = `import { readFileSync } from 'node:fs';

const { lr } = JSON.parse(readFileSync(process.env.SIDELAB_PARAMETERS, 'utf8'));
let loss = 1;
for (let step = 0; step < 100; step++) loss -= loss * lr;
console.log('loss', loss);
`;

const search = `{
  "experiment": "search",
  "name": "rates",
  "command": ["node", "rates.mjs", "\${parameters:flags}"],
  "parameters": { "lr": 0.1, "seed": 1 },
  "timeout": "1 h",
  "retries": 1,
  "env": { "OMP_NUM_THREADS": "4", "TOKEN": "\${secret:TOKEN}" },
  "sweep": {
    "over": { "parameters.lr": [0.1, 0.01], "parameters.seed": { "from": 1, "to": 5 } },
    "atOnce": 5
  }
}
`;

const pipeline = `{
  "name": "pipeline",
  "parameters": { "lr": 0.25 },
  "tasks": {
    "prepare": { "command": ["node", "rates.mjs"] },
    "left": { "command": ["node", "rates.mjs"], "dependsOn": ["prepare"] },
    "right": { "command": ["node", "rates.mjs"], "dependsOn": ["prepare"] }
  }
}
`;

describe('a run file on the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
    writeFileSync(path.join(workbench.workspace, 'rates.mjs'), program);
  });
  after(async () => workbench.stop());

  const open = async (name: string, text: string): Promise<void> => {
    const file = path.join(workbench.workspace, name);
    writeFileSync(file, text);
    await workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.window.showTextDocument(vscode.Uri.file(file));
    }, file);
  };
  const lens = (title: string) => workbench.page.locator('.codelens-decoration a', { hasText: title });

  it('says above it what a sweep comes to, and its dry run what would happen', async () => {
    await open('rates.run.json', search);
    await lens('Sweep (10 trials, at most 4 h)').waitFor();
    await lens('Dry Run').click();
    const document = workbench.page.locator('.editor-instance', { hasText: 'Nothing was submitted.' });
    await document
      .locator('.view-line', { hasText: 'Room now' })
      .or(document.locator('.view-line', { hasText: 'Trials: 10' }))
      .first()
      .waitFor();
    await workbench.page.locator('.tab', { hasText: 'rates (dry run).md' }).waitFor();
    await workbench.shot('dry-run-light');
    await workbench.setTheme('dark');
    await workbench.shot('dry-run-dark');
    await workbench.setTheme('light');
  });

  it('counts the tasks of a graph, and debugs one from above its name', async () => {
    await open('pipeline.run.json', pipeline);
    await lens('Preview Graph (3 tasks, at most 2 at once)').waitFor();
    await workbench.shot('lenses-light');
    const stop = path.join(workbench.workspace, 'rates.mjs');
    await workbench.host(async (vscode, file) => {
      const at = new vscode.Location(vscode.Uri.file(file), new vscode.Position(5, 0));
      vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)]);
    }, stop);
    // The first one is that of the file, which would ask for the task.
    await lens('Debug').nth(2).click();
    const page = workbench.page;
    await page.locator('.debug-toolbar').waitFor();
    await page.locator('.debug-top-stack-frame-line').first().waitFor();
    await workbench.shot('debug-light');
    await page.locator('.debug-toolbar .action-label[aria-label^="Continue"]').click();
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });
});
