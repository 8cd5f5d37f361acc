/**
 * What `sidelab` exits with. A run's own code is passed on, so a program that uses one of these itself is not told apart.
 *
 *     0 completed, or done      2 the input is wrong             70 the run was lost, or a bug of Sidelab
 *     1 failed without a code   69 the engine cannot be used     75 the run goes on (left, active,    130 cancelled
 *                                                                   or a timeout came first)
 */
import type { FailureCode } from '../base/failure';
import type { Run } from '../model/run';

export const exitCodes = { done: 0, failed: 1, input: 2, unavailable: 69, lost: 70, bug: 70, left: 75, cancelled: 130 };

export function exitCodeOfRun(run: Run): number {
  switch (run.status) {
    case 'completed':
      return exitCodes.done;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'lost':
      return exitCodes.lost;
    case 'failed':
    case 'skipped':
      return run.attempt?.exitCode || exitCodes.failed;
    case 'created':
    case 'queued':
    case 'pending':
    case 'running':
    case 'cancel-pending':
      return exitCodes.left;
  }
}

/** Of several runs, in their order: 0 when all have completed, else the code of the first that has not. */
export function exitCodeOfRuns(runs: readonly Run[]): number {
  return runs.map(exitCodeOfRun).find((code) => code !== exitCodes.done) ?? exitCodes.done;
}

export function exitCodeOfFailure(code: FailureCode): number {
  switch (code) {
    case 'InvalidInput':
    case 'NotFound':
    case 'Conflict':
    case 'TooLarge':
    case 'Untrusted':
      return exitCodes.input;
    case 'Unauthorized':
    case 'Unavailable':
    case 'Incompatible':
    case 'Storage':
      return exitCodes.unavailable;
    case 'Cancelled':
      return exitCodes.cancelled;
  }
}
