/** Rows that have to be drawn anew, told some at a time: pushes come as often as programs log. */
import { type Clock, Coalescer } from '../../base/clock';
import type { Disposable } from '../../base/lifecycle';
import { GroupNode, type TreeNode } from './nodes';
import type { GroupsChange } from './groupList';

/** Rows change at most this often. */
const refreshDelayMs = 200;

/** Rows to draw anew; `all` when the list of groups itself changed. */
export type BranchChange = 'all' | readonly TreeNode[];

export class ChangedRows implements Disposable {
  readonly #soon: Coalescer;
  readonly #tell: (change: BranchChange) => void;
  readonly #rows = new Set<TreeNode>();
  #all = false;

  constructor(clock: Clock, tell: (change: BranchChange) => void) {
    this.#tell = tell;
    this.#soon = new Coalescer(clock, refreshDelayMs, () => this.#flush());
  }

  mark(node: TreeNode): void {
    // Ungrouped runs have no row above them.
    if (node instanceof GroupNode && node.by === 'none') this.#all = true;
    this.#rows.add(node);
    this.#soon.trigger();
  }

  /** Drawing a row anew takes its children away for a moment, and a click on one of them then goes nowhere: so no more than need be. */
  markGroups({ order, rows }: GroupsChange): void {
    if (order) this.markAll();
    for (const row of rows) this.mark(row);
  }

  markAll(): void {
    this.#all = true;
    this.#soon.trigger();
  }

  /** Tells now what is to be told soon. */
  flush(): void {
    this.#soon.flush();
  }

  #flush(): void {
    const change = this.#all ? 'all' : [...this.#rows];
    this.#all = false;
    this.#rows.clear();
    this.#tell(change);
  }

  dispose(): void {
    this.#soon.dispose();
  }
}
