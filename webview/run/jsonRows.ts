/**
 * Free-form JSON as the rows of a table: one per key, nested ones below their parent. Reads through `Object.entries` only
 * and never writes by key, because a key may be called `__proto__`; integers beyond 2^53 keep their digits.
 */

export interface JsonRow {
  /** Unique within the table. */
  readonly path: string;
  readonly depth: number;
  readonly key: string;
  readonly kind: 'text' | 'number' | 'word' | 'group' | 'note';
  readonly text: string;
  /** Undefined for what has nothing below it. */
  readonly isOpen: boolean | undefined;
}

const mostRowsPerGroup = 200;
const longestText = 4000;
const longestInlineList = 60;

/** A number as it was written, where a double would round it. */
class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** The rows of an object or array; `isClosed` says which groups are folded. Text that is no JSON is one row. */
export function jsonRows(json: string, isClosed: (path: string) => boolean): readonly JsonRow[] {
  let value: unknown;
  try {
    value = JSON.parse(json, keepExactNumber);
  } catch {
    return [{ path: '', depth: 0, key: '', kind: 'note', text: clip(json), isOpen: undefined }];
  }
  const rows: JsonRow[] = [];
  if (isGroup(value)) addEntries(rows, value, '', 0, isClosed);
  else if (value !== null) rows.push({ path: '', depth: 0, key: '', ...leaf(value), isOpen: undefined });
  return rows;
}

function addEntries(
  rows: JsonRow[],
  group: object,
  parent: string,
  depth: number,
  isClosed: (path: string) => boolean,
): void {
  const entries = Object.entries(group) as [string, unknown][];
  for (const [key, value] of entries.slice(0, mostRowsPerGroup)) {
    const path = `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isEmpty = isGroup(value) && Object.keys(value).length === 0;
    if (!isGroup(value) || isEmpty || inlineList(value) !== undefined) {
      rows.push({ path, depth, key, ...leaf(value), isOpen: undefined });
      continue;
    }
    const isOpen = !isClosed(path);
    rows.push({ path, depth, key, kind: 'group', text: sizeOf(value), isOpen });
    if (isOpen) addEntries(rows, value, path, depth + 1, isClosed);
  }
  if (entries.length > mostRowsPerGroup) {
    const text = `${entries.length - mostRowsPerGroup} more are not shown`;
    rows.push({ path: `${parent}/~more`, depth, key: '…', kind: 'note', text, isOpen: undefined });
  }
}

function leaf(value: unknown): { readonly kind: JsonRow['kind']; readonly text: string } {
  if (typeof value === 'string') return { kind: 'text', text: clip(value) };
  if (value instanceof ExactNumber) return { kind: 'number', text: value.source };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  if (!isGroup(value)) return { kind: 'word', text: String(value) };
  return { kind: 'word', text: inlineList(value) ?? (Array.isArray(value) ? '[]' : '{}') };
}

/** "[64, 64, 10]": a short list of numbers and words needs no rows of its own. */
function inlineList(value: object): string | undefined {
  if (!Array.isArray(value) || value.some((item) => isGroup(item))) return undefined;
  const text = `[${value.map((item: unknown) => (typeof item === 'string' ? JSON.stringify(item) : leaf(item).text)).join(', ')}]`;
  return text.length <= longestInlineList ? text : undefined;
}

function sizeOf(value: object): string {
  const size = Object.keys(value).length;
  const noun = Array.isArray(value) ? 'item' : 'key';
  return `${size} ${noun}${size === 1 ? '' : 's'}`;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

const clip = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** The third argument is newer than the typings: the source text of a primitive. */
function keepExactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  const source = context?.source;
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? new ExactNumber(source) : value;
}
