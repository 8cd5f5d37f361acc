/**
 * The syntax tree of a run file: places of keys, and its value. The tree outlives the text's comments; nothing here knows
 * what a run file may contain.
 */
import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { FilePlace } from '../../base/failure';
import type { KeyPath } from './runFileProblem';
import { perNode } from './perNode';
import { TextLines } from './textLines';

/** Parsers recurse; deeper files would end them with a stack overflow. No program has parameters this deep. */
export const deepestNesting = 200;

/** Editors hide a byte order mark; places must not count it. */
export const withoutByteOrderMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/**
 * Offset of the first bracket that nests too deeply, if there is one. Brackets in texts and comments are none. `around`: how
 * many there are around the text.
 */
export function findTooDeep(text: string, around = 0): number | undefined {
  let depth = around;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > deepestNesting) return at;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x22: // "
        at = endOfText(text, at);
        break;
      case 0x2f: // /
        at = endOfComment(text, at);
        break;
    }
  }
  return undefined;
}

/** The closing quotation mark, or the last character of the line of a text that is not closed. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
    else if (code === 0x0a || code === 0x0d) return at - 1;
  }
  return at;
}

/** The last character of a comment; of a slash that begins none the slash itself. */
function endOfComment(text: string, start: number): number {
  const next = text[start + 1];
  if (next !== '/' && next !== '*') return start;
  const end = next === '/' ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 1;
  return end <= start ? text.length : end;
}

export const parseJsonTree = (text: string): Node | undefined => parseJsonText(text).root;

export interface ParsedText {
  /** As far as it can be made out; undefined for a text without any value. */
  readonly root: Node | undefined;
  /** It is no JSON. */
  readonly isTorn: boolean;
  /** Offset of the first bracket that nests too deeply: of such a text nothing is made out. */
  readonly tooDeepAt?: number;
}

export function parseJsonText(text: string): ParsedText {
  const tooDeepAt = findTooDeep(text);
  if (tooDeepAt !== undefined) return { root: undefined, isTorn: true, tooDeepAt };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  return { root, isTorn: errors.length > 0 };
}

/** The value of a node, and whether an object in it has a key twice: of those the last wins. It is shared: nobody changes it. */
export function toValue(node: Node): NodeValue {
  return node.type === 'object' || node.type === 'array' ? valueOfParts(node) : { value: node.value ?? null };
}

interface NodeValue {
  readonly value: unknown;
  readonly hasDuplicates?: boolean;
}

const valueOfParts = perNode((node): NodeValue => {
  let hasDuplicates = false;
  const valueOf = (part: Node): unknown => {
    const found = toValue(part);
    hasDuplicates ||= found.hasDuplicates === true;
    return found.value;
  };
  const children = node.children ?? [];
  if (node.type === 'array') {
    const value = children.map(valueOf);
    return { value, hasDuplicates };
  }
  const object: Record<string, unknown> = {};
  for (const { children: [key, value] = [] } of children) {
    const name = String(key?.value);
    hasDuplicates ||= Object.hasOwn(object, name);
    const of = value ? valueOf(value) : null;
    // Assigned, it would become the prototype.
    if (name === '__proto__') {
      Object.defineProperty(object, name, { value: of, writable: true, enumerable: true, configurable: true });
    } else object[name] = of;
  }
  return { value: object, hasDuplicates };
});

/**
 * The tree as strict JSON. Built as text, because an object under construction would take a key `__proto__` for its
 * prototype; `JSON.parse` makes an ordinary property of it. Of equal keys the last wins.
 */
export function toJsonText(node: Node): string {
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      return `{${children.map(toJsonText).join(',')}}`;
    case 'array':
      return `[${children.map(toJsonText).join(',')}]`;
    case 'property': {
      const [key, value] = children;
      return `${JSON.stringify(key?.value)}:${value ? toJsonText(value) : 'null'}`;
    }
    default:
      return JSON.stringify(node.value ?? null);
  }
}

/** The properties of an object. */
export function* properties(object: Node): Generator<readonly [key: string, keyNode: Node, value: Node]> {
  for (const property of object.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key && value) yield [String(key.value), key, value];
  }
}

/** The texts in a value that contain `mark`, in their order. Parameters may have a hundred thousand parts. */
export function textsWith(mark: string, node: Node, found: Node[] = []): Node[] {
  if (node.type === 'string') {
    if (String(node.value).includes(mark)) found.push(node);
  } else if (node.type === 'object') {
    for (const { children } of node.children ?? []) if (children?.[1]) textsWith(mark, children[1], found);
  } else for (const child of node.children ?? []) textsWith(mark, child, found);
  return found;
}

/** Where the key stands: the property's name, an array's element, or the start of what holds it when it is absent. */
export function findKeyNode(root: Node | undefined, keyPath: KeyPath): Node | undefined {
  if (!root) return undefined;
  const node = findNodeAtLocation(root, [...keyPath]);
  if (!node) return keyPath.length > 0 ? findKeyNode(root, keyPath.slice(0, -1)) : root;
  return node.parent?.type === 'property' ? (node.parent.children?.[0] ?? node) : node;
}

/** Where the value of the key stands, or the key's place when there is none. */
export function placeOfKey(text: string, file: string, keyPath: KeyPath): FilePlace {
  const plain = withoutByteOrderMark(text);
  const offset = findKeyNode(parseJsonTree(plain), keyPath)?.offset ?? 0;
  return { file, ...new TextLines(plain).placeAt(offset) };
}
