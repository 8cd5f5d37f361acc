/**
 * Cells: buckets that are kept. A cell is 2^exponent wide and begins at a multiple of that, as the buckets of a chart do, so
 * a bucket at least as wide is made of whole cells: what is drawn from cells is what all points would have drawn.
 */
import { BucketColumns, type Entries } from '../../../model/buckets';
import type { ByteReader, ByteWriter } from './bytes';
import { decodeColumn, encodeColumn } from './columnCodec';
import { DenseBuckets } from './denseBuckets';
import type { Axis, Run } from './points';

export interface Cells extends Entries {
  readonly exponent: number;
  /** Entries; a cell with NaN has up to five. */
  readonly length: number;
}

/** No cells: what is below has to be read. */
export const noExponent = 0x7fff;
const lowestExponent = -1000;

/** Such that [min, max] has between half of `wanted` cells and as many; `noExponent` when there is none. */
export function exponentFor(min: number, max: number, wanted: number): number {
  const span = max - min;
  if (!(span < Infinity)) return noExponent;
  // A cell's number must be a whole number: x as a multiple of its width stays below 2^52.
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const least = largest === 0 ? lowestExponent : Math.max(lowestExponent, Math.ceil(Math.log2(largest)) - 52);
  return span === 0 ? least : Math.max(least, Math.ceil(Math.log2(span / wanted)));
}

export function cellsOf({ x, value }: Run, exponent: number): Cells {
  const buckets = new BucketColumns(2 ** exponent, 72);
  buckets.addPoints(x, value, 0, x.length, 1);
  return { exponent, ...buckets.entries() };
}

/**
 * The cells of several nodes as wider ones. Undefined when that cannot be told from cells: where steps go over the same
 * ground the newer ones replace the older, and a NaN among points of another node breaks the line who knows where.
 */
export function coarsen(parts: readonly Cells[], exponent: number, axis: Axis): Cells | undefined {
  const filled = parts.filter(({ length }) => length > 0);
  const ordered = filled
    .map((cells, order) => ({ cells, order, low: cells.firstX[0] ?? NaN, high: cells.lastX[cells.length - 1] ?? NaN }))
    .sort((a, b) => a.low - b.low || a.order - b.order);
  const isApart = ordered.every(({ low, order }, i) => {
    const before = ordered[i - 1];
    if (!before || low > before.high) return true;
    return axis !== 'step' && low === before.high && order > before.order;
  });
  const width = 2 ** exponent;
  if (isApart) {
    const buckets = new BucketColumns(width, 300);
    for (const { cells } of ordered) buckets.addEntries(cells, 0, cells.length, 1);
    return { exponent, ...buckets.entries() };
  }
  if (axis === 'step' || filled.some(({ first }) => first.some(Number.isNaN))) return undefined;
  const dense = new DenseBuckets(width, ordered[0]?.low ?? 0, Math.max(...ordered.map(({ high }) => high)));
  for (const cells of filled) dense.addEntries(cells, 0, cells.length);
  return { exponent, ...dense.entries() };
}

/** Entries u32, exponent u16, then columns: those of x, the values behind one another, means, counts. */
export function putCells(out: ByteWriter, cells: Cells): void {
  const n = cells.length;
  out.u32(n);
  out.u16(cells.exponent & 0xffff);
  for (const column of ['firstX', 'lastX', 'minX', 'maxX'] as const) encodeColumn(out, cells[column].subarray(0, n));
  const values = new Float64Array(4 * n);
  for (const [i, column] of (['first', 'last', 'min', 'max'] as const).entries()) {
    values.set(cells[column].subarray(0, n), i * n);
  }
  encodeColumn(out, values);
  encodeColumn(out, cells.mean.subarray(0, n));
  encodeColumn(out, cells.count.subarray(0, n));
}

export function takeCells(input: ByteReader): Cells {
  const length = input.u32();
  const exponent = (input.u16() << 16) >> 16;
  // In one piece of memory: a piece for each column would take more than most columns.
  const { buffer } = new Float64Array(10 * length);
  const column = (i: number, columns = 1): Float64Array => new Float64Array(buffer, 8 * i * length, columns * length);
  const read = (i: number, columns = 1): Float64Array => decodeColumn(input, columns * length, column(i, columns));
  const [firstX, lastX, minX, maxX] = [read(0), read(1), read(2), read(3)];
  read(4, 4);
  const [mean, count] = [read(8), read(9)];
  return {
    exponent,
    length,
    firstX,
    lastX,
    minX,
    maxX,
    first: column(4),
    last: column(5),
    min: column(6),
    max: column(7),
    mean,
    count,
  };
}

/** What it takes in memory, the views of the columns included. */
export const sizeOfCells = ({ length }: Cells): number => 80 * length + 2000;
