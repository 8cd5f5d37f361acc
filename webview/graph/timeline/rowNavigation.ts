/** Moving the selection among the rows by keys, as trees do. Knows no DOM. */
import type { ModelNode } from '../graphModel';
import type { RowStep } from './timelineGestures';
import type { TimelineRows } from './timelineRows';

export interface NavigationTarget {
  select(node: ModelNode): void;
  toggle(node: ModelNode): void;
  open(node: ModelNode): void;
}

export class RowNavigation {
  readonly #rows: () => TimelineRows | undefined;
  readonly #target: NavigationTarget;

  constructor(rows: () => TimelineRows | undefined, target: NavigationTarget) {
    this.#rows = rows;
    this.#target = target;
  }

  /** `page`: rows that are seen at once. */
  step(step: RowStep, page: number): void {
    const count = this.#rows()?.all.length ?? 0;
    const at = this.#index;
    const to = { up: at - 1, down: at + 1, pageUp: at - page, pageDown: at + page, home: 0, end: count - 1 }[step];
    this.#select(this.#rows()?.all[Math.max(0, Math.min(count - 1, to))]?.node);
  }

  /** Closes, or goes to what it is inside of. */
  left(): void {
    const node = this.#current;
    if (node && this.#isOpen(node)) this.#target.toggle(node);
    else this.#select(node?.parent);
  }

  /** Opens, or goes to the first that it is made of. */
  right(): void {
    const node = this.#current;
    if (!node || node.children.length === 0) return;
    if (this.#isOpen(node)) this.#select(node.children[0]);
    else this.#target.toggle(node);
  }

  open(): void {
    const node = this.#current;
    if (node) this.#target.open(node);
  }

  /** Where the keys begin: what is selected, or what hides it. */
  get #index(): number {
    const rows = this.#rows();
    return rows?.view.selected ? rows.indexOf(rows.view.selected) : -1;
  }

  get #current(): ModelNode | undefined {
    return this.#rows()?.all[this.#index]?.node;
  }

  #isOpen(node: ModelNode): boolean {
    return this.#rows()?.view.open.isOpen(node) ?? false;
  }

  #select(node: ModelNode | undefined): void {
    if (node) this.#target.select(node);
  }
}
