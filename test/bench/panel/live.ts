/** Panels of runs that log while one looks: what an update costs, how even frames are, what becomes of the memory. */
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { inRoot } from '../../workbench/paths.mjs';
import { until } from '../../workbench/processes.mjs';
import type { Workbench } from '../../ui/support/workbench';
import { panelFrame } from './frameProbe';
import { saveProfile } from './profile';
import { heldMB, printWatched, watched } from './watched';

const intervalMs = 250;
const pointsPerUpdate = 25;
const watchedSeconds = 30;
const memoryMinutes = Number(process.env['SIDELAB_BENCH_MINUTES'] ?? 3);

/** @param finished the name of a run with more metrics than fit, in which nothing happens any more */
export async function benchLive(workbench: Workbench, finished: string): Promise<void> {
  cpSync(inRoot('test', 'bench', 'panel', 'liveProgram.mjs'), path.join(workbench.workspace, 'liveProgram.mjs'));
  // Seven rows of three charts.
  await workbench.page.setViewportSize({ width: 1800, height: 2300 });
  const idle = await watched(workbench, await openRow(workbench, finished), watchedSeconds / 2);
  await closeEditors(workbench);

  await submit(workbench, 'live-20', [20, 100_000, pointsPerUpdate, intervalMs, 3600]);
  const live = await openRow(workbench, 'live-20');
  const shown = await live.locator('sidelab-chart canvas.above').count();
  const charts = await watched(workbench, live, watchedSeconds);
  await saveProfile(workbench.page, 'live-charts', 3000);
  printWatched(
    `${shown} live charts of 100,000 points and more, 4 updates a second of ${pointsPerUpdate} points each`,
    [
      ['charts of a finished run, nothing happens (baseline)', idle],
      ['live charts', charts],
    ],
  );
  await benchMemory(workbench, live);
  await closeEditors(workbench);
  await cancel(workbench, 'live-20');

  await workbench.page.setViewportSize({ width: 1900, height: 1000 });
  await submit(workbench, 'live-50', [50, 20_000, pointsPerUpdate, intervalMs, 3600]);
  const lines = await openRow(workbench, 'live-50');
  await combineAll(lines);
  await workbench.page.waitForTimeout(3000);
  const buckets = /([\d,]+) (?:buckets|of)/.exec(await lines.locator('.caption').first().innerText())?.[0] ?? '';
  const fifty = await watched(workbench, lines, watchedSeconds);
  await saveProfile(workbench.page, 'live-lines', 3000);
  printWatched(`50 live lines in one chart as wide as the panel (${buckets}…), 4 updates a second`, [
    ['charts of a finished run, nothing happens (baseline)', idle],
    ['50 live lines', fifty],
  ]);
  await closeEditors(workbench);
  await cancel(workbench, 'live-50');
}

async function submit(workbench: Workbench, name: string, args: readonly number[]): Promise<void> {
  const file = path.join(workbench.workspace, `${name}.run.json`);
  const command = ['node', 'liveProgram.mjs', ...args.map(String)];
  writeFileSync(file, JSON.stringify({ experiment: 'bench', name, command, retries: 0 }));
  await workbench.host(async (vscode, path) => {
    await vscode.commands.executeCommand('sidelab.submitRun', vscode.Uri.file(path));
  }, file);
  await workbench.row(name).filter({ hasText: 'running' }).waitFor();
  await closeEditors(workbench);
}

async function cancel(workbench: Workbench, name: string): Promise<void> {
  await workbench.rowAction(name, 'Cancel Run');
  await workbench.row(name).filter({ hasText: 'cancelled' }).waitFor();
}

/** Opens the panel of a run, and waits until its history is there. */
async function openRow(workbench: Workbench, name: string): Promise<Frame> {
  await workbench.row(name).first().click();
  const frame = await panelFrame(workbench.page, 'sidelab-chart canvas');
  await until('the history', async () => {
    const caption = (await frame.locator('sidelab-chart .caption').first().textContent()) ?? '';
    return /\d{2},\d{3}\s+points|of\s+\d{2,},\d{3}/.test(caption);
  });
  await workbench.page.waitForTimeout(4000);
  return frame;
}

export async function closeEditors(workbench: Workbench): Promise<void> {
  await workbench.host(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await until('the end of the panels', async () => (await workbench.page.locator('iframe.webview').count()) === 0);
}

interface ChartCardElement extends Element {
  readonly plan: { readonly id: string; readonly metrics: readonly string[] };
  readonly surroundings?: {
    readonly session: { readonly view?: { readonly metrics: readonly string[] } };
    readonly model: {
      readonly settings: { readonly charts: readonly { readonly id: string }[] };
      combine(plan: unknown, metrics: readonly string[]): void;
      showAlone(id: string): void;
    };
  };
}

/** As in the dialog "Choose Metrics…", with all of them, and then "Fill the panel". */
async function combineAll(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    const card = document.querySelector<ChartCardElement>('sidelab-chart');
    const surroundings = card?.surroundings;
    if (!card || !surroundings) throw new Error('There is no chart.');
    surroundings.model.combine(card.plan, surroundings.session.view?.metrics ?? []);
    surroundings.model.showAlone(surroundings.model.settings.charts.at(-1)?.id ?? '');
  });
}

async function benchMemory(workbench: Workbench, frame: Frame): Promise<void> {
  const session = await workbench.page.context().newCDPSession(workbench.page);
  await session.send('HeapProfiler.enable');
  const samples: (readonly [minute: number, held: number])[] = [];
  const beganMs = performance.now();
  const updatesBefore = await heardCount(frame);
  while (performance.now() - beganMs < memoryMinutes * 60_000) {
    samples.push([(performance.now() - beganMs) / 60_000, await heldMB(session)]);
    await workbench.page.waitForTimeout(10_000);
  }
  await session.detach();
  const updates = (await heardCount(frame)) - updatesBefore;
  const perHour = 60 * slopeOf(samples.slice(Math.floor(samples.length / 3)));
  const [first, last] = [samples[0]?.[1] ?? NaN, samples.at(-1)?.[1] ?? NaN];
  console.log(
    `\nMemory of the page (workbench and panel, after a collection) over ${memoryMinutes} min, ${updates} updates`,
  );
  console.log(
    `  at first ${first.toFixed(1)} MB, at last ${last.toFixed(1)} MB; ${perHour >= 0 ? '+' : ''}${perHour.toFixed(1)} MB in an hour at this rate`,
  );
  console.log(`  ${samples.map(([, held]) => held.toFixed(1)).join(' ')}`);
}

const heardCount = async (frame: Frame): Promise<number> =>
  frame.evaluate(() => (globalThis as { sidelabProbe?: { appends: number } }).sidelabProbe?.appends ?? 0);

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
