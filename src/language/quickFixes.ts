/** What would mend the problems where the cursor is, or in what is selected; also those that the JSON service has underlined. */
import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver-types';
import type { Fix } from '../core/runFiles/check/mend';
import type { RunFileProblem } from '../core/runFiles/runFileProblem';
import { knownProblems, toDiagnostic } from './diagnostics/runFileDiagnostics';
import type { EditedDocument } from './editedDocument';
import type { LanguageFeature } from './feature';

export const quickFixes: LanguageFeature = {
  actions: async (document, range, surroundings) => {
    const problems = await knownProblems(document, surroundings);
    const [start, end] = [document.lines.offsetAt(range.start), document.lines.offsetAt(range.end)];
    return problems
      .filter(({ offset, length }) => offset <= end && start <= offset + length)
      .flatMap((problem) => (problem.findFixes?.() ?? []).map((fix, index) => toAction(document, problem, fix, index)));
  },
};

function toAction(document: EditedDocument, problem: RunFileProblem, fix: Fix, index: number): CodeAction {
  const edits = fix.edits.map(({ offset, length, newText }) => ({ range: rangeOf(document, offset, length), newText }));
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    // The likeliest comes first; taking something away is nothing to do without having read it.
    isPreferred: index === 0 && !fix.title.startsWith('Remove'),
    edit: { changes: { [document.uri]: edits } },
    ...(problem.bySchema ? {} : { diagnostics: [toDiagnostic(document, problem)] }),
  };
}

const rangeOf = (document: EditedDocument, offset: number, length: number): Range =>
  document.rangeOf({ offset, length });
