/** An environment in which a Python is active, and how its folder comes first in PATH. */
import path from 'node:path';
import { type Environment, findVariable, mergeEnvironment } from './environment';

export interface ActivePython {
  readonly environment: Environment;
  /** Where `python` is; first in PATH. */
  readonly programs: string;
  /** What the words `python` and `python3` mean, where PATH cannot say it: `/usr/bin` may have no plain `python`. */
  readonly interpreter?: string;
}

/** `folder` first in PATH. It stays where it is when it is first already. */
export function withProgramsFirst(environment: Environment, folder: string): Environment {
  const current = findVariable(environment, 'PATH') ?? '';
  if (current.split(path.delimiter)[0] === folder) return environment;
  return mergeEnvironment(environment, { PATH: current === '' ? folder : `${folder}${path.delimiter}${current}` });
}

/** Where the programs of a virtual environment are. */
export const venvPrograms = (folder: string): string =>
  path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');

export const interpreterIn = (programs: string): string =>
  path.join(programs, process.platform === 'win32' ? 'python.exe' : 'python');
