/** What an attempt's end means for its run: one pure function, so that every path to an end gives the same answer. */
import { formatDuration } from './duration';
import type { AttemptReason, Run } from './run';
import type { RunStatus } from './runStatus';

/**
 * How an attempt ended, as its executor saw it. `exited`: there is an exit record. `gone`: the processes are proven gone
 * without one. `refused`: it never started, and never will. `withdrawn`: the same, taken back by us to be tried later.
 */
export type AttemptOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly atMs: number }
  | { readonly kind: 'gone'; readonly atMs: number }
  | { readonly kind: 'refused' | 'withdrawn'; readonly detail: string; readonly atMs: number };

/** Why we ended an attempt. */
export type StopReason = 'cancelled' | 'timed out';

/** What becomes of the attempt and of its run. */
export interface AttemptEnd {
  readonly status: RunStatus;
  readonly evidence: string;
  readonly reason: AttemptReason;
  readonly exitCode?: number;
  readonly detail?: string;
  readonly endedAtMs: number;
}

/** Longest pause between attempts, however often it has doubled. */
const longestPauseMs = 3_600_000;

/** Pause before the next attempt: the delay doubles with each retry that was used up before. */
export const retryPauseMs = (delayMs: number, retriesUsed: number): number =>
  Math.min(longestPauseMs, delayMs * 2 ** Math.min(30, retriesUsed));

/** Names of signals that a program is commonly ended by, by their number: what 128 + n in an exit code says. */
const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
};

/** "exit code 137 (SIGKILL)", "exit code 127 (program not found)". */
export function describeExitCode(exitCode: number): string {
  if (exitCode === 127) return 'exit code 127 (program not found)';
  if (exitCode === 126) return 'exit code 126 (program not executable)';
  const signal = exitCode > 128 ? signalNames[exitCode - 128] : undefined;
  return signal ? `exit code ${exitCode} (${signal})` : `exit code ${exitCode}`;
}

/**
 * `stop` is set when we signalled the attempt before it had a result; `run` is as the store has it now, so that a wish to
 * cancel that came after another reason to stop counts.
 */
export function decideEnd(run: Run, outcome: AttemptOutcome, stop: StopReason | undefined): AttemptEnd {
  // A clock that was set back meanwhile must not have it end before it began.
  const endedAtMs = Math.max(outcome.atMs, run.attempt?.startedAtMs ?? run.attempt?.createdAtMs ?? -Infinity);
  const exit = outcome.kind === 'exited' ? { exitCode: outcome.exitCode } : {};
  const words = outcome.kind === 'exited' ? describeExitCode(outcome.exitCode) : undefined;
  const mayRetry = run.status !== 'cancel-pending' && (run.attempt?.number ?? 1) < run.attemptsMax;
  const again = (evidence: string): Pick<AttemptEnd, 'status' | 'evidence'> =>
    mayRetry ? { status: 'queued', evidence: `${evidence}; will be tried again` } : { status: 'failed', evidence };

  // No result came before the wish to cancel: whatever the processes did after it, the run is cancelled.
  if (run.status === 'cancel-pending' && (stop !== undefined || outcome.kind !== 'exited')) {
    const evidence =
      outcome.kind === 'refused' || outcome.kind === 'withdrawn' ? 'before it started' : (words ?? 'killed');
    return { status: 'cancelled', evidence, reason: 'cancelled', endedAtMs, ...exit };
  }
  if (stop === 'timed out') {
    const limit = run.timeoutMs === undefined ? 'its limit' : formatDuration(run.timeoutMs);
    return { ...again(`timed out after ${limit}`), reason: 'timed out', endedAtMs, ...exit };
  }
  switch (outcome.kind) {
    case 'exited':
      if (outcome.exitCode === 0)
        return { status: 'completed', evidence: 'exit code 0', reason: 'completed', endedAtMs, ...exit };
      return { ...again(words ?? ''), reason: 'failed', endedAtMs, ...exit };
    case 'gone': {
      const evidence = 'its processes vanished without an exit record';
      const next = mayRetry ? again(evidence) : ({ status: 'lost', evidence } as const);
      return { ...next, reason: 'lost', endedAtMs };
    }
    case 'withdrawn':
      return { status: 'queued', evidence: outcome.detail, reason: 'not started', detail: outcome.detail, endedAtMs };
    case 'refused':
      // Trying again would meet the same refusal.
      return { status: 'failed', evidence: outcome.detail, reason: 'not started', detail: outcome.detail, endedAtMs };
  }
}
