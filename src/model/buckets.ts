/**
 * Buckets of a series: what a chart draws instead of a million points, and never a sample. A bucket keeps the first, the
 * lowest, the highest and the last of its points (the M4 aggregation: Jugel et al., "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014), so the line through them covers the same pixels.
 *
 * Store and chart share this file: the store fills buckets from what it holds, the chart folds appended points into the
 * buckets it has. Edges are multiples of a power of two, so both sides agree without talking.
 */
import type { SeriesAxis, SeriesWindow } from './series';

/** Smallest power of two that covers [from, to] with at most `bucketCount` buckets and the two cut ones at the edges. */
export function bucketWidth(from: number, to: number, bucketCount: number): number {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return 1;
  return 2 ** Math.ceil(Math.log2(span / Math.max(1, bucketCount)));
}

const columns = ['firstX', 'first', 'minX', 'min', 'maxX', 'max', 'lastX', 'last', 'mean', 'count', 'attempt'] as const;
type Column = (typeof columns)[number];

/**
 * Growing columns of buckets; points are added attempt by attempt, each in ascending x, a point at the same x as the last
 * after it.
 */
export class BucketColumns {
  readonly width: number;
  #length = 0;
  #capacity: number;
  #data: Record<Column, Float64Array>;
  #pointCount = 0;
  #nanCount = 0;

  constructor(width: number, capacity = 64) {
    this.width = width;
    this.#capacity = Math.max(1, capacity);
    this.#data = emptyColumns(this.#capacity);
  }

  /** Takes over the buckets of a window, to fold further points into them. */
  static fromWindow(window: SeriesWindow): BucketColumns {
    const length = window.count.length;
    const buckets = new BucketColumns(window.width, length + 64);
    for (const column of columns) buckets.#data[column].set(window[column]);
    buckets.#length = length;
    buckets.#pointCount = window.pointCount;
    buckets.#nanCount = window.nanCount;
    return buckets;
  }

  get length(): number {
    return this.#length;
  }

  get pointCount(): number {
    return this.#pointCount;
  }

  get nanCount(): number {
    return this.#nanCount;
  }

  /** The last x held; -Infinity when empty. */
  get lastX(): number {
    return this.#length === 0 ? -Infinity : (this.#data.lastX[this.#length - 1] ?? -Infinity);
  }

  /** False for a point that belongs before the last one held: ask the store again. */
  fits(x: number, attempt: number): boolean {
    const lastAttempt = this.#data.attempt[this.#length - 1];
    if (this.#length === 0 || lastAttempt === undefined || attempt > lastAttempt) return true;
    return attempt === lastAttempt && x >= this.lastX;
  }

  add(x: number, value: number, attempt = 1): void {
    const d = this.#data;
    const last = this.#length - 1;
    this.#pointCount += 1;
    if (Number.isNaN(value)) this.#nanCount += 1;
    // A NaN ends the line before it and starts a new one after it: it is a bucket of its own.
    const joins =
      this.width > 0 &&
      last >= 0 &&
      d.attempt[last] === attempt &&
      Math.floor((d.lastX[last] ?? 0) / this.width) === Math.floor(x / this.width) &&
      Number.isNaN(d.last[last]) === Number.isNaN(value);
    if (!joins) {
      this.#push(x, value, attempt);
      return;
    }
    const count = (d.count[last] ?? 0) + 1;
    if (value < (d.min[last] ?? NaN)) {
      d.min[last] = value;
      d.minX[last] = x;
    }
    if (value > (d.max[last] ?? NaN)) {
      d.max[last] = value;
      d.maxX[last] = x;
    }
    d.last[last] = value;
    d.lastX[last] = x;
    d.mean[last] = (d.mean[last] ?? 0) + (value - (d.mean[last] ?? 0)) / count;
    d.count[last] = count;
  }

  /** A window of copies, safe to post or to keep. */
  toWindow(metric: string, axis: SeriesAxis, revision: number): SeriesWindow {
    const copy = (column: Column): Float64Array => this.#data[column].slice(0, this.#length);
    return {
      metric,
      axis,
      width: this.width,
      revision,
      pointCount: this.#pointCount,
      nanCount: this.#nanCount,
      firstX: copy('firstX'),
      first: copy('first'),
      minX: copy('minX'),
      min: copy('min'),
      maxX: copy('maxX'),
      max: copy('max'),
      lastX: copy('lastX'),
      last: copy('last'),
      mean: copy('mean'),
      count: copy('count'),
      attempt: copy('attempt'),
    };
  }

  #push(x: number, value: number, attempt: number): void {
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#length++;
    const d = this.#data;
    d.firstX[at] = d.minX[at] = d.maxX[at] = d.lastX[at] = x;
    d.first[at] = d.min[at] = d.max[at] = d.last[at] = d.mean[at] = value;
    d.count[at] = 1;
    d.attempt[at] = attempt;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = emptyColumns(this.#capacity);
    for (const column of columns) grown[column].set(this.#data[column]);
    this.#data = grown;
  }
}

function emptyColumns(capacity: number): Record<Column, Float64Array> {
  return Object.fromEntries(columns.map((column) => [column, new Float64Array(capacity)])) as Record<
    Column,
    Float64Array
  >;
}
