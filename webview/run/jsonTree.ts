/**
 * Free-form JSON as a tree of keys and values. Reads through `Object.entries` only and never writes by key, because a key may be
 * called `__proto__`; integers beyond 2^53 keep their digits.
 */

export interface JsonNode {
  /** Unique within its tree. */
  readonly path: string;
  /** As people write it: "optimizer.betas.0". */
  readonly keyPath: string;
  readonly key: string;
  readonly kind: 'text' | 'number' | 'word' | 'group' | 'note';
  /** The value in words: all of a text, the size of a group. */
  readonly text: string;
  /** Undefined for what is shown in one row. */
  readonly children: readonly JsonNode[] | undefined;
  readonly value: unknown;
}

const longestInlineList = 60;
/** What is deeper is not read as a tree: nobody would find it there, and the stack has an end. */
const deepest = 100;

/** A number as it was written, where a double would round it. */
class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** What is in an object or array; text that is no JSON is one node without a key. */
export function parseJsonTree(json: string): readonly JsonNode[] {
  let value: unknown;
  try {
    value = JSON.parse(json, keepExactNumber);
  } catch {
    return [{ path: '', keyPath: '', key: '', kind: 'note', text: json, children: undefined, value: json }];
  }
  if (isGroup(value)) return childrenOf(value, '', '', 0);
  return value === null ? [] : [nodeOf('', '', '', value, 0)];
}

/** A value as one copies it: texts as they are, all else as JSON. */
export function copyText(value: unknown): string {
  return typeof value === 'string' ? value : printJson(value);
}

/** Indented; what is no JSON stays as it is. */
export function prettyJson(json: string): string {
  try {
    return printJson(JSON.parse(json, keepExactNumber));
  } catch {
    return json;
  }
}

function childrenOf(group: object, parent: string, parentKeys: string, depth: number): JsonNode[] {
  return Object.entries(group).map(([key, value]: [string, unknown]) =>
    nodeOf(
      `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      parentKeys === '' ? key : `${parentKeys}.${key}`,
      key,
      value,
      depth,
    ),
  );
}

function nodeOf(path: string, keyPath: string, key: string, value: unknown, depth: number): JsonNode {
  const isLeaf = !isGroup(value) || Object.keys(value).length === 0 || inlineList(value) !== undefined;
  if (!isLeaf && depth >= deepest)
    return { path, keyPath, key, kind: 'note', text: 'nested deeper than is shown', children: undefined, value };
  return isLeaf
    ? { path, keyPath, key, ...leaf(value), children: undefined, value }
    : {
        path,
        keyPath,
        key,
        kind: 'group',
        text: sizeOf(value),
        children: childrenOf(value, path, keyPath, depth + 1),
        value,
      };
}

function leaf(value: unknown): { readonly kind: JsonNode['kind']; readonly text: string } {
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (value instanceof ExactNumber) return { kind: 'number', text: value.source };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  if (!isGroup(value)) return { kind: 'word', text: String(value) };
  return { kind: 'word', text: inlineList(value) ?? (Array.isArray(value) ? '[]' : '{}') };
}

/** "[64, 64, 10]": a short list of numbers and words needs no rows of its own. */
function inlineList(value: object): string | undefined {
  if (!Array.isArray(value) || value.length > longestInlineList || value.some((item) => isGroup(item)))
    return undefined;
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

/** By hand, because `JSON.stringify` would round what was kept exactly. */
function printJson(value: unknown, indent = ''): string {
  if (value instanceof ExactNumber) return value.source;
  if (!isGroup(value)) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const lines = Object.entries(value).map(
    ([key, item]: [string, unknown]) => `${inner}${isArray ? '' : `${JSON.stringify(key)}: `}${printJson(item, inner)}`,
  );
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** The third argument is newer than the typings: the source text of a primitive. */
function keepExactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  const source = context?.source;
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? new ExactNumber(source) : value;
}
