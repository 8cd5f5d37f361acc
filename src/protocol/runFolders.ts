/**
 * Where the files of a run lie in the home, and the records that an attempt leaves: what the engine finds again after a
 * restart, and what those leave for it who execute a run without it.
 */
import path from 'node:path';
import type { RunId } from '../model/ids';

export const runFolder = (home: string, runId: RunId): string => path.join(home, 'runs', runId);
export const attemptFolder = (home: string, runId: RunId, attempt: number): string =>
  path.join(runFolder(home, runId), 'attempts', String(attempt));
export const outputsFolder = (home: string, runId: RunId): string => path.join(runFolder(home, runId), 'outputs');
export const checkpointsFolder = (home: string, runId: RunId): string =>
  path.join(runFolder(home, runId), 'checkpoints');
export const parametersFile = (home: string, runId: RunId): string =>
  path.join(runFolder(home, runId), 'parameters.json');

/** Created exclusively by whoever executes the attempt: then nobody else does. */
export const claimFile = (attempt: string): string => path.join(attempt, 'claim');
export const exitFile = (attempt: string): string => path.join(attempt, 'exit');
export const runLogFile = (attempt: string): string => path.join(attempt, 'run.log');

/** Of an attempt that nobody is going to start, and why. */
export const abandonedRecord = (why = 'stopped before it started'): string =>
  `abandoned ${why.replaceAll(/\s+/g, ' ').trim()}\n`;
/** Why nobody is going to start it; undefined for any other record. */
export const parseAbandoned = (record: string): string | undefined => /^abandoned (.+)\n$/.exec(record)?.[1];
export const exitRecord = (exitCode: number): string => `code=${exitCode}\n`;
/** Of a process that has ended by the time anybody reads this: what tells it from others of its pid is left out. */
export const pastClaimRecord = (pid: number): string => `claimed pid=${pid} start=0 boot=0 space=0\n`;

/** What an attempt's program gets beside the environment of who submitted it. */
export function attemptVariables(home: string, runId: RunId, attempt: number): Readonly<Record<string, string>> {
  return {
    SIDELAB_RUN_ID: runId,
    SIDELAB_ATTEMPT: String(attempt),
    SIDELAB_PARAMETERS: parametersFile(home, runId),
    SIDELAB_RUN_LOG: runLogFile(attemptFolder(home, runId, attempt)),
    SIDELAB_OUTPUTS: outputsFolder(home, runId),
    SIDELAB_CHECKPOINTS: checkpointsFolder(home, runId),
    // Output should appear when it is printed, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
  };
}
