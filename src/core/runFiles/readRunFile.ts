/**
 * A run file's text, checked: the same service, schema and positions as the editor's squiggles, and what the schema cannot
 * say. A submission stops at the first error; `diagnoseRunFile` has them all.
 */
import { Value } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { runFileEditorSchema } from '../../model/editorSchema';
import { type RunFile, RunFileSchema } from '../../model/runFile';
import { findTooDeep, parseJsonTree, toJsonText, withoutByteOrderMark } from './jsonTree';
import { checkRunFile } from './runFileChecks';
import { problemFailure, type RunFileProblem } from './runFileProblem';
import { findSchemaProblems } from './schemaProblems';
import { TextLines } from './textLines';

/** A longer file is data, which belongs into a file of its own. */
export const runFileMaxBytes = 1024 * 1024;

/** The content of a run file. Throws `InvalidInput` at the first error, with its place and key, or `TooLarge`. */
export async function readRunFile(text: string, path: string): Promise<RunFile> {
  const problems = await diagnoseRunFile(text, path);
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  if (first) throw problemFailure(path, first, errors.length - 1);
  const root = parseJsonTree(withoutByteOrderMark(text));
  const value: unknown = root === undefined ? undefined : JSON.parse(toJsonText(root));
  if (isRunFile(value)) return value;
  const left = Value.Errors(RunFileSchema, value).First();
  throw new Failure('InvalidInput', `${left?.path ?? ''}: ${left?.message ?? 'This is no run file'}.`, {
    place: { file: path, line: 1, column: 1 },
  });
}

/** All that is wrong, in the order of the text. `path` names the file only. Throws `TooLarge` for a file beyond the limit. */
export async function diagnoseRunFile(text: string, path: string): Promise<readonly RunFileProblem[]> {
  const plain = withoutByteOrderMark(text);
  if (Buffer.byteLength(plain) > runFileMaxBytes) {
    throw new Failure('TooLarge', `${path} has more than ${runFileMaxBytes / 1024} KiB.`, {
      hint: 'Keep data in a file of its own, and its path in the parameters.',
      place: { file: path, line: 1, column: 1 },
    });
  }
  const lines = new TextLines(plain, path);
  const wholly = problemOfTheWhole(lines);
  if (wholly) return [wholly];

  const problems = await findSchemaProblems(lines, runFileEditorSchema());
  const root = parseJsonTree(plain);
  for (const finding of root ? checkRunFile(root, plain) : []) {
    const { node, ...rest } = finding;
    const said = problems.some((other) => other.offset < node.offset + node.length && node.offset <= other.offset);
    if (said) continue;
    // Of an object only its bracket: all of its lines underlined would hide what is in them.
    const length = node.type === 'object' ? 1 : node.length;
    problems.push({ ...rest, ...lines.placeAt(node.offset), offset: node.offset, length });
  }
  return problems.sort((a, b) => a.offset - b.offset);
}

/** One clear sentence where a list of syntax errors would hide what is wrong. */
function problemOfTheWhole(lines: TextLines): RunFileProblem | undefined {
  const { text } = lines;
  const at = (offset: number, message: string, hint: string): RunFileProblem => ({
    message,
    hint,
    keyPath: [],
    severity: 'error',
    ...lines.placeAt(offset),
    offset,
    length: 1,
  });
  const example = 'Write an object such as { "command": ["node", "train.mjs"] }.';
  if (text.trim() === '') return at(0, 'The run file is empty.', example);
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) return at(tooDeep, 'This nests too deeply.', 'Keep data in a file of its own.');
  const root = parseJsonTree(text);
  if (!root) {
    const onlyComments = firstToken(text) === undefined;
    return at(firstToken(text) ?? 0, onlyComments ? 'The run file is empty.' : 'This is no JSON.', example);
  }
  if (root.type !== 'object') return at(root.offset, 'A run file is a JSON object.', example);
  return undefined;
}

function firstToken(text: string): number | undefined {
  const withoutComments = text.replace(/\/\*[^]*?\*\/|\/\/[^\r\n]*/g, (comment) => ' '.repeat(comment.length));
  const offset = withoutComments.search(/\S/);
  return offset < 0 ? undefined : offset;
}

function isRunFile(value: unknown): value is RunFile {
  return Value.Check(RunFileSchema, value);
}
