/** What keys do in the picture: they walk the tree of its nodes, follow its edges, and move it. */
import type { GraphModel, ModelNode } from '../graphModel';
import type { VisibleRow } from '../openNodes';
import type { Point } from '../layout/placed';

export interface KeyTarget {
  readonly model: GraphModel;
  /** The nodes that are seen, in the order of the tree. */
  readonly rows: readonly VisibleRow[];
  readonly current: ModelNode | undefined;
  select(node: ModelNode | undefined): void;
  open(node: ModelNode): void;
  toggle(node: ModelNode): void;
  menu(node: ModelNode): void;
  zoom(factor: number): void;
  moveBy(pixels: Point): void;
  fit(): void;
  find(): void;
}

const zoomPerKey = 1.3;
const movePx = 80;
const pageRows = 10;

/** True when the key means something here. */
export function pressKey(event: KeyboardEvent, target: KeyTarget): boolean {
  const { rows, current } = target;
  if (event.ctrlKey || event.metaKey) {
    if (event.key !== 'f') return false;
    target.find();
    return true;
  }
  if (event.altKey) return false;
  if (event.shiftKey && event.key.startsWith('Arrow')) return move(event.key, target);
  const at = rows.findIndex(({ node }) => node === current);
  const go = (index: number): true => {
    target.select(rows[Math.max(0, Math.min(rows.length - 1, index))]?.node);
    return true;
  };
  const row = rows[at];
  switch (event.key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + pageRows);
    case 'PageUp':
      return go(at - pageRows);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case '+':
    case '=':
      target.zoom(zoomPerKey);
      return true;
    case '-':
      target.zoom(1 / zoomPerKey);
      return true;
    case '0':
      target.fit();
      return true;
    case '/':
      target.find();
      return true;
    case 'Escape':
      target.select(undefined);
      return true;
    default:
      return row !== undefined && pressOnRow(event, row, target);
  }
}

function pressOnRow({ key, shiftKey }: KeyboardEvent, { node, isOpen }: VisibleRow, target: KeyTarget): boolean {
  switch (key) {
    case 'ArrowRight':
      if (isOpen) target.select(node.children[0]);
      else if (node.children.length > 0) target.toggle(node);
      return true;
    case 'ArrowLeft':
      if (isOpen && node.parent) target.toggle(node);
      else if (node.parent) target.select(node.parent);
      return true;
    case ' ':
      if (node.children.length > 0) target.toggle(node);
      return true;
    case 'Enter':
      target.open(node);
      return true;
    case 'n':
      return follow(node, target, 'after');
    case 'p':
      return follow(node, target, 'before');
    case 'ContextMenu':
      target.menu(node);
      return true;
    case 'F10':
      if (!shiftKey) return false;
      target.menu(node);
      return true;
    default:
      return false;
  }
}

/** Along an edge: to what waits for the node, or to what it waits for; the first in the order of the file. */
function follow(node: ModelNode, target: KeyTarget, where: 'after' | 'before'): true {
  const edges = node.parent ? target.model.edgesIn(node.parent.id) : [];
  const ids = new Set(
    edges.flatMap(({ from, to }) =>
      where === 'after' ? (from === node.id ? [to] : []) : to === node.id ? [from] : [],
    ),
  );
  const next = node.parent?.children.find(({ id }) => ids.has(id));
  if (next) target.select(next);
  return true;
}

function move(key: string, target: KeyTarget): boolean {
  const by = { ArrowLeft: [movePx, 0], ArrowRight: [-movePx, 0], ArrowUp: [0, movePx], ArrowDown: [0, -movePx] }[key];
  const [x, y] = by ?? [];
  if (x === undefined || y === undefined) return false;
  target.moveBy({ x, y });
  return true;
}
