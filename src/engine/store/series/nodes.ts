/**
 * The tree over the sealed chunks of a stream. A leaf stands for one chunk, a node for sixteen leaves or nodes that follow
 * one another in the order of arrival; each has cells along every axis, the coarser the more it stands for, and knows the
 * range of x below it. What is no node yet is listed in the stream's own row.
 *
 * By step, the last point of a chunk is carried into the next leaf: it may be written again, and chunks whose steps meet
 * would overlap in just that point. So the leaf of a chunk sums up what was carried to it and the chunk's points, of equal
 * steps the last, without the highest.
 *
 * Row of a node: children u8 · entry per child · size of cells by step and by time u32 · cells by step, time, wall · crc32
 */
import { type ByteReader, ByteReader as Reader, ByteWriter } from './bytes';
import { type Cells, cellsOf, coarsen, exponentFor, noExponent, putCells, takeCells } from './cells';
import { type Axis, axes, type Columns, orderRun, type Run } from './points';

/** Points of a sealed chunk. */
export const chunkPoints = 2048;
/** Children of a node. */
export const fanOut = 16;

/** Cells of a leaf, of a node above leaves, and of nodes further up, at most. Charts are drawn by step first. */
const cellsWanted: Readonly<Record<Axis, readonly [leaf: number, first: number, further: number]>> = {
  step: [32, 128, 512],
  time: [16, 128, 512],
  wall: [16, 128, 512],
};

export interface Extent {
  /** Infinity, and `max` -Infinity, when there is nothing along this axis. */
  readonly min: number;
  readonly max: number;
  /** Of the cells, or `noExponent`. */
  readonly exponent: number;
  /** Points that are seen along this axis. */
  readonly count: number;
}

export interface Carried {
  readonly step: number;
  readonly value: number;
}

/** What is known of a leaf or node without reading it. */
export interface NodeEntry {
  /** 0: a leaf. */
  readonly level: number;
  /** Its row: cells, and children if it has some. */
  readonly id: number;
  /** The row of the chunk; of a leaf only. */
  readonly raw: number;
  /** Position of its first point in the stream, and how many it has. */
  readonly from: number;
  readonly count: number;
  /** Carried into the leaf. */
  readonly carried: Carried | undefined;
  readonly extents: Readonly<Record<Axis, Extent>>;
}

export type CellsByAxis = Readonly<Record<Axis, Cells | undefined>>;

export interface NewNode {
  readonly extents: Readonly<Record<Axis, Extent>>;
  readonly cells: CellsByAxis;
}

export interface NewLeaf extends NewNode {
  /** To the next leaf. */
  readonly carried: Carried | undefined;
}

/** Of a chunk by step: what was carried to it and its points, of equal steps the last written. */
export function stepRun({ step, value }: Pick<Columns, 'step' | 'value'>, carried: Carried | undefined): Run {
  if (!carried) return orderRun(step, value, true);
  const [x, values] = [new Float64Array(step.length + 1), new Float64Array(step.length + 1)];
  x[0] = carried.step;
  values[0] = carried.value;
  x.set(step, 1);
  values.set(value, 1);
  return orderRun(x, values, true);
}

export const withoutLast = ({ x, value }: Run): Run => ({ x: x.subarray(0, -1), value: value.subarray(0, -1) });

export function newLeaf(columns: Columns, carriedIn: Carried | undefined): NewLeaf {
  const byStep = stepRun(columns, carriedIn);
  const last = byStep.x.length - 1;
  const runs: Record<Axis, Run> = {
    step: withoutLast(byStep),
    time: orderRun(columns.time, columns.value, false),
    wall: orderRun(columns.wall, columns.value, false),
  };
  const cells = {} as Record<Axis, Cells | undefined>;
  const extents = {} as Record<Axis, Extent>;
  for (const axis of axes) {
    const { x } = runs[axis];
    const [min, max] = x.length === 0 ? [Infinity, -Infinity] : [x[0] ?? NaN, x[x.length - 1] ?? NaN];
    const exponent = x.length === 0 ? noExponent : exponentFor(min, max, cellsWanted[axis][0]);
    cells[axis] = exponent === noExponent ? undefined : cellsOf(runs[axis], exponent);
    extents[axis] = { min, max, exponent, count: x.length };
  }
  const carried = last < 0 ? undefined : { step: byStep.x[last] ?? NaN, value: byStep.value[last] ?? NaN };
  return { extents, cells, carried };
}

/** `cellsOfChildren` are those of `children`, in their order. */
export function newNode(children: readonly NodeEntry[], cellsOfChildren: readonly CellsByAxis[]): NewNode {
  const level = (children[0]?.level ?? 0) + 1;
  const cells = {} as Record<Axis, Cells | undefined>;
  const extents = {} as Record<Axis, Extent>;
  for (const axis of axes) {
    const theirs = children.map((child) => child.extents[axis]).filter(({ count }) => count > 0);
    const min = Math.min(...theirs.map((extent) => extent.min));
    const max = Math.max(...theirs.map((extent) => extent.max));
    const count = theirs.reduce((sum, extent) => sum + extent.count, 0);
    const coarsest = Math.max(...theirs.map(({ exponent }) => exponent));
    const exponent =
      count === 0 || coarsest === noExponent
        ? noExponent
        : Math.max(coarsest, exponentFor(min, max, cellsWanted[axis][level > 1 ? 2 : 1]));
    const parts = exponent === noExponent ? [] : cellsOfChildren.map((child) => child[axis]);
    const known = parts.filter((part) => part !== undefined);
    const made = exponent === noExponent ? undefined : coarsen(known, exponent, axis);
    cells[axis] = made;
    extents[axis] = { min, max, exponent: made ? exponent : noExponent, count };
  }
  return { extents, cells };
}

const scratch = new ByteWriter(64 * 1024);

export function encodeNode(children: readonly NodeEntry[], cells: CellsByAxis): Uint8Array {
  scratch.clear();
  scratch.u8(children.length);
  for (const child of children) putEntry(scratch, child);
  const head = scratch.length;
  scratch.u32(0);
  scratch.u32(0);
  for (const [i, axis] of axes.entries()) {
    const from = scratch.length;
    const theirs = cells[axis];
    if (theirs) putCells(scratch, theirs);
    if (i < 2) scratch.setU32(head + 4 * i, scratch.length - from);
  }
  return scratch.sealed();
}

export function decodeChildren(bytes: Uint8Array): NodeEntry[] {
  const input = new Reader(bytes, 'A node');
  return Array.from({ length: input.u8() }, () => takeEntry(input));
}

/** Undefined when there are none along this axis. */
export function decodeCells(bytes: Uint8Array, axis: Axis): Cells | undefined {
  const input = new Reader(bytes, 'A node');
  for (let left = input.u8(); left > 0; left -= 1) skipEntry(input);
  const [byStep, byTime] = [input.u32(), input.u32()];
  if (axis === 'step') return byStep === 0 ? undefined : takeCells(input);
  input.skip(byStep);
  if (axis === 'time') return byTime === 0 ? undefined : takeCells(input);
  input.skip(byTime);
  return input.hasMore ? takeCells(input) : undefined;
}

/** Those along all axes. */
export function decodeAllCells(bytes: Uint8Array): CellsByAxis {
  const input = new Reader(bytes, 'A node');
  for (let left = input.u8(); left > 0; left -= 1) skipEntry(input);
  const [byStep, byTime] = [input.u32(), input.u32()];
  const step = byStep === 0 ? undefined : takeCells(input);
  const time = byTime === 0 ? undefined : takeCells(input);
  return { step, time, wall: input.hasMore ? takeCells(input) : undefined };
}

const extentBytes = 22;
const entryBytes = 30 + axes.length * extentBytes;

export function putEntry(out: ByteWriter, { level, id, raw, from, count, carried, extents }: NodeEntry): void {
  out.u8(level);
  out.u8(carried ? 1 : 0);
  out.f64(id);
  out.f64(raw);
  out.f64(from);
  out.u32(count % 2 ** 32);
  for (const axis of axes) {
    const { min, max, exponent, count: seen } = extents[axis];
    out.f64(min);
    out.f64(max);
    out.u16(exponent & 0xffff);
    out.u32(seen % 2 ** 32);
  }
  if (carried) {
    out.f64(carried.step);
    out.f64(carried.value);
  }
}

export function takeEntry(input: ByteReader): NodeEntry {
  const level = input.u8();
  const isCarried = input.u8() === 1;
  const [id, raw, from, count] = [input.f64(), input.f64(), input.f64(), input.u32()];
  const extents = {} as Record<Axis, Extent>;
  for (const axis of axes) {
    const [min, max, exponent] = [input.f64(), input.f64(), (input.u16() << 16) >> 16];
    extents[axis] = { min, max, exponent, count: input.u32() };
  }
  const carried = isCarried ? { step: input.f64(), value: input.f64() } : undefined;
  return { level, id, raw, from, count, carried, extents };
}

function skipEntry(input: ByteReader): void {
  const start = input.position;
  input.skip(1);
  const isCarried = input.u8() === 1;
  input.seek(start + entryBytes + (isCarried ? 16 : 0));
}
