/** The graph panel, as a user works with it: a graph from its file to its end, looked at, walked through, and gone on with. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../workbench/processes.mjs';
import { axeViolations } from './support/accessibility';
import { saveAs } from './support/saveDialog';
import { TreeRows } from './support/treeRows';
import { openWorkbench, type Workbench } from './support/workbench';

/** `train` fails until somebody has made the file `ready`; `search` and `train` wait for the file `go`. */
const file = {
  experiment: 'digits',
  name: 'pipeline',
  tasks: {
    prepare: { script: 'echo prepared', parameters: { images: 1797, seed: 3 } },
    search: {
      dependsOn: ['prepare'],
      script: 'until [ -e go ]; do sleep 0.1; done; echo tried',
      parameters: { lr: 0 },
      sweep: { over: { 'parameters.lr': [0.001, 0.01, 0.1] } },
    },
    train: {
      dependsOn: ['search'],
      script: `echo '{"metrics":{"loss":0.25}}' >> "$SIDELAB_RUN_LOG"; echo training; test -e ready`,
    },
    alarm: { dependsOn: [{ task: 'train', on: 'failed' }], script: 'echo told' },
    report: { dependsOn: ['train'], script: 'echo reported' },
  },
};

/** In pixels of the window. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

describe('a graph panel on the workbench', () => {
  let workbench: Workbench;
  let rows: TreeRows;

  before(async () => {
    workbench = await openWorkbench();
    rows = new TreeRows(workbench);
  });
  after(async () => workbench.stop());

  const inPanel = (selector: string): Locator => workbench.frame().locator(selector);
  /** A node as screen readers find it: a box in the place where the picture shows it. */
  const node = (path: string): Locator => inPanel(`.graphRow[data-path="${path}"]`);
  const says = async (path: string, words: RegExp): Promise<void> => {
    await workbench.frame().getByRole('treeitem', { name: words }).and(node(path)).waitFor({ state: 'attached' });
  };
  const clickNode = async (path: string, count = 1, button: 'left' | 'right' = 'left'): Promise<void> => {
    const box = await workbench.restingBox(node(path));
    assert.ok(box.width > 20, `${path} is in the picture`);
    await workbench.page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.7, { clickCount: count, button });
  };
  const submit = async (): Promise<void> => {
    const address = path.join(workbench.workspace, 'pipeline.run.json');
    writeFileSync(address, JSON.stringify(file, undefined, 2));
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
    }, address);
  };

  it('previews a run file: what would run, how long at most, how many at once; and follows what is typed', async () => {
    const address = path.join(workbench.workspace, 'plan.run.json');
    writeFileSync(
      address,
      '{ "experiment": "plans", "timeout": "10 min",\n  "tasks": {\n    "one": { "script": "true" },\n    "two": { "dependsOn": ["one"], "script": "true" },\n    "three": { "dependsOn": ["one"], "script": "true" }\n  }\n}\n',
    );
    await workbench.host(async (vscode, path) => {
      const uri = vscode.Uri.file(path);
      await vscode.window.showTextDocument(uri);
      await vscode.commands.executeCommand('sidelab.previewGraph', uri);
    }, address);
    await inPanel('.graphHead')
      .filter({ hasText: /3 programs · at most 2 at once.* · at most 20 min/ })
      .waitFor();
    await says('two', /two, at most 10 min/);
    await rows.pictures('graphPreview');
    await workbench.host(async (vscode, path) => {
      const document = await vscode.workspace.openTextDocument(path);
      const edit = new vscode.WorkspaceEdit();
      const at = document.getText().indexOf('["one"], "script": "true" }\n  }');
      edit.insert(document.uri, document.positionAt(at + 6), ', "two"');
      await vscode.workspace.applyEdit(edit);
    }, address);
    await inPanel('.graphHead')
      .filter({ hasText: /3 programs · at most 1 at once.* · at most 30 min/ })
      .waitFor();
    await workbench.host(async (vscode, path) => {
      const document = await vscode.workspace.openTextDocument(path);
      const edit = new vscode.WorkspaceEdit();
      const at = document.getText().indexOf('"two"]');
      edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 5)), '"tow"');
      await vscode.workspace.applyEdit(edit);
    }, address);
    await inPanel('.notice.error')
      .filter({ hasText: /cannot be submitted.*tow/s })
      .waitFor();
    await says('three', /three/);
    await workbench.host(async (vscode) => {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });

  it('previews a file that is open nowhere, and goes on when the process that looks at it is killed', async () => {
    const address = path.join(workbench.workspace, 'closed.run.json');
    const write = (name: string): void =>
      writeFileSync(address, JSON.stringify({ name, tasks: { one: { script: 'true' }, two: { script: 'true' } } }));
    const titled = async (name: string): Promise<void> =>
      inPanel('.graphHead h1')
        .filter({ hasText: new RegExp(`^${name}$`) })
        .waitFor();
    write('before');
    await workbench.host(async (vscode, path) => {
      await vscode.commands.executeCommand('sidelab.previewGraph', vscode.Uri.file(path));
    }, address);
    await titled('before');
    await clickNode('two');
    await inPanel('.details').filter({ hasText: 'Command' }).waitFor();
    const kill = async (): Promise<number> =>
      workbench.host(() => {
        const { execFileSync } = process.getBuiltinModule('node:child_process');
        const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
        const ours = rows
          .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
          .filter((row) => Number(row?.[2]) === process.pid && row?.[3]?.includes('language.cjs'));
        for (const row of ours) process.kill(Number(row?.[1]), 'SIGKILL');
        return ours.length;
      });
    assert.equal(await kill(), 1);
    // Whoever asks next has it started anew, and its nodes are the same.
    await clickNode('one');
    await clickNode('two');
    await inPanel('.details').filter({ hasText: 'Command' }).waitFor();
    write('after');
    await titled('after');
    assert.equal(await inPanel('.graphHead ~ .notice').count(), 0);
    await workbench.host(async (vscode) => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });

  it('shows a submitted graph live, from its row, with the states changing in the picture', async () => {
    await workbench.showViewContainer('Sidelab');
    await submit();
    await rows
      .row('pipeline', /running/)
      .first()
      .waitFor();
    await workbench.rowAction(/^pipeline/, 'Open Graph');
    await says('prepare', /prepare, completed/);
    await says('search', /search, running/);
    await says('train', /train, queued/);
    await inPanel('.chip')
      .filter({ hasText: /queued/ })
      .first()
      .waitFor();
    await rows.pictures('graphPanelLive');
    writeFileSync(path.join(workbench.workspace, 'go'), '');
    await says('search', /search, completed.*all 3 completed/);
    await says('train', /train, failed.*exit code 1/);
    await says('alarm', /alarm, completed/);
    await says('report', /report, skipped/);
    await inPanel('.graphHead .pill').filter({ hasText: 'completed' }).waitFor();
    assert.deepEqual(await axeViolations(workbench), []);
  });

  it('shows a node beside the picture on a click: state, parameters, last values, last lines; and in the tree', async () => {
    await clickNode('train');
    const details = inPanel('.details');
    await details.filter({ hasText: 'exit code 1' }).waitFor();
    await details.locator('table', { hasText: 'loss' }).filter({ hasText: '0.25' }).waitFor();
    await details.locator('pre', { hasText: 'training' }).waitFor();
    await workbench
      .row(/^train/)
      .and(workbench.page.locator('.selected'))
      .waitFor();
    await rows.pictures('graphPanelDetails');
    await clickNode('prepare');
    await details.locator('table', { hasText: 'images' }).filter({ hasText: '1797' }).waitFor();
    assert.deepEqual(await axeViolations(workbench), []);
  });

  it('opens and closes what is made of others, finds nodes by name, and filters by status, all by keys', async () => {
    const { keyboard } = workbench.page;
    await inPanel('.graphTree').focus();
    await keyboard.press('Home');
    for (let step = 0; step < 2; step++) await keyboard.press('ArrowDown');
    await inPanel('.details h2').filter({ hasText: 'search' }).waitFor();
    await keyboard.press('ArrowLeft');
    await node('search/lr=0.01').waitFor({ state: 'detached' });
    assert.equal(await node('search').getAttribute('aria-expanded'), 'false');
    await keyboard.press('ArrowRight');
    await node('search').and(inPanel('[aria-expanded="true"]')).waitFor({ state: 'attached' });
    await keyboard.press('ArrowRight');
    await inPanel('.details .experiment').filter({ hasText: 'search' }).waitFor();
    await keyboard.press('/');
    await keyboard.type('epo');
    await inPanel('.graphSearch').filter({ hasText: '1 found' }).waitFor();
    await keyboard.press('Enter');
    await inPanel('.details h2').filter({ hasText: 'report' }).waitFor();
    await keyboard.press('Escape');
    const failed = workbench.frame().getByRole('button', { name: '1 failed' });
    await failed.press('Enter');
    assert.equal(await failed.getAttribute('aria-pressed'), 'true');
    await rows.pictures('graphPanelFiltered');
    await failed.press('Enter');
    await inPanel('.graphTree').focus();
    await keyboard.press('n');
    await keyboard.press('p');
    await inPanel('.details h2').filter({ hasText: 'train' }).waitFor();
  });

  it('moves and zooms by mouse and keys, and shows all again', async () => {
    const boxOf = async (): Promise<Box> => (await node('train').boundingBox()) ?? { x: 0, y: 0, width: 0 };
    const rests = async (what: string, holds: (box: Box) => boolean): Promise<Box> => {
      await until(what, async () => holds(await boxOf()));
      return workbench.restingBox(node('train'));
    };
    await workbench.frame().getByRole('button', { name: 'Fit' }).click();
    const { width: before } = await workbench.restingBox(node('train'));
    const box = await inPanel('.graphTree').boundingBox();
    assert.ok(box);
    await workbench.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await workbench.page.mouse.wheel(0, -300);
    const at = await rests('a larger picture', ({ width }) => width > before * 1.3);
    const empty = { x: box.x + box.width / 2, y: box.y + 12 };
    await workbench.page.mouse.move(empty.x, empty.y);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(empty.x + 40, empty.y + 90, { steps: 4 });
    await workbench.page.mouse.up();
    const isMoved = ({ x, y }: Box): boolean => Math.abs(x - at.x - 40) < 3 && Math.abs(y - at.y - 90) < 3;
    assert.ok(isMoved(await rests('the picture where it was drawn to', isMoved)));
    await inPanel('.graphTree').focus();
    await workbench.page.keyboard.press('0');
    const isWhole = ({ width }: Box): boolean => Math.abs(width - before) < 2;
    assert.ok(isWhole(await rests('the whole picture', isWhole)));
  });

  it('retries from a node in the picture, by its menu', async () => {
    writeFileSync(path.join(workbench.workspace, 'ready'), '');
    await clickNode('train', 1, 'right');
    const menu = inPanel('.nodeMenu [role="menuitem"]');
    await menu.filter({ hasText: 'Retry From Here' }).waitFor();
    assert.deepEqual(
      (await menu.allInnerTexts()).map((text) => text.trim()),
      ['Open Run', 'Show Log', 'Open Run File', 'Retry Run', 'Resume Run', 'Retry From Here'],
    );
    await rows.pictures('graphPanelMenu');
    await menu.filter({ hasText: 'Retry From Here' }).click();
    await says('train', /train, completed.*attempt 2/);
    await says('report', /report, completed/);
    await says('alarm', /alarm, skipped/);
  });

  it('shows the same as a timeline, and its critical path', async () => {
    await workbench.frame().getByRole('button', { name: 'Timeline' }).click();
    await workbench.frame().getByRole('treeitem', { name: /train/ }).first().waitFor({ state: 'attached' });
    await workbench.frame().getByRole('button', { name: 'Critical path' }).click();
    await rows.pictures('graphPanelTimeline');
    assert.deepEqual(await axeViolations(workbench), []);
    await workbench.frame().getByRole('button', { name: 'Graph', exact: true }).click();
    await rows.pictures('graphPanelCritical');
    await workbench.frame().getByRole('button', { name: 'Critical path' }).click();
  });

  it('saves the picture as SVG and PNG, whole', async () => {
    const save = async (item: string, name: string): Promise<Buffer> => {
      await workbench.frame().getByRole('button', { name: 'More of the graph' }).click();
      await inPanel('.graphBar [role="menuitem"]')
        .filter({ hasText: new RegExp(`^\\s*${item}`) })
        .click();
      return saveAs(workbench, name);
    };
    const svg = (await save('Save as SVG…', 'pipeline.svg')).toString();
    assert.match(svg, /^<svg/);
    for (const name of ['prepare', 'train', 'alarm', 'report']) assert.match(svg, new RegExp(`>${name}<`));
    const png = await save('Save as PNG…', 'pipeline.png');
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(png.length > 5000);
  });

  it('shows the graph of the seed from its file to its end', async () => {
    await workbench.host(
      async (vscode, path) => {
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await vscode.workspace.getConfiguration().update('sidelab.openPanelOnSubmit', false, true);
        // Its scripts take a second: they begin when somebody looks.
        await vscode.commands.executeCommand('sidelab.pauseQueue');
        await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
      },
      path.join(workbench.workspace, 'seeds', 'dag.run.json'),
    );
    // Its experiment has the same name, and says how many runs it has.
    await rows.row('dag-experiment', /tasks|completed/).hover();
    await rows
      .row('dag-experiment', /tasks|completed/)
      .locator('.actions .action-label[aria-label^="Open Graph"]')
      .click();
    await says('task-1/inline-script-sleep', /inline-script-sleep, queued/);
    await workbench.host(async (vscode) => vscode.commands.executeCommand('sidelab.resumeQueue'));
    await says('task-1/inline-script-sleep', /inline-script-sleep, running/);
    await says('task-3', /task-3, queued/);
    await says('task-3', /task-3, running/);
    await says('task-1', /task-1, completed.*all 2 completed/);
    await says('task-3', /task-3, completed.*all 2 completed/);
    await inPanel('.graphHead .pill').filter({ hasText: 'completed' }).waitFor();
    await rows.pictures('graphPanelSeed');
    await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeActiveEditor'));
    await workbench
      .row(/^pipeline/)
      .first()
      .hover();
    await workbench
      .row(/^pipeline/)
      .first()
      .locator('.actions .action-label[aria-label^="Open Graph"]')
      .click();
    await says('train', /train, completed/);
  });

  it('opens a run’s panel by a double click, and is back after a reload as it was', async () => {
    await clickNode('train', 2);
    await workbench.frame().locator('sidelab-run-panel h1', { hasText: 'train' }).waitFor();
    await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeActiveEditor'));
    await inPanel('.details h2').filter({ hasText: 'train' }).waitFor();
    await workbench.reload();
    await says('train', /train, completed/);
    await inPanel('.details h2').filter({ hasText: 'train' }).waitFor();
    await workbench.page.setViewportSize({ width: 760, height: 900 });
    await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeSidebar'));
    await rows.pictures('graphPanelNarrow');
  });
});
