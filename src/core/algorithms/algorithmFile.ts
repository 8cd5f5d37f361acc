/**
 * The text of an algorithm's file, checked by its schema. What is wrong with it is a value here, not a failure: whether it
 * concerns a run is for those to say who look for the run's algorithm.
 */
import { Value } from '@sinclair/typebox/value';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { type Algorithm, AlgorithmSchema, algorithmEditorSchema } from '../../model/algorithm';
import { findTooDeep, parseJsonTree, toJsonText, withoutByteOrderMark } from '../runFiles/jsonTree';
import { describeKeyPath } from '../runFiles/runFileProblem';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';
import { findBadReference } from './parameterSchema';

export interface AlgorithmFile {
  /** Absolute. */
  readonly path: string;
  readonly algorithm: Algorithm;
}

export interface BrokenAlgorithmFile {
  readonly path: string;
  /** As far as the text gives one away. */
  readonly name: string | undefined;
  /** The first error, with its place: "/w/.sidelab/algorithms/a.json:3:5: version: Write a version such as …". */
  readonly problem: string;
}

/** A longer file is no description. */
const maxCharacters = 1024 * 1024;

export async function readAlgorithmFile(text: string, path: string): Promise<AlgorithmFile | BrokenAlgorithmFile> {
  const plain = withoutByteOrderMark(text);
  const lines = new TextLines(plain, path);
  const broken = (offset: number, problem: string, name?: string): BrokenAlgorithmFile => {
    const { line, column } = lines.placeAt(offset);
    return { path, name, problem: `${path}:${line}:${column}: ${problem}` };
  };
  if (plain.length > maxCharacters) return broken(0, `This has more than ${maxCharacters / 1024} KiB.`);
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
  const problems = await findSchemaProblems(lines, algorithmEditorSchema());
  const [first] = problems.filter(({ severity }) => severity === 'error').sort((a, b) => a.offset - b.offset);
  if (first) return broken(first.offset, withKey(first.keyPath, first.message), name);
  if (!isAlgorithm(value)) {
    const left = Value.Errors(AlgorithmSchema, value).First();
    return broken(0, `${left?.path ?? ''}: ${left?.message ?? 'This is no algorithm'}`, name);
  }
  const reference = findBadReference(value.parameters);
  if (reference !== undefined) {
    const offset = plain.indexOf(JSON.stringify(reference));
    const message = `The reference ${JSON.stringify(reference)} leads nowhere in this schema; only such as "#/definitions/…" are followed.`;
    return broken(Math.max(0, offset), withKey(['parameters'], message), name);
  }
  return { path, algorithm: value };
}

const withKey = (keyPath: readonly (string | number)[], message: string): string =>
  keyPath.length === 0 ? message : `${describeKeyPath(keyPath)}: ${message}`;

/** "CloseBraceExpected" → "close brace expected". */
const inWords = (name: string): string => name.replace(/(?<!^)[A-Z]/g, (capital) => ` ${capital}`).toLowerCase();

function nameOf(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'name' in value && typeof value.name === 'string' ? value.name : undefined;
}

function isAlgorithm(value: unknown): value is Algorithm {
  return Value.Check(AlgorithmSchema, value);
}
