/**
 * From a run file to what the engine executes: absolute paths, the submitter's environment, names and limits filled in,
 * no references left. What cannot work is said here, at its key, before anything is submitted.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { adjectives, nouns } from 'human-id';
import { Failure, hasErrorCode } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import { newRunId } from '../../model/ids';
import type { RunFile } from '../../model/runFile';
import type { Submission } from '../../protocol/engine';
import { cleanEnvironment, type Environment, mergeEnvironment } from './environment';
import { findProgram } from './findProgram';
import { placeOfKey } from './jsonTree';
import { describeKeyPath, type KeyPath } from './runFileProblem';

export interface RunToResolve {
  readonly file: RunFile;
  /** The file's text: kept with the run, and where the places of failures are found. */
  readonly text: string;
  /** Absolute path of the run file. */
  readonly path: string;
  /** Of whoever submits: the terminal's, or the window's. It is cleaned here. */
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of the workspace that the run belongs to. */
  readonly workspace?: string;
}

/** Throws `InvalidInput` at the key `cwd` or `command[0]`. Each call makes a new run. */
export async function resolveRun(run: RunToResolve): Promise<Submission> {
  const { file, text } = run;
  const environment = mergeEnvironment(cleanEnvironment(run.environment), file.env ?? {});
  const cwd = await at(run, ['cwd'], async () => resolveFolder(file.cwd ?? '.', path.dirname(run.path)));
  const command = await resolveCommand(run, cwd, environment);
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

async function resolveCommand(run: RunToResolve, cwd: string, environment: Environment): Promise<string[]> {
  const [program, ...rest] = run.file.command;
  if (program === undefined) throw new Error('A run file without a command passed its schema.');
  return [await at(run, ['command', 0], async () => findProgram({ program, cwd, environment })), ...rest];
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

/** Gives a failure the key and the place that it is about. */
async function at<T>(run: RunToResolve, keyPath: KeyPath, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${describeKeyPath(keyPath)}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      place: placeOfKey(run.text, run.path, keyPath),
      cause: error,
    });
  }
}
