/**
 * Which runs a person may try again, the same in every surface: *Retry* from the beginning, *Resume* from its checkpoints,
 * *Retry From Here* a task with all that comes after it.
 */
import type { Run } from './run';
import { isSettled } from './runStatus';

/** What of a run these rules look at. */
type Tried = Pick<Run, 'status'> & {
  readonly attempt?: Pick<NonNullable<Run['attempt']>, 'startedAtMs' | 'number'> | undefined;
  readonly children?: Run['children'] | undefined;
};

export const mayRetry = ({ status }: Pick<Run, 'status'>): boolean => isSettled(status);

export const mayRetryOnward = (run: Pick<Run, 'status' | 'parentId'>): boolean =>
  mayRetry(run) && run.parentId !== undefined;

/** A run that never started has nothing to go on from. */
export const mayResume = (run: Tried): boolean => mayRetry(run) && hasStarted(run);

function hasStarted({ attempt, children }: Tried): boolean {
  // Of a run made of runs: one of them did.
  if (children) return Object.entries(children).some(([status, count]) => status !== 'skipped' && count > 0);
  // A second attempt means that there was a first; a launch that failed may still be the newest.
  return attempt !== undefined && (attempt.startedAtMs !== undefined || attempt.number > 1);
}
