/** What the Experiments view says of how it is looked at. */
import type { RunOrder, RunSort } from '../../model/runOrder';
import type { RunGrouping } from '../../model/runGroups';
import type { TreeLook } from './treeLook';

export const groupingNames: Readonly<Record<RunGrouping, string>> = {
  experiment: 'Experiment',
  status: 'Status',
  tag: 'Tag',
  day: 'Day',
  folder: 'Folder',
  workspace: 'Workspace',
  none: 'Nothing',
};

export const sortNames: Readonly<Record<RunSort, string>> = {
  newest: 'Newest First',
  oldest: 'Oldest First',
  name: 'Name',
  changed: 'Last Change of Status',
  duration: 'Duration, Longest First',
};

export const orderName = (order: RunOrder): string =>
  order.by === 'parameter' ? `${order.path}, ${order.descending ? 'Highest' : 'Lowest'} First` : sortNames[order.by];

/**
 * Above the rows; '' for nothing to say. An empty list says itself why it is empty, which VS Code shows only without this. `runCount`: how
 * many runs are left.
 */
export function describeLook(
  { scope, state, filterText }: Pick<TreeLook, 'scope' | 'state' | 'filterText'>,
  runCount: number,
): string {
  const { grouping, order } = state;
  if (runCount === 0) return '';
  const parts = [
    ...(scope === 'workspace' ? ['This Workspace'] : []),
    ...(order.by === 'newest' ? [] : [`Sorted by ${orderName(order)}`]),
    ...(filterText === '' ? [] : [`Filter: ${filterText}`]),
    // Of a run with several tags it is not known how often it was counted.
    ...(filterText === '' || grouping === 'tag' ? [] : [countOf(runCount)]),
  ];
  return parts.join(' · ');
}

const countOf = (runs: number): string => `${runs.toLocaleString('en')} ${runs === 1 ? 'run' : 'runs'}`;
