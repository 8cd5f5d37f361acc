/** Which run or task of a file a place belongs to. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { properties } from '../core/runFiles/jsonTree';
import type { KeyPath } from '../core/runFiles/runFileProblem';
import type { EditedDocument } from './editedDocument';

export interface RunAround {
  /** Keys on the way to the run or task; empty for the file's own. */
  readonly at: KeyPath;
  /** Keys from there on. */
  readonly rest: KeyPath;
}

/** `tasks.train.parameters.lr` is `parameters.lr` of the task `train`. */
export function runAround(keyPath: KeyPath): RunAround {
  let depth = 0;
  // What is between: the name of a task, the number of a member.
  while ((keyPath[depth] === 'tasks' || keyPath[depth] === 'group') && keyPath.length > depth + 2) depth += 2;
  return { at: keyPath.slice(0, depth), rest: keyPath.slice(depth) };
}

/** What may be completed at a place. */
export interface Cursor extends RunAround {
  readonly isKey: boolean;
  /** The text or word that stands there, quotes included; at a place without one an empty range. */
  readonly range: { readonly offset: number; readonly length: number };
}

export function cursorAt(document: EditedDocument, offset: number): Cursor {
  const { path, previousNode, isAtPropertyKey } = document.locationAt(offset);
  const inNode =
    previousNode && previousNode.offset <= offset && offset <= previousNode.offset + previousNode.length
      ? previousNode
      : undefined;
  const range = inNode && inNode.type !== 'object' && inNode.type !== 'array' ? inNode : { offset, length: 0 };
  return { ...runAround(path), isKey: isAtPropertyKey, range: { offset: range.offset, length: range.length } };
}

/** The run or task itself, and those that it stands in: from the file's own to the innermost. */
export function runsOnTheWay(root: Node | undefined, at: KeyPath): readonly Node[] {
  const nodes: Node[] = [];
  for (let depth = 0; root && depth <= at.length; depth += 2) {
    const node = findNodeAtLocation(root, at.slice(0, depth));
    if (node?.type === 'object') nodes.push(node);
  }
  return nodes;
}

/** The text that an object has at a key. */
export function textAt(object: Node | undefined, key: string): string | undefined {
  if (object?.type !== 'object') return undefined;
  for (const [name, , value] of properties(object)) {
    if (name === key && value.type === 'string') return String(value.value);
  }
  return undefined;
}
