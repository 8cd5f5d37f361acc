/** The lines between two layers of a drawn graph: which columns their upright parts take, and how they meet. */
import type { Cell } from './arrangement';

/** Lines that belong together: each begins in all `sources` and ends in all `targets`. */
interface Net {
  readonly sources: ReadonlySet<number>;
  readonly targets: ReadonlySet<number>;
  readonly top: number;
  readonly bottom: number;
}

/** A text of the same width for each row, up to what stands in the next layer. Undefined when lines could be misread. */
export function routeChannel(
  left: readonly Cell[],
  right: readonly Cell[],
  rows: number,
): readonly string[] | undefined {
  const nets = netsBetween(left, right);
  const columns = columnsOf(nets);
  if (!columns) return undefined;
  const width = Math.max(-1, ...columns.values()) + 1;
  const inner = Math.max(0, 2 * width - 1);
  return Array.from({ length: rows }, (_, row) => {
    const arriving = right.find((cell) => cell.row === row);
    const isReached = nets.some(({ targets }) => targets.has(row));
    const end = !isReached ? '   ' : arriving?.label === undefined ? '───' : '─▶ ';
    return Array.from({ length: inner }, (_, x) => glyphAt(x, row, nets, columns)).join('') + end;
  });
}

function netsBetween(left: readonly Cell[], right: readonly Cell[]): Net[] {
  const rowOf = new Map(right.map(({ id, row }) => [id, row]));
  const byTargets = new Map<string, { readonly sources: Set<number>; readonly targets: ReadonlySet<number> }>();
  for (const cell of left) {
    for (const [index, { to }] of cell.ports.entries()) {
      const targets = to.map((id) => rowOf.get(id) ?? 0).sort((a, b) => a - b);
      const key = targets.join();
      const net = byTargets.get(key) ?? { sources: new Set(), targets: new Set(targets) };
      net.sources.add(cell.row + index);
      byTargets.set(key, net);
    }
  }
  return Array.from(byTargets.values(), ({ sources, targets }) => {
    const all = [...sources, ...targets];
    return { sources, targets, top: Math.min(...all), bottom: Math.max(...all) };
  });
}

const isStraight = ({ top, bottom }: Net): boolean => top === bottom;

/** The column of each net's upright line; straight ones have none. Undefined when no order keeps them apart. */
function columnsOf(nets: readonly Net[]): ReadonlyMap<Net, number> | undefined {
  const bent = nets.filter((net) => !isStraight(net)).sort((a, b) => a.top - b.top);
  // It would join a straight line and go on beyond it.
  const straightRows = nets.filter(isStraight).map(({ top }) => top);
  if (bent.some((net) => straightRows.some((row) => net.targets.has(row) && isPassing(net, row)))) return undefined;
  const before = new Map<Net, Net[]>(bent.map((net) => [net, []]));
  for (const net of bent) {
    for (const other of bent) {
      if (net === other) continue;
      const needs = mustBeLeft(other, net);
      if (needs === 'impossible') return undefined;
      if (needs) before.get(net)?.push(other);
    }
  }
  const columns = new Map<Net, number>();
  while (columns.size < bent.length) {
    const next = bent.find((net) => !columns.has(net) && before.get(net)?.every((other) => columns.has(other)));
    if (!next) return undefined;
    let column = Math.max(-1, ...(before.get(next) ?? []).map((other) => columns.get(other) ?? 0)) + 1;
    const isTaken = (at: number): boolean =>
      bent.some((net) => columns.get(net) === at && net.top <= next.bottom && next.top <= net.bottom);
    while (isTaken(column)) column += 1;
    columns.set(next, column);
  }
  return columns;
}

/** Where one begins in the row that another ends in, it has to be on its way before the other arrives. */
function mustBeLeft(net: Net, other: Net): boolean | 'impossible' {
  for (const row of net.sources) if (other.targets.has(row)) return true;
  for (const row of net.targets) {
    if (!other.targets.has(row) || !isPassing(net, row)) continue;
    // Of two that arrive in one row, the one that goes on beyond it comes first.
    return isPassing(other, row) ? 'impossible' : true;
  }
  return false;
}

const isPassing = ({ top, bottom }: Net, row: number): boolean => top < row && row < bottom;

function glyphAt(x: number, row: number, nets: readonly Net[], columns: ReadonlyMap<Net, number>): string {
  const own = nets.find((net) => columns.get(net) === x / 2 && net.top <= row && row <= net.bottom);
  const isCrossed = nets.some((net) => {
    if (net === own) return false;
    const column = columns.get(net);
    if (column === undefined) return net.sources.has(row);
    return (net.sources.has(row) && x < 2 * column) || (net.targets.has(row) && x > 2 * column);
  });
  if (!own) return isCrossed ? '─' : ' ';
  const [up, down] = [row > own.top, row < own.bottom];
  const [toLeft, toRight] = [own.sources.has(row), own.targets.has(row)];
  if (isCrossed && toRight && !toLeft) return up ? '▼' : '▲';
  return corners.get([up && 'u', down && 'd', toLeft && 'l', toRight && 'r'].filter(Boolean).join('')) ?? '│';
}

const corners: ReadonlyMap<string, string> = new Map([
  ['ud', '│'],
  ['ul', '┘'],
  ['ur', '└'],
  ['dl', '┐'],
  ['dr', '┌'],
  ['udl', '┤'],
  ['udr', '├'],
  ['ulr', '┴'],
  ['dlr', '┬'],
  ['udlr', '┼'],
]);
