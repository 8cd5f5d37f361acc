/**
 * The text of a run file as a person would have written it: keys in a useful order, short values on one line, comments
 * where they help. Knows nothing of what a run file may contain.
 */

/** A key with its value, or a key that is there as a comment only, for its reader to switch on. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** Stands behind the value, or above it where it is long. */
  readonly comment?: string | undefined;
  /** Written as a comment: what it would be. */
  readonly isOff?: boolean;
}

/** An object whose keys have comments. */
export class Entries {
  readonly entries: readonly Entry[];

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }
}

/** Longer lines are broken. */
const lineWidth = 100;

/** `head` stands above the first brace. */
export function writeRunFile(entries: readonly Entry[], head?: string): string {
  const comments = head === undefined ? [] : commentLines(head, '');
  return [...comments, ...block(entries, ''), ''].join('\n');
}

function block(entries: readonly Entry[], indent: string): string[] {
  const inner = `${indent}  `;
  return ['{', ...entries.flatMap((entry) => lines(entry, inner)), `${indent}}`];
}

function lines({ key, value, comment, isOff = false }: Entry, indent: string): string[] {
  if (isOff)
    return withComment([`${indent}// ${JSON.stringify(key)}: ${inline(value)},`], comment, indent, lineWidth + 20);
  const written = writeValue(value, indent, indent.length + JSON.stringify(key).length + 3);
  const [first = '', ...rest] = written;
  const all = [`${indent}${JSON.stringify(key)}: ${first}`, ...rest];
  return withComment([...all.slice(0, -1), `${all.at(-1) ?? ''},`], comment, indent, lineWidth);
}

function withComment(written: readonly string[], comment: string | undefined, indent: string, width: number): string[] {
  const text = comment === undefined ? '' : oneLine(comment);
  if (text === '') return [...written];
  const [only = ''] = written;
  if (written.length === 1 && only.length + text.length + 4 <= width) return [`${only} // ${text}`];
  return [...commentLines(text, indent), ...written];
}

/** A list or an object is one line where it fits into one. */
function writeValue(value: unknown, indent: string, column: number): string[] {
  if (value instanceof Entries) return value.entries.length === 0 ? ['{}'] : block(value.entries, indent);
  const short = inline(value);
  if (typeof value !== 'object' || value === null || column + short.length <= lineWidth) return [short];
  const inner = `${indent}  `;
  if (!Array.isArray(value))
    return block(
      Object.entries(value).map(([key, part]) => ({ key, value: part as unknown })),
      indent,
    );
  const elements = value.map((element) => {
    const written = writeValue(element, inner, inner.length);
    return [`${inner}${written[0] ?? ''}`, ...written.slice(1, -1), ...written.slice(1).slice(-1)];
  });
  return ['[', ...elements.flatMap((each) => [...each.slice(0, -1), `${each.at(-1) ?? ''},`]), `${indent}]`];
}

function inline(value: unknown): string {
  if (value instanceof Entries) {
    const on = value.entries.filter(({ isOff = false }) => !isOff);
    return inlineObject(on.map(({ key, value: part }) => [key, part]));
  }
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return inlineObject(Object.entries(value));
  return JSON.stringify(value) ?? 'null';
}

const inlineObject = (entries: readonly (readonly [string, unknown])[]): string =>
  entries.length === 0
    ? '{}'
    : `{ ${entries.map(([key, value]) => `${JSON.stringify(key)}: ${inline(value)}`).join(', ')} }`;

/** No line of it ends the comment. */
const oneLine = (text: string): string => text.replaceAll(/[\s\u2028\u2029\u0085]+/g, ' ').trim();

function commentLines(text: string, indent: string): string[] {
  const all: string[] = [];
  for (const paragraph of text.split(/[\n\r\u2028\u2029]+/)) {
    let line = '';
    for (const word of paragraph.trim().split(/\s+/)) {
      if (line !== '' && indent.length + 3 + line.length + 1 + word.length > lineWidth) {
        all.push(`${indent}// ${line}`);
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    if (line !== '') all.push(`${indent}// ${line}`);
  }
  return all;
}

/** A new run file: its text, and what to call it (`train` for `train.run.json`). */
export interface NewRunFile {
  readonly text: string;
  readonly name: string;
}

/** A file's name that any system takes. */
export function fileNameOf(text: string): string {
  const plain = text
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'new' : plain;
}
