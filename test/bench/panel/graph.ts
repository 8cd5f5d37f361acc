/**
 * The graph panel in the real workbench: from the click on *Open Graph*, the button of a run's row, to a painted picture; states and
 * panning; memory. Graphs of a thousand tasks, and a sweep of ten thousand trials. Each beside what it is measured against, in the
 * same window: an empty panel that is opened by the same path, a graph in which nothing happens.
 *
 *     npm run build -- --production --tests && npm run bench -- graph-panel
 *
 * SIDELAB_BENCH_GRAPHS=chain,wide for some of them; SIDELAB_BENCH_ROUNDS, SIDELAB_BENCH_SECONDS.
 */
import { statSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Frame } from 'playwright-core';
import { inRoot } from '../../workbench/paths.mjs';
import { openWorkbench, type Workbench } from '../../ui/support/workbench';
import { measured, type Measured, printRatios } from '../measure';
import { panelFrame, type PanelTimes, panelTimes, probeFrames, type SeenTimes, seenTimes } from './frameProbe';
import { type FilledGraph, fillGraphHome, type GraphName, graphNames } from './graphHome';
import { benchGraphAnswers } from './graphAnswers';
import { benchGraphFrames, benchGraphMemory } from './graphLive';
import { closeEditors } from './live';
import { saveProfile } from './profile';

const rounds = Number(process.env['SIDELAB_BENCH_ROUNDS'] ?? 7);
const goalMs = 1000;
const wanted = process.env['SIDELAB_BENCH_GRAPHS']?.split(',');
const names = graphNames.filter((name) => wanted?.includes(name) ?? true);

export interface GraphBench {
  readonly workbench: Workbench;
  readonly filled: Readonly<Record<GraphName, FilledGraph>>;
  readonly names: readonly GraphName[];
  /** Opens it as a user does; the frame of its panel. */
  readonly open: (name: GraphName) => Promise<Frame>;
}

export const benchGraphPanel = async (): Promise<void> =>
  inWorkbench(async (bench) => {
    await benchGraphOpening(bench);
    await benchGraphAnswers(bench);
    await benchGraphFrames(bench);
    await benchGraphMemory(bench);
  });

/** Each by itself. */
export const benchGraphPanelOpening = async (): Promise<void> => inWorkbench(benchGraphOpening);
export const benchGraphPanelLive = async (): Promise<void> =>
  inWorkbench(async (bench) => {
    await benchGraphFrames(bench);
    await benchGraphMemory(bench);
  });

async function inWorkbench(work: (bench: GraphBench) => Promise<void>): Promise<void> {
  const load = (): string =>
    loadavg()
      .map((one) => one.toFixed(1))
      .join(' ');
  console.log(`\nGraph panel, script of ${Math.round(statSync(inRoot('dist', 'webview', 'graph.js')).size / 1000)} kB`);
  console.log(`  load of the machine before: ${load()}`);
  let filled: GraphBench['filled'] | undefined;
  const workbench = await openWorkbench({
    prepareHome: (home) => {
      filled = fillGraphHome(home);
    },
    preparePage: probeFrames,
    link: { 'sidelab.sidelab-bench-empty-panel-0.0.1': inRoot('test', 'bench', 'panel', 'emptyPanel') },
  });
  try {
    await workbench.showViewContainer('Sidelab');
    if (filled) await work({ workbench, filled, names, open: async (name) => openGraph(workbench, name) });
  } finally {
    await workbench.stop();
  }
  console.log(`  load of the machine after: ${load()}`);
}

async function openGraph(workbench: Workbench, name: GraphName): Promise<Frame> {
  await workbench.rowAction(new RegExp(`^${name}`), 'Open Graph');
  // Nobody asks the pages anything meanwhile.
  await workbench.page.waitForTimeout(2000);
  return panelFrame(workbench.page, 'sidelab-graph-picture canvas.graph');
}

interface Opened {
  readonly seen: SeenTimes;
  readonly times: PanelTimes;
  readonly layoutMs: number;
}

async function benchGraphOpening({ workbench, names, open }: GraphBench): Promise<void> {
  const look = async (frame: Frame): Promise<Opened> => {
    const times = await panelTimes(frame);
    const seen = await seenTimes(workbench.page);
    const layoutMs = await frame.evaluate(() => performance.getEntriesByName('graph layout')[0]?.duration ?? NaN);
    await closeEditors(workbench);
    return { times, seen, layoutMs };
  };
  const empty = async (): Promise<Opened> => {
    await workbench.row('empty panel').first().click();
    await workbench.page.waitForTimeout(1500);
    return look(await panelFrame(workbench.page, '#empty'));
  };
  const graph = async (name: GraphName): Promise<Opened> => look(await open(name));

  const coldEmpty = await empty();
  const [first = 'chain'] = names;
  const cold = await graph(first);
  const empties: Opened[] = [];
  const opened = new Map(names.map((name) => [name, [] as Opened[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, all] of opened) {
      // Alternating, so that what disturbs one disturbs the other.
      empties.push(await empty());
      all.push(await graph(name));
    }
  }
  const row = (name: string, all: readonly Opened[], at: (opened: Opened) => number | undefined): Measured =>
    measured(
      name,
      all.map((one) => (at(one) ?? NaN) - (one.seen.pressedMs ?? NaN)),
    );
  const each = (words: string, at: (opened: Opened) => number | undefined): Measured[] =>
    Array.from(opened, ([name, all]) => row(`${name}: ${words}`, all, at));
  const painted = each('the picture is painted', ({ seen }) => seen.graphMs);
  printRatios(
    `From the click on Open Graph: 1,000 tasks, a sweep of 10,000 trials; engine warm, ${rounds} times; goal ${goalMs} ms`,
    [
      row('an empty panel is painted (baseline)', empties, ({ seen }) => seen.emptyMs),
      ...painted,
      row('the very first time: empty', [coldEmpty], ({ seen }) => seen.emptyMs),
      row(`the very first time: ${first}`, [cold], ({ seen }) => seen.graphMs),
    ],
  );
  const late = painted.filter(({ p95Ms }) => !(p95Ms <= goalMs));
  console.log(
    late.length === 0 ? '  the goal is met, by p95 too' : `  over the goal: ${late.map(({ name }) => name).join(', ')}`,
  );
  const answerMs = ({ times: { heard } }: Opened): number | undefined =>
    heard.find(({ what }) => what.startsWith('answer'))?.atMs;
  printRatios('Where that time goes: from the click until', [
    row('an empty panel’s document is there', empties, ({ seen }) => seen.documentMs),
    ...each('the document is there', ({ seen }) => seen.documentMs),
    ...each('its script listens', ({ times }) => times.firstWordMs),
    ...each('the graph is heard', answerMs),
  ]);
  printRatios(
    'and then',
    Array.from(opened, ([name, all]) => [
      measured(
        `${name}: laid out`,
        all.map(({ layoutMs }) => layoutMs),
      ),
      measured(
        `${name}: from the answer to the picture`,
        all.map((one) => (one.seen.graphMs ?? NaN) - (answerMs(one) ?? NaN)),
      ),
    ]).flat(),
  );
  await saveProfile(workbench.page, 'graph-opening', 0, async () => {
    await graph(first);
  });
}
