/** Files that a line of output mentions, with the place in them: of tracebacks, stacks, compilers, or just by their path. */

export interface FileMention {
  /** In the line. */
  readonly start: number;
  readonly end: number;
  /** As it was written: absolute, relative, or a `file:` address. */
  readonly path: string;
  /** Count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** What can be a mention has one of these. */
const telling = /[./\\]\w/;
const mostLength = 2000;
const mostInLine = 20;

/** `File "train.py", line 3` of Python. */
const python = /File "([^"\n]{1,500})", line (\d{1,9})/g;
/** An address of a file, with its place: Node's modules. */
const address = /file:\/\/\/[^\s()'"<>]{1,500}/g;
/** `(/a b/c.js:3:4)` of Node: in parentheses also with blanks. */
const enclosed = /\(([^()\n]{1,500}):(\d{1,9}):(\d{1,9})\)/g;
/** `train.cpp:3:4`, `/a/b.py`, `src/x.ts(3,4)`: a path with a separator, or a name with an ending and a line. */
const place =
  /(?<![\w:/\\.@+~-])((?:[A-Za-z]:[\\/]|\.{0,2}[\\/])?[\w.@+~-]+(?:[\\/][\w.@+~-]+)*)(?::(\d{1,9})(?::(\d{1,9}))?|\((\d{1,9})(?:,(\d{1,9}))?\))?/g;

export function fileMentions(whole: string): readonly FileMention[] {
  if (!telling.test(whole)) return [];
  const line = whole.slice(0, mostLength);
  const found: FileMention[] = [];
  const add = (start: number, length: number, path: string, row?: string, column?: string): void => {
    const end = start + length;
    if (found.length >= mostInLine || found.some((other) => start < other.end && other.start < end)) return;
    const at =
      row === undefined ? {} : { line: Number(row), ...(column === undefined ? {} : { column: Number(column) }) };
    found.push({ start, end, path, ...at });
  };
  for (const match of line.matchAll(python)) add(match.index, match[0].length, match[1] ?? '', match[2]);
  for (const match of line.matchAll(address)) {
    const parts = /^(.*?)(?::(\d{1,9}))?(?::(\d{1,9}))?[.,;:]?$/.exec(match[0]);
    add(match.index, match[0].replace(/[.,;:]$/, '').length, parts?.[1] ?? match[0], parts?.[2], parts?.[3]);
  }
  for (const match of line.matchAll(enclosed)) {
    if (/^(?:[A-Za-z]:)?[\\/](?![\\/])/.test(match[1] ?? ''))
      add(match.index + 1, match[0].length - 2, match[1] ?? '', match[2], match[3]);
  }
  for (const match of line.matchAll(place)) {
    const [text, path = '', row, column, otherRow, otherColumn] = match;
    const isPath = /[\\/]/.test(path) || /\.[A-Za-z]\w{0,9}$/.test(path);
    // A name alone is a word with a dot, unless a line of it is named.
    if (!isPath || (!/[\\/]/.test(path) && row === undefined && otherRow === undefined)) continue;
    // Of another machine: asking for it would tell that one who asks.
    if (/^[\\/]{2}/.test(path)) continue;
    const ended = row === undefined && otherRow === undefined ? path.replace(/\.+$/, '') : path;
    add(match.index, text.length - (path.length - ended.length), ended, row ?? otherRow, column ?? otherColumn);
  }
  return found;
}
