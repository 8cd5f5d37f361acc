/** The environment of an attempt: the submitter's, kept owner-only until the run is settled, and what we add to it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Failure, hasErrorCode } from '../../base/failure';
import { visibleGpusVariable } from '../../model/gpus';
import type { RunId } from '../../model/ids';
import type { Attempt } from '../../model/run';
import { attemptVariables } from '../../protocol/runFolders';
import type { Home } from '../home';

const PairsSchema = Type.Array(Type.Tuple([Type.String(), Type.String()]));
export type Pairs = readonly (readonly [string, string])[];

/** Lays down what an attempt of the run needs, its environment apart. Throws `Storage` when there is no room. */
export function keepRunFiles(home: Home, runId: RunId, parametersJson: string): void {
  orStorageFailure(home, runId, () => {
    for (const folder of [home.run(runId), home.outputs(runId), home.checkpoints(runId)]) makeFolder(folder);
    writeFileSync(home.parameters(runId), parametersJson, { mode: 0o600 });
  });
}

/** Not `recursive`, which looks at every folder above: each task makes several. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Owner-only, beside those that the run has; returns the number of the first, which is above those that are `known`. Throws
 * `Storage` when there is no room.
 */
export function keepEnvironments(
  home: Home,
  runId: RunId,
  environments: readonly Pairs[],
  known: readonly number[] = [],
): number {
  return orStorageFailure(home, runId, () => {
    mkdirSync(home.run(runId), { recursive: true, mode: 0o700 });
    const base = Math.max(-1, ...environmentIndexes(home, runId), ...known) + 1;
    for (const [at, environment] of environments.entries()) {
      writeFileSync(home.environment(runId, base + at), JSON.stringify(environment), { mode: 0o600 });
    }
    return base;
  });
}

/** Of those that are kept with the run. */
export const environmentIndexes = (home: Home, runId: RunId): readonly number[] =>
  environmentFiles(home, runId).map(({ index }) => index);

function environmentFiles(home: Home, runId: RunId): readonly { readonly name: string; readonly index: number }[] {
  try {
    return readdirSync(home.run(runId)).flatMap((name) => {
      const match = /^environment(?:-(\d+))?\.json$/.exec(name);
      return match ? [{ name, index: Number(match[1] ?? 0) }] : [];
    });
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function orStorageFailure<T>(home: Home, runId: RunId, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES')) throw error;
    throw new Failure('Storage', `The run cannot be kept in ${home.run(runId)}.`, {
      hint: 'Make room, or set SIDELAB_HOME to a folder that can be written to.',
      cause: error,
    });
  }
}

/** All that are kept with the run. */
export function forgetEnvironments(home: Home, runId: RunId): void {
  for (const { name } of environmentFiles(home, runId)) rmSync(path.join(home.run(runId), name), { force: true });
}

/** Undefined when it is gone. */
export function readEnvironment(home: Home, kept: KeptEnvironment): Pairs | undefined {
  const text = readEnvironmentText(home, kept);
  return text === undefined ? undefined : parseEnvironment(text);
}

/** As it lies there; undefined when it is gone. */
export function readEnvironmentText(home: Home, kept: KeptEnvironment): string | undefined {
  try {
    return readFileSync(home.environment(kept.runId, kept.index), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Undefined for what is no environment. */
export function parseEnvironment(text: string): Pairs | undefined {
  try {
    const pairs: unknown = JSON.parse(text);
    return Check(PairsSchema, pairs) ? pairs : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `CUDA_VISIBLE_DEVICES` as the environment has it: which gpus the run may be given. */
export function readVisibleGpus(home: Home, kept: KeptEnvironment): string | undefined {
  return readEnvironment(home, kept)?.find(([name]) => name === visibleGpusVariable)?.[1];
}

/** What the attempt was given, and nothing else; what did not ask sees what its submitter sees. */
function gpuVariables(
  environment: Readonly<Record<string, string>>,
  gpus: readonly string[] | undefined,
): Readonly<Record<string, string>> {
  if (!gpus) return {};
  // CUDA counts the fastest first, nvidia-smi by slot: a number must mean the same to both.
  const hasNumbers = gpus.some((word) => /^\d+$/.test(word));
  const order = hasNumbers ? { CUDA_DEVICE_ORDER: environment['CUDA_DEVICE_ORDER'] ?? 'PCI_BUS_ID' } : {};
  return { [visibleGpusVariable]: gpus.join(','), ...order };
}

/** The run in whose folder it is kept, and which of those there it is. */
interface KeptEnvironment {
  readonly runId: RunId;
  readonly index: number;
}

/** Undefined when the submitter's environment is gone: the run cannot be started as it was meant. */
export function attemptEnvironment(
  home: Home,
  runId: RunId,
  kept: KeptEnvironment,
  attempt: Pick<Attempt, 'number' | 'gpus'>,
): Readonly<Record<string, string>> | undefined {
  const pairs = readEnvironment(home, kept);
  if (!pairs) return undefined;
  const environment = Object.fromEntries(pairs);
  return {
    ...environment,
    ...attemptVariables(home.folder, runId, attempt.number),
    ...gpuVariables(environment, attempt.gpus),
  };
}
