/** Which past runs a parameter of a run file can be compared with, and by which metrics: as the file stands while it is edited. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { Goal } from '../../model/best';
import type { MetricGoal, RunFamily } from '../../model/parameterHistory';
import { scriptCommand } from '../algorithms/applyAlgorithm';
import { properties } from '../runFiles/jsonTree';
import { experimentOf } from '../runFiles/resolveRun';
import type { KeyPath } from '../runFiles/runFileProblem';

/** The family of the run or task at `at`; `path` is the run file's. */
export function familyOf(root: Node, at: KeyPath, path: string): RunFamily {
  const named = textAt(root, ['experiment']);
  const experiment = experimentOf({ file: named === undefined ? {} : { experiment: named }, path });
  const algorithm = textAt(root, [...at, 'algorithm']);
  if (algorithm !== undefined) return { algorithm, experiment };
  const command = commandAt(root, at);
  return { experiment, runFile: path, task: namesOf(root, at), ...(command ? { command } : {}) };
}

/** Metrics that have a goal there; the one that its sweep names comes first. */
export function goalsAt(root: Node, at: KeyPath): readonly MetricGoal[] {
  const metrics = nodeAt(root, [...at, 'metrics']);
  if (metrics?.type !== 'object') return [];
  const goals = new Map<string, Goal>();
  for (const [metric, , known] of properties(metrics)) {
    const goal = textAt(known, ['goal']);
    if (goal === 'minimize' || goal === 'maximize') goals.set(metric, goal);
  }
  const first = textAt(root, [...at, 'sweep', 'metric']);
  return Array.from(goals, ([metric, goal]) => ({ metric, goal })).sort(
    (a, b) => Number(b.metric === first) - Number(a.metric === first),
  );
}

/** What the tasks on the way are called. */
function namesOf(root: Node, at: KeyPath): string[] {
  const names: string[] = [];
  for (let i = 0; i < at.length; i += 2) {
    const name = at[i + 1];
    // Of a member without a name its place among the others says it.
    if (typeof name !== 'number') names.push(String(name));
    else names.push(textAt(root, [...at.slice(0, i + 2), 'name']) ?? `member-${name + 1}`);
  }
  return names;
}

function commandAt(root: Node, at: KeyPath): string[] | undefined {
  const script = textAt(root, [...at, 'script']);
  if (script !== undefined) return scriptCommand(script);
  const command = nodeAt(root, [...at, 'command']);
  const words = command?.type === 'array' ? (command.children ?? []) : [];
  const isWhole = words.length > 0 && words.every(({ type }) => type === 'string');
  return isWhole ? words.map(({ value }) => String(value)) : undefined;
}

const nodeAt = (root: Node, keyPath: KeyPath): Node | undefined => findNodeAtLocation(root, [...keyPath]);

/** Undefined for what is no text, or an empty one. */
function textAt(root: Node, keyPath: KeyPath): string | undefined {
  const node = nodeAt(root, keyPath);
  return node?.type === 'string' && node.value !== '' ? String(node.value) : undefined;
}
