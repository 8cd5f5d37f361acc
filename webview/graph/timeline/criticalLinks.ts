/** The critical path among the rows of the timeline: which nodes are on it, and the lines from each to the next. */
import type { RunId } from '../../../src/model/ids';
import type { GraphModel, ModelNode } from '../graphModel';
import type { VisibleRow } from '../openNodes';
import type { NodeTimes } from './nodeTimes';
import type { CriticalLink } from './timelineScene';

export interface CriticalRows {
  readonly ids: ReadonlySet<RunId>;
  readonly links: readonly CriticalLink[];
}

export const noCriticalRows: CriticalRows = { ids: new Set(), links: [] };

/** Walks over all nodes. */
export function criticalRows(
  model: GraphModel,
  rows: readonly VisibleRow[],
  times: NodeTimes,
  nowMs: number,
): CriticalRows {
  const { nodes } = model.measure(nowMs);
  // The graph itself is on no path among its tasks.
  const ids = new Set(
    nodes.filter(({ isCritical, parentId }) => isCritical && parentId !== undefined).map(({ id }) => id),
  );
  const onPath = new Map<
    ModelNode | undefined,
    { readonly index: number; readonly fromMs: number; readonly toMs: number }[]
  >();
  rows.forEach(({ node }, index) => {
    const span = times.spanOf(node);
    if (!span || !ids.has(node.id)) return;
    const row = { index, fromMs: span.startedAtMs, toMs: span.endedAtMs ?? nowMs };
    const siblings = onPath.get(node.parent);
    if (siblings) siblings.push(row);
    else onPath.set(node.parent, [row]);
  });
  const links: CriticalLink[] = [];
  for (const siblings of onPath.values()) {
    // On a path, one follows the other.
    siblings.sort((a, b) => a.fromMs - b.fromMs);
    siblings.forEach((to, at) => {
      const from = siblings[at - 1];
      if (from) links.push({ fromRow: from.index, fromMs: from.toMs, toRow: to.index, toMs: to.fromMs });
    });
  }
  return { ids, links };
}
