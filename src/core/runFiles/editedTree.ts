/**
 * The syntax tree of a text after an edit, made out of that before it: what the edit touches is parsed, the rest stays. Of a
 * file of a megabyte that is a thousandth of the work, and what was found out about a node that stays is known already
 * (`perNode.ts`).
 */
import type { Node } from 'jsonc-parser';
import { findTooDeep, parseJsonText } from './jsonTree';

/** A text that is JSON, with its tree. */
export interface WholeText {
  readonly text: string;
  readonly root: Node;
}

/**
 * The tree of `text`, the same that parsing all of it would make. Nodes that the edit does not touch are moved to it from
 * the tree before, which is none any more; those around the edit are new, so that a node always stands for the same text.
 * Undefined where all has to be parsed: then the tree before is as it was.
 */
export function treeAfterEdit(before: WholeText, text: string): Node | undefined {
  const edit = findEdit(before.text, text);
  if (!edit) return before.root;
  const around = containersAround(before.root, edit);
  // From the innermost outwards: a bracket that was typed may end more than what it stands in.
  for (let depth = around.length - 1; depth >= 0; depth -= 1) {
    const container = around[depth];
    const part = container && parsePart(container, { edit, before, text, depth });
    if (container && part) return replaceChildren(container, part, edit.grownBy);
  }
  return undefined;
}

interface Edit {
  /** Offset of the first character that is another. */
  readonly start: number;
  /** End of what was replaced, in the text before. */
  readonly end: number;
  readonly grownBy: number;
}

function findEdit(before: string, after: string): Edit | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + step <= shorter && before.slice(start, start + step) === after.slice(start, start + step))
    start += step;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start === before.length && start === after.length) return undefined;
  let same = 0;
  while (same + step <= shorter - start && endAt(before, same) === endAt(after, same)) same += step;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same += 1;
  }
  return { start, end: before.length - same, grownBy: after.length - before.length };
}

/** So many characters are compared at once. */
const step = 4096;
const endAt = (text: string, behind: number): string => text.slice(text.length - behind - step, text.length - behind);

/** Those objects and lists whose brackets stand on both sides of the edit; the innermost is the last. */
function containersAround(root: Node, { start, end }: Edit): readonly Node[] {
  const found: Node[] = [];
  const holds = ({ offset, length }: Node): boolean => offset < start && end < offset + length;
  for (let at: Node | undefined = root; at && at.children && holds(at);) {
    found.push(at);
    const child: Node | undefined = at.children.find(holds);
    at = child?.type === 'property' ? child.children?.find((each) => each.children && holds(each)) : child;
  }
  return found;
}

/** The children that are replaced, by their numbers, and those that take their place. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly made: readonly Node[];
}

/** What stands between the last child before the edit and the first behind it, parsed between two that are made up. */
function parsePart(
  container: Node,
  {
    edit,
    before,
    text,
    depth,
  }: { readonly edit: Edit; readonly before: WholeText; readonly text: string; readonly depth: number },
): Part | undefined {
  const children = container.children ?? [];
  // A character at least between it and the edit: a number may have grown.
  const from = firstWhere(children, ({ offset, length }) => offset + length >= edit.start);
  const to = Math.max(
    from,
    firstWhere(children, ({ offset }) => offset > edit.end),
  );
  const [previous, next] = [children[from - 1], children[to]];
  const start = previous ? previous.offset + previous.length : container.offset + 1;
  const oldEnd = next ? next.offset : container.offset + container.length - 1;
  const end = oldEnd + edit.grownBy;
  // Nothing would be won.
  if (oldEnd - start > before.text.length / 2) return undefined;
  const [open, close, madeUp] = container.type === 'array' ? ['[', ']', '0'] : ['{', '}', '"":0'];
  const head = open + (previous ? madeUp : '');
  const source = `${head}${text.slice(start, end)}${next ? madeUp : ''}${close}`;
  if (findTooDeep(source, depth) !== undefined) return undefined;
  const { root, isTorn } = parseJsonText(source);
  if (isTorn || !root || root.length !== source.length) return undefined;
  const all = root.children ?? [];
  if (next && all.at(-1)?.offset !== head.length + end - start) return undefined;
  const made = all.slice(previous ? 1 : 0, next ? -1 : undefined);
  for (const each of made) move(each, start - head.length);
  return { from, to, made };
}

/** In a list that is first false, then true. */
function firstWhere(children: readonly Node[], isTrue: (node: Node) => boolean): number {
  let [low, high] = [0, children.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const node = children[middle];
    if (node && isTrue(node)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the new root: the container and all around it are new, since their text is. */
function replaceChildren(container: Node, { from, to, made }: Part, grownBy: number): Node {
  const children = container.children ?? [];
  for (const after of children.slice(to)) move(after, grownBy);
  let node = grown(container, [...children.slice(0, from), ...made, ...children.slice(to)], grownBy);
  let old = container;
  for (let parent = old.parent; parent; parent = parent.parent) {
    const siblings = [...(parent.children ?? [])];
    const index = siblings.indexOf(old);
    siblings[index] = node;
    for (const after of siblings.slice(index + 1)) move(after, grownBy);
    node = grown(parent, siblings, grownBy);
    old = parent;
  }
  return node;
}

function grown(node: Node, children: Node[], grownBy: number): Node {
  const made: Node = { ...node, children, length: node.length + grownBy };
  for (const child of children as MovedNode[]) child.parent = made;
  return made;
}

type MovedNode = { -readonly [Key in keyof Node]: Node[Key] };

function move(node: MovedNode, by: number): void {
  if (by === 0) return;
  node.offset += by;
  if (node.colonOffset !== undefined) node.colonOffset += by;
  for (const child of node.children ?? []) move(child, by);
}
