/** Who waits for whom among the tasks of one graph, as it stands in the file. */
import { type TaskWait, declaredWaits, impliedWaits } from '../../core/runFiles/taskWaits';
import { findCircle } from '../../model/taskGraph';
import type { RunPart } from './runParts';

export interface TaskWaiting {
  /** In the order of the file. */
  readonly names: readonly string[];
  /** What each waits for: tasks that there are, each once, itself never. */
  readonly waits: ReadonlyMap<string, readonly TaskWait[]>;
  /** Who waits for each, and how. */
  readonly awaited: ReadonlyMap<string, readonly TaskWait[]>;
  /** How many tasks run one after another at the most; 0 when they wait for each other in a circle. */
  readonly longestChain: number;
  /** The tasks of all chains as long as that. */
  readonly onLongestChain: ReadonlySet<string>;
}

const known = new WeakMap<RunPart, TaskWaiting>();

/** Of the tasks of `part`. */
export function taskWaiting(part: RunPart): TaskWaiting {
  const before = known.get(part);
  if (before) return before;
  const made = look(part);
  known.set(part, made);
  return made;
}

function look({ taskNodes, isSequential, isGroup }: RunPart): TaskWaiting {
  const names = [...new Set(taskNodes.map(({ name }) => name))];
  const isThere = new Set(names);
  const implied = impliedWaits(taskNodes, isSequential && !isGroup);
  const waits = new Map<string, readonly TaskWait[]>();
  const awaited = new Map<string, TaskWait[]>(names.map((name) => [name, []]));
  for (const task of taskNodes) {
    // A dependency that is declared says how the other must have ended; a reference to the same adds nothing.
    const first = new Map<string, TaskWait>();
    for (const wait of [...declaredWaits(task), ...(implied.get(task.name) ?? [])]) {
      if (isThere.has(wait.task) && wait.task !== task.name && !first.has(wait.task)) first.set(wait.task, wait);
    }
    waits.set(task.name, [...first.values()]);
  }
  for (const [name, own] of waits) {
    for (const wait of own) awaited.get(wait.task)?.push({ ...wait, from: [name] });
  }
  return { names, waits, awaited, ...chains(names, waits) };
}

/** Without durations the longest chain is that of the most tasks. */
function chains(
  names: readonly string[],
  waits: ReadonlyMap<string, readonly TaskWait[]>,
): Pick<TaskWaiting, 'longestChain' | 'onLongestChain'> {
  const before = new Map(
    names.map((name): [string, string[]] => [name, (waits.get(name) ?? []).map(({ task }) => task)]),
  );
  if (findCircle(before)) return { longestChain: 0, onLongestChain: new Set() };
  const order = inOrder(before);
  const after = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const [name, own] of before) for (const task of own) after.get(task)?.push(name);
  const [up, down] = [longestFrom(order, before), longestFrom(order.toReversed(), after)];
  const lengths = new Map(names.map((name) => [name, (up.get(name) ?? 1) + (down.get(name) ?? 1) - 1]));
  const longestChain = names.reduce((longest, name) => Math.max(longest, lengths.get(name) ?? 1), 0);
  return { longestChain, onLongestChain: new Set(names.filter((name) => lengths.get(name) === longestChain)) };
}

/** How many tasks follow each other from there on, itself counted. */
function longestFrom(
  order: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const name of order) {
    longest.set(name, 1 + (next.get(name) ?? []).reduce((most, other) => Math.max(most, longest.get(other) ?? 0), 0));
  }
  return longest;
}

/** Each after those that it waits for; there are no circles. */
function inOrder(before: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(Array.from(before, ([name, own]) => [name, own.length]));
  const after = new Map<string, string[]>();
  for (const [name, own] of before) {
    for (const task of own) {
      const list = after.get(task);
      if (list) list.push(name);
      else after.set(task, [name]);
    }
  }
  const ordered = Array.from(left.keys()).filter((name) => left.get(name) === 0);
  for (let at = 0; at < ordered.length; at += 1) {
    for (const name of after.get(ordered[at] ?? '') ?? []) {
      const rest = (left.get(name) ?? 0) - 1;
      left.set(name, rest);
      if (rest === 0) ordered.push(name);
    }
  }
  return ordered;
}
