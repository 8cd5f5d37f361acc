/** Which layer and which rows each node of a small graph has, and where long lines pass. */
import { Random } from '../../../model/random';
import type { DrawnEdge, DrawnNode } from './graphText';

/** Lines that begin in one row, all to the next layer. */
export interface Port {
  readonly label?: string;
  readonly to: string[];
}

/** A node, or without a label a line on its way to a later layer. It takes a row for each port. */
export interface Cell {
  readonly id: string;
  readonly label?: string;
  readonly ports: Port[];
  row: number;
}

export interface Arrangement {
  readonly layers: readonly (readonly Cell[])[];
  readonly rows: number;
}

/** Several, the best first: not all of them can be drawn. */
export function* arrange(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  maxRows: number,
): Generator<Arrangement> {
  if (nodes.length === 0) return;
  const depths = layersOf(nodes, edges);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const layers = cellsOf(nodes, edges, depths);
    if (attempt > 0) shuffle(layers, new Random(attempt, 'layers'));
    order(layers, attempt % 2 === 0 ? 4 : 1);
    for (const upwards of [true, false]) {
      place(layers, upwards);
      const rows = Math.max(...layers.flat().map(({ row, ports }) => row + Math.max(1, ports.length)));
      if (rows <= maxRows) yield { layers, rows };
    }
  }
}

/** The first in the order of the file; where lines get into each other's way, another beginning may end otherwise. */
const attempts = 16;

function shuffle(layers: readonly Cell[][], random: Random): void {
  for (const cells of layers) {
    for (let left = cells.length; left > 1; left -= 1) cells.push(...cells.splice(random.below(left), 1));
  }
}

/** One layer behind what it comes from; what comes from nothing stands right before what it leads to. */
function layersOf(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const before = grouped(edges, ({ to }) => to);
  const after = grouped(edges, ({ from }) => from);
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(before.get(id) ?? []).map(({ from }) => depthOf(from))) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of nodes) depthOf(id);
  for (const { id } of nodes) {
    const next = after.get(id) ?? [];
    if (!before.has(id) && next.length > 0) depths.set(id, Math.min(...next.map(({ to }) => depths.get(to) ?? 1)) - 1);
  }
  return depths;
}

function cellsOf(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  depths: ReadonlyMap<string, number>,
): Cell[][] {
  const depthOf = (id: string): number => depths.get(id) ?? 0;
  const layers: Cell[][] = Array.from({ length: Math.max(...depths.values()) + 1 }, () => []);
  const passing = new Map<string, Cell>();
  /** The cell of the next layer through which a line to these goes: those with the same ends are one line. */
  const passTo = (targets: readonly string[], layer: number): string => {
    const id = `${layer} ${JSON.stringify(targets)}`;
    if (!passing.has(id)) {
      const cell: Cell = { id, ports: [{ to: leadTo(targets, layer) }], row: 0 };
      passing.set(id, cell);
      layers[layer]?.push(cell);
    }
    return id;
  };
  const leadTo = (targets: readonly string[], layer: number): string[] => {
    const near = targets.filter((id) => depthOf(id) === layer + 1);
    const far = targets.filter((id) => depthOf(id) > layer + 1);
    return [...near, ...(far.length > 0 ? [passTo(far, layer + 1)] : [])];
  };
  const after = grouped(edges, ({ from }) => from);
  for (const { id, label } of nodes) {
    const byLabel = grouped(after.get(id) ?? [], (edge) => edge.label ?? '');
    const ports = Array.from(byLabel, ([said, each]): Port => {
      const to = leadTo([...new Set(each.map(({ to: target }) => target))].sort(), depthOf(id));
      return said === '' ? { to } : { to, label: said };
    });
    layers[depthOf(id)]?.push({ id, label, ports, row: 0 });
  }
  return layers;
}

/**
 * Each near the middle of those that it is joined with, forwards and backwards in turn: few lines cross then. Lines of one
 * node are in the order of where they lead to.
 */
function order(layers: Cell[][], passes: number): void {
  for (let pass = 0; pass < passes; pass += 1) {
    const isForward = pass % 2 === 0;
    const position = new Map(layers.flatMap(positionsIn));
    for (const cells of isForward ? layers : layers.toReversed()) {
      const sources = isForward ? sourcesOf(layers) : undefined;
      const middle = new Map(
        cells.map((cell, index): [Cell, number] => {
          const before = sources?.get(cell.id)?.map((source) => (position.get(source.cell.id) ?? 0) + source.port);
          const joined = before ?? cell.ports.flatMap(({ to }) => to.map((id) => position.get(id) ?? 0));
          return [cell, mean(joined) ?? index];
        }),
      );
      cells.sort((one, other) => (middle.get(one) ?? 0) - (middle.get(other) ?? 0));
      for (const [id, at] of positionsIn(cells)) position.set(id, at);
    }
    for (const { ports } of layers.flat()) {
      const middleOf = ({ to }: Port): number => mean(to.map((id) => position.get(id) ?? 0)) ?? 0;
      ports.sort((one, other) => middleOf(one) - middleOf(other));
    }
  }
}

/** The row of each, were there no gaps. */
function positionsIn(cells: readonly Cell[]): [id: string, position: number][] {
  let next = 0;
  return cells.map(({ id, ports }) => {
    const position = next;
    next += Math.max(1, ports.length);
    return [id, position];
  });
}

/** Rows near those that a cell is joined with, in the order that the layers have by now. */
function place(layers: readonly (readonly Cell[])[], upwards: boolean): void {
  const sources = sourcesOf(layers);
  const rows = new Map<string, Cell>(layers.flat().map((cell) => [cell.id, cell]));
  for (const cells of layers) spread(cells, () => undefined);
  const bySources = ({ id }: Cell): number | undefined =>
    mean((sources.get(id) ?? []).map(({ cell, port }) => cell.row + port));
  const byTargets = ({ ports }: Cell): number | undefined => {
    const wanted = ports.flatMap(({ to }, port) => to.map((id) => (rows.get(id)?.row ?? 0) - port));
    return mean(wanted);
  };
  for (const cells of layers) spread(cells, bySources);
  if (upwards) {
    for (const cells of layers.toReversed()) spread(cells, byTargets);
    for (const cells of layers) spread(cells, bySources);
  }
  const top = Math.min(...layers.flat().map(({ row }) => row));
  for (const cell of layers.flat()) cell.row -= top;
}

/** Without overlaps, as near to the wanted rows as can be: neighbours that want the same room share it around its middle. */
function spread(cells: readonly Cell[], wanted: (cell: Cell) => number | undefined): void {
  const blocks: { cells: Cell[]; height: number; wants: number[] }[] = [];
  let free = 0;
  for (const cell of cells) {
    const block = { cells: [cell], height: Math.max(1, cell.ports.length), wants: [wanted(cell) ?? free] };
    blocks.push(block);
    for (;;) {
      const [above, below] = blocks.slice(-2);
      if (!above || !below || topOf(above) + above.height <= topOf(below)) break;
      const shifted = below.wants.map((want) => want - above.height);
      blocks.splice(-2, 2, {
        cells: [...above.cells, ...below.cells],
        height: above.height + below.height,
        wants: [...above.wants, ...shifted],
      });
    }
    const last = blocks.at(-1);
    free = last ? topOf(last) + last.height : 0;
  }
  for (const block of blocks) {
    let row = topOf(block);
    for (const cell of block.cells) {
      cell.row = row;
      row += Math.max(1, cell.ports.length);
    }
  }
}

/** Halfway between two rows: one goes to the upper of them, and of two the first to the row that both want. */
function topOf({ wants }: { readonly wants: readonly number[] }): number {
  const wanted = mean(wants) ?? 0;
  return wants.length % 2 === 0 ? Math.floor(wanted + 0.5) : Math.ceil(wanted - 0.5);
}

function sourcesOf(
  layers: readonly (readonly Cell[])[],
): ReadonlyMap<string, readonly { readonly cell: Cell; readonly port: number }[]> {
  const sources = new Map<string, { readonly cell: Cell; readonly port: number }[]>();
  for (const cell of layers.flat()) {
    for (const [port, { to }] of cell.ports.entries()) {
      for (const id of to) sources.set(id, [...(sources.get(id) ?? []), { cell, port }]);
    }
  }
  return sources;
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
