/** Asks language features at a cursor: `|` in the text is where it is. */
import type { CompletionItem, Hover, TextEdit } from 'vscode-languageserver-types';
import { EditedDocument } from '../../../../src/language/editedDocument';
import type { LanguageFeature, Place, Surroundings } from '../../../../src/language/feature';
import { features as allFeatures } from '../../../../src/language/features';
import { LanguageWindow } from '../../../../src/language/languageWindow';

export interface Asked {
  /** Absolute path of the document. */
  readonly path?: string;
  readonly features?: readonly LanguageFeature[];
  /** What the window answers, by request; a window without an engine unless told. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

const nothingKnown: Readonly<Record<string, unknown>> = {
  'sidelab/selectedPython': {},
  'sidelab/capacity': {},
  'sidelab/knownNames': { experiments: [], tags: [] },
  'sidelab/parameterHistory': {},
};

export function placeAt(textWithCursor: string, path = '/nowhere/a.run.json'): Place {
  const offset = textWithCursor.indexOf('|');
  if (offset < 0) throw new Error('The text has no cursor.');
  const text = textWithCursor.slice(0, offset) + textWithCursor.slice(offset + 1);
  const document = new EditedDocument(`file://${path}`, text);
  return { document, position: document.lines.positionAt(offset), offset, signal: new AbortController().signal };
}

export function surroundings(answers: Readonly<Record<string, unknown>> = {}): Surroundings {
  const window = new LanguageWindow(async (method) => Promise.resolve({ ...nothingKnown, ...answers }[method]));
  return { window, environment: process.env };
}

export async function complete(
  textWithCursor: string,
  { path, features = allFeatures, answers }: Asked = {},
): Promise<readonly CompletionItem[]> {
  const place = placeAt(textWithCursor, path);
  const items = await Promise.all(features.map(async (each) => each.complete?.(place, surroundings(answers))));
  return items.flatMap((each) => [...(each ?? [])]);
}

/** The text after an item was chosen. */
export function choose(textWithCursor: string, item: CompletionItem): string {
  const { document } = placeAt(textWithCursor);
  const edit = item.textEdit as TextEdit;
  const from = document.lines.offsetAt(edit.range.start);
  return document.text.slice(0, from) + edit.newText + document.text.slice(document.lines.offsetAt(edit.range.end));
}

export async function hover(
  textWithCursor: string,
  { path, features = allFeatures, answers }: Asked = {},
): Promise<readonly Hover[]> {
  const place = placeAt(textWithCursor, path);
  const hovers = await Promise.all(features.map(async (each) => each.hover?.(place, surroundings(answers))));
  return hovers.filter((each) => each !== undefined);
}
