/**
 * Benchmarks of the engine, each beside a baseline in the same run. Not part of CI: `npm run build -- --tests && npm run bench`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Store } from '../../src/engine/store/store';
import { isSettled } from '../../src/model/runStatus';
import { EngineHarness } from '../support/engineHarness';
import { benchGraphs, benchWholeGraph } from './graphs';
import { benchHistory } from './history';
import { alternate, printRatios } from './measure';
import { benchTree } from './tree';
import { benchHugeSeries, benchSeries, seriesBenches } from './series';

async function benchLaunch(): Promise<void> {
  const harness = new EngineHarness();
  try {
    const client = await harness.start();
    const program = ['/bin/echo', 'first line'];
    const bare = async (): Promise<void> =>
      new Promise((resolve) => {
        spawn(program[0] ?? '', program.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] }).once('close', () =>
          resolve(),
        );
      });
    const submitted = async (): Promise<void> => {
      const { id } = await client.peer.call('runs.submit', harness.submission(program));
      while (!client.changes.some(({ runs }) => runs.some((run) => run.id === id && isSettled(run.status)))) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const firstBareLine = async (): Promise<void> =>
      new Promise((resolve) => {
        const child = spawn(program[0] ?? '', program.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] });
        child.stdout.once('data', () => resolve());
      });
    const firstLine = async (): Promise<void> => {
      const submission = harness.submission(program);
      await client.peer.call('run.follow', { runId: submission.runId });
      await client.peer.call('runs.submit', submission);
      while (!client.appended.some(({ runId, output }) => runId === submission.runId && output)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const acknowledged = async (): Promise<void> => {
      await client.peer.call('runs.submit', harness.submission(program));
    };
    printRatios(
      'One run of /bin/echo, engine warm',
      await alternate(30, {
        'bare spawn, until its first line (baseline)': firstBareLine,
        'submitted, until its first line is pushed': firstLine,
        'bare spawn, until its end': bare,
        'submitted, until the settled status is pushed': submitted,
        'submitted, until it is durable': acknowledged,
      }),
    );
  } finally {
    await harness.stop();
  }
}

/** What an engine costs that has nothing to do: processor time over a while, and memory. */
async function benchIdle(): Promise<void> {
  const harness = new EngineHarness();
  try {
    const finished = 10_000;
    mkdirSync(harness.home, { mode: 0o700 });
    const store = Store.open(path.join(harness.home, 'sidelab.db'));
    for (let i = 0; i < finished; i += 1) {
      const { run } = store.submit(harness.submission(['true'], { experiment: `experiment ${i % 50}` }), i);
      store.beginAttempt(run.id, { executor: 'local', host: 'bench', folder: '/' }, i);
      store.attemptStarted(run.id, { pid: 1, atMs: i, awakeMs: i });
      store.endAttempt(run.id, { kind: 'exited', exitCode: 0, atMs: i }, undefined);
    }
    store.close();
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce: 1 });
    for (let i = 0; i < 101; i += 1) await client.peer.call('runs.submit', harness.submission(['sleep', '600']));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const pid = await harness.enginePid();
    const ticks = (): number => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    };
    const before = ticks();
    const seconds = 20;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const cpuMs = (ticks() - before) * 10;
    const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    console.log(`\nAn engine with ${finished} finished runs, 100 queued and one that sleeps, a client connected`);
    console.log(
      `  processor ${(cpuMs / 10 / seconds).toFixed(2)} % of a core over ${seconds} s, memory ${Math.round(Number(rss) / 1024)} MB`,
    );
  } finally {
    await harness.stop();
  }
}

/** All, or those named as arguments. */
const benches = {
  launch: benchLaunch,
  graphs: benchGraphs,
  'whole-graph': benchWholeGraph,
  series: benchSeries,
  history: benchHistory,
  tree: benchTree,
  idle: benchIdle,
};
/** Only when named. */
const longBenches = {
  'series-huge': benchHugeSeries,
  ...seriesBenches,
  // Loaded when named: these need a workbench.
  panel: async () => (await import('./panel/panel')).benchPanel(),
  'panel-opening': async () => (await import('./panel/panel')).benchPanelOpening(),
  'panel-live': async () => (await import('./panel/panel')).benchPanelLive(),
  'log-opening': async () => (await import('./panel/logOpening')).benchLogOpening(),
  activation: async () => (await import('./editor/activation')).benchActivation(),
  typing: async () => (await import('./editor/typing')).benchTyping(),
  preview: async () => (await import('./editor/preview')).benchPreview(),
  'graph-panel': async () => (await import('./panel/graph')).benchGraphPanel(),
  'graph-opening': async () => (await import('./panel/graph')).benchGraphPanelOpening(),
  'graph-live': async () => (await import('./panel/graph')).benchGraphPanelLive(),
};
const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) if (wanted.length === 0 || wanted.includes(name)) await bench();
for (const [name, bench] of Object.entries(longBenches)) if (wanted.includes(name)) await bench();
