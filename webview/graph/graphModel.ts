/**
 * The graph that a panel shows, as it is by now: a tree of nodes with the edges among siblings, kept current change by change.
 * Knows no DOM and nothing of how it is looked at.
 */
import type { GraphChange } from '../../src/model/graphChange';
import type { RunId } from '../../src/model/ids';
import type { ChildCounts } from '../../src/model/run';
import {
  type AttemptTimes,
  type GraphEdge,
  type GraphNode,
  type RunGraph,
  type StoredNode,
  timesOfAttempts,
  toRunGraph,
} from '../../src/model/runGraph';
import { isSettled } from '../../src/model/runStatus';

export interface ModelNode {
  readonly id: RunId;
  /** The names on the way to it, below the graph's own run: `folds/fold-1`; empty for that run. */
  readonly path: string;
  /** 0 for the graph's own run. */
  readonly depth: number;
  readonly parent: ModelNode | undefined;
  /** In the order of the file. */
  readonly children: readonly ModelNode[];
  /** As it is now: replaced, never changed. */
  readonly data: GraphNode;
  /** How many of its children have which status. */
  readonly counts: ChildCounts;
  /** Of all that is below it, or its own: first start and last end so far, in ms since 1970. */
  readonly firstStartMs: number | undefined;
  readonly lastEndMs: number | undefined;
}

interface MutableNode extends ModelNode {
  data: GraphNode;
  readonly children: MutableNode[];
  readonly parent: MutableNode | undefined;
  counts: Partial<Record<GraphNode['status'], number>>;
  firstStartMs: number | undefined;
  lastEndMs: number | undefined;
}

export interface Applied {
  readonly changed: readonly ModelNode[];
  /** Something was told of a node that is not there: the whole is to be asked for. */
  readonly isMissing: boolean;
}

export class GraphModel {
  readonly #nodes = new Map<RunId, MutableNode>();
  readonly #byPath = new Map<string, MutableNode>();
  readonly #edges: readonly GraphEdge[];
  readonly #edgesByParent = new Map<RunId, GraphEdge[]>();
  readonly top: ModelNode;

  /** `nodes`: the graph's own run first, parents before their children. Throws for a graph without nodes. */
  constructor(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
    for (const data of nodes) this.#add(data);
    this.#edges = edges;
    for (const edge of edges) {
      const parent = this.#nodes.get(edge.to)?.parent;
      if (!parent || !this.#nodes.has(edge.from)) continue;
      const known = this.#edgesByParent.get(parent.id);
      if (known) known.push(edge);
      else this.#edgesByParent.set(parent.id, [edge]);
    }
    const [first] = this.#nodes.values();
    if (!first) throw new Error('A graph without its own run.');
    this.top = first;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** All of them: parents before their children. */
  get nodes(): IterableIterator<ModelNode> {
    return this.#nodes.values();
  }

  find(id: RunId): ModelNode | undefined {
    return this.#nodes.get(id);
  }

  findPath(path: string): ModelNode | undefined {
    return this.#byPath.get(path);
  }

  /** Edges among the children of a node. */
  edgesIn(parent: RunId): readonly GraphEdge[] {
    return this.#edgesByParent.get(parent) ?? [];
  }

  apply(changes: readonly GraphChange[]): Applied {
    const changed: ModelNode[] = [];
    let isMissing = false;
    for (const change of changes) {
      const node = this.#nodes.get(change.id);
      if (node) {
        this.#replace(node, change);
        changed.push(node);
      } else isMissing = true;
    }
    return { changed, isMissing };
  }

  /** With durations until `nowMs`, and the critical path. Walks over all nodes. */
  measure(nowMs: number): RunGraph {
    return toRunGraph(
      [...this.#nodes.values()].map(({ data }) => storedNode(data)),
      this.#edges,
      nowMs,
    );
  }

  #add(data: GraphNode): void {
    const parent = data.parentId === undefined ? undefined : this.#nodes.get(data.parentId);
    const above = parent?.path ?? '';
    const path = parent ? (above === '' ? data.name : `${above}/${data.name}`) : '';
    const node: MutableNode = {
      id: data.id,
      path,
      depth: parent ? parent.depth + 1 : 0,
      parent,
      children: [],
      data,
      counts: {},
      firstStartMs: undefined,
      lastEndMs: undefined,
    };
    this.#nodes.set(node.id, node);
    this.#byPath.set(path, node);
    noteTimes(node);
    if (!parent) return;
    parent.children.push(node);
    parent.counts[data.status] = (parent.counts[data.status] ?? 0) + 1;
  }

  #replace(node: MutableNode, change: GraphChange): void {
    const before = node.data;
    const { attempt, parentId: _parent, name: _name, ...rest } = change;
    const { evidence: _evidence, held: _held, progress: _progress, ...lasting } = before;
    node.data = { ...lasting, ...rest, ...withAttempt(before.attemptTimes, attempt) };
    noteTimes(node);
    const counts = node.parent?.counts;
    if (!counts || before.status === change.status) return;
    counts[before.status] = (counts[before.status] ?? 1) - 1;
    counts[change.status] = (counts[change.status] ?? 0) + 1;
  }
}

/** Starts and ends are carried up to all that the node is inside of. */
function noteTimes(node: MutableNode): void {
  if (node.data.kind !== 'single') return;
  const { startedAtMs, endedAtMs } = node.data.attemptTimes ? timesOfAttempts(node.data.attemptTimes) : node.data;
  for (let at: MutableNode | undefined = node; at; at = at.parent) {
    if (startedAtMs !== undefined) at.firstStartMs = Math.min(at.firstStartMs ?? Infinity, startedAtMs);
    if (endedAtMs !== undefined) at.lastEndMs = Math.max(at.lastEndMs ?? -Infinity, endedAtMs);
  }
}

/**
 * What a single run's attempts took, the one under way until `nowMs`; of a run made of runs from its first start to its last end,
 * or until now. Undefined before its start.
 */
export function spentMs({ data, firstStartMs, lastEndMs }: ModelNode, nowMs: number): number | undefined {
  if (data.kind === 'single' && data.attemptTimes) {
    const { workedMs, workingSinceMs } = timesOfAttempts(data.attemptTimes);
    if (workedMs === undefined && workingSinceMs === undefined) return undefined;
    return (workedMs ?? 0) + (workingSinceMs === undefined ? 0 : Math.max(0, nowMs - workingSinceMs));
  }
  if (firstStartMs === undefined) return undefined;
  return Math.max(0, (isSettled(data.status) ? (lastEndMs ?? nowMs) : nowMs) - firstStartMs);
}

/** The attempts as they are known by now; a change tells of the newest only. */
function withAttempt(
  known: readonly AttemptTimes[] | undefined,
  attempt: AttemptTimes | undefined,
): Pick<GraphNode, 'attemptTimes'> {
  if (!attempt) return known ? { attemptTimes: [...known] } : {};
  return { attemptTimes: [...(known ?? []).filter(({ number }) => number < attempt.number), attempt] };
}

/** What durations and times follow from. */
function storedNode(data: GraphNode): StoredNode {
  const { level: _level, durationMs: _duration, isCritical: _critical, startedAtMs, endedAtMs, ...node } = data;
  const attempts = data.attemptTimes;
  if (data.kind !== 'single') return node;
  if (!attempts) {
    return {
      ...node,
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(endedAtMs === undefined ? {} : { endedAtMs }),
    };
  }
  const times = timesOfAttempts(attempts);
  return { ...node, ...times };
}
