/** Looks a program up as a shell would, before the run is submitted: a missing one is said at its key, not hours later. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Failure, hasErrorCode } from '../../base/failure';
import { type Environment, findVariable } from './environment';
import { ProblemFailure } from './problemFailure';

export interface ProgramQuery {
  /** `command[0]`. */
  readonly program: string;
  /** Absolute. */
  readonly cwd: string;
  readonly environment: Environment;
  readonly platform?: NodeJS.Platform;
  /** The run file says it by itself: it can be mended there. */
  readonly isWritten?: boolean;
}

/**
 * Absolute path of the program; links are kept, since an interpreter finds its environment by the path it was called by.
 * Throws `InvalidInput` that names the program and says where it was looked for.
 */
export async function findProgram({
  program,
  cwd,
  environment,
  platform = process.platform,
  isWritten = false,
}: ProgramQuery): Promise<string> {
  const extensions = platform === 'win32' ? programExtensions(program, environment) : [''];
  if (program.includes('/') || (platform === 'win32' && program.includes('\\'))) {
    const file = path.resolve(cwd, program);
    const found = await firstExecutable([file], extensions);
    if (found.program !== undefined) return found.program;
    throw found.notExecutable === undefined
      ? new ProblemFailure('missing-program', `There is no program "${program}".`, {
          hint: `It was looked for at ${file}.`,
        })
      : notExecutable(program, found.notExecutable);
  }
  const folders = (findVariable(environment, 'PATH', platform) ?? '').split(path.delimiter);
  // An empty entry means the working folder, as in every shell.
  const places = folders.map((folder) => path.resolve(cwd, folder));
  const found = await firstExecutable(
    places.map((place) => path.join(place, program)),
    extensions,
  );
  if (found.program !== undefined) return found.program;
  if (found.notExecutable !== undefined) throw notExecutable(program, found.notExecutable);
  const beside = await isFile(path.join(cwd, program));
  throw new ProblemFailure('missing-program', `There is no program "${program}".`, {
    ...(beside && isWritten ? { mends: () => [{ kind: 'replace', value: `./${program}` } as const] } : {}),
    hint: beside
      ? `${path.join(cwd, program)} exists: write "./${program}" to run it, if it is a program.`
      : places.length <= 3
        ? `It was looked for in PATH: ${places.join(', ')}.`
        : `It was looked for in the ${places.length} folders of PATH.`,
  });
}

const notExecutable = (program: string, file: string): Failure =>
  new ProblemFailure('program-not-executable', `"${program}" is not an executable file: ${file}.`, {
    hint: 'Make it executable (chmod +x), or put its interpreter first, such as "node" or "python".',
  });

async function firstExecutable(
  files: readonly string[],
  extensions: readonly string[],
): Promise<{ readonly program?: string; readonly notExecutable?: string }> {
  let notExecutable: string | undefined;
  for (const file of files) {
    for (const extension of extensions) {
      const candidate = file + extension;
      if (await isExecutable(candidate)) return { program: candidate };
      if (notExecutable === undefined && (await exists(candidate))) notExecutable = candidate;
    }
  }
  return notExecutable === undefined ? {} : { notExecutable };
}

/** On Windows a name without extension means any of PATHEXT; one that has one of them is tried as it is first. */
function programExtensions(program: string, environment: Environment): readonly string[] {
  const known = (findVariable(environment, 'PATHEXT', 'win32') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  const extension = path.extname(program).toUpperCase();
  return known.some((other) => other.toUpperCase() === extension) ? ['', ...known] : known;
}

export async function isExecutable(file: string): Promise<boolean> {
  return (await isFile(file)) && (await succeeds(access(file, constants.X_OK)));
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

export const exists = async (file: string): Promise<boolean> => succeeds(access(file));

async function succeeds(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** A folder of PATH that cannot be looked into holds no program for us. */
const isAbsence = (error: unknown): boolean =>
  hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG');
