/**
 * Which runs a person may try again, the same in every surface: *Retry* from the beginning, *Resume* from its checkpoints,
 * *Retry From Here* a task with all that comes after it.
 */
import type { Run } from './run';
import { isSettled } from './runStatus';

export const mayRetry = ({ status }: Run): boolean => isSettled(status);

export const mayRetryOnward = (run: Run): boolean => mayRetry(run) && run.parentId !== undefined;

/** A run that never started has nothing to go on from. */
export const mayResume = (run: Run): boolean => mayRetry(run) && hasStarted(run);

function hasStarted({ attempt, children }: Run): boolean {
  // Of a run made of runs: one of them did.
  if (children) return Object.entries(children).some(([status, count]) => status !== 'skipped' && count > 0);
  // A second attempt means that there was a first; a launch that failed may still be the newest.
  return attempt !== undefined && (attempt.startedAtMs !== undefined || attempt.number > 1);
}
