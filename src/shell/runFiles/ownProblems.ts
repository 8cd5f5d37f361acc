/**
 * What is wrong with a run file that the editor's JSON service does not say already: it has the schema, this has the rest,
 * such as a program or a folder that does not exist. Never both, or every mistake would be underlined twice.
 */
import { findNodeAtOffset, type Node, parseTree, type ParseError } from 'jsonc-parser';
import { Value } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { wantsSelectedPython } from '../../core/runFiles/python';
import { diagnoseRunFile, readRunFile } from '../../core/runFiles/readRunFile';
import { resolveRun } from '../../core/runFiles/resolveRun';
import type { Capacity } from '../../model/demand';
import { RunFileSchema } from '../../model/runFile';

export interface OwnProblem {
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

export interface OwnProblemsQuery {
  readonly text: string;
  readonly path: string;
  /** Undefined: nothing outside the text is looked at, as in an untrusted workspace. */
  readonly environment: NodeJS.ProcessEnv | undefined;
  /** Asked only when the file wants the interpreter that the editor has chosen. */
  readonly findSelectedPython?: () => Promise<string | undefined>;
  /** What the machine has, where that is known without starting anything. */
  readonly capacity?: () => Promise<Capacity | undefined>;
}

export async function findOwnProblems(query: OwnProblemsQuery): Promise<readonly OwnProblem[]> {
  try {
    return await findProblems(query);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [atPlace(error, query.text)];
  }
}

async function findProblems({
  text,
  path,
  environment,
  findSelectedPython,
  capacity,
}: OwnProblemsQuery): Promise<readonly OwnProblem[]> {
  const problems = await diagnoseRunFile(text, path);
  if (problems.some(({ severity }) => severity === 'error')) {
    const said = saidBySchema(text);
    return problems.filter(({ bySchema, keyPath }) => bySchema === undefined && !said(keyPath[0])).map(withHint);
  }
  // What can only be known by looking at the disk; the first failure is the one that a submission would meet.
  if (environment !== undefined) {
    const file = await readRunFile(text, path);
    const selectedPython = wantsSelectedPython(file) ? await findSelectedPython?.() : undefined;
    const python = selectedPython === undefined ? {} : { selectedPython };
    await resolveRun({ file, text, path, environment, onlyLook: true, ...python, ...(capacity ? { capacity } : {}) });
  }
  return problems.map(withHint);
}

/** Whether the JSON service has something to say about the top-level key; of the file as a whole only what is no JSON. */
function saidBySchema(text: string): (key: string | number | undefined) => boolean {
  if (text.trim() === '') return () => false;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root?.type !== 'object') return () => true;
  const wrong = new Set<string | number>();
  for (const { path } of Value.Errors(RunFileSchema, valueOf(root))) {
    const key = path.split('/')[1];
    if (key !== undefined) wrong.add(key.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return (key) => key !== undefined && wrong.has(key);
}

/** A map of a node's own making has no inherited keys: one may be called `__proto__`. */
function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  const entries = (node.children ?? []).map(({ children }) => {
    const [key, value] = children ?? [];
    return [String(key?.value), value ? valueOf(value) : null] as const;
  });
  return Object.fromEntries(entries);
}

function withHint(problem: OwnProblem & { readonly hint?: string }): OwnProblem {
  const { message, hint, severity, offset, length } = problem;
  return { message: hint === undefined ? message : `${message} ${hint}`, severity, offset, length };
}

/** The failure at the value or the key that it names. */
function atPlace({ message, hint, place }: Failure, text: string): OwnProblem {
  const problem = { message: hint === undefined ? message : `${message} ${hint}`, severity: 'error' } as const;
  if (!place) return { ...problem, offset: 0, length: 1 };
  const offset = offsetOf(text, place.line, place.column);
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root && findNodeAtOffset(root, offset, true);
  return { ...problem, offset, length: node && node.type !== 'object' ? node.length : 1 };
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}
