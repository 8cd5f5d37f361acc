/**
 * The rows of a table of JSON: one per key, nested ones below their parent. With a filter those whose key path or value has it, with
 * the parents that lead to them and all that is in them.
 */
import { patternOf, rangesIn, type TextRange } from '../shared/marked';
import type { JsonNode } from './jsonTree';

export interface JsonRow {
  readonly node: JsonNode;
  readonly depth: number;
  /** Undefined for what has nothing below it. */
  readonly isOpen: boolean | undefined;
  /** What the filter found. */
  readonly inKey: readonly TextRange[];
  readonly inText: readonly TextRange[];
}

/** Says that a group, or the whole table, has more than is shown. */
export interface MoreRow {
  /** Path of the group. */
  readonly moreOf: string;
  readonly depth: number;
  readonly hidden: number;
}

export interface JsonLook {
  readonly isClosed: (path: string) => boolean;
  /** Rows of a group that are shown at first, and after each wish for more. */
  readonly mostIn: (path: string) => number;
  readonly filter: string;
}

export interface JsonRows {
  readonly rows: readonly (JsonRow | MoreRow)[];
  /** Nodes that have what is searched. */
  readonly matches: number;
}

export function jsonRows(tree: readonly JsonNode[], look: JsonLook): JsonRows {
  const pattern = patternOf(look.filter);
  return pattern ? matchingRows(tree, look, pattern) : { rows: openRows(tree, '', 0, look), matches: 0 };
}

function openRows(nodes: readonly JsonNode[], parent: string, depth: number, look: JsonLook): (JsonRow | MoreRow)[] {
  const most = look.mostIn(parent);
  const rows: (JsonRow | MoreRow)[] = [];
  for (const node of nodes.slice(0, most)) {
    const isOpen = node.children && !look.isClosed(node.path);
    rows.push({ node, depth, isOpen, inKey: [], inText: [] });
    if (isOpen) rows.push(...openRows(node.children, node.path, depth + 1, look));
  }
  if (nodes.length > most) rows.push({ moreOf: parent, depth, hidden: nodes.length - most });
  return rows;
}

/** All matches are counted; rows are made of the first ones only. */
function matchingRows(tree: readonly JsonNode[], look: JsonLook, pattern: RegExp): JsonRows {
  const rows: (JsonRow | MoreRow)[] = [];
  const most = look.mostIn('');
  let matches = 0;
  const visit = (nodes: readonly JsonNode[], above: readonly JsonRow[]): void => {
    for (const node of nodes) {
      const inPath = rangesIn(node.keyPath, pattern);
      const inText = node.children ? [] : rangesIn(node.text, pattern);
      const isMatch = inPath.length > 0 || inText.length > 0;
      if (isMatch) matches += 1;
      const row = { node, depth: above.length, isOpen: node.children && true, inKey: inKeyOf(node, inPath), inText };
      if (isMatch && matches <= most) {
        for (const parent of above) if (!rows.includes(parent)) rows.push(parent);
        rows.push(row);
      }
      if (node.children) visit(node.children, [...above, row]);
    }
  };
  visit(tree, []);
  if (matches > most) rows.push({ moreOf: '', depth: 0, hidden: matches - most });
  return { rows, matches };
}

/** The part of a match in the path that lies in the key itself, its last part. */
function inKeyOf({ key, keyPath }: JsonNode, ranges: readonly TextRange[]): TextRange[] {
  const start = keyPath.length - key.length;
  return ranges.flatMap(([from, to]): TextRange[] => (to > start ? [[Math.max(0, from - start), to - start]] : []));
}
