/** How a list of runs is looked at: put together by what, which of them, and in which order. */
import type { RunFilter } from '../../model/runFilter';
import type { RunGroup, RunGrouping } from '../../model/runGroups';
import { newestFirst, type RunOrder } from '../../model/runOrder';
import { type RunStatus, runStatuses } from '../../model/runStatus';

export interface ListLook {
  readonly grouping: RunGrouping;
  readonly order: RunOrder;
  readonly filter: RunFilter;
}

/** All runs by experiment, newest first: what a source pushes is enough to keep it. */
export const plainLook: ListLook = { grouping: 'experiment', order: newestFirst, filter: [] };

/** What a run is made of; there are no favourites. */
export const inOrderOfFile: RunOrder = { by: 'oldest' };

export const isPlain = ({ grouping, filter }: ListLook): boolean => grouping === 'experiment' && filter.length === 0;

/** Statuses as one looks for them: what needs somebody, what goes on, what is over. */
const statusOrder: readonly RunStatus[] = [
  'running',
  'cancel-pending',
  'pending',
  'queued',
  'created',
  'failed',
  'lost',
  'cancelled',
  'skipped',
  'completed',
];

/** For sorting groups. Those without (a tag, a folder) come last. */
export function compareGroups(a: RunGroup, b: RunGroup, { grouping, order }: ListLook): number {
  const older = order.by === 'oldest' ? -1 : 1;
  if (grouping === 'status') return placeOfStatus(a) - placeOfStatus(b);
  if (grouping === 'day') return (a.key < b.key ? 1 : -1) * older;
  const isByName = grouping !== 'experiment' || order.by === 'name';
  if (!isByName) return (b.newestSequence - a.newestSequence) * older;
  if ((a.label === '') !== (b.label === '')) return a.label === '' ? 1 : -1;
  return a.label.localeCompare(b.label, undefined, { numeric: true }) || (a.key < b.key ? -1 : 1);
}

function placeOfStatus({ key }: RunGroup): number {
  const status = runStatuses.find((known) => known === key);
  return status === undefined ? statusOrder.length : statusOrder.indexOf(status);
}
