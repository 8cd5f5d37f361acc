/**
 * Files of a workspace's `.sidelab` folder that describe something by a name: algorithms, plugins. What is wrong with one
 * is a value here, not a failure: whether it concerns a run is for those to say who look for a name.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Static, TSchema } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { hasErrorCode } from '../../base/failure';
import { findTooDeep, parseJsonTree, toJsonText, withoutByteOrderMark } from '../runFiles/jsonTree';
import { describeKeyPath, type KeyPath } from '../runFiles/runFileProblem';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';

export interface BrokenFile {
  readonly path: string;
  /** As far as the text gives one away. */
  readonly name: string | undefined;
  /** The first error, with its place: "/w/.sidelab/algorithms/a.json:3:5: version: Write a version such as …". */
  readonly problem: string;
}

export interface DescribedFile<T> {
  /** Absolute. */
  readonly path: string;
  readonly content: T;
}

/** What such files must be. */
export interface Description<S extends TSchema> {
  readonly schema: S;
  /** The same for the JSON service, whose messages these are. */
  readonly editorSchema: () => Record<string, unknown>;
  /** Beyond the schema: what is wrong, and where, or nothing. */
  readonly check?: (
    content: Static<S>,
    text: string,
  ) => { readonly message: string; readonly offset: number; readonly keyPath: KeyPath } | undefined;
}

/** A longer file is no description. */
export const maxDescriptionCharacters = 1024 * 1024;

export async function readDescribedFile<S extends TSchema>(
  text: string,
  file: string,
  { schema, editorSchema, check }: Description<S>,
): Promise<DescribedFile<Static<S>> | BrokenFile> {
  const plain = withoutByteOrderMark(text);
  const lines = new TextLines(plain, file);
  const broken = (offset: number, problem: string, name?: string): BrokenFile => {
    const { line, column } = lines.placeAt(offset);
    return { path: file, name, problem: `${file}:${line}:${column}: ${problem}` };
  };
  if (plain.length > maxDescriptionCharacters)
    return broken(0, `This has more than ${maxDescriptionCharacters / 1024} KiB.`);
  if (plain.trim() === '') return broken(0, 'The file is empty.');
  const tooDeep = findTooDeep(plain);
  if (tooDeep !== undefined) return broken(tooDeep, 'This nests too deeply.');

  const errors: ParseError[] = [];
  parse(plain, errors, { allowTrailingComma: true });
  const root = parseJsonTree(plain);
  const value: unknown = root === undefined ? undefined : JSON.parse(toJsonText(root));
  const name = nameOf(value);
  const [torn] = errors;
  if (torn) return broken(torn.offset, `This is no JSON: ${inWords(printParseErrorCode(torn.error))}.`, name);
  const problems = await findSchemaProblems(lines, editorSchema());
  const [first] = problems.filter(({ severity }) => severity === 'error').sort((a, b) => a.offset - b.offset);
  if (first) return broken(first.offset, withKey(first.keyPath, first.message), name);
  if (!Check(schema, value)) {
    const left = Errors(schema, value).First();
    return broken(0, `${left?.path ?? ''}: ${left?.message ?? 'This is not what it should be'}`, name);
  }
  const wrong = check?.(value, plain);
  if (wrong) return broken(wrong.offset, withKey(wrong.keyPath, wrong.message), name);
  return { path: file, content: value };
}

/** The nearest folder called so at or above `start`, with the names of its files. */
export async function findFolderAbove(
  start: string,
  called: string,
): Promise<{ readonly folder: string; readonly names: readonly string[] } | undefined> {
  for (let at = path.resolve(start); ; at = path.dirname(at)) {
    const folder = path.join(at, called);
    try {
      return { folder, names: await readdir(folder) };
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    }
    if (path.dirname(at) === at) return undefined;
  }
}

export async function readDescribedFolder<S extends TSchema>(
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
  description: Description<S>,
): Promise<readonly (DescribedFile<Static<S>> | BrokenFile)[]> {
  const paths = names
    .filter((name) => /\.jsonc?$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name));
  return Promise.all(
    paths.map(async (file) => {
      try {
        return await readDescribedFile(await readFile(file, 'utf8'), file, description);
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT', 'EACCES', 'EISDIR', 'ELOOP')) throw error;
        return { path: file, name: undefined, problem: `${file}:1:1: This cannot be read.` };
      }
    }),
  );
}

const withKey = (keyPath: KeyPath, message: string): string =>
  keyPath.length === 0 ? message : `${describeKeyPath(keyPath)}: ${message}`;

/** "CloseBraceExpected" → "close brace expected". */
const inWords = (name: string): string => name.replace(/(?<!^)[A-Z]/g, (capital) => ` ${capital}`).toLowerCase();

function nameOf(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'name' in value && typeof value.name === 'string' ? value.name : undefined;
}
