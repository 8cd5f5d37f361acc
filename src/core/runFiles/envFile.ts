/** Files of environment variables, `NAME=value` a line, as dotenv reads them: lines that are none are passed over. */
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'dotenv';
import { hasErrorCode } from '../../base/failure';
import { ProblemFailure } from './problemFailure';

/** A longer file is no list of variables; the operating system would refuse them. */
export const envFileMaxBytes = 1024 * 1024;

/** The variables of a file; of equal names the last. Values are literal: nothing in them is filled. Throws `InvalidInput`. */
export async function readEnvFile(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readText(file);
  if (text.includes('\0')) throw new ProblemFailure('env-file', `${file} is no text: it contains NUL characters.`);
  return new Map(Object.entries(parse(text)));
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > envFileMaxBytes) throw new ProblemFailure('env-file', `${file} is too large for environment variables.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    const hint = 'It is relative to the folder of the run file.';
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) {
      throw new ProblemFailure('missing-env-file', `There is no file ${file}.`, { hint, cause: error });
    }
    if (hasErrorCode(error, 'EISDIR'))
      throw new ProblemFailure('env-file', `${file} is a folder.`, { hint, cause: error });
    if (hasErrorCode(error, 'EACCES', 'EPERM')) {
      throw new ProblemFailure('env-file', `${file} cannot be read.`, {
        hint: 'Its permissions forbid it.',
        cause: error,
      });
    }
    throw error;
  }
}
