/**
 * What a program has around it while it is debugged: folders of its own, as those of a run, in a place where no run is looked
 * for. What it leaves there stays for a look at it, and goes with a later session.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import type { Submission } from '../../protocol/engine';
import { attemptFolder, checkpointsFolder, outputsFolder, parametersFile, runFolder } from '../../protocol/runFolders';
import type { DirectProgram } from '../direct/directTasks';
import { DirectTexts, type Filled } from '../direct/directTexts';
import type { Secrets } from '../source';

const keptMs = 24 * 3_600_000;

export interface ProgramForDebug {
  /** Where runs are kept. */
  readonly home: string;
  readonly submission: Submission;
  readonly program: DirectProgram;
  /** All that its environment refers to. */
  readonly secrets: Secrets;
  readonly nowMs: number;
}

export interface DebugPlace extends Filled {
  readonly folder: string;
}

/** Throws `InvalidInput` when it refers to what is not there. */
export async function prepareDebug({
  home,
  submission,
  program,
  secrets,
  nowMs,
}: ProgramForDebug): Promise<DebugPlace> {
  const place = debugHome(home);
  const { runId } = program;
  const texts = new DirectTexts(place, submission, secrets);
  const filled = await aloneFilled(texts, program);
  await removeOld(path.dirname(runFolder(place, runId)), nowMs);
  const folders = [outputsFolder(place, runId), checkpointsFolder(place, runId), attemptFolder(place, runId, 1)];
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(parametersFile(place, runId), filled.parametersJson, { mode: 0o600 });
  return { ...filled, folder: runFolder(place, runId) };
}

/** Beside the home's `runs`, which belongs to the engine. */
const debugHome = (home: string): string => path.join(home, 'debug');

async function aloneFilled(texts: DirectTexts, program: DirectProgram): Promise<Filled> {
  try {
    await texts.checkInputs(program);
    return texts.fill(program);
  } catch (error) {
    if (!(error instanceof Failure) || program.path === '') throw error;
    throw new Failure(error.code, error.message, {
      hint: error.hint ?? 'It is debugged alone: what other tasks would leave for it has to be named as a file.',
      cause: error,
    });
  }
}

/** By the time of the last thing that began in it: nobody looks at what a session has left so long ago. */
async function removeOld(folder: string, nowMs: number): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw error;
  }
  for (const name of names) {
    const old = path.join(folder, name);
    try {
      if (nowMs - (await stat(old)).mtimeMs > keptMs) await rm(old, { recursive: true, force: true });
    } catch (error) {
      // Another window removes it too.
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  }
}
