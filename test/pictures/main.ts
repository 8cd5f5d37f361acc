/**
 * Takes the pictures of README.md in the real workbench, of the examples as they run: after each change of what they show,
 *
 *     npm run build -- --tests && npm run pictures
 *
 * Two minutes. Look at each of them before it is committed.
 */
import fs from 'node:fs';
import type { Locator } from 'playwright-core';
import { openWorkbench, type Theme } from '../ui/support/workbench';
import { inRoot } from '../workbench/paths.mjs';

const workbench = await openWorkbench({
  settings: {
    'window.commandCenter': false,
    'workbench.layoutControl.enabled': false,
    'workbench.tree.indent': 12,
    'editor.minimap.enabled': false,
    'editor.wordWrap': 'on',
  },
});
const { page } = workbench;
try {
  await page.setViewportSize({ width: 1440, height: 960 });
  await workbench.showViewContainer('Sidelab');
  await widenSideBar(80);
  await pictureGraph();
  await pictureCharts();
} finally {
  await workbench.stop();
}

/** The tree beside the run file, while the trials of a sweep run. */
async function pictureGraph(): Promise<void> {
  await run('search.run.json');
  await workbench.openFile('search.run.json');
  // Strings, because a row's spaces are of several kinds: a pattern has to allow for all.
  for (const text of ['of 2 completed', 'of 8 completed']) {
    const row = workbench.row(text);
    await row.waitFor();
    const isCollapsed = (await row.getAttribute('aria-expanded')) === 'false';
    if (isCollapsed) await row.locator('.monaco-tl-twistie').click();
  }
  // However busy the machine is, one of these is seen.
  await workbench.row(/[3-6]\sof\s8\scompleted/).waitFor();
  await take('graph', 'light');
  await workbench.row('of 2 completed').hover();
  await workbench.row('of 2 completed').locator('.actions .action-label[aria-label^="Open Graph"]').click();
  const frame = workbench.frame();
  const node = frame.locator('.graphRow[aria-level="3"][aria-label*="running"]').last();
  await node.waitFor({ state: 'attached' });
  await page.waitForTimeout(500);
  const { x, y, width, height } = await boxOf(node);
  await page.mouse.click(x + width / 2, y + height / 2);
  await frame.locator('.details pre, .details table').first().waitFor();
  await take('graph-panel', 'dark');
}

/** The panel of the long training at its end; then one chart of it, zoomed and smoothed. */
async function pictureCharts(): Promise<void> {
  await run('glyphs.run.json');
  await closeEditors();
  const row = workbench.row('mixed-precision').first();
  await row.filter({ hasText: 'completed' }).waitFor({ timeout: 180_000 });
  await row.click();
  const frame = workbench.frame();
  const loss = frame.locator('sidelab-chart', { has: frame.locator('.legend[title="train/loss"]') });
  await loss.locator('.caption', { hasText: 'points' }).waitFor();
  await frame.getByRole('combobox', { name: 'Smoothing' }).click();
  await frame.getByRole('option', { name: 'Exponential', exact: true }).click();
  await frame.getByRole('slider', { name: 'Smoothing weight' }).fill('45');
  await hover(loss, 0.25);
  await take('panel', 'dark');
  await workbench.setTheme('light');

  await loss.getByRole('button', { name: /^Fill the panel/ }).click();
  await frame.getByRole('button', { name: 'Options of all charts' }).click();
  await frame.locator('.menuItem:visible', { hasText: 'Ignore Outliers' }).click();
  await loss.locator('.caption').scrollIntoViewIfNeeded();
  // A flat drag zooms x alone.
  const { x, y, width, height } = await boxOf(loss.locator('.plot'));
  await page.mouse.move(x + 0.3 * width, y + height / 3);
  await page.mouse.down();
  await page.mouse.move(x + 0.8 * width, y + height / 3, { steps: 10 });
  await page.mouse.up();
  await loss.locator('.caption', { hasText: 'in view' }).waitFor();
  await hover(loss, 0.7);
  const card = await boxOf(loss);
  await take('chart', 'light', { x: card.x - 8, y: card.y - 8, width: card.width + 16, height: card.height + 16 });
}

async function hover(chart: Locator, share: number): Promise<void> {
  const { x, y, width, height } = await boxOf(chart.locator('.plot'));
  await page.mouse.move(x + share * width - 2, y + height / 3);
  await page.mouse.move(x + share * width, y + height / 3);
}

async function widenSideBar(byPx: number): Promise<void> {
  const { x, width } = await boxOf(page.locator('.part.sidebar'));
  await page.mouse.move(x + width, 500);
  await page.mouse.down();
  await page.mouse.move(x + width + byPx, 500, { steps: 5 });
  await page.mouse.up();
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (!box) throw new Error('What is to be pictured is not shown.');
  return box;
}

async function run(file: string): Promise<void> {
  await workbench.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, `${workbench.workspace}/${file}`);
}

async function closeEditors(): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
}

/** @param clip a part of the window; else all of it */
async function take(name: string, theme: Theme, clip?: Box): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  await workbench.setTheme(theme);
  // Charts follow the theme in a frame of theirs.
  await page.waitForTimeout(1500);
  const file = inRoot('media', 'readme', `${name}-${theme}.png`);
  fs.mkdirSync(inRoot('media', 'readme'), { recursive: true });
  const options = { caret: 'hide', animations: 'disabled' } as const;
  fs.writeFileSync(file, await page.screenshot({ ...options, ...(clip === undefined ? {} : { clip }) }));
  console.log(`${file}  ${Math.round(fs.statSync(file).size / 1000)} kB`);
}
