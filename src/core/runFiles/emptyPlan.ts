/** What is shown while nothing is known of what a run file would come to, and what nodes are of which nothing was submitted. */
import path from 'node:path';
import { type GraphEdge, type RunGraph, type StoredNode, toRunGraph } from '../../model/runGraph';
import type { PlanSummary } from '../../protocol/graphPanel';
import type { PlanIds } from './planIds';
import { experimentOf } from './resolveRun';

export interface EmptyPlan extends Pick<RunGraph, 'nodes' | 'edges'> {
  readonly name: string;
  readonly experiment: string;
  readonly plan: PlanSummary;
}

/** Of all nodes of a plan. */
export const plannedState = { status: 'created', attempts: 0 } as const;

/** What is shown of a file that could never be resolved: nothing but that it is a plan. */
export function emptyPlan(file: string, ids: PlanIds): EmptyPlan {
  const top: StoredNode = {
    ...plannedState,
    id: ids.of([]),
    name: path.basename(file),
    kind: 'single',
    attemptsMax: 1,
  };
  const plan = { programs: 0, mostAtOnce: 0, unlimited: 0 };
  return { name: top.name, experiment: experimentOf({ file: {}, path: file }), ...plannedGraph([top], []), plan };
}

/** Levels as those of runs. */
export function plannedGraph(
  stored: readonly StoredNode[],
  all: readonly GraphEdge[],
): Pick<RunGraph, 'nodes' | 'edges'> {
  const { nodes, edges } = toRunGraph(stored, all, 0);
  return { nodes, edges };
}
