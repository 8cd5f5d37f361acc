/** Everywhere that a task, a parameter or an input is named. */
import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver-types';
import type { EditedDocument } from '../editedDocument';
import { NavigationIndex } from './navigationIndex';
import type { Occurrence, Span } from './runParts';

export function referencesAt(document: EditedDocument, offset: number, withDeclaration: boolean): Location[] {
  return occurrencesAt(document, offset)
    .filter(({ isDeclaration }) => withDeclaration || !isDeclaration)
    .map((each) => ({ uri: document.uri, range: rangeOf(document, each) }));
}

export function highlightsAt(document: EditedDocument, offset: number): DocumentHighlight[] {
  return occurrencesAt(document, offset).map((each) => ({
    range: rangeOf(document, each),
    kind: each.isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

const occurrencesAt = (document: EditedDocument, offset: number): readonly Occurrence[] =>
  NavigationIndex.of(document).mentionAt(offset)?.thing.occurrences ?? [];

export const rangeOf = (document: EditedDocument, { start, end }: Span): Location['range'] =>
  document.rangeOf({ offset: start, length: end - start });
