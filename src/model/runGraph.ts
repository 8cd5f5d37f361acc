/**
 * A run made of runs as a graph: its nodes and edges with their levels, durations, what each waits for, and the critical path.
 * The times of a run made of runs are those of what it is made of.
 */
import { type Static, Type } from '@sinclair/typebox';
import type { RunId } from './ids';
import { AttemptSchema, ProgressSchema, RunIdSchema, RunKindSchema, RunStatusSchema } from './run';
import { isSettled } from './runStatus';
import { type DependencyCondition, dependencyConditions } from './taskGraph';

/** When one attempt was launched, began to execute and ended, and how. */
export const AttemptTimesSchema = Type.Pick(AttemptSchema, [
  'number',
  'createdAtMs',
  'startedAtMs',
  'endedAtMs',
  'reason',
]);
export type AttemptTimes = Static<typeof AttemptTimesSchema>;

export const GraphNodeSchema = Type.Object({
  id: RunIdSchema,
  /** Absent for the run that the graph is of. */
  parentId: Type.Optional(RunIdSchema),
  name: Type.String(),
  kind: RunKindSchema,
  status: RunStatusSchema,
  /** What the status rests on: of a queued run, what it waits for. */
  evidence: Type.Optional(Type.String()),
  /** Attempts so far; of a run made of runs 0. */
  attempts: Type.Integer(),
  attemptsMax: Type.Integer(),
  progress: Type.Optional(ProgressSchema),
  /** Not to be started before it is released by hand, nor anything that it is made of. */
  held: Type.Optional(Type.Boolean()),
  /** Limit of each of its attempts. */
  timeoutMs: Type.Optional(Type.Number()),
  /** When it was submitted, in ms since 1970; absent for what is only planned. */
  createdAtMs: Type.Optional(Type.Number()),
  /** Of a single run, oldest first. */
  attemptTimes: Type.Optional(Type.Array(AttemptTimesSchema)),
  /** Of its first attempt's start and its last one's end, in ms since 1970. */
  startedAtMs: Type.Optional(Type.Number()),
  endedAtMs: Type.Optional(Type.Number()),
  /** Longest way, in edges, from a sibling that waits for none: 0 for that one. */
  level: Type.Integer(),
  /**
   * What its attempts took, the one under way until now, and no pauses between them; of a run made of runs from its start to
   * its end, or until now. Absent before its start.
   */
  durationMs: Type.Optional(Type.Number()),
  /** On the critical path of its graph. */
  isCritical: Type.Boolean(),
});
export type GraphNode = Static<typeof GraphNodeSchema>;

/** A node as it is stored: what the rest follows from. */
export type StoredNode = Omit<GraphNode, 'level' | 'durationMs' | 'isCritical'> & {
  /** What those of its attempts took that have ended. */
  readonly workedMs?: number;
  /** Start of the attempt that is under way. */
  readonly workingSinceMs?: number;
};

export const GraphEdgeSchema = Type.Object({
  from: RunIdSchema,
  /** Waits for `from`, which is a sibling. */
  to: RunIdSchema,
  on: Type.Unsafe<DependencyCondition>(Type.Union(dependencyConditions.map((condition) => Type.Literal(condition)))),
});
export type GraphEdge = Static<typeof GraphEdgeSchema>;

export const RunGraphSchema = Type.Object({
  /** The run itself first, parents before their children, siblings in the order of the file. */
  nodes: Type.Array(GraphNodeSchema),
  edges: Type.Array(GraphEdgeSchema),
  /**
   * The siblings, one after another, whose durations add up to the most: no other order of work would have been quicker than
   * they. Of the graph's own tasks; what those are made of is marked in the nodes.
   */
  criticalPath: Type.Array(RunIdSchema),
  criticalMs: Type.Number(),
});
export type RunGraph = Static<typeof RunGraphSchema>;

/** `stored` has parents before their children; `nowMs` is what runs that have not ended are measured against. */
export function toRunGraph(stored: readonly StoredNode[], edges: readonly GraphEdge[], nowMs: number): RunGraph {
  const times = timesOf(stored);
  const children = groupBy(stored, ({ parentId }) => parentId);
  const needs = groupBy(edges, ({ to }) => to);
  const duration = new Map(stored.map((node) => [node.id, durationMs(node, times.get(node.id), nowMs)]));
  const levels = new Map<RunId, number>();
  const critical = new Set<RunId>();
  const top = stored[0]?.id;
  let path: readonly RunId[] = [];
  for (const [parent, siblings] of children) {
    const ordered = inOrder(siblings, needs);
    for (const { id } of ordered) {
      const before = (needs.get(id) ?? []).map(({ from }) => levels.get(from) ?? 0);
      levels.set(id, before.length === 0 ? 0 : Math.max(...before) + 1);
    }
    const longest = longestPath(ordered, needs, duration);
    for (const id of longest) critical.add(id);
    if (parent === top) path = longest;
  }
  // Inside a task that is not critical nothing is.
  for (const { id, parentId } of stored) if (parentId !== undefined && !critical.has(parentId)) critical.delete(id);
  const nodes = stored.map(({ workedMs: _worked, workingSinceMs: _since, ...node }): GraphNode => {
    const spent = duration.get(node.id);
    return {
      ...node,
      ...times.get(node.id),
      level: levels.get(node.id) ?? 0,
      isCritical: critical.has(node.id),
      ...(spent === undefined ? {} : { durationMs: spent }),
    };
  });
  const criticalMs = path.reduce((sum, id) => sum + (duration.get(id) ?? 0), 0);
  return { nodes, edges: [...edges], criticalPath: [...path], criticalMs };
}

/** Of a single run: from its first start to its newest attempt's end, and what its attempts took; those that never started took nothing. */
export function timesOfAttempts(
  attempts: readonly AttemptTimes[],
): Pick<StoredNode, 'startedAtMs' | 'endedAtMs' | 'workedMs' | 'workingSinceMs'> {
  const times: { startedAtMs?: number; endedAtMs?: number; workedMs?: number; workingSinceMs?: number } = {};
  for (const { startedAtMs, endedAtMs } of attempts) {
    if (startedAtMs === undefined) continue;
    times.startedAtMs ??= startedAtMs;
    if (endedAtMs === undefined) times.workingSinceMs = startedAtMs;
    else times.workedMs = (times.workedMs ?? 0) + endedAtMs - startedAtMs;
  }
  const endedAtMs = attempts.at(-1)?.endedAtMs;
  if (endedAtMs !== undefined) times.endedAtMs = endedAtMs;
  return times;
}

interface Times {
  startedAtMs?: number;
  endedAtMs?: number;
}

/** Of a run made of runs: from the first start below it to the last end, once it is settled. */
function timesOf(stored: readonly StoredNode[]): ReadonlyMap<RunId, Times> {
  const times = new Map<RunId, Times>();
  const add = (id: RunId, { startedAtMs, endedAtMs }: Times): void => {
    const own = times.get(id) ?? {};
    if (startedAtMs !== undefined) own.startedAtMs = Math.min(own.startedAtMs ?? Infinity, startedAtMs);
    if (endedAtMs !== undefined) own.endedAtMs = Math.max(own.endedAtMs ?? -Infinity, endedAtMs);
    times.set(id, own);
  };
  for (const { id, kind, status, parentId, startedAtMs, endedAtMs } of stored.toReversed()) {
    if (kind === 'single') {
      add(id, {
        ...(startedAtMs === undefined ? {} : { startedAtMs }),
        ...(endedAtMs === undefined ? {} : { endedAtMs }),
      });
    }
    if (parentId !== undefined) add(parentId, times.get(id) ?? {});
    // What was added from below is not its end while something of it goes on.
    if (!isSettled(status)) delete times.get(id)?.endedAtMs;
  }
  return times;
}

function durationMs(node: StoredNode, times: Times | undefined, nowMs: number): number | undefined {
  if (times?.startedAtMs === undefined) return undefined;
  const { kind, workedMs, workingSinceMs } = node;
  if (kind === 'single' && (workedMs !== undefined || workingSinceMs !== undefined)) {
    const sinceMs = workingSinceMs === undefined ? 0 : Math.max(0, nowMs - workingSinceMs);
    return Math.max(0, workedMs ?? 0) + sinceMs;
  }
  return Math.max(0, (times.endedAtMs ?? nowMs) - times.startedAtMs);
}

type Needs = ReadonlyMap<RunId, readonly GraphEdge[]>;

/** Siblings, each after those that it waits for; a task may stand in the file before what it depends on. */
function inOrder(siblings: readonly StoredNode[], needs: Needs): readonly StoredNode[] {
  const known = new Map(siblings.map((node) => [node.id, node]));
  const waits = new Map(siblings.map(({ id }) => [id, needs.get(id)?.length ?? 0]));
  const followers = new Map<RunId, RunId[]>();
  for (const { id } of siblings) {
    for (const { from } of needs.get(id) ?? []) {
      const ids = followers.get(from);
      if (ids) ids.push(id);
      else followers.set(from, [id]);
    }
  }
  const ordered = siblings.filter(({ id }) => waits.get(id) === 0);
  // It grows while it is walked through.
  for (const { id } of ordered) {
    for (const follower of followers.get(id) ?? []) {
      const left = (waits.get(follower) ?? 0) - 1;
      waits.set(follower, left);
      const node = known.get(follower);
      if (left === 0 && node) ordered.push(node);
    }
  }
  return ordered;
}

function longestPath(
  ordered: readonly StoredNode[],
  needs: Needs,
  duration: ReadonlyMap<RunId, number | undefined>,
): readonly RunId[] {
  const reached = new Map<RunId, { readonly ms: number; readonly before: RunId | undefined }>();
  let last: RunId | undefined;
  for (const { id } of ordered) {
    const own = duration.get(id);
    let before: RunId | undefined;
    for (const { from } of needs.get(id) ?? []) {
      if (before === undefined || (reached.get(from)?.ms ?? 0) > (reached.get(before)?.ms ?? 0)) before = from;
    }
    const ms = (own ?? 0) + (before === undefined ? 0 : (reached.get(before)?.ms ?? 0));
    reached.set(id, { ms, before });
    // What has not started takes no time yet, and is on no path.
    if (own !== undefined && (last === undefined || ms > (reached.get(last)?.ms ?? 0))) last = id;
  }
  const path: RunId[] = [];
  for (let at = last; at !== undefined; at = reached.get(at)?.before) {
    if (duration.get(at) !== undefined) path.unshift(at);
  }
  return path;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
