/** A run file with a place in it: `§` in its text. */
import type { Range } from 'vscode-languageserver-types';
import { EditedDocument } from '../../../../src/language/editedDocument';

export interface MarkedDocument {
  readonly document: EditedDocument;
  readonly offset: number;
}

export function marked(text: string, file = '/w/a.run.json'): MarkedDocument {
  const offset = text.indexOf('§');
  if (offset < 0) throw new Error('No place is marked.');
  return { document: new EditedDocument(`file://${file}`, text.replace('§', '')), offset };
}

/** The text with each of the ranges in guillemets. */
export function withRanges({ text, lines }: EditedDocument, ranges: readonly Range[]): string {
  const marks = ranges.flatMap(({ start, end }) => [
    { at: lines.offsetAt(start), mark: '«' },
    { at: lines.offsetAt(end), mark: '»' },
  ]);
  marks.sort((a, b) => b.at - a.at);
  return marks.reduce((marked, { at, mark }) => marked.slice(0, at) + mark + marked.slice(at), text);
}
