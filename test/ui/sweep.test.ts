/** A sweep inside a graph on the workbench: its trials, the best of them, more trials later, and results used again. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

/** The loss of a trial is its distance from 0.1. */
const trial = `node -e "
  const { lr } = JSON.parse(require('fs').readFileSync(process.env.SIDELAB_PARAMETERS));
  require('fs').appendFileSync(process.env.SIDELAB_RUN_LOG, JSON.stringify({ metrics: { loss: Math.abs(lr - 0.1) } }) + '\\\\n');
"`;

const fileWith = (values: readonly number[]): object => ({
  experiment: 'digits',
  name: 'tuning',
  tasks: {
    search: {
      script: trial,
      parameters: { lr: 0 },
      metrics: { loss: { goal: 'minimize' } },
      sweep: { over: { 'parameters.lr': values } },
      reuse: true,
    },
    final: { dependsOn: ['search'], command: ['echo', 'trained with', '${tasks.search.best.parameters.lr}'] },
  },
});

describe('a sweep on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  const row: TreeRows['row'] = (name, text) => rows.row(name, text);
  const address = (): string => path.join(workbench.workspace, 'tuning.run.json');
  const submit = async (): Promise<void> =>
    workbench.host(async (vscode, file) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(file));
    }, address());

  it('shows its trials by what differs, and which of them is best', async () => {
    await workbench.showViewContainer('Sidelab');
    writeFileSync(address(), JSON.stringify(fileWith([0.03, 0.2, 1]), undefined, 2));
    await submit();
    await row('tuning', /2 tasks/).waitFor();
    await rows.expand('tuning');
    await row('search', '3 trials, best loss 0.07: lr=0.03').waitFor();
    await rows.expand('search');
    await row('lr=0.03', 'completed').waitFor();
    await row('lr=1', 'completed').waitFor();
    await row('final', 'completed').waitFor();
    await rows.pictures('sweep');
  });

  it('gets the trials that its run file has got since, and has a better best one by them', async () => {
    writeFileSync(address(), JSON.stringify(fileWith([0.03, 0.2, 1, 0.11]), undefined, 2));
    const items = await rows.menu('search', /3 trials/);
    assert.ok(items.includes('Add Trials From Run File') && !items.includes('Stop Sweep Early'), items.join(', '));
    await workbench.shot('sweep-menu-light');
    await rows.choose('Add Trials From Run File');
    await row('search', /4 trials, best loss 0\.0099*\d*: lr=0\.11|4 trials, best loss 0\.01: lr=0\.11/).waitFor();
  });

  it('says of which runs results were used again', async () => {
    writeFileSync(address(), JSON.stringify({ ...fileWith([0.03, 0.2, 1, 0.11]), name: 'again' }, undefined, 2));
    await workbench.host(async (vscode) =>
      vscode.commands.executeCommand('workbench.actions.treeView.sidelab.experiments.collapseAll'),
    );
    // Submitting opens the experiment and selects the row of the run.
    await submit();
    await row('again', /2 tasks/).waitFor();
    await rows.expand('again');
    await row('search', '4 trials, best loss').waitFor();
    await rows.expand('search');
    await row('lr=0.2', /reused from/).waitFor();
    await rows.pictures('reused');
  });
});
