/**
 * From a run file to what the engine executes: absolute paths, the submitter's environment, names and limits filled in,
 * no references left but those that only the engine knows. What cannot work is said here, at its key, before anything is
 * submitted.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { adjectives, nouns } from 'human-id';
import { Failure, hasErrorCode } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import { newRunId } from '../../model/ids';
import { escapeLate, hasLateReference, unescapeLate } from '../../model/references';
import type { RunFileWithCommand } from '../../model/runFile';
import type { Submission } from '../../protocol/engine';
import { applyAlgorithm } from '../algorithms/applyAlgorithm';
import { findProgram } from './findProgram';
import { resolveEnvironment, type RunEnvironment } from './runEnvironment';
import { atKey, type RunToResolve } from './runToResolve';

/** Throws `InvalidInput` at the key that it is about. Each call makes a new run. */
export async function resolveRun(given: RunToResolve): Promise<Submission> {
  const run = { ...given, file: await applyAlgorithm(given) };
  const { file, text } = run;
  const context = await resolveEnvironment(run);
  const { environment } = context;
  const cwd = await resolveCwd(run, context);
  const command = await resolveCommand(run, cwd, context);
  return {
    runId: newRunId(),
    experiment: file.experiment ?? experimentOf(run.path),
    name: file.name ?? randomName(),
    ...(file.description === undefined ? {} : { description: file.description }),
    tags: file.tags ?? [],
    metadataJson: JSON.stringify(file.metadata ?? {}),
    parametersJson: JSON.stringify(file.parameters ?? {}),
    command,
    cwd,
    environment: [...environment],
    ...(file.timeout === undefined ? {} : { timeoutMs: parseDurationMs(file.timeout) }),
    retries: file.retries ?? 0,
    ...(file.tty === undefined ? {} : { tty: file.tty }),
    ...(file.retryDelay === undefined ? {} : { retryDelayMs: parseDurationMs(file.retryDelay) }),
    ...(file.grace === undefined ? {} : { graceMs: parseDurationMs(file.grace) }),
    ...(file.signal === undefined
      ? {}
      : { signal: { name: file.signal.name, beforeMs: parseDurationMs(file.signal.before) } }),
    runFile: { path: run.path, text },
    ...(run.workspace === undefined ? {} : { workspace: run.workspace }),
  };
}

/** The experiment of a file that names none: `tour.run.json` belongs to `tour`. */
export function experimentOf(runFilePath: string): string {
  const name = path
    .basename(runFilePath)
    .replace(/(\.run)?\.jsonc?$/i, '')
    .trim();
  return name === '' ? 'runs' : name.slice(0, 200);
}

/** An adjective and a noun: easy to say, not unique. */
export function randomName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? 'run';
  return `${pick(adjectives)}-${pick(nouns)}`;
}

/** A folder that depends on the run is not there yet, and is not looked for. */
async function resolveCwd(run: RunToResolve, { references }: RunEnvironment): Promise<string> {
  const base = path.dirname(run.path);
  const cwd = await references.fill(['cwd'], run.file.cwd ?? '.');
  if (!hasLateReference(cwd)) {
    return escapeLate(await atKey(run, ['cwd'], async () => resolveFolder(unescapeLate(cwd), base)));
  }
  // These are absolute.
  return /^\$\{run\.(outputs|checkpoints)\}/.test(cwd) ? cwd : path.resolve(escapeLate(base), cwd);
}

async function resolveCommand(
  run: RunToResolve & { readonly file: RunFileWithCommand },
  resolvedCwd: string,
  { environment, references, interpreter, unknown }: RunEnvironment,
): Promise<string[]> {
  // An algorithm's command is not in the run file.
  const inFile = run.file.algorithm === undefined;
  const [first, ...rest] = await references.fillCommand(run.file.command, inFile ? [] : ['algorithm']);
  if (first === undefined) throw new Error('A run file without a command passed its schema.');
  if (unknown || hasLateReference(first)) return [first, ...rest];
  const late = hasLateReference(resolvedCwd);
  const named = unescapeLate(first);
  // Relative to a folder that is not there yet.
  if (late && /[\\/]/.test(named) && !path.isAbsolute(named)) return [first, ...rest];
  const cwd = late ? path.dirname(run.path) : unescapeLate(resolvedCwd);
  const program = interpreter !== undefined && /^python3?$/.test(named) ? interpreter : named;
  const key = inFile ? ['command', 0] : ['algorithm'];
  return [escapeLate(await atKey(run, key, async () => findProgram({ program, cwd, environment }))), ...rest];
}

async function resolveFolder(folder: string, base: string): Promise<string> {
  const absolute = path.resolve(base, folder);
  try {
    if ((await stat(absolute)).isDirectory()) return absolute;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG')) throw error;
    throw new Failure(
      'InvalidInput',
      hasErrorCode(error, 'EACCES') ? `The folder ${absolute} cannot be opened.` : `There is no folder ${absolute}.`,
      { hint: 'It is relative to the folder of the run file.', cause: error },
    );
  }
  throw new Failure('InvalidInput', `${absolute} is no folder.`, {
    hint: 'It is relative to the folder of the run file.',
  });
}
