/**
 * The syntax tree of a run file: places of keys, and its value. The tree outlives the text's comments; nothing here knows
 * what a run file may contain.
 */
import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { FilePlace } from '../../base/failure';
import type { KeyPath } from './runFileProblem';
import { TextLines } from './textLines';

/** Parsers recurse; deeper files would end them with a stack overflow. No program has parameters this deep. */
export const deepestNesting = 200;

/** Editors hide a byte order mark; places must not count it. */
export const withoutByteOrderMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** Offset of the first bracket that nests too deeply, if there is one. */
export function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    // A string or a comment never begins with a bracket.
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') depth += 1;
    else if (first === '}' || first === ']') depth -= 1;
    if (depth > deepestNesting) return scanner.getTokenOffset();
  }
  return undefined;
}

export function parseJsonTree(text: string): Node | undefined {
  return parseTree(text, [], { allowTrailingComma: true, allowEmptyContent: true });
}

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
