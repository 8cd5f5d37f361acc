/**
 * The rows in view as a tree in the page, for screen readers: empty boxes with names, over the rows that the canvas shows. The
 * selected one is always there, so that it can be told where it is.
 */
import { isActive } from '../../src/model/runStatus';
import type { ModelNode } from './graphModel';
import type { VisibleRow } from './openNodes';

export interface TreeSurroundings {
  readonly rows: readonly VisibleRow[];
  /** Rows in view, the last one too. */
  readonly first: number;
  readonly last: number;
  /** -1 is none. */
  readonly selected: number;
  /** Where a row is seen, in pixels; without a width it is as wide as the tree. */
  readonly boxOf: (index: number) => RowBox;
  readonly nowMs: number;
  readonly labelOf: (node: ModelNode) => string;
}

export interface RowBox {
  readonly x: number;
  readonly y: number;
  readonly width?: number;
  readonly height: number;
}

interface TreeRow {
  readonly element: HTMLElement;
  /** What its name was made of. */
  key: string;
}

let newest = 0;

export class NodeTree {
  readonly element: HTMLElement;
  readonly #shown = new Map<number, TreeRow>();
  readonly #prefix: string;
  readonly #rowClass: string;
  /** Of each row among its siblings, counted from 1. */
  #places: ReadonlyMap<ModelNode, number> = new Map();
  #data = new WeakMap<object, number>();
  #count = 0;

  /** `name` of the view: its style sheet has `nameTree` and `nameRow`. */
  constructor(name: string) {
    newest += 1;
    this.#prefix = `${name}${newest}`;
    this.#rowClass = `${name}Row`;
    this.element = document.createElement('div');
    this.element.className = `${name}Tree`;
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'tree');
  }

  /** Other rows: nothing of what was shown holds. */
  reset(rows: readonly VisibleRow[]): void {
    const places = new Map<ModelNode, number>();
    const counts = new Map<ModelNode, number>();
    for (const { node } of rows) {
      if (!node.parent) continue;
      const place = (counts.get(node.parent) ?? 0) + 1;
      counts.set(node.parent, place);
      places.set(node, place);
    }
    this.#places = places;
    for (const row of this.#shown.values()) row.key = '';
  }

  update(around: TreeSurroundings): void {
    const { rows, first, last, selected } = around;
    const wanted = new Set<number>();
    for (let index = first; index <= last && index < rows.length; index++) wanted.add(index);
    if (selected >= 0 && selected < rows.length) wanted.add(selected);
    const free: TreeRow[] = [];
    for (const [index, row] of this.#shown) {
      if (wanted.has(index)) continue;
      this.#shown.delete(index);
      free.push(row);
    }
    for (const index of wanted) {
      const known = this.#shown.get(index);
      const row = known ?? free.pop() ?? this.#make();
      if (!known) {
        row.key = '';
        this.#shown.set(index, row);
      }
      this.#write(row, index, around);
    }
    for (const { element } of free) element.remove();
    this.#order();
    const active = this.#shown.get(selected)?.element.id;
    if (active === undefined) this.element.removeAttribute('aria-activedescendant');
    else if (this.element.getAttribute('aria-activedescendant') !== active) {
      this.element.setAttribute('aria-activedescendant', active);
    }
  }

  /** Whoever reads on from one to the next finds them in the order of the rows. */
  #order(): void {
    let next: Element | null = null;
    for (const [, { element }] of [...this.#shown].sort(([a], [b]) => b - a)) {
      if (element.nextElementSibling !== next) this.element.insertBefore(element, next);
      next = element;
    }
  }

  #make(): TreeRow {
    const element = document.createElement('div');
    element.className = this.#rowClass;
    element.setAttribute('role', 'treeitem');
    this.element.append(element);
    return { element, key: '' };
  }

  #write(row: TreeRow, index: number, { rows, selected, boxOf, nowMs, labelOf }: TreeSurroundings): void {
    const visible = rows[index];
    if (!visible) return;
    const { node, isOpen } = visible;
    const { element } = row;
    place(element, boxOf(index));
    // What goes on is told anew each minute.
    const minute = isActive(node.data.status) ? Math.floor(nowMs / 60_000) : 0;
    const key = `${index} ${node.id} ${isOpen} ${index === selected} ${this.#version(node.data)} ${minute}`;
    if (row.key === key) return;
    row.key = key;
    // Of the place, not of the row: rows change places while they are shown.
    element.id = `${this.#prefix}-${index}`;
    element.dataset['path'] = node.path;
    element.setAttribute('aria-label', labelOf(node));
    element.setAttribute('aria-level', String(node.depth + 1));
    element.setAttribute('aria-posinset', String(this.#places.get(node) ?? 1));
    element.setAttribute('aria-setsize', String(node.parent?.children.length ?? 1));
    element.setAttribute('aria-selected', String(index === selected));
    if (node.children.length > 0) element.setAttribute('aria-expanded', String(isOpen));
    else element.removeAttribute('aria-expanded');
  }

  /** A node's data are replaced when they change; of what is made of others, the counts change within. */
  #version(data: object): number {
    const known = this.#data.get(data);
    if (known !== undefined) return known;
    this.#count += 1;
    this.#data.set(data, this.#count);
    return this.#count;
  }

  /** The counts of these have changed: their names are made anew. */
  changed(nodes: ReadonlySet<ModelNode>): void {
    for (const node of nodes) this.#data.delete(node.data);
  }
}

/** Only what is another: each write makes the browser lay out the page again. */
function place(element: HTMLElement, { x, y, width, height }: RowBox): void {
  const wanted = {
    transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)`,
    width: width === undefined ? '' : `${Math.round(width)}px`,
    height: `${Math.round(height)}px`,
  };
  const { style } = element;
  if (style.transform !== wanted.transform) style.transform = wanted.transform;
  if (style.width !== wanted.width) style.width = wanted.width;
  if (style.height !== wanted.height) style.height = wanted.height;
}
