/**
 * A run file from a script of a `package.json`. It runs the script by its name, as the package manager does, with its PATH
 * and what comes before and after it. A script that is no more than a program of ours is that program instead, so that its
 * parameters can be varied.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { Failure, hasErrorCode } from '../../base/failure';
import { exists } from '../runFiles/findProgram';
import { TextLines } from '../runFiles/textLines';
import { runFileOfCommandLine } from './commandLine';
import { readShellLine } from './shellLine';
import { fileNameOf, type NewRunFile, writeRunFile } from './writeRunFile';

export interface PackageScripts {
  /** Absolute path of the `package.json`. */
  readonly path: string;
  /** Of the package; its folder's where it has none. */
  readonly name: string;
  readonly scripts: ReadonlyMap<string, string>;
}

/** Throws `NotFound` for a file that cannot be read or has no scripts, `InvalidInput` for one that is no package. */
export async function readPackageScripts(file: string): Promise<PackageScripts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) throw error;
    throw new Failure('NotFound', `${file} cannot be read.`, { cause: error });
  }
  const errors: ParseError[] = [];
  const content: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { disallowComments: true });
  const [error] = errors;
  if (error || !isObject(content)) {
    const why = error ? `: ${printParseErrorCode(error.error)}` : '';
    throw new Failure('InvalidInput', `This is no package.json${why}.`, {
      place: { file, ...new TextLines(text, file).placeAt(error?.offset ?? 0) },
    });
  }
  const { scripts, name } = content;
  const found = Object.entries(isObject(scripts) ? scripts : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '',
  );
  if (found.length === 0) {
    throw new Failure('NotFound', `${file} has no scripts.`, {
      hint: 'Add some, such as "scripts": { "train": "node train.mjs" }.',
    });
  }
  return {
    path: file,
    name: typeof name === 'string' && name !== '' ? name : path.basename(path.dirname(file)),
    scripts: new Map(found),
  };
}

/** For a file beside the `package.json`. Throws `NotFound` for a script that is not there. */
export async function runFileOfPackageScript(found: PackageScripts, script: string): Promise<NewRunFile> {
  const text = found.scripts.get(script);
  if (text === undefined) {
    throw new Failure('NotFound', `There is no script ${JSON.stringify(script)} in ${found.path}.`, {
      hint: `There is ${Array.from(found.scripts.keys()).join(', ')}.`,
    });
  }
  const name = fileNameOf(script);
  const folder = path.dirname(found.path);
  if (await isProgram(found, script, text)) return { text: runFileOfCommandLine(text).text, name };
  const command = [await packageManager(folder), 'run', script];
  return { text: writeRunFile([{ key: 'command', value: command, comment: text }]), name };
}

/** Programs that a package does not bring itself, run on a file of ours. */
const programs = ['node', 'deno', 'bun', 'python', 'python3', 'uv', 'torchrun', 'Rscript', 'julia', 'bash', 'sh'];

async function isProgram({ scripts, path: file }: PackageScripts, script: string, text: string): Promise<boolean> {
  if (scripts.has(`pre${script}`) || scripts.has(`post${script}`) || text.includes('npm_')) return false;
  const line = readShellLine(text);
  const [command] = line?.commands ?? [];
  const program = command?.words[0] ?? '';
  if (!command || line?.commands.length !== 1 || !programs.includes(program)) return false;
  return !(await exists(path.join(path.dirname(file), 'node_modules', '.bin', program)));
}

const lockFiles = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
] as const;

/** By the lock file of the nearest folder that has one. */
async function packageManager(folder: string): Promise<string> {
  for (let at = folder; ; at = path.dirname(at)) {
    for (const [file, manager] of lockFiles) if (await exists(path.join(at, file))) return manager;
    if (path.dirname(at) === at) return 'npm';
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
