/**
 * Graphs of a thousand tasks beside the same wrapper started from a bare Node loop, and beside `make -j2`; and the whole graph of
 * a big sweep as a panel asks for it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newRunId, type RunId } from '../../src/model/ids';
import { toRunGraph } from '../../src/model/runGraph';
import { isSettled } from '../../src/model/runStatus';
import type { Submission, TaskSubmission } from '../../src/protocol/engine';
import { spawnWrapper } from '../../src/engine/execute/local/spawnWrapper';
import { Store } from '../../src/engine/store/store';
import { EngineHarness, type TestClient } from '../support/engineHarness';
import { alternate, type Measured, printRatios } from './measure';

const size = 1000;
const atOnce = 2;

type Shape = 'wide' | 'chain' | 'lattice';

/** Whose end each task waits for. */
const shapes: Readonly<Record<Shape, (index: number) => readonly number[]>> = {
  wide: () => [],
  chain: (index) => (index === 0 ? [] : [index - 1]),
  // Rows of ten, each task after the one above and its neighbour there.
  lattice: (index) => (index < 10 ? [] : [index - 10, index - 10 + ((index + 1) % 10 === 0 ? -9 : 1)]),
};

function graph(harness: EngineHarness, command: string[], shape: Shape): Submission {
  const root = harness.submission([], { kind: 'graph', name: shape });
  const ids = Array.from({ length: size }, () => newRunId());
  const tasks = ids.map((runId, index): TaskSubmission => {
    const { name: _name, environment: _environment, experiment: _experiment, ...launch } = harness.submission(command);
    const dependsOn = shapes[shape](index).map((at) => ({ runId: ids[at] ?? runId, on: 'completed' as const }));
    return { ...launch, runId, name: `t${index}`, task: `t${index}`, parentId: root.runId, environment: 0, dependsOn };
  });
  return { ...root, tasks };
}

async function untilSettled(client: TestClient, id: RunId): Promise<void> {
  for (;;) {
    const seen = client.changes.splice(0).flatMap(({ runs }) => runs.filter((run) => run.id === id));
    if (seen.some(({ status }) => isSettled(status))) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function bareWrappers(harness: EngineHarness, command: string[]): Promise<void> {
  const folder = harness.folder.join(`bare-${newRunId()}`);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < size; index = next++) {
      const own = path.join(folder, String(index));
      mkdirSync(own, { recursive: true });
      await new Promise<void>((resolve) => {
        spawnWrapper(
          {
            runId: newRunId(),
            attempt: 1,
            folder: own,
            command,
            cwd: harness.folder.path,
            env: { PATH: process.env['PATH'] ?? '' },
            tty: false,
            hasStarted: false,
          },
          { script: path.join(harness.bundle, 'wrapper.sh'), home: harness.home },
        ).once('exit', () => resolve());
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function make(harness: EngineHarness, command: string[], shape: Shape): Promise<void> {
  const targets = Array.from({ length: size }, (_, index) => {
    const needs = shapes[shape](index).map((at) => `t${at}`);
    return `t${index}: ${needs.join(' ')}\n\t@${command.join(' ')}\n`;
  });
  const all = `all: ${Array.from({ length: size }, (_, index) => `t${index}`).join(' ')}\n`;
  const file = harness.folder.join(`Makefile.${shape}`);
  writeFileSync(file, `${all}${targets.join('')}.PHONY: all\n`);
  await new Promise<void>((resolve, reject) => {
    const child = spawn('make', ['-s', `-j${atOnce}`, '-f', file, 'all'], { stdio: 'ignore' });
    child.once('error', reject).once('exit', () => resolve());
  });
}

async function timed(name: string, work: () => Promise<void>, rounds = 3): Promise<Measured> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return { name, medianMs: times[Math.floor(rounds / 2)] ?? NaN, p95Ms: times.at(-1) ?? NaN };
}

/** What a panel of a big sweep asks first: the whole graph, over the socket. */
export async function benchWholeGraph(): Promise<void> {
  const trials = 10_000;
  const harness = new EngineHarness();
  try {
    mkdirSync(harness.home, { mode: 0o700 });
    const store = Store.open(path.join(harness.home, 'sidelab.db'));
    const root = harness.submission([], { kind: 'sweep', name: 'sweep' });
    const tasks = Array.from({ length: trials }, (_, index): TaskSubmission => {
      const { environment: _environment, experiment: _experiment, ...launch } = harness.submission(['train', '--lr']);
      const name = `lr=${index}`;
      const parametersJson = JSON.stringify({ lr: index, model: { width: 64, depth: 4 } });
      const place = { parentId: root.runId, environment: 0, dependsOn: [] };
      return { ...launch, name, task: name, parametersJson, timeoutMs: 60_000, ...place };
    });
    store.submit({ ...root, tasks }, 0);
    for (const [at, { runId }] of tasks.entries()) {
      store.beginAttempt(runId, { executor: 'local', host: 'bench', folder: '/' }, at);
      store.attemptStarted(runId, { pid: 1, atMs: at, awakeMs: at });
      store.endAttempt(runId, { kind: 'exited', exitCode: 0, atMs: at + 1 }, undefined);
    }
    const measured = await alternate(9, {
      'one run (baseline)': () => void store.run(root.runId),
      'rows of the graph': () => void store.graph(root.runId),
    });
    const { nodes, edges } = store.graph(root.runId);
    store.close();
    const client = await harness.start();
    printRatios(`A sweep of ${trials} trials that have ended`, [
      ...measured,
      ...(await alternate(9, {
        'nodes, edges, levels, critical path of them': () => void toRunGraph(nodes, edges, 0),
      })),
      ...(await alternate(9, {
        'the graph over the socket': async () => {
          await client.peer.call('runs.graph', { runId: root.runId });
        },
      })),
    ]);
  } finally {
    await harness.stop();
  }
}

export async function benchGraphs(): Promise<void> {
  const harness = new EngineHarness();
  try {
    const client = await harness.start();
    await client.peer.call('engine.configure', { atOnce });
    const run = async (command: string[], shape: Shape): Promise<void> => {
      const submission = graph(harness, command, shape);
      client.changes.length = 0;
      await client.peer.call('runs.submit', submission);
      await untilSettled(client, submission.runId);
    };
    const empty = ['/bin/true'];
    printRatios(`${size} empty tasks, ${atOnce} at once`, [
      await timed('the same wrapper from a bare Node loop (baseline)', async () => bareWrappers(harness, empty)),
      await timed('a graph, wide', async () => run(empty, 'wide')),
      await timed('a graph, lattice', async () => run(empty, 'lattice')),
      await timed('a graph, chain (one at a time)', async () => run(empty, 'chain')),
      await timed('make -j2, wide', async () => make(harness, empty, 'wide')),
    ]);
    const pause = ['/bin/sleep', '0.1'];
    printRatios(`${size} tasks of 100 ms, ${atOnce} at once`, [
      await timed('make -j2, lattice (baseline)', async () => make(harness, pause, 'lattice'), 1),
      await timed('a graph, lattice', async () => run(pause, 'lattice'), 1),
      await timed('a graph, wide', async () => run(pause, 'wide'), 1),
    ]);
  } finally {
    await harness.stop();
  }
}
