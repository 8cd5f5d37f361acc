/** Which runs a person may try again, the same in every surface: *Retry* from the beginning, *Resume* from its checkpoints. */
import type { Run } from './run';
import { isSettled } from './runStatus';

export const mayRetry = ({ status }: Run): boolean => isSettled(status);

/** A run that never started has nothing to go on from. */
export const mayResume = (run: Run): boolean => mayRetry(run) && hasStarted(run);

function hasStarted({ attempt }: Run): boolean {
  // A second attempt means that there was a first; a launch that failed may still be the newest.
  return attempt !== undefined && (attempt.startedAtMs !== undefined || attempt.number > 1);
}
