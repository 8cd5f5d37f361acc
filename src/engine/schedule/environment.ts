/** The environment of an attempt: the submitter's, kept owner-only until the run is settled, and what we add to it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Failure, hasErrorCode } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { runLogFile } from '../execute/local/attemptFolder';
import type { Home } from '../home';

const PairsSchema = Type.Array(Type.Tuple([Type.String(), Type.String()]));
export type Pairs = readonly (readonly [string, string])[];

/** Lays down what the run's attempts will need. Throws `Storage` when there is no room. */
export function keepRunFiles(home: Home, runId: RunId, environment: Pairs, parametersJson: string): void {
  orStorageFailure(home, runId, () => {
    for (const folder of [home.run(runId), home.outputs(runId), home.checkpoints(runId)]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    writeFileSync(home.parameters(runId), parametersJson, { mode: 0o600 });
  });
  keepEnvironment(home, runId, environment);
}

/** Owner-only. Throws `Storage` when there is no room. */
export function keepEnvironment(home: Home, runId: RunId, environment: Pairs): void {
  orStorageFailure(home, runId, () =>
    writeFileSync(home.environment(runId), JSON.stringify(environment), { mode: 0o600 }),
  );
}

function orStorageFailure(home: Home, runId: RunId, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES')) throw error;
    throw new Failure('Storage', `The run cannot be kept in ${home.run(runId)}.`, {
      hint: 'Make room, or set SIDELAB_HOME to a folder that can be written to.',
      cause: error,
    });
  }
}

export function forgetEnvironment(home: Home, runId: RunId): void {
  rmSync(home.environment(runId), { force: true });
}

/** Undefined when the submitter's environment is gone: the run cannot be started as it was meant. */
export function attemptEnvironment(
  home: Home,
  runId: RunId,
  attempt: { readonly number: number; readonly folder: string },
): Readonly<Record<string, string>> | undefined {
  let pairs: unknown;
  try {
    pairs = JSON.parse(readFileSync(home.environment(runId), 'utf8'));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Value.Check(PairsSchema, pairs)) return undefined;
  return {
    ...Object.fromEntries(pairs),
    SIDELAB_RUN_ID: runId,
    SIDELAB_ATTEMPT: String(attempt.number),
    SIDELAB_PARAMETERS: home.parameters(runId),
    SIDELAB_RUN_LOG: runLogFile(attempt.folder),
    SIDELAB_OUTPUTS: home.outputs(runId),
    SIDELAB_CHECKPOINTS: home.checkpoints(runId),
    // Output should appear when it is printed, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
  };
}
