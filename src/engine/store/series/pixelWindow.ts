/**
 * Makes a window such that the line through it covers the pixels that the line through all points does, for columns of pixels
 * that end anywhere. Buckets are a few to a column; one that lies in two columns does not tell in which of them its line
 * went up. Mostly that shows nowhere, because what surrounds it in both columns goes further up and down. Where it would
 * show, the bucket is taken apart into finer ones, again and again, down to its points.
 *
 * What lies within one column becomes one entry of it in the end.
 */
import type { BucketColumns, Entries } from '../../../model/buckets';
import { columnOf, type PixelView } from '../../../model/pixelColumns';

export type EntriesOfAttempt = Entries & { readonly length: number };

/** Adds entries of an attempt within [low, high], in buckets of 2^exponent, to those that it gave for the same attempt before. */
export type CollectFiner = (low: number, high: number, exponent: number) => EntriesOfAttempt;

/** Buckets that a column has at least: fewer lie in two columns then. */
export const bucketsPerColumn = 4;
/** In view: up to so many are looked at one by one, which costs no more than to find out which need not be. */
export const fewInView = 400_000;
/** A bucket that is taken apart becomes 2^this finer ones. */
const finerBy = 3;
/** Fewer points than this are taken as they are. */
const fewPoints = 200;
/** A fraction of a row: where the rows of the picture begin is known to who draws only. */
const partsOfRow = 4;
/** Buckets that are taken apart per column, at most: what shows most comes first. */
const mostPerColumn = 1;

/**
 * How wide the buckets are to begin with: the finer, the fewer need be taken apart, but the more is read. So as fine as the cells of
 * the level of which a few hundred nodes cover the view.
 */
export function firstExponent(points: number, span: number, columns: number): number {
  const perBucket = points <= 3e6 ? 128 : points <= 16e6 ? 512 : Math.max(2048, points / (32 * columns));
  return Math.ceil(Math.log2((span / points) * perBucket));
}

/** Entries of one bucket. */
interface Group {
  readonly entries: EntriesOfAttempt;
  readonly from: number;
  readonly to: number;
  readonly exponent: number;
  /** What it was taken apart into. */
  parts?: readonly Group[];
}

export class PixelRefiner {
  readonly #out: BucketColumns;
  readonly #view: PixelView;
  readonly #rowOf: (y: number) => number;
  /** Per column the rows that are covered for certain. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** Columns in which the line breaks: what is covered has holes there. */
  readonly #breaks: Uint8Array;
  #left: number;
  /** Entries that finer ones were asked for so far. */
  #taken = 0;

  /** `out` joins entries by the columns of `view`. `min` and `max` are the extremes in view. */
  constructor(out: BucketColumns, view: PixelView, rows: number, min: number, max: number) {
    const { columns } = view;
    this.#out = out;
    this.#view = view;
    const parts = (rows * partsOfRow) / (max - min || 1);
    this.#rowOf = (y) => Math.floor((y - min) * parts);
    this.#low = new Float64Array(columns);
    this.#high = new Float64Array(columns);
    this.#breaks = new Uint8Array(columns);
    this.#left = Math.ceil(mostPerColumn * columns);
  }

  /** Adds all of an attempt's entries, which are of buckets of 2^exponent, to what comes out. */
  add(attempt: number, entries: EntriesOfAttempt, exponent: number, finer: CollectFiner): void {
    this.#low.fill(Infinity);
    this.#high.fill(-Infinity);
    this.#breaks.fill(0);
    this.#taken = 0;
    const groups = this.#look(entries, 0, exponent);
    for (let found = groups; found.length > 0;) {
      found = this.#mostShowing(found).flatMap((group) => {
        group.parts = this.#takeApart(group, finer);
        return group.parts;
      });
    }
    this.#emit(groups, attempt);
  }

  #mostShowing(groups: readonly Group[]): Group[] {
    const marked: { readonly group: Group; readonly shows: number }[] = [];
    for (const group of groups) {
      const shows = group.exponent > -Infinity ? this.#shows(group) : 0;
      if (shows > 0) marked.push({ group, shows });
    }
    if (marked.length > this.#left) marked.sort((a, b) => b.shows - a.shows).splice(this.#left);
    this.#left -= marked.length;
    return marked.map(({ group }) => group);
  }

  #takeApart({ entries, from, to, exponent }: Group, finer: CollectFiner): Group[] {
    let count = 0;
    for (let i = from; i < to; i += 1) count += entries.count[i] ?? 0;
    const next = count <= fewPoints ? -Infinity : exponent - finerBy;
    const begin = this.#taken;
    const parts = finer(entries.firstX[from] ?? NaN, entries.lastX[to - 1] ?? NaN, next);
    this.#taken = parts.length;
    return this.#look(parts, begin, next);
  }

  #emit(groups: readonly Group[], attempt: number): void {
    for (const { parts, entries, from, to } of groups) {
      if (parts) this.#emit(parts, attempt);
      else this.#out.addEntries(entries, from, to, attempt);
    }
  }

  /** Divides entries by their buckets and notes what is certain of them. */
  #look(entries: EntriesOfAttempt, begin: number, exponent: number): Group[] {
    const { firstX, first, minX, min, maxX, max, lastX, last, length } = entries;
    const width = 2 ** exponent;
    const groups: Group[] = [];
    if (exponent === -Infinity) {
      for (let i = begin; i < length; i += 1) this.#note(minX[i], min[i]);
      return [{ entries, from: begin, to: length, exponent }];
    }
    for (let from = begin; from < length;) {
      const bucket = Math.floor((firstX[from] ?? NaN) / width);
      let to = from + 1;
      while (to < length && Math.floor((firstX[to] ?? NaN) / width) === bucket) to += 1;
      const isWhole = this.#columnOf(firstX[from]) === this.#columnOf(lastX[to - 1]);
      for (let i = from; i < to; i += 1) {
        this.#note(minX[i], min[i]);
        this.#note(maxX[i], max[i]);
        if (isWhole) continue;
        this.#note(firstX[i], first[i]);
        this.#note(lastX[i], last[i]);
      }
      groups.push({ entries, from, to, exponent });
      from = to;
    }
    return groups;
  }

  #note(x = NaN, y = NaN): void {
    const column = this.#columnOf(x);
    if (!Number.isFinite(y)) {
      this.#breaks[column] = 1;
      return;
    }
    const row = this.#rowOf(y);
    if (row < (this.#low[column] ?? NaN)) this.#low[column] = row;
    if (row > (this.#high[column] ?? NaN)) this.#high[column] = row;
  }

  /** By how much of the picture it may matter in which column the bucket's points lie; 0: not at all. */
  #shows({ entries, from, to }: Group): number {
    const { firstX, lastX, min, max, count } = entries;
    const [left, right] = [this.#columnOf(firstX[from]), this.#columnOf(lastX[to - 1])];
    let [low, high, breaks, points] = [Infinity, -Infinity, to > from + 1, 0];
    for (let i = from; i < to; i += 1) {
      const [lowest = NaN, highest = NaN] = [min[i], max[i]];
      points += count[i] ?? 0;
      if (!Number.isFinite(lowest) || !Number.isFinite(highest)) breaks = true;
      // Which finite value is highest beside an infinite one, only the points tell.
      if (highest - lowest === Infinity) return Infinity;
      low = Math.min(low, lowest);
      high = Math.max(high, highest);
    }
    if (left === right || points === 1) return 0;
    // Nothing is known of the columns between.
    if (right - left > 1) return Infinity;
    const [lowRow, highRow] = [this.#rowOf(low), this.#rowOf(high)];
    if (breaks || this.#breaks[left] === 1 || this.#breaks[right] === 1)
      return breaks ? 1 + highRow - lowRow || 1 : highRow - lowRow;
    let shows = 0;
    for (const column of [left, right]) {
      shows = Math.max(shows, (this.#low[column] ?? NaN) - lowRow, highRow - (this.#high[column] ?? NaN));
    }
    return shows;
  }

  #columnOf(x = NaN): number {
    return columnOf(x, this.#view);
  }
}
