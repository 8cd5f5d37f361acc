/** The critical path among the rows of the timeline: which nodes are on it, and the lines from each to the next. */
import type { RunId } from '../../../src/model/ids';
import type { GraphModel, ModelNode } from '../graphModel';
import type { NodeTimes } from './nodeTimes';
import type { CriticalLink } from './timelineScene';

/** It is found by a walk over all nodes: so often at most, and in so small a share of the time. */
const [leastEveryMs, timesItsCost] = [1000, 100];

/** Of one graph, kept while that changes. */
export class CriticalPath {
  readonly #model: GraphModel;
  #ids: ReadonlySet<RunId> = new Set();
  #isStale = true;
  #nextAtMs = -Infinity;

  constructor(model: GraphModel) {
    this.#model = model;
  }

  changed(): void {
    this.#isStale = true;
  }

  /** Of what is over, always as it is: nothing would have it found again later. */
  ids(nowMs: number, isLive: boolean): ReadonlySet<RunId> {
    const fromMs = performance.now();
    const isDue = isLive ? fromMs >= this.#nextAtMs : this.#isStale;
    if (!isDue) return this.#ids;
    const { nodes } = this.#model.measure(nowMs);
    // The graph itself is on no path among its tasks.
    const onPath = nodes.filter(({ isCritical, parentId }) => isCritical && parentId !== undefined);
    this.#ids = new Set(onPath.map(({ id }) => id));
    this.#isStale = false;
    this.#nextAtMs = fromMs + Math.max(leastEveryMs, timesItsCost * (performance.now() - fromMs));
    return this.#ids;
  }
}

interface OnPath {
  readonly row: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** `rowOf`: undefined for what is not seen. */
export function criticalLinks(
  model: GraphModel,
  ids: ReadonlySet<RunId>,
  times: NodeTimes,
  rowOf: (id: RunId) => number | undefined,
  nowMs: number,
): readonly CriticalLink[] {
  const byParent = new Map<ModelNode | undefined, OnPath[]>();
  for (const id of ids) {
    const node = model.find(id);
    const span = node && times.spanOf(node);
    const row = rowOf(id);
    if (!span || row === undefined) continue;
    const own = { row, fromMs: span.startedAtMs, toMs: span.endedAtMs ?? nowMs };
    const siblings = byParent.get(node.parent);
    if (siblings) siblings.push(own);
    else byParent.set(node.parent, [own]);
  }
  const links: CriticalLink[] = [];
  for (const siblings of byParent.values()) {
    // On a path, one follows the other.
    siblings.sort((a, b) => a.fromMs - b.fromMs);
    siblings.forEach((to, at) => {
      const from = siblings[at - 1];
      if (from) links.push({ fromRow: from.row, fromMs: from.toMs, toRow: to.row, toMs: to.fromMs });
    });
  }
  return links;
}
