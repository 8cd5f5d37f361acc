/**
 * Pieces of a stream along one axis: what a window is made of. A piece is a leaf, a node or the tail; it can be taken apart,
 * down to the points. What is read is kept decoded for a while.
 */
import type { ByteCache } from './byteCache';
import { type Cells, noExponent, sizeOfCells } from './cells';
import { decodeChunkColumn } from './chunkCodec';
import { decodeCells, decodeChildren, type NodeEntry, stepRun, withoutLast } from './nodes';
import { type Axis, axes, orderRun, type Run } from './points';

export interface Piece {
  readonly min: number;
  readonly max: number;
  /** Points that are seen along this axis. */
  readonly count: number;
  /** Of its cells; `noExponent` when it has none. */
  readonly exponent: number;
  cells(): Cells | undefined;
  /** Undefined for what has points only. */
  children(): readonly Piece[] | undefined;
  /** In ascending x; of what has no children. */
  run(): Run;
}

/** Reads a row of the tree, or of a chunk. */
export type ReadRow = (id: number) => Uint8Array;

/** Decoded rows, by the number of the row and what of it. */
export type Decoded = Run | Cells | readonly NodeEntry[];

export class PieceReader {
  readonly #read: ReadRow;
  readonly #cache: ByteCache<Decoded>;

  constructor(read: ReadRow, cache: ByteCache<Decoded>) {
    this.#read = read;
    this.#cache = cache;
  }

  pieceOf(entry: NodeEntry, axis: Axis): Piece {
    const { min, max, count, exponent } = entry.extents[axis];
    // A window comes by again and again where it is taken apart.
    let children: readonly Piece[] | undefined;
    return {
      min,
      max,
      count,
      exponent,
      cells: () => (exponent === noExponent ? undefined : this.cells(entry, axis)),
      children: () =>
        (children ??= entry.level === 0 ? undefined : this.children(entry).map((child) => this.pieceOf(child, axis))),
      run: () => this.run(entry, axis),
    };
  }

  cells(entry: NodeEntry, axis: Axis): Cells | undefined {
    const key = entry.id * 4 + axes.indexOf(axis);
    const known = this.#cache.get(key) as Cells | undefined;
    if (known) return known;
    const cells = decodeCells(this.#read(entry.id), axis);
    if (cells) this.#cache.set(key, cells, sizeOfCells(cells));
    return cells;
  }

  children(entry: NodeEntry): readonly NodeEntry[] {
    const key = entry.id * 4 + 3;
    const known = this.#cache.get(key) as readonly NodeEntry[] | undefined;
    if (known) return known;
    const children = decodeChildren(this.#read(entry.id));
    this.#cache.set(key, children, 400 * children.length);
    return children;
  }

  /** The points of a leaf. */
  run(entry: NodeEntry, axis: Axis): Run {
    const key = entry.raw * 4 + axes.indexOf(axis);
    const known = this.#cache.get(key) as Run | undefined;
    if (known) return known;
    const { x, value } = decodeChunkColumn(this.#read(entry.raw), axis);
    const run = axis === 'step' ? withoutLast(stepRun({ step: x, value }, entry.carried)) : orderRun(x, value, false);
    this.#cache.set(key, run, 16 * run.x.length + 300);
    return run;
  }
}

export function pieceOfRun(run: Run): Piece {
  const { x } = run;
  return {
    min: x[0] ?? Infinity,
    max: x[x.length - 1] ?? -Infinity,
    count: x.length,
    exponent: noExponent,
    cells: () => undefined,
    children: () => undefined,
    run: () => run,
  };
}
