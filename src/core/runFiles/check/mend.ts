/**
 * Repairs of a JSON text: what is to be done at a node, in words and as edits. Whoever finds a problem says what would mend
 * it; the edits are made when somebody asks, since of thousands of problems few are ever looked at.
 */
import type { Node } from 'jsonc-parser';

/** What would mend a problem. At its own key, unless there is a `node`. */
export type Mend = { readonly node?: Node; readonly title?: string } & (
  | { readonly kind: 'replace'; readonly value: unknown }
  /** Of the property. */
  | { readonly kind: 'rename'; readonly name: string }
  /** The property or the element. */
  | { readonly kind: 'remove' }
  /** A property of the object; or of the object that it stands in, `isBeside` it. */
  | { readonly kind: 'add'; readonly key: string; readonly value: unknown; readonly isBeside?: boolean }
);

/** UTF-16 units from the start of the text without its byte order mark. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly newText: string;
}

export interface Fix {
  /** An imperative: `Change to "train"`. */
  readonly title: string;
  /** In the order of the text; they do not overlap. */
  readonly edits: readonly TextEdit[];
}

/** Those of the mends that can be done. */
export const toFixes = (mends: readonly Mend[], at: Node, text: string): readonly Fix[] =>
  mends.flatMap((mend) => toFix(mend, at, text) ?? []);

/** `at` is the value that the problem is about. Undefined where there is nothing that it could be done to. */
function toFix(mend: Mend, at: Node, text: string): Fix | undefined {
  const node = mend.node ?? at;
  switch (mend.kind) {
    case 'replace': {
      const newText = toInlineJson(mend.value);
      const title = mend.title ?? `Change to ${short(newText)}`;
      return { title, edits: [{ offset: node.offset, length: node.length, newText }] };
    }
    case 'rename': {
      const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
      if (!key) return undefined;
      const newText = JSON.stringify(mend.name);
      return {
        title: mend.title ?? `Change to ${short(newText)}`,
        edits: [{ offset: key.offset, length: key.length, newText }],
      };
    }
    case 'remove': {
      const edits = removal(node, text);
      return edits && { title: mend.title ?? `Remove ${nameOf(node, text)}`, edits };
    }
    case 'add': {
      // The service names a property that lacks something by its key.
      const object = mend.isBeside ? node.parent?.parent : valueOf(node);
      if (object?.type !== 'object') return undefined;
      return { title: mend.title ?? `Add ${JSON.stringify(mend.key)}`, edits: [addition(object, mend, text)] };
    }
  }
}

/** Of a property's name the value. */
const valueOf = (node: Node): Node | undefined =>
  node.parent?.type === 'property' && node.parent.children?.[0] === node ? node.parent.children[1] : node;

/** As people write it in a line: `{ "lr": 0.1, "layers": [64, 32] }`. */
export function toInlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toInlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${toInlineJson(part)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function nameOf(node: Node, text: string): string {
  const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  const { offset, length } = key ?? node;
  return short(text.slice(offset, offset + length).replace(/\s+/g, ' '));
}

/** With its comma; its line too when nothing else is in it. */
function removal(value: Node, text: string): readonly TextEdit[] | undefined {
  const node = value.parent?.type === 'property' ? value.parent : value;
  const siblings = node.parent?.children;
  if (!siblings) return undefined;
  const index = siblings.indexOf(node);
  let [start, end] = [node.offset, node.offset + node.length];
  const after = commaAfter(text, end);
  const before = siblings[index - 1];
  const edits: TextEdit[] = [];
  if (after !== undefined) end = after + 1;
  else if (before) {
    const comma = commaAfter(text, before.offset + before.length);
    if (comma !== undefined) edits.push({ offset: comma, length: 1, newText: '' });
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const isFirst = text.slice(lineStart, start).trim() === '';
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 1000));
  if (isFirst && rest) [start, end] = [lineStart, end + rest[0].length];
  else end += /^[ \t]*/.exec(text.slice(end, end + 1000))?.[0].length ?? 0;
  return [...edits, { offset: start, length: end - start, newText: '' }];
}

/** The next comma, when only space and comments stand before it. */
function commaAfter(text: string, offset: number): number | undefined {
  const between = /(?:\s|\/\*[^]*?\*\/|\/\/[^\r\n]*)*/y;
  between.lastIndex = offset;
  const at = offset + (between.exec(text)?.[0].length ?? 0);
  return text[at] === ',' ? at : undefined;
}

/** After the last property, on a line of its own where that has one. */
function addition(object: Node, mend: { readonly key: string; readonly value: unknown }, text: string): TextEdit {
  const property = `${JSON.stringify(mend.key)}: ${toInlineJson(mend.value)}`;
  const last = object.children?.at(-1);
  if (!last) return { offset: object.offset + 1, length: 0, newText: ` ${property} ` };
  const indent = /(?:^|(\r?\n))([ \t]*)$/.exec(text.slice(Math.max(object.offset, last.offset - 1000), last.offset));
  const newLine = indent?.[1];
  const newText = newLine === undefined ? `, ${property}` : `,${newLine}${indent?.[2] ?? ''}${property}`;
  return { offset: last.offset + last.length, length: 0, newText };
}
