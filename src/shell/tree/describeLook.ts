/** What the Experiments view says of how it is looked at: beside its title, and above its rows. */
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

export interface LookDescription {
  readonly description: string;
  readonly message: string;
}

/** '' is nothing to say. `runCount`: how many runs are left. */
export function describeLook(
  { scope, state, filterText }: Pick<TreeLook, 'scope' | 'state' | 'filterText'>,
  runCount: number,
): LookDescription {
  const { grouping, order } = state;
  const parts = [
    ...(scope === 'workspace' ? ['This Workspace'] : []),
    ...(grouping === 'experiment' ? [] : [grouping === 'none' ? 'Ungrouped' : `By ${groupingNames[grouping]}`]),
    ...(order.by === 'newest' ? [] : [orderName(order)]),
  ];
  const count = `${runCount.toLocaleString('en')} ${runCount === 1 ? 'run' : 'runs'}`;
  return {
    description: parts.join(' · '),
    // Of a run with several tags it is not known how often it was counted.
    message: filterText === '' ? '' : `Filter: ${filterText}${grouping === 'tag' ? '' : ` · ${count}`}`,
  };
}
