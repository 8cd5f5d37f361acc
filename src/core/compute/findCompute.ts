/** Finds a compute by its name: in `.sidelab/compute.json` of the nearest folder at or above the run file's that has one. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Check } from '@sinclair/typebox/value';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { type Failure, hasErrorCode } from '../../base/failure';
import { type Compute, ComputeFileSchema } from '../../model/compute';
import { computeEditorSchema } from '../../model/editorSchema';
import { parseJsonTree, findTooDeep, toJsonText, withoutByteOrderMark } from '../runFiles/jsonTree';
import { meant, ProblemFailure } from '../runFiles/problemFailure';
import { describeKeyPath } from '../runFiles/runFileProblem';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';

export const computeFile = path.join('.sidelab', 'compute.json');

/** A longer file is no description. */
const maxCharacters = 1024 * 1024;

/** The computes that run files in the folder can name. Empty where no file describes any; throws `InvalidInput` for a broken one. */
export async function listComputes(folder: string): Promise<ReadonlyMap<string, Compute>> {
  const file = await findFile(folder);
  return file ? readComputes(file.text, file.path) : new Map();
}

/** Throws `InvalidInput` when there is none of that name, or when the file that would have it is broken. */
export async function findCompute(name: string, folder: string): Promise<Compute> {
  const file = await findFile(folder);
  const message = `There is no compute ${JSON.stringify(name)}.`;
  if (!file) {
    const hint = `No folder from ${folder} upwards has ${computeFile}, where computes are described.`;
    throw new ProblemFailure('unknown-compute', message, { hint });
  }
  const computes = await readComputes(file.text, file.path);
  const found = computes.get(name);
  if (found) return found;
  const names = [...computes.keys()];
  const hint = names.length === 0 ? `${file.path} describes none.` : `There is ${names.join(', ')} in ${file.path}.`;
  throw new ProblemFailure('unknown-compute', message, { hint, mends: meant(name, names) });
}

async function findFile(start: string): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (let at = path.resolve(start); ; at = path.dirname(at)) {
    const file = path.join(at, computeFile);
    try {
      return { path: file, text: await readFile(file, 'utf8') };
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) throw error;
    }
    if (path.dirname(at) === at) return undefined;
  }
}

async function readComputes(text: string, file: string): Promise<ReadonlyMap<string, Compute>> {
  const plain = withoutByteOrderMark(text);
  const lines = new TextLines(plain, file);
  const broken = (offset: number, problem: string): Failure => {
    const { line, column } = lines.placeAt(offset);
    return new ProblemFailure('broken-description', `${file}:${line}:${column}: ${problem}`, {
      hint: 'Mend this file, which describes computes.',
    });
  };
  if (plain.length > maxCharacters) throw broken(0, `This has more than ${maxCharacters / 1024} KiB.`);
  const tooDeep = findTooDeep(plain);
  if (tooDeep !== undefined) throw broken(tooDeep, 'This nests too deeply.');
  const errors: ParseError[] = [];
  parse(plain, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [torn] = errors;
  if (torn) throw broken(torn.offset, `This is no JSON: ${printParseErrorCode(torn.error)}.`);
  const root = parseJsonTree(plain);
  if (!root) return new Map();
  const problems = await findSchemaProblems(lines, computeEditorSchema());
  const [first] = problems.filter(({ severity }) => severity === 'error').sort((a, b) => a.offset - b.offset);
  if (first) {
    const key = describeKeyPath(first.keyPath);
    throw broken(first.offset, key === '' ? first.message : `${key}: ${first.message}`);
  }
  const value: unknown = JSON.parse(toJsonText(root));
  if (!isComputeFile(value)) throw broken(root.offset, 'Computes are an object: { "small": { "cpus": 2 } }.');
  return new Map(Object.entries(value).filter(([name]) => name !== '$schema'));
}

const isComputeFile = (value: unknown): value is Readonly<Record<string, Compute>> => Check(ComputeFileSchema, value);
