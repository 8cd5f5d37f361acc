/** What the row of a group says, apart from how VS Code draws it. */
import { l10n } from 'vscode';
import { dayOf, type RunGroup, type RunGrouping } from '../../model/runGroups';
import { originName } from '../../model/runPlace';
import { runStatuses } from '../../model/runStatus';
import { statusIcons } from './runRow';

const without: Readonly<Partial<Record<RunGrouping, string>>> = {
  tag: l10n.t('no tag'),
  folder: l10n.t('top folder'),
  workspace: l10n.t('no workspace'),
};

const dayMs = 24 * 60 * 60 * 1000;

/** "Today", "no tag", the last part of a repository's name. */
export function groupName(by: RunGrouping, group: RunGroup, nowMs: number): string {
  if (by === 'day') {
    if (group.key === dayOf(nowMs)) return l10n.t('Today');
    return group.key === dayOf(nowMs - dayMs) ? l10n.t('Yesterday') : group.key;
  }
  if (group.label === '') return without[by] ?? group.label;
  return by === 'workspace' ? originName(group.label) : group.label;
}

const icons: Readonly<Record<RunGrouping, string>> = {
  experiment: 'beaker',
  status: 'circle-outline',
  tag: 'tag',
  day: 'calendar',
  folder: 'folder',
  workspace: 'root-folder',
  none: 'list-flat',
};

export function groupIcon(by: RunGrouping, { key }: RunGroup): { readonly icon: string; readonly color?: string } {
  const status = by === 'status' ? runStatuses.find((known) => known === key) : undefined;
  return status === undefined ? { icon: icons[by] } : statusIcons[status];
}

/** "12 runs · 2 active · 1 failed", "3 of 12 runs". */
export function describeGroup(
  { runCount, activeCount, failedCount, hiddenCount = 0 }: RunGroup,
  by: RunGrouping = 'experiment',
): string {
  const count = (number: number): string => number.toLocaleString('en');
  const all = runCount + hiddenCount;
  const some = (): string =>
    all === 1 ? l10n.t('{0} of 1 run', count(runCount)) : l10n.t('{0} of {1} runs', count(runCount), count(all));
  const parts = [hiddenCount > 0 ? some() : all === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count(all))];
  // A status says it itself.
  if (by === 'status') return parts.join();
  if (activeCount > 0) parts.push(l10n.t('{0} active', count(activeCount)));
  if (failedCount > 0) parts.push(l10n.t('{0} failed', count(failedCount)));
  return parts.join(' · ');
}

/** An experiment in which nothing is active, and of which all is shown: nothing is deleted that nobody sees. */
export const isDeletableGroup = ({ activeCount, hiddenCount = 0 }: RunGroup): boolean =>
  activeCount === 0 && hiddenCount === 0;
