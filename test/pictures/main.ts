/**
 * Takes the pictures of README.md in the real workbench, of the examples as they run: after each change of what they show,
 *
 *     npm run build -- --tests && npm run pictures
 *
 * Two minutes. Look at each of them before it is committed.
 */
import fs from 'node:fs';
import { type Locator } from 'playwright-core';
import { openWorkbench, type Theme, type Workbench } from '../ui/support/workbench';
import { inRoot } from '../workbench/paths.mjs';

const size = { width: 1280, height: 960 };

const workbench = await openWorkbench({
  settings: {
    'window.commandCenter': false,
    'workbench.layoutControl.enabled': false,
    'workbench.tree.indent': 12,
    'editor.minimap.enabled': false,
    'editor.wordWrap': 'on',
    'explorer.openEditors.visible': 0,
  },
});
try {
  await workbench.page.setViewportSize(size);
  await workbench.showViewContainer('Sidelab');
  await widenSideBar(80);
  await pictureGraph(workbench);
  await pictureCharts(workbench);
} finally {
  await workbench.stop();
}

/** The tree beside the run file, while the trials of a sweep run. */
async function pictureGraph({ page }: Workbench): Promise<void> {
  await run('search.run.json');
  await workbench.openFile('search.run.json');
  const graph = workbench.row(/^search/);
  await graph.first().waitFor();
  for (const name of ['search', 'explore', 'sweep']) {
    const twistie = workbench
      .row(new RegExp(`^${name}`))
      .first()
      .locator('.monaco-tl-twistie.collapsed');
    if ((await twistie.count()) > 0) await twistie.click();
  }
  await workbench
    .row(/\brunning\b/)
    .nth(1)
    .waitFor();
  await page.waitForTimeout(8000);
  await take('graph', 'light');
}

/** The panel of the long training at its end; then one chart of it, zoomed and smoothed. */
async function pictureCharts({ page }: Workbench): Promise<void> {
  await run('glyphs.run.json');
  await closeEditors();
  const row = workbench.row('mixed-precision').first();
  await row.filter({ hasText: 'completed' }).waitFor({ timeout: 180_000 });
  await row.click();
  const frame = workbench.frame();
  const chart = (metric: string): Locator =>
    frame.locator('sidelab-chart', { has: frame.locator(`.legend[title="${metric}"]`) });
  await chart('train/loss').locator('.caption', { hasText: 'points' }).waitFor();
  await smooth('Exponential');
  await page.waitForTimeout(1500);
  await hover(chart('train/loss'), 0.25);
  await take('panel', 'dark');
  await take('panel', 'light');

  await page.mouse.move(640, 790);
  await chart('train/loss')
    .getByRole('button', { name: /^Fill the panel/ })
    .click();
  const plot = chart('train/loss').locator('.plot');
  await page.waitForTimeout(800);
  const box = await plot.boundingBox();
  if (!box) throw new Error('There is no chart.');
  // A flat drag zooms x alone.
  const y = box.y + box.height * 0.3;
  await page.mouse.move(box.x + box.width * 0.45, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 10 });
  await page.mouse.up();
  await page.waitForTimeout(1500);
  await hover(chart('train/loss'), 0.7);
  await take('chart', 'light');
}

async function smooth(kind: string): Promise<void> {
  const choice = workbench.frame().getByRole('combobox', { name: 'Smoothing' });
  await choice.click();
  await workbench.frame().getByRole('option', { name: kind, exact: true }).click();
  await workbench.frame().getByRole('slider', { name: 'Smoothing weight' }).fill('45');
}

async function widenSideBar(byPx: number): Promise<void> {
  const { mouse } = workbench.page;
  const box = await workbench.page.locator('.part.sidebar').boundingBox();
  if (!box) throw new Error('There is no side bar.');
  await mouse.move(box.x + box.width, 500);
  await mouse.down();
  await mouse.move(box.x + box.width + byPx, 500, { steps: 5 });
  await mouse.up();
}

async function hover(chart: Locator, share: number): Promise<void> {
  const box = await chart.locator('.plot').boundingBox();
  if (!box) throw new Error('There is no chart.');
  await workbench.page.mouse.move(box.x + share * box.width - 2, box.y + box.height / 3);
  await workbench.page.mouse.move(box.x + share * box.width, box.y + box.height / 3);
}

async function run(file: string): Promise<void> {
  await workbench.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, `${workbench.workspace}/${file}`);
}

async function closeEditors(): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
}

async function take(name: string, theme: Theme): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  await workbench.setTheme(theme);
  await workbench.page.waitForTimeout(1000);
  const shot = await workbench.shot(`readme-${name}-${theme}`);
  const file = inRoot('media', 'readme', `${name}-${theme}.png`);
  fs.mkdirSync(inRoot('media', 'readme'), { recursive: true });
  fs.copyFileSync(shot, file);
  console.log(`${file}  ${Math.round(fs.statSync(file).size / 1000)} kB`);
}
