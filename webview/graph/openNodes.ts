/**
 * Which nodes that are made of others are open, so that these are seen, and which are closed and stand for them: small ones are
 * open at first, and what the user has opened or closed is as they left it, by paths.
 */
import type { GraphLook } from '../../src/protocol/graphPanel';
import type { ModelNode } from './graphModel';

/** What is made of more than these is closed at first: its counts say more than a wall of boxes. */
const mostOpenTasks = 60;
const mostOpenAlike = 8;
/** The panel was opened to see what this run is made of. */
const mostOpenTop = 2000;

export class OpenNodes {
  readonly #opened: Set<string>;
  readonly #closed: Set<string>;

  constructor(look: Pick<GraphLook, 'opened' | 'closed'>) {
    this.#opened = new Set(look.opened);
    this.#closed = new Set(look.closed);
  }

  isOpen(node: ModelNode): boolean {
    if (node.children.length === 0) return false;
    if (this.#opened.has(node.path)) return true;
    return !this.#closed.has(node.path) && isOpenAtFirst(node);
  }

  set(node: ModelNode, isOpen: boolean): void {
    this.#opened.delete(node.path);
    this.#closed.delete(node.path);
    if (isOpen !== isOpenAtFirst(node)) (isOpen ? this.#opened : this.#closed).add(node.path);
  }

  /** Opens all that a node is inside of, so that it is seen. True when something was closed. */
  reveal(node: ModelNode): boolean {
    let wasHidden = false;
    for (let at = node.parent; at; at = at.parent) {
      if (this.isOpen(at)) continue;
      wasHidden = true;
      this.set(at, true);
    }
    return wasHidden;
  }

  /** As it is kept. */
  get look(): Pick<GraphLook, 'opened' | 'closed'> {
    return { opened: [...this.#opened], closed: [...this.#closed] };
  }
}

function isOpenAtFirst({ data, depth, children }: ModelNode): boolean {
  const most = depth === 0 ? mostOpenTop : data.kind === 'graph' ? mostOpenTasks : mostOpenAlike;
  return children.length <= most;
}

export interface VisibleRow {
  readonly node: ModelNode;
  readonly isOpen: boolean;
}

/** The nodes that are seen, each after what it is inside of, in the order of the file. */
export function visibleRows(top: ModelNode, open: OpenNodes): readonly VisibleRow[] {
  const rows: VisibleRow[] = [];
  // No recursion: graphs may be nested deeply.
  const pending: ModelNode[] = [top];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const isOpen = open.isOpen(node);
    rows.push({ node, isOpen });
    if (isOpen) pending.push(...node.children.toReversed());
  }
  return rows;
}
