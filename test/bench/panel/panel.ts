/**
 * The run panel in the real workbench: from the click on a row to painted charts, live charts, memory. Each beside what it
 * is measured against, in the same window: an empty panel that is opened by the same path, a panel in which nothing happens.
 *
 *     npm run build -- --production --tests && npm run bench -- panel
 */
import { statSync } from 'node:fs';
import { inRoot } from '../../workbench/paths.mjs';
import { openWorkbench, type Workbench } from '../../ui/support/workbench';
import { type Measured, measured, printRatios } from '../measure';
import { fillHome } from './filledHome';
import { type PanelTimes, panelFrame, panelTimes, probeFrames, type SeenTimes, seenTimes } from './frameProbe';
import { benchLive, closeEditors } from './live';
import { saveProfile } from './profile';

const size = { metrics: 100, steps: Number(process.env['SIDELAB_BENCH_STEPS'] ?? 400_000) };
const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 15);
const longRun = `long-run-${size.metrics}`;

export const benchPanel = async (): Promise<void> =>
  inWorkbench(async (workbench) => {
    await benchOpening(workbench);
    await benchLive(workbench, longRun);
  });

/** Each by itself. */
export const benchPanelOpening = async (): Promise<void> => inWorkbench(benchOpening);
export const benchPanelLive = async (): Promise<void> =>
  inWorkbench(async (workbench) => benchLive(workbench, longRun));

async function inWorkbench(work: (workbench: Workbench) => Promise<void>): Promise<void> {
  console.log(`\nRun panel, scripts of ${Math.round(statSync(inRoot('dist', 'webview', 'run.js')).size / 1000)} kB`);
  const workbench = await openWorkbench({
    prepareHome: (home) => fillHome(home, size),
    preparePage: probeFrames,
    link: { 'sidelab.sidelab-bench-empty-panel-0.0.1': inRoot('test', 'bench', 'panel', 'emptyPanel') },
  });
  try {
    await workbench.showViewContainer('Sidelab');
    await work(workbench);
  } finally {
    await workbench.stop();
  }
}

interface Opened {
  readonly seen: SeenTimes;
  readonly times: PanelTimes;
}

async function benchOpening(workbench: Workbench): Promise<void> {
  const open = async (row: string, selector: string): Promise<Opened> => {
    await workbench.row(row).first().click();
    // Nobody asks the pages anything meanwhile.
    await workbench.page.waitForTimeout(1500);
    const frame = await panelFrame(workbench.page, selector);
    const times = await panelTimes(frame);
    const seen = await seenTimes(workbench.page);
    await closeEditors(workbench);
    return { seen, times };
  };
  const empty = async (): Promise<Opened> => open('empty panel', '#empty');
  const charts = async (): Promise<Opened> => open(longRun, 'sidelab-chart');

  const coldEmpty = await empty();
  const cold = await charts();
  const empties: Opened[] = [];
  const opened: Opened[] = [];
  for (let round = 0; round < rounds; round += 1) {
    empties.push(await empty());
    opened.push(await charts());
  }
  const row = (name: string, all: readonly Opened[], at: (opened: Opened) => number | undefined): Measured =>
    measured(
      name,
      all.map((opened) => (at(opened) ?? NaN) - (opened.seen.pressedMs ?? NaN)),
    );
  const answer = ({ times: { heard } }: Opened, nth: number): number | undefined =>
    heard.filter(({ what }) => what.startsWith('answer'))[nth]?.atMs;
  printRatios(`From the click on a row: ${size.metrics} metrics × ${size.steps} steps, engine warm, ${rounds} times`, [
    row('an empty panel is painted (baseline)', empties, ({ seen }) => seen.emptyMs),
    row('the first charts are painted, as a picture', opened, ({ seen }) => seen.pictureMs),
    row('the first chart can be used', opened, ({ seen }) => seen.firstChartMs),
    row('all charts in view can be used', opened, ({ seen }) => seen.allChartsMs),
    row('the very first time: empty', [coldEmpty], ({ seen }) => seen.emptyMs),
    row('the very first time: all charts in view can be used', [cold], ({ seen }) => seen.allChartsMs),
  ]);
  printRatios('Where that time goes: from the click until', [
    row('an empty panel’s document is there', empties, ({ seen }) => seen.documentMs),
    row('the document is there', opened, ({ seen }) => seen.documentMs),
    row('its script listens', opened, ({ times }) => times.firstWordMs),
    row('the run is heard', opened, (one) => answer(one, 0)),
    row('the first series are heard', opened, (one) => answer(one, 1)),
    row('the first chart can be used', opened, ({ seen }) => seen.firstChartMs),
  ]);
  if (process.env['SIDELAB_BENCH_HEARD']) {
    for (const {
      seen: { pressedMs = NaN },
      times,
    } of opened.slice(-3)) {
      console.log(
        times.heard.map((h) => `${h.what} ${(h.atMs - pressedMs).toFixed(0)} (${h.tookMs.toFixed(1)})`).join(', '),
      );
    }
  }
  await saveProfile(workbench.page, 'opening', 0, async () => {
    await charts();
  });
}
