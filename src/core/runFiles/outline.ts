/**
 * What a run file comes to as far as its text tells: how many tasks or trials, how many programs at once, and how long at most.
 * Nothing outside of the text is looked at, so it can be asked for with every key. Of what is not well (yet) nothing is said.
 */
import { Check } from '@sinclair/typebox/value';
import { getNodePath, type Node } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import type { RunKind } from '../../model/run';
import { type Sweep, SweepSchema } from '../../model/sweep';
import { sweepProblems } from '../../model/sweepProblems';
import { countTrials, expandSweep } from '../../model/sweepTrials';
import { findCircle } from '../../model/taskGraph';
import { type Extent, extentOfParts, extentOfProgram, type PartEdge, type ProgramLimits } from './extent';
import { properties, toJsonText } from './jsonTree';
import { declaredWaits, impliedWaits, type TaskNode, taskNodes } from './taskWaits';

export interface Outline {
  readonly kind: RunKind;
  /** Tasks, members or trials; 0 for a single program. */
  readonly parts: number;
  readonly extent: Extent;
  /** A plugin may change it: how long it takes is not known. */
  readonly isPatched: boolean;
}

/** What a task gets from where it stands, and a trial from its sweep. */
type Inherited = Pick<ProgramLimits, 'timeoutMs' | 'retries'>;

/** Undefined where that cannot be said. `root` is a run file that could be parsed. */
export function outlineOf(root: Node): Outline | undefined {
  return outlineOfRun(root, {}, false);
}

function outlineOfRun(node: Node, inherited: Inherited, isTrial: boolean): Outline | undefined {
  const keys = new Map(Array.from(properties(node), ([key, , value]) => [key, value]));
  const own = ownLimits(keys);
  if (node.type !== 'object' || !own) return undefined;
  // A trial's values win over the file's.
  const limits: ProgramLimits = isTrial
    ? { ...own, ...known(inherited) }
    : { ...known(inherited), ...known(own), retryDelayMs: own.retryDelayMs };
  const isPatched = keys.has('plugins');
  const sweep = isTrial ? undefined : keys.get('sweep');
  if (sweep) return outlineOfSweep(node, sweep, { timeoutMs: limits.timeoutMs, retries: limits.retries }, isPatched);
  const programs = ['command', 'script', 'algorithm', 'tasks', 'group'].filter((key) => keys.has(key));
  const [program] = programs;
  if (program === undefined || programs.length > 1) return undefined;
  if (program !== 'tasks' && program !== 'group') {
    return { kind: 'single', parts: 0, extent: extentOfProgram(limits), isPatched };
  }
  const tasks = taskNodes(node, getNodePath(node));
  const edges = edgesOf(tasks, keys.get('sequential')?.value === true);
  const parts: readonly (Outline | undefined)[] = tasks.map((task) => outlineOfRun(task.node, limits, false));
  if (tasks.length === 0 || !edges || !areKnown(parts)) return undefined;
  return {
    kind: program === 'tasks' ? 'graph' : 'group',
    parts: parts.length,
    extent: extentOfParts(
      parts.map(({ extent }) => extent),
      edges,
    ),
    isPatched: isPatched || parts.some((part) => part.isPatched),
  };
}

function outlineOfSweep(node: Node, sweepNode: Node, inherited: Inherited, isPatched: boolean): Outline | undefined {
  const sweep: unknown = JSON.parse(toJsonText(sweepNode));
  if (!isSweep(sweep) || sweepProblems(sweep).length > 0) return undefined;
  const trials = trialsOf(node, sweep, inherited);
  if (!areKnown(trials)) return undefined;
  return {
    kind: 'sweep',
    parts: trials.length,
    extent: extentOfParts(
      trials.map(({ extent }) => extent),
      [],
      sweep.atOnce,
    ),
    isPatched: isPatched || trials.some((trial) => trial.isPatched),
  };
}

/** They are alike, unless their limits vary: then each is looked at. */
function trialsOf(node: Node, sweep: Sweep, inherited: Inherited): readonly (Outline | undefined)[] {
  const varied = [...Object.keys(sweep.over ?? {}), ...(sweep.trials ?? []).flatMap((trial) => Object.keys(trial))];
  if (!varied.some((path) => path === 'timeout' || path === 'retries')) {
    const trial = outlineOfRun(node, inherited, true);
    return new Array<Outline | undefined>(countTrials(sweep)).fill(trial);
  }
  const made = new Map<string, Outline | undefined>();
  return expandSweep(sweep).map(({ values }) => {
    const [timeoutMs, retries] = [durationOf(values.get('timeout')), countOf(values.get('retries'))];
    if (timeoutMs === null || timeoutMs === 0 || retries === null) return undefined;
    // Many trials share few limits.
    const key = `${timeoutMs} ${retries}`;
    if (!made.has(key)) made.set(key, outlineOfRun(node, { ...inherited, ...known({ timeoutMs, retries }) }, true));
    return made.get(key);
  });
}

/** Undefined when they name what is not there, or wait for each other. */
function edgesOf(tasks: readonly TaskNode[], isSequential: boolean): readonly PartEdge[] | undefined {
  const index = new Map(tasks.map(({ name }, at) => [name, at]));
  if (index.size < tasks.length) return undefined;
  const implied = impliedWaits(tasks, isSequential);
  const waits = new Map(
    tasks.map((task): [string, readonly string[]] => [
      task.name,
      [...new Set([...declaredWaits(task), ...(implied.get(task.name) ?? [])].map(({ task: other }) => other))],
    ]),
  );
  if (findCircle(waits)) return undefined;
  const edges: PartEdge[] = [];
  for (const [name, others] of waits) {
    for (const other of others) {
      const [from, to] = [index.get(other), index.get(name)];
      if (from === undefined || to === undefined) return undefined;
      edges.push({ from, to });
    }
  }
  return edges;
}

/** Undefined when one of them is none. */
function ownLimits(keys: ReadonlyMap<string, Node>): ProgramLimits | undefined {
  const timeoutMs = durationOf(scalar(keys, 'timeout'));
  const retryDelayMs = durationOf(scalar(keys, 'retryDelay'));
  const retries = countOf(scalar(keys, 'retries'));
  return timeoutMs === null || retryDelayMs === null || retries === null || timeoutMs === 0
    ? undefined
    : { timeoutMs, retries, retryDelayMs };
}

const scalar = (keys: ReadonlyMap<string, Node>, key: string): unknown => {
  const found = keys.get(key);
  // What is no scalar has no value, as has a key that is not there.
  return found && (found.children ? null : found.value);
};

/** Null for what is no duration. */
function durationOf(value: unknown): number | null | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  try {
    return parseDurationMs(value);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return null;
  }
}

/** Null for what is no count of retries. */
function countOf(value: unknown): number | null | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1000 ? value : null;
}

const known = <T extends object>(limits: T): Partial<T> =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as Partial<T>;

const areKnown = (outlines: readonly (Outline | undefined)[]): outlines is readonly Outline[] =>
  outlines.every((outline) => outline !== undefined);

const isSweep = (value: unknown): value is Sweep => Check(SweepSchema, value);
