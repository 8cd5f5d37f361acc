/**
 * A run file for a Python program, by the flags that its file declares. The file is read, never executed: what only the
 * program knows (a default that it computes) stands there as a comment.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../../base/failure';
import { exists } from '../../runFiles/findProgram';
import { Entries, type Entry, fileNameOf, type NewRunFile, writeRunFile } from '../writeRunFile';
import { argparseFlags, type PythonText } from './argparse';
import { clickFlags } from './click';
import { dataclassFlags } from './dataclasses';
import { hydraOverrides } from './hydra';
import type { PythonOption, PythonProgram } from './pythonFlags';
import { pythonTokens } from './tokens';
import { typerFlags } from './typer';
import { constantsOf } from './values';

export interface PythonFile {
  /** Absolute. */
  readonly path: string;
  /** Undefined where no flags are found. */
  readonly program: PythonProgram | undefined;
}

/** A longer file is no program that people write. */
const maxBytes = 2 * 1024 * 1024;

/** Throws `NotFound` for a file that cannot be read, `TooLarge` for one that is no program, and what its config is wrong in. */
export async function readPythonFile(file: string): Promise<PythonFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) throw error;
    throw new Failure('NotFound', `${file} cannot be read.`, { cause: error });
  }
  if (text.length > maxBytes) throw new Failure('TooLarge', `${file} is no program: it has more than 2 MiB.`);
  return { path: file, program: await findPythonFlags(text.replace(/^\uFEFF/, ''), file) };
}

export async function findPythonFlags(text: string, file: string): Promise<PythonProgram | undefined> {
  const tokens = pythonTokens(text);
  const read: PythonText = { text, tokens, constants: constantsOf(tokens) };
  return (
    (await hydraOverrides(read, file)) ??
    argparseFlags(read) ??
    clickFlags(read) ??
    typerFlags(read) ??
    dataclassFlags(read)
  );
}

/** For a file beside the Python file; `command` is the name of one of several, the first unless it is said. */
export async function runFileOfPython({ path: file, program }: PythonFile, command?: string): Promise<NewRunFile> {
  const script = path.basename(file);
  const name = fileNameOf(script.replace(/\.py$/i, ''));
  const python = await pythonOf(path.dirname(file));
  if (!program) {
    const known = 'argparse, click, typer, hydra, tyro, HfArgumentParser';
    const comment = `No flags were found in ${script} (${known}). Without its words it takes none.`;
    return { text: writeRunFile([{ key: 'command', value: ['python', script], comment }, python]), name };
  }
  const chosen = command === undefined ? program.commands[0] : program.commands.find((each) => each.name === command);
  if (!chosen) {
    const known = program.commands.map((each) => each.name ?? '').join(', ');
    throw new Failure('NotFound', `${script} has no command ${JSON.stringify(command)}.`, {
      hint: `There is ${known}.`,
    });
  }
  const entries = entriesOf(chosen.options);
  const words = chosen.words.map(({ comment }) => comment.replace(/\.$/, '')).join('. ');
  const reference = entries.length === 0 ? [] : [`\${parameters:${program.form}}`];
  const own = chosen.name === undefined ? [] : [chosen.name];
  const value = ['python', script, ...own, ...chosen.words.flatMap((word) => word.words), ...reference];
  const text = writeRunFile([
    { key: 'command', value, comment: words },
    ...(entries.length === 0 ? [] : [{ key: 'parameters', value: new Entries(entries) }]),
    python,
  ]);
  return { text, name: fileNameOf(chosen.name === undefined ? name : `${name}-${chosen.name}`) };
}

/** The environment of the project where there is one, else what is selected. */
async function pythonOf(folder: string): Promise<Entry> {
  for (let at = folder, way = ''; ; at = path.dirname(at), way += '../') {
    for (const venv of ['.venv', 'venv']) {
      if (await exists(path.join(at, venv, 'pyvenv.cfg'))) return { key: 'python', value: { venv: way + venv } };
    }
    // A project ends where its repository does.
    if (path.dirname(at) === at || (await exists(path.join(at, '.git')))) break;
  }
  return {
    key: 'python',
    value: 'selected',
    comment: 'The one selected in VS Code; in a terminal what is active.',
  };
}

/**
 * Dotted names are objects in objects. Not one that has a value besides, and not where all of an object would be comments:
 * an empty object is a value as well.
 */
function entriesOf(options: readonly PythonOption[]): Entry[] {
  const names = options.map(({ name }) => name);
  const on = options.filter(({ isOff }) => !isOff).map(({ name }) => name);
  const nests = (keys: readonly string[]): boolean =>
    keys.every((key) => key !== '') &&
    keys.slice(0, -1).every((_, index) => {
      const above = keys.slice(0, index + 1).join('.');
      return !names.includes(above) && on.some((name) => name.startsWith(`${above}.`));
    });
  const root: Tree = new Map();
  for (const option of options) {
    // A name with braces would end a reference to it.
    if (/[{}]/.test(option.name) || option.name.includes('__proto__')) continue;
    const keys = option.name.split('.');
    add(root, nests(keys) ? keys : [option.name], option);
  }
  return written(root);
}

type Tree = Map<string, Tree | PythonOption>;

function add(tree: Tree, [key = '', ...rest]: readonly string[], option: PythonOption): void {
  if (rest.length === 0) {
    if (!tree.has(key)) tree.set(key, option);
    return;
  }
  const inner = tree.get(key) ?? new Map<string, Tree | PythonOption>();
  tree.set(key, inner);
  if (inner instanceof Map) add(inner, rest, option);
}

function written(tree: Tree): Entry[] {
  return Array.from(tree, ([key, part]): Entry => {
    if (part instanceof Map) {
      const inner = written(part);
      return { key, value: new Entries(inner), isOff: false };
    }
    return { key, value: part.value?.value ?? null, comment: part.comment, isOff: part.isOff };
  });
}
