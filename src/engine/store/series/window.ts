/**
 * A window over a series: per attempt, pieces of the tree from coarse to fine until their cells are no wider than the
 * buckets, and points at the edges. The answer is that of all points, whatever pieces it is made of.
 *
 * Where pieces lie over the same x (steps that went back, clocks that did), only the ground that they share is taken apart,
 * down to points, which are merged: that costs time in proportion to the points on shared ground.
 */
import { BucketColumns, bucketWidth, entryColumns } from '../../../model/buckets';
import type { PixelView } from '../../../model/pixelColumns';
import type { PixelSize, SeriesAxis, SeriesWindow } from '../../../model/series';
import type { Cells } from './cells';
import type { Piece } from './pieces';
import { bucketsPerColumn, type EntriesOfAttempt, fewInView, firstExponent, PixelRefiner } from './pixelWindow';
import { lowerBound, mergeRuns, upperBound, within } from './points';

export interface AttemptPieces {
  readonly attempt: number;
  /** In the order of arrival. */
  readonly pieces: readonly Piece[];
}

export interface WindowRange {
  /** Inclusive; absent is open. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly buckets: number;
  /** Of the picture that is to be drawn: such that it is that of all points. */
  readonly pixels?: PixelSize | undefined;
}

/** So many attempts over the same ground have all the buckets that are asked for. */
const mostOverlaps = 4;

/** Attempts in ascending order. */
export function windowOf(
  metric: string,
  axis: SeriesAxis,
  attempts: readonly AttemptPieces[],
  range: WindowRange,
  revision: number,
): SeriesWindow {
  const low = range.from ?? -Infinity;
  const high = range.to ?? Infinity;
  const replaces = axis === 'step';
  const collect = (buckets: BucketColumns, exponent: number, { attempt, pieces }: AttemptPieces): BucketColumns => {
    new Collector(buckets, exponent, attempt, replaces).collect(pieces, low, high);
    return buckets;
  };
  const seen = attempts.map(({ pieces }) => live(pieces, low, high));
  const mostPoints = seen.flat().reduce((sum, { count }) => sum + count, 0);
  if (mostPoints > range.buckets) {
    const { pixels } = range;
    const most = pixels ? bucketsPerColumn * pixels.columns : range.buckets;
    const width = widthFor(seen, { ...range, buckets: most });
    const exponent = Math.round(Math.log2(width));
    coarse.restart(width);
    const ends = attempts.map((each) => collect(coarse, exponent, each).length);
    if (coarse.pointCount > range.buckets) {
      const made = pixels ? pixelWindow(ends, attempts, exponent, { ...range, pixels }, replaces) : coarse;
      return made.toWindow(metric, axis, revision);
    }
  }
  coarse.restart(0);
  for (const each of attempts) collect(coarse, -Infinity, each);
  return coarse.toWindow(metric, axis, revision);
}

/** Of the window that is being made: memory of its own for each would take longer than to fill it. */
const coarse = new BucketColumns(1, 2 ** 13);
const fine = new BucketColumns(1, 2 ** 15);
const finest = new BucketColumns(1, 2 ** 14);

/** `coarse` has buckets, a few to a column, those of each attempt up to before one of `ends`. */
function pixelWindow(
  ends: readonly number[],
  attempts: readonly AttemptPieces[],
  widest: number,
  { from, to, pixels }: WindowRange & { readonly pixels: PixelSize },
  replaces: boolean,
): BucketColumns {
  const { pointCount } = coarse;
  const { firstX, lastX, min, max } = extremesOf(coarse.entries());
  const view: PixelView = { from: from ?? firstX, to: to ?? lastX, columns: pixels.columns };
  const out = new BucketColumns(2 ** widest, 2 * pixels.columns + 16, view);
  if (pointCount <= fewInView) {
    for (const { attempt, pieces } of attempts) {
      new Collector(out, -Infinity, attempt, replaces).collect(pieces, from ?? -Infinity, to ?? Infinity);
    }
    return out;
  }
  const exponent = Math.min(widest, firstExponent(pointCount, lastX - firstX, pixels.columns));
  const refiner = new PixelRefiner(out, view, pixels.rows, min, max);
  for (const [i, { attempt, pieces }] of attempts.entries()) {
    const collect = (buckets: BucketColumns, low: number, high: number, finer: number): EntriesOfAttempt => {
      new Collector(buckets, finer, attempt, replaces).collect(pieces, low, high);
      return buckets.entries();
    };
    finest.restart(0);
    if (exponent < widest) fine.restart(2 ** exponent);
    const entries =
      exponent === widest
        ? partOf(coarse.entries(), ends[i - 1] ?? 0, ends[i] ?? 0)
        : collect(fine, from ?? -Infinity, to ?? Infinity, exponent);
    refiner.add(attempt, entries, exponent, (low, high, finer) => {
      finest.goOn(finer > -Infinity ? 2 ** finer : 0);
      return collect(finest, low, high, finer);
    });
  }
  return out;
}

function partOf(entries: EntriesOfAttempt, from: number, to: number): EntriesOfAttempt {
  const part = entryColumns.map((column) => [column, entries[column].subarray(from, to)] as const);
  return { ...(Object.fromEntries(part) as unknown as EntriesOfAttempt), length: to - from };
}

/** Where the entries begin and end, and their finite extremes. */
function extremesOf({
  firstX: firsts,
  lastX: lasts,
  min: mins,
  max: maxs,
  length,
}: EntriesOfAttempt): Record<'firstX' | 'lastX' | 'min' | 'max', number> {
  let [firstX, lastX, min, max] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < length; i += 1) {
    // Attempts follow one another.
    firstX = Math.min(firstX, firsts[i] ?? Infinity);
    lastX = Math.max(lastX, lasts[i] ?? -Infinity);
    const [low = NaN, high = NaN] = [mins[i], maxs[i]];
    if (low < min && low > -Infinity) min = low;
    if (high > max && high < Infinity) max = high;
  }
  return { firstX, lastX, min, max };
}

const live = (pieces: readonly Piece[], low: number, high: number): Piece[] =>
  pieces.filter(({ min, max, count }) => count > 0 && max >= low && min <= high);

/** Attempts that go over the same ground make further buckets: of very many the ground is divided more coarsely. */
function widthFor(attempts: readonly (readonly Piece[])[], { from, to, buckets }: WindowRange): number {
  let [first, last, covered] = [Infinity, -Infinity, 0];
  for (const pieces of attempts) {
    let [low, high] = [Infinity, -Infinity];
    for (const { min, max } of pieces) {
      low = Math.min(low, Math.max(min, from ?? min));
      high = Math.max(high, Math.min(max, to ?? max));
    }
    if (low > high) continue;
    first = Math.min(first, low);
    last = Math.max(last, high);
    covered += high - low;
  }
  return Math.max(
    bucketWidth(from ?? first, to ?? last, buckets),
    covered > mostOverlaps * (last - first) ? bucketWidth(0, covered, mostOverlaps * buckets) : 0,
  );
}

class Collector {
  readonly #buckets: BucketColumns;
  /** Cells up to this wide are used whole. */
  readonly #exponent: number;
  readonly #attempt: number;
  /** Of points at the same x only the last counts. */
  readonly #replaces: boolean;

  constructor(buckets: BucketColumns, exponent: number, attempt: number, replaces: boolean) {
    this.#buckets = buckets;
    this.#exponent = exponent;
    this.#attempt = attempt;
    this.#replaces = replaces;
  }

  /** All points of the pieces within [low, high], in ascending x. */
  collect(pieces: readonly Piece[], low: number, high: number): void {
    const found = live(pieces, low, high);
    if (this.#followOneAnother(found)) {
      for (const piece of found) this.#visit(piece, low, high);
      return;
    }
    const ordered = found
      .map((piece, order) => ({ piece, order }))
      .sort((a, b) => a.piece.min - b.piece.min || a.order - b.order);
    let cluster: Ordered[] = [];
    let end = -Infinity;
    for (const next of ordered) {
      if (next.piece.min > end) {
        this.#collectCluster(cluster, low, high);
        cluster = [];
      }
      cluster.push(next);
      end = Math.max(end, next.piece.max);
    }
    this.#collectCluster(cluster, low, high);
  }

  #followOneAnother(pieces: readonly Piece[]): boolean {
    return pieces.every(({ min }, i) => {
      const before = pieces[i - 1]?.max ?? -Infinity;
      return i === 0 || (this.#replaces ? min > before : min >= before);
    });
  }

  #collectCluster(cluster: readonly Ordered[], low: number, high: number): void {
    const [only] = cluster;
    if (cluster.length === 1 && only) return this.#visit(only.piece, low, high);
    for (const zone of zonesOf(cluster, low, high)) {
      const [first] = zone.pieces;
      if (zone.pieces.length === 1 && first) {
        this.#visit(first, zone.low, zone.high);
        continue;
      }
      let isFinest = true;
      const finer = zone.pieces.flatMap((piece) => {
        const children = piece.children();
        if (children) isFinest = false;
        return children ?? [piece];
      });
      if (isFinest) {
        const runs = finer.map((piece) => within(piece.run(), zone.low, zone.high));
        const { x, value } = mergeRuns(runs, this.#replaces);
        this.#buckets.addPoints(x, value, 0, x.length, this.#attempt);
      } else this.collect(finer, zone.low, zone.high);
    }
  }

  #visit(piece: Piece, low: number, high: number): void {
    const cells = piece.exponent <= this.#exponent ? piece.cells() : undefined;
    if (cells) this.#addCells(piece, cells, low, high);
    else this.#takeApart(piece, low, high);
  }

  #takeApart(piece: Piece, low: number, high: number): void {
    const children = piece.children();
    if (children) return this.collect(children, low, high);
    const { x, value } = piece.run();
    this.#buckets.addPoints(x, value, lowerBound(x, low), upperBound(x, high), this.#attempt);
  }

  /** Whole cells; of those that the range cuts, what is below them. */
  #addCells(piece: Piece, cells: Cells, low: number, high: number): void {
    const { firstX, lastX, length } = cells;
    const width = 2 ** cells.exponent;
    const cellAt = (i: number): number => Math.floor((firstX[i] ?? NaN) / width);
    let from = lowerBound(lastX, low);
    let to = upperBound(firstX, high);
    if (from >= to) return;
    // A cell with NaN has several entries.
    while (from > 0 && cellAt(from - 1) === cellAt(from)) from -= 1;
    while (to < length && cellAt(to) === cellAt(to - 1)) to += 1;
    let [wholeFrom, wholeTo] = [from, to];
    if ((firstX[from] ?? NaN) < low) {
      wholeFrom += 1;
      while (wholeFrom < to && cellAt(wholeFrom) === cellAt(from)) wholeFrom += 1;
      this.#takeApart(piece, low, Math.min(high, lastX[wholeFrom - 1] ?? NaN));
    }
    if ((lastX[to - 1] ?? NaN) > high && wholeFrom < wholeTo) {
      wholeTo -= 1;
      while (wholeTo > wholeFrom && cellAt(wholeTo - 1) === cellAt(to - 1)) wholeTo -= 1;
    }
    this.#buckets.addEntries(cells, wholeFrom, wholeTo, this.#attempt);
    if (wholeTo < to) this.#takeApart(piece, firstX[wholeTo] ?? NaN, high);
  }
}

interface Ordered {
  readonly piece: Piece;
  /** Of arrival. */
  readonly order: number;
}

interface Zone {
  readonly low: number;
  readonly high: number;
  /** Those that have points here, in the order of arrival. */
  readonly pieces: readonly Piece[];
}

/** More than this to look at: all of it is one zone, and merged. */
const mostShared = 200_000;

/** Divides what a cluster covers so that within each zone the same pieces lie over one another. */
function zonesOf(cluster: readonly Ordered[], low: number, high: number): Zone[] {
  const ends = cluster.map(({ piece }) => Math.min(piece.max, high)).sort((a, b) => a - b);
  const starts = cluster
    .map((ordered) => ({ ...ordered, at: Math.max(ordered.piece.min, low) }))
    .sort((a, b) => a.at - b.at);
  const zones: Zone[] = [];
  let active: Ordered[] = [];
  let zoneLow = -Infinity;
  let looked = 0;
  const close = (zoneHigh: number): void => {
    if (active.length > 0 && zoneLow <= zoneHigh) {
      const inOrder = [...active].sort((a, b) => a.order - b.order);
      zones.push({ low: zoneLow, high: zoneHigh, pieces: inOrder.map(({ piece }) => piece) });
      looked += active.length;
    }
  };
  for (let [s, e] = [0, 0]; e < ends.length;) {
    if (looked > mostShared) {
      const inOrder = [...cluster].sort((a, b) => a.order - b.order);
      return [{ low, high, pieces: inOrder.map(({ piece }) => piece) }];
    }
    const [start, end] = [starts[s]?.at ?? Infinity, ends[e] ?? Infinity];
    if (s < starts.length && start <= end) {
      close(nextDown(start));
      for (; s < starts.length && starts[s]?.at === start; s += 1) if (starts[s]) active.push(starts[s] as Ordered);
      zoneLow = start;
    } else {
      close(end);
      active = active.filter(({ piece }) => Math.min(piece.max, high) > end);
      while (e < ends.length && ends[e] === end) e += 1;
      zoneLow = nextUp(end);
    }
  }
  return zones;
}

const neighbour = new Float64Array(1);
const bits = new BigInt64Array(neighbour.buffer);

/** The next double above x. */
function nextUp(x: number): number {
  if (!(x < Infinity)) return x;
  if (x === 0) return Number.MIN_VALUE;
  neighbour[0] = x;
  bits[0] = (bits[0] ?? 0n) + (x > 0 ? 1n : -1n);
  return neighbour[0] ?? x;
}

const nextDown = (x: number): number => -nextUp(-x);
