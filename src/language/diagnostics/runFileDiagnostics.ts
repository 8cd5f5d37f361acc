/**
 * What is wrong with a document, beyond what the editor's JSON service says of it by the schema. Never both, or every mistake
 * would be underlined twice; what the schema refuses is known all the same, since it can be mended.
 */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { Failure } from '../../base/failure';
import { checkRunFileWhole } from '../../core/runFiles/check/checkRunFileWhole';
import { isRunFilePath } from '../../core/runFiles/runFilePath';
import type { RunFileProblem } from '../../core/runFiles/runFileProblem';
import { checkDescription } from '../../core/workspace/checkDescription';
import type { EditedDocument } from '../editedDocument';
import type { Surroundings } from '../feature';

/** By the document as it was when it was last looked at: the same version of it may be looked at again, as the disk changes. */
const known = new WeakMap<EditedDocument, Promise<readonly RunFileProblem[]>>();

/** An editor shows no more of a file. */
const mostShown = 1000;

export async function diagnose(document: EditedDocument, surroundings: Surroundings): Promise<readonly Diagnostic[]> {
  const problems = (await look(document, surroundings)).filter(({ bySchema }) => bySchema === undefined);
  return firstShown(problems).map((problem) => toDiagnostic(document, problem));
}

/** Errors rather than warnings; in the order of the text. */
function firstShown(problems: readonly RunFileProblem[]): readonly RunFileProblem[] {
  if (problems.length <= mostShown) return problems;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return [...errors, ...warnings].slice(0, mostShown).sort((a, b) => a.offset - b.offset);
}

/** All problems, those by the schema too, as they were when the document was underlined. */
export async function knownProblems(
  document: EditedDocument,
  surroundings: Surroundings,
): Promise<readonly RunFileProblem[]> {
  return known.get(document) ?? look(document, surroundings);
}

/** What failed is looked at again. */
async function look(document: EditedDocument, surroundings: Surroundings): Promise<readonly RunFileProblem[]> {
  const found = check(document, surroundings);
  known.set(document, found);
  try {
    return await found;
  } catch (error) {
    if (known.get(document) === found) known.delete(document);
    throw error;
  }
}

async function check(
  document: EditedDocument,
  { window, environment }: Surroundings,
): Promise<readonly RunFileProblem[]> {
  const { path } = document;
  if (!isRunFilePath(document.uri)) return (path && (await checkDescription(document.text, path))) || [];
  return orTooLarge(async () =>
    checkRunFileWhole({
      text: document.text,
      path: path ?? document.uri,
      environment: path === undefined ? undefined : environment,
      findSelectedPython: async () => window.selectedPython(document.uri),
      capacity: async () => window.capacity(),
      onlyJson: true,
      parsed: () => document.parsed,
      lines: document.lines,
    }),
  );
}

async function orTooLarge(find: () => Promise<readonly RunFileProblem[]>): Promise<readonly RunFileProblem[]> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message, hint } = error;
    const start = { keyPath: [], line: 1, column: 1, offset: 0, length: 1 };
    return [{ code: 'too-large', message, ...(hint === undefined ? {} : { hint }), severity: 'error', ...start }];
  }
}

export function toDiagnostic(document: EditedDocument, problem: RunFileProblem): Diagnostic {
  const { code, message, hint, severity } = problem;
  return {
    range: document.rangeOf(problem),
    message: hint === undefined ? message : `${message} ${hint}`,
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: 'Sidelab',
  };
}
