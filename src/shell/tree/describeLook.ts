/** What the Experiments view says of how it is looked at. */
import { l10n } from 'vscode';
import type { RunOrder, RunSort } from '../../model/runOrder';
import type { RunGrouping } from '../../model/runGroups';
import type { TreeLook } from './treeLook';

export const groupingNames: Readonly<Record<RunGrouping, string>> = {
  experiment: l10n.t('Experiment'),
  status: l10n.t('Status'),
  tag: l10n.t('Tag'),
  day: l10n.t('Day'),
  folder: l10n.t('Folder'),
  workspace: l10n.t('Workspace'),
  none: l10n.t('Nothing'),
};

export const sortNames: Readonly<Record<RunSort, string>> = {
  newest: l10n.t('Newest First'),
  oldest: l10n.t('Oldest First'),
  name: l10n.t('Name'),
  changed: l10n.t('Last Change of Status'),
  duration: l10n.t('Duration, Longest First'),
};

export const orderName = (order: RunOrder): string =>
  order.by === 'parameter' ? parameterOrderName(order) : sortNames[order.by];

const parameterOrderName = ({ path, descending }: RunOrder & { readonly by: 'parameter' }): string =>
  descending ? l10n.t('{0}, Highest First', path) : l10n.t('{0}, Lowest First', path);

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
    ...(scope === 'workspace' ? [l10n.t('This Workspace')] : []),
    ...(order.by === 'newest' ? [] : [l10n.t('Sorted by {0}', orderName(order))]),
    ...(filterText === '' ? [] : [l10n.t('Filter: {0}', filterText)]),
    // Of a run with several tags it is not known how often it was counted.
    ...(filterText === '' || grouping === 'tag' ? [] : [countOf(runCount)]),
  ];
  return parts.join(' · ');
}

const countOf = (runs: number): string =>
  runs === 1 ? l10n.t('1 run') : l10n.t('{0} runs', runs.toLocaleString('en'));
