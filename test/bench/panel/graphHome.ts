/**
 * A home with graphs of every shape in it, written by the engine's own store before any engine lives there. The first six in ten of
 * each have ended; the rest waits in a queue that is paused: nothing starts by itself, and states change only as the bench says.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Store } from '../../../src/engine/store/store';
import { newRunId, type RunId } from '../../../src/model/ids';
import type { Submission, TaskSubmission } from '../../../src/protocol/engine';
import { type Shape, shapes } from '../graph/shapes';

export const graphNames = ['chain', 'wide', 'lattice', 'nested', 'sweep'] as const;
export type GraphName = (typeof graphNames)[number];

/** A task that executes a program. */
export interface FilledTask {
  readonly id: RunId;
  readonly parentId: RunId;
  readonly name: string;
}

export interface FilledGraph {
  readonly top: RunId;
  readonly tasks: readonly FilledTask[];
}

/** Where a failure ends little or nothing else: a task at the right edge of the lattice, one of many elsewhere. */
const failing: Readonly<Record<GraphName, boolean>> = {
  chain: false,
  wide: true,
  lattice: true,
  nested: false,
  sweep: true,
};

export function fillGraphHome(home: string): Readonly<Record<GraphName, FilledGraph>> {
  const beganMs = performance.now();
  mkdirSync(home, { mode: 0o700, recursive: true });
  const store = Store.open(path.join(home, 'sidelab.db'));
  store.saveSetting('paused', 'true');
  const fill = (name: GraphName): FilledGraph => fillGraph(store, home, name);
  const filled = {
    chain: fill('chain'),
    wide: fill('wide'),
    lattice: fill('lattice'),
    nested: fill('nested'),
    sweep: fill('sweep'),
  };
  store.close();
  const count = Object.values(filled).reduce((sum, { tasks }) => sum + tasks.length, 0);
  console.log(`  ${count} tasks written in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`);
  return filled;
}

function fillGraph(store: Store, home: string, name: GraphName): FilledGraph {
  const shape = shapes[name]?.();
  if (!shape) throw new Error(`There is no shape ${name}.`);
  const { submission, tasks } = submissionOf(shape, home, name);
  const startMs = Date.now() - 3_600_000;
  store.submit(submission, startMs);
  const ended = Math.floor(tasks.length * 0.6);
  const done = store.together(
    tasks.slice(0, ended).map(({ id }, at) => () => {
      const beganAtMs = startMs + at * 200;
      const isFailing = failing[name] && at > 300 && at % 25 === 24;
      // What came after one that has failed is skipped.
      if (store.run(id).status !== 'queued') return;
      store.beginAttempt(id, { executor: 'local', host: 'bench', folder: '/' }, beganAtMs);
      store.attemptStarted(id, { pid: 1, atMs: beganAtMs, awakeMs: beganAtMs });
      const atMs = beganAtMs + 1000 * (5 + (at % 60));
      store.endAttempt(id, { kind: 'exited', exitCode: isFailing ? 1 : 0, atMs }, undefined);
    }),
  );
  const failure = done.find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
  return { top: submission.runId, tasks };
}

/** Its names, parents and edges, with ids as runs have them. */
function submissionOf(
  { nodes, edges }: Shape,
  home: string,
  name: GraphName,
): { readonly submission: Submission; readonly tasks: readonly FilledTask[] } {
  const ids = new Map(nodes.map(({ id }) => [id, newRunId()]));
  const idOf = (id: RunId | undefined): RunId => (id === undefined ? undefined : ids.get(id)) ?? newRunId();
  const needs = new Map<RunId, { runId: RunId; on: (typeof edges)[number]['on'] }[]>();
  for (const { from, to, on } of edges) {
    const known = needs.get(to);
    const need = { runId: idOf(from), on };
    if (known) known.push(need);
    else needs.set(to, [need]);
  }
  const launch = { tags: [], metadataJson: '{}', parametersJson: '{}', cwd: home, retries: 0 };
  const [top, ...parts] = nodes;
  if (!top) throw new Error('A graph without its own run.');
  const tasks = parts.map((node): TaskSubmission => ({
    ...launch,
    runId: idOf(node.id),
    name: node.name,
    task: node.name,
    parentId: idOf(node.parentId),
    kind: node.kind,
    command: node.kind === 'single' ? ['true'] : [],
    environment: 0,
    dependsOn: needs.get(node.id) ?? [],
  }));
  return {
    submission: {
      ...launch,
      runId: idOf(top.id),
      name,
      kind: top.kind,
      experiment: 'bench',
      command: [],
      environment: [],
      tasks,
    },
    tasks: tasks
      .filter(({ command }) => command.length > 0)
      .map(({ runId, parentId, name: own }) => ({ id: runId, parentId, name: own })),
  };
}
