/** `sidelab run FILE`: submits a run file and follows the run until it is settled. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../base/failure';
import { shortId } from '../model/ids';
import { readRunFile } from '../core/runFiles/readRunFile';
import { resolveRun } from '../core/runFiles/resolveRun';
import type { CommandContext } from './context';
import { exitCodeOfRun, exitCodes } from './exitCodes';
import { followRun, type Interrupts } from './followRun';
import { plainText } from './plainText';

export interface RunOptions {
  readonly detach?: boolean;
  readonly name?: string;
}

/** Returns the exit code. */
export async function runCommand(
  context: CommandContext,
  file: string,
  options: RunOptions,
  interrupts: Interrupts,
): Promise<number> {
  const { source, terminal, environment, cwd } = context;
  const filePath = path.resolve(cwd, file);
  const text = await readText(filePath);
  const runFile = await readRunFile(text, filePath);
  const submission = await resolveRun({
    file: options.name === undefined ? runFile : { ...runFile, name: options.name },
    text,
    path: filePath,
    environment,
  });
  const run = await source.submit(submission);
  const title = plainText(`${run.experiment}/${run.name}`);
  if (options.detach) {
    terminal.say(`Submitted ${title}.`);
    terminal.print(run.id);
    return exitCodes.done;
  }
  terminal.say(`Submitted ${title} as ${shortId(run.id)}.`);
  const followed = await followRun(context, run, interrupts);
  if (!followed.left) return exitCodeOfRun(followed.run);
  const id = shortId(run.id);
  terminal.say(`The run ${run.id} goes on: "sidelab show ${id}" shows it, "sidelab cancel ${id}" ends it.`);
  return exitCodes.left;
}

async function readText(filePath: string): Promise<string> {
  try {
    return await readFile(filePath, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) {
      throw new Failure('InvalidInput', `There is no file ${filePath}.`, { cause: error });
    }
    if (hasErrorCode(error, 'EISDIR')) {
      throw new Failure('InvalidInput', `${filePath} is a folder.`, { hint: 'Name a run file.', cause: error });
    }
    if (hasErrorCode(error, 'EACCES', 'EPERM')) {
      throw new Failure('InvalidInput', `${filePath} may not be read.`, { cause: error });
    }
    throw error;
  }
}
