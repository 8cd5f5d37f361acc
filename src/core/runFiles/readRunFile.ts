/**
 * A run file's text, checked: the same service, schema and positions as the editor's squiggles, and what the schema cannot
 * say. A submission stops at the first error; `diagnoseRunFile` has them all.
 */
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import type { Node } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { runFileEditorSchema } from '../../model/editorSchema';
import { type RunFile, RunFileSchema } from '../../model/runFile';
import { toFixes } from './check/mend';
import { isAccepted, withoutAccepted } from './check/refusedParts';
import { type ParsedText, parseJsonText, parseJsonTree, toValue, withoutByteOrderMark } from './jsonTree';
import { lazily } from './once';
import { checkRunFile } from './runFileChecks';
import { problemFailure, type RunFileProblem } from './runFileProblem';
import { findSchemaProblems } from './schemaProblems';
import { TextLines } from './textLines';

/** A longer file is data, which belongs into a file of its own. */
export const runFileMaxBytes = 1024 * 1024;

/** The content of a run file. Throws `InvalidInput` at the first error, with its place and key, or `TooLarge`. */
export async function readRunFile(text: string, path: string, options: ExamineOptions = {}): Promise<RunFile> {
  const { problems, file } = await examineRunFile(text, path, options);
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  if (first) throw problemFailure(path, first, errors.length - 1);
  if (file) return file;
  const root = parseJsonTree(withoutByteOrderMark(text));
  const left = Errors(RunFileSchema, root && toValue(root).value).First();
  throw new Failure('InvalidInput', `${left?.path ?? ''}: ${left?.message ?? 'This is no run file'}.`, {
    place: { file: path, line: 1, column: 1 },
  });
}

/** All that is wrong, in the order of the text. `path` names the file only. Throws `TooLarge` for a file beyond the limit. */
export async function diagnoseRunFile(text: string, path: string): Promise<readonly RunFileProblem[]> {
  return (await examineRunFile(text, path)).problems;
}

/** A run file's text, looked at. */
export interface ExaminedRunFile {
  readonly lines: TextLines;
  /** As far as it can be made out. */
  readonly root: Node | undefined;
  /** In the order of the text. */
  readonly problems: readonly RunFileProblem[];
  /** Absent where the schema refuses it. */
  readonly file: RunFile | undefined;
}

export interface ExamineOptions {
  /**
   * Whoever asks has another to say what is no JSON, as an editor has: of such a text nothing is said, and quickly. What the
   * schema refuses is found all the same.
   */
  readonly onlyJson?: boolean;
  /** The tree of the text, which has no byte order mark, where somebody has it already, and whether the text is no JSON. */
  readonly parsed?: () => ParsedText;
  /** Its lines, likewise. */
  readonly lines?: TextLines;
}

/** What can be known of the text alone. Throws `TooLarge` for a file beyond the limit. */
export async function examineRunFile(
  text: string,
  path: string,
  options: ExamineOptions = {},
): Promise<ExaminedRunFile> {
  const plain = withoutByteOrderMark(text);
  const { onlyJson = false, parsed = () => parseJsonText(plain), lines = new TextLines(plain, path) } = options;
  if (Buffer.byteLength(plain) > runFileMaxBytes) {
    throw new Failure('TooLarge', `${path} has more than ${runFileMaxBytes / 1024} KiB.`, {
      hint: 'Keep data in a file of its own, and its path in the parameters.',
      place: { file: path, line: 1, column: 1 },
    });
  }
  const { root, isTorn, tooDeepAt } = parsed();
  if (tooDeepAt !== undefined) {
    const problem = problemAt(
      lines,
      tooDeepAt,
      'too-deep',
      'This nests too deeply.',
      'Keep data in a file of its own.',
    );
    return { lines, root: undefined, problems: [problem], file: undefined };
  }
  const wholly = problemOfTheWhole(lines, root);
  if (wholly || !root) return { lines, root, problems: wholly ? [wholly] : [], file: undefined };
  if (isTorn && onlyJson) return { lines, root: undefined, problems: [], file: undefined };

  const { value, hasDuplicates } = toValue(root);
  const isWhole = !isTorn && !hasDuplicates;
  const isSound = isWhole && isAccepted(value);
  const problems: RunFileProblem[] = [];
  if (!isSound) {
    const looked = isWhole ? new TextLines(withoutAccepted(plain, root, value), path) : lines;
    problems.push(...(await findSchemaProblems(looked, runFileEditorSchema(), { lines, root })));
  }
  const known = new KnownPlaces(problems);
  for (const finding of checkRunFile(root, plain)) {
    const { node, mends, ...rest } = finding;
    if (known.has(node)) continue;
    known.add(node);
    // Of an object only its bracket: all of its lines underlined would hide what is in them.
    const length = node.type === 'object' ? 1 : node.length;
    const findFixes = mends && lazily(() => toFixes(mends(), node, plain));
    const place = { ...lines.placeAt(node.offset), offset: node.offset, length };
    problems.push({ ...rest, ...place, ...(findFixes ? { findFixes } : {}) });
  }
  problems.sort((a, b) => a.offset - b.offset);
  return { lines, root, problems, file: isRunFile(value, isSound) ? value : undefined };
}

/** Where something is said already: what follows from it is not said too. */
class KnownPlaces {
  readonly #bySchema: readonly number[];
  readonly #others = new Set<number>();

  constructor(problems: readonly RunFileProblem[]) {
    this.#bySchema = problems.map(({ offset }) => offset).sort((a, b) => a - b);
  }

  has({ offset, length }: Node): boolean {
    if (this.#others.has(offset)) return true;
    let [start, end] = [0, this.#bySchema.length];
    while (start < end) {
      const middle = (start + end) >>> 1;
      if ((this.#bySchema[middle] ?? 0) < offset) start = middle + 1;
      else end = middle;
    }
    const next = this.#bySchema[start];
    return next !== undefined && next < offset + length;
  }

  add({ offset }: Node): void {
    this.#others.add(offset);
  }
}

function problemAt(lines: TextLines, offset: number, code: string, message: string, hint: string): RunFileProblem {
  return { code, message, hint, keyPath: [], severity: 'error', ...lines.placeAt(offset), offset, length: 1 };
}

/** One clear sentence where a list of syntax errors would hide what is wrong. */
function problemOfTheWhole(lines: TextLines, root: Node | undefined): RunFileProblem | undefined {
  const { text } = lines;
  const example = 'Write an object such as { "command": ["node", "train.mjs"] }.';
  if (!root) {
    const first = firstToken(text);
    return first === undefined
      ? problemAt(lines, 0, 'empty-file', 'The run file is empty.', example)
      : problemAt(lines, first, 'no-json', 'This is no JSON.', example);
  }
  return root.type === 'object'
    ? undefined
    : problemAt(lines, root.offset, 'no-object', 'A run file is a JSON object.', example);
}

function firstToken(text: string): number | undefined {
  const withoutComments = text.replace(/\/\*[^]*?\*\/|\/\/[^\r\n]*/g, (comment) => ' '.repeat(comment.length));
  const offset = withoutComments.search(/\S/);
  return offset < 0 ? undefined : offset;
}

/** `isSound`: it was checked already. */
function isRunFile(value: unknown, isSound: boolean): value is RunFile {
  return isSound || Check(RunFileSchema, value);
}
