/**
 * Buckets of a series: what a chart draws instead of a million points, and never a sample. A bucket keeps the first, the
 * lowest, the highest and the last of its points (the M4 aggregation: Jugel et al., "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014), so the line through them covers the same pixels.
 *
 * NaN is an entry of its own: it ends the line before it and begins a new one after it. A bucket with NaN has at most five
 * entries: the values before its first NaN, that NaN, all values up to its last NaN, that NaN, the values after it. So
 * buckets stay bounded whatever a program logs, and buckets of buckets are the same as buckets of points.
 *
 * Store and chart share this file: the store fills buckets from what it holds, the chart folds appended points into the
 * buckets it has. Edges are multiples of a power of two, so both sides agree without talking.
 */
import { columnOf, type PixelView } from './pixelColumns';
import type { SeriesAxis, SeriesWindow, SeriesXAxis } from './series';

/** Smallest power of two that covers [from, to] with at most `bucketCount` buckets and the two cut ones at the edges. */
export function bucketWidth(from: number, to: number, bucketCount: number): number {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return 1;
  return 2 ** Math.ceil(Math.log2(span / Math.max(1, bucketCount)));
}

export const entryColumns = [
  'firstX',
  'first',
  'minX',
  'min',
  'maxX',
  'max',
  'lastX',
  'last',
  'mean',
  'count',
] as const;
export type EntryColumn = (typeof entryColumns)[number];
/** Entries of buckets: each sums up points that follow one another, all of them NaN or none. */
export type Entries = Readonly<Record<EntryColumn, Float64Array>>;

const columns = [...entryColumns, 'attempt'] as const;
type Column = (typeof columns)[number];

/** Mean of two sets of values; an infinite value makes an infinite mean. */
export function joinMeans(a: number, countA: number, b: number, countB: number): number {
  return Number.isFinite(a) && Number.isFinite(b) ? a + (b - a) * (countB / (countA + countB)) : a + b;
}

/**
 * Growing columns of buckets; points are added attempt by attempt, each in ascending x, a point at the same x as the last
 * after it.
 */
export class BucketColumns {
  #width: number;
  /** Entries are joined by its columns, not by the width: those that lie in one column, and are finite. */
  readonly #view: PixelView | undefined;
  /** The column that the last entry lies in, when others may join it. */
  #tipColumn = -1;
  #length = 0;
  #capacity: number;
  #data: Record<Column, Float64Array>;
  #pointCount = 0;
  #nanCount = 0;

  constructor(width: number, capacity = 64, view?: PixelView) {
    this.#width = width;
    this.#view = view;
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

  /** Zero when every entry is one point. */
  get width(): number {
    return this.#width;
  }

  /** Empties them for others of a width, in the same memory. What was read of them before must be of no more use. */
  restart(width: number): void {
    this.#width = width;
    this.#tipColumn = -1;
    this.#length = this.#pointCount = this.#nanCount = 0;
  }

  /** What is added from now on joins entries by this width, and none of those held. */
  goOn(width: number): void {
    this.#width = width;
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

  /** False for a point that belongs before the last one held: ask the store again. By step it also replaces one at its x. */
  fits(x: number, attempt: number, axis: SeriesAxis = 'time'): boolean {
    const lastAttempt = this.#data.attempt[this.#length - 1];
    if (this.#length === 0 || lastAttempt === undefined || attempt > lastAttempt) return true;
    return attempt === lastAttempt && (axis === 'step' ? x > this.lastX : x >= this.lastX);
  }

  add(x: number, value: number, attempt = 1): void {
    this.#pointCount += 1;
    if (Number.isNaN(value)) this.#nanCount += 1;
    if (this.width === 0 || !this.#joins(x, attempt)) this.#push(x, value, attempt);
    else if (Number.isNaN(value)) this.#joinNaN(x, x, 1, attempt);
    else this.#joinValues(x, value, x, value, x, value, x, value, value, 1, attempt);
  }

  /** Points `from` to before `to` of two columns. */
  addPoints(xs: Float64Array, values: Float64Array, from: number, to: number, attempt: number): void {
    const { width } = this;
    if (this.#view) return this.#addPointsByColumn(this.#view, xs, values, from, to, attempt);
    if (width === 0) {
      for (let i = from; i < to; i += 1) this.add(xs[i] ?? NaN, values[i] ?? NaN, attempt);
      return;
    }
    for (let i = from; i < to;) {
      const firstX = xs[i] ?? NaN;
      const first = values[i] ?? NaN;
      // Adding 1 to what is beyond 2^53 changes nothing: a point at least is taken in any case.
      const end = (Math.floor(firstX / width) + 1) * width;
      let [minX, min, maxX, max, sum, count] = [firstX, first, firstX, first, first, 1];
      let j = i + 1;
      if (Number.isNaN(first)) {
        while (j < to && (xs[j] ?? NaN) < end && Number.isNaN(values[j])) j += 1;
        count = j - i;
        this.#nanCount += count;
      } else {
        for (; j < to; j += 1) {
          const x = xs[j] ?? NaN;
          const value = values[j] ?? NaN;
          if (!(x < end) || value !== value) break;
          if (value < min) {
            min = value;
            minX = x;
          }
          if (value > max) {
            max = value;
            maxX = x;
          }
          sum += value;
          count += 1;
        }
        // What overflows only in the sum has a mean all the same.
        if (!Number.isFinite(sum)) sum = carefulMean(values, i, j) * count;
      }
      const [lastX, last] = [xs[j - 1] ?? NaN, values[j - 1] ?? NaN];
      this.#pointCount += count;
      this.#addEntry(firstX, first, minX, min, maxX, max, lastX, last, sum / count, count, attempt);
      i = j;
    }
  }

  /** Entries `from` to before `to`, of buckets that lie within ours. */
  addEntries(entries: Entries, from: number, to: number, attempt: number): void {
    const { firstX, first, minX, min, maxX, max, lastX, last, mean, count } = entries;
    for (let i = from; i < to; i += 1) {
      const points = count[i] ?? 0;
      this.#pointCount += points;
      if (Number.isNaN(first[i])) this.#nanCount += points;
      this.#addEntry(
        firstX[i] ?? NaN,
        first[i] ?? NaN,
        minX[i] ?? NaN,
        min[i] ?? NaN,
        maxX[i] ?? NaN,
        max[i] ?? NaN,
        lastX[i] ?? NaN,
        last[i] ?? NaN,
        mean[i] ?? NaN,
        points,
        attempt,
      );
    }
  }

  /** What is held, without copies: for reading before anything is added. */
  entries(): Entries & { readonly length: number } {
    const view = (column: EntryColumn): Float64Array => this.#data[column].subarray(0, this.#length);
    const all = Object.fromEntries(entryColumns.map((column) => [column, view(column)])) as Record<
      EntryColumn,
      Float64Array
    >;
    return { ...all, length: this.#length };
  }

  /** A window of copies, safe to post or to keep. */
  toWindow(metric: string, axis: SeriesXAxis, revision: number): SeriesWindow {
    return this.#windowOf(metric, axis, revision, (column) => this.#data[column].slice(0, this.#length));
  }

  /** A window without copies: its last entry may change when points are added. */
  asWindow(metric: string, axis: SeriesXAxis, revision: number): SeriesWindow {
    return this.#windowOf(metric, axis, revision, (column) => this.#data[column].subarray(0, this.#length));
  }

  #windowOf(metric: string, axis: SeriesXAxis, revision: number, read: (column: Column) => Float64Array): SeriesWindow {
    return {
      metric,
      axis,
      width: this.width,
      revision,
      pointCount: this.#pointCount,
      nanCount: this.#nanCount,
      firstX: read('firstX'),
      first: read('first'),
      minX: read('minX'),
      min: read('min'),
      maxX: read('maxX'),
      max: read('max'),
      lastX: read('lastX'),
      last: read('last'),
      mean: read('mean'),
      count: read('count'),
      attempt: read('attempt'),
    };
  }

  /** True when x lies in the bucket of the last entry. */
  #joins(x: number, attempt: number): boolean {
    const last = this.#length - 1;
    const { attempt: attempts, lastX } = this.#data;
    return (
      last >= 0 &&
      attempts[last] === attempt &&
      Math.floor((lastX[last] ?? NaN) / this.width) === Math.floor(x / this.width)
    );
  }

  #addPointsByColumn(
    view: PixelView,
    xs: Float64Array,
    values: Float64Array,
    from: number,
    to: number,
    attempt: number,
  ): void {
    for (let i = from; i < to;) {
      const firstX = xs[i] ?? NaN;
      const first = values[i] ?? NaN;
      const column = columnOf(firstX, view);
      let [minX, min, maxX, max, sum] = [firstX, first, firstX, first, first];
      let j = i + 1;
      const isFinite = first - first === 0;
      for (; isFinite && j < to; j += 1) {
        const x = xs[j] ?? NaN;
        const value = values[j] ?? NaN;
        if (value - value !== 0 || columnOf(x, view) !== column) break;
        if (value < min) {
          min = value;
          minX = x;
        }
        if (value > max) {
          max = value;
          maxX = x;
        }
        sum += value;
      }
      const count = j - i;
      if (isFinite && !Number.isFinite(sum)) sum = carefulMean(values, i, j) * count;
      this.#pointCount += count;
      if (Number.isNaN(first)) this.#nanCount += count;
      const [lastX, last] = [xs[j - 1] ?? NaN, values[j - 1] ?? NaN];
      this.#addEntry(firstX, first, minX, min, maxX, max, lastX, last, sum / count, count, attempt);
      i = j;
    }
  }

  /** Of what is added: whether it joins the last entry because both lie in one column. */
  #joinsColumn(view: PixelView, firstX: number, lastX: number, min: number, max: number, attempt: number): boolean {
    const tip = this.#tipColumn;
    const column = columnOf(firstX, view);
    const isInOne = !isInfinite(min) && !isInfinite(max) && column === columnOf(lastX, view);
    this.#tipColumn = isInOne ? column : -1;
    return isInOne && tip === column && this.#data.attempt[this.#length - 1] === attempt;
  }

  #columnOf(x: number): number {
    return this.#view ? columnOf(x, this.#view) : Math.floor(x / this.width);
  }

  #addEntry(
    firstX: number,
    first: number,
    minX: number,
    min: number,
    maxX: number,
    max: number,
    lastX: number,
    last: number,
    mean: number,
    count: number,
    attempt: number,
  ): void {
    const isApart = this.#view
      ? !this.#joinsColumn(this.#view, firstX, lastX, min, max, attempt)
      : !this.#joins(firstX, attempt);
    if (isApart) this.#pushEntry(firstX, first, minX, min, maxX, max, lastX, last, mean, count, attempt);
    else if (Number.isNaN(first)) this.#joinNaN(firstX, lastX, count, attempt);
    else this.#joinValues(firstX, first, minX, min, maxX, max, lastX, last, mean, count, attempt);
  }

  #joinValues(
    firstX: number,
    first: number,
    minX: number,
    min: number,
    maxX: number,
    max: number,
    lastX: number,
    last: number,
    mean: number,
    count: number,
    attempt: number,
  ): void {
    const at = this.#length - 1;
    const d = this.#data;
    if (Number.isNaN(d.last[at])) {
      this.#pushEntry(firstX, first, minX, min, maxX, max, lastX, last, mean, count, attempt);
      return;
    }
    if (min < (d.min[at] ?? NaN)) {
      d.min[at] = min;
      d.minX[at] = minX;
    }
    if (max > (d.max[at] ?? NaN)) {
      d.max[at] = max;
      d.maxX[at] = maxX;
    }
    d.last[at] = last;
    d.lastX[at] = lastX;
    const before = d.count[at] ?? 0;
    d.mean[at] = joinMeans(d.mean[at] ?? NaN, before, mean, count);
    d.count[at] = before + count;
  }

  #joinNaN(firstX: number, lastX: number, count: number, attempt: number): void {
    const at = this.#length - 1;
    const d = this.#data;
    if (Number.isNaN(d.last[at])) {
      d.lastX[at] = lastX;
      d.count[at] = (d.count[at] ?? 0) + count;
      return;
    }
    // Backwards: values, NaN, values, NaN of this bucket: a third NaN. The values between the first and the last are one.
    const [middle, earlier] = [at - 2, at - 3];
    if (this.#isInBucketOf(earlier, at) && Number.isNaN(d.last[at - 1]) && Number.isNaN(d.last[earlier])) {
      const newest = at - 1;
      d.count[earlier] = (d.count[earlier] ?? 0) + (d.count[newest] ?? 0);
      if ((d.min[at] ?? NaN) < (d.min[middle] ?? NaN)) {
        d.min[middle] = d.min[at] ?? NaN;
        d.minX[middle] = d.minX[at] ?? NaN;
      }
      if ((d.max[at] ?? NaN) > (d.max[middle] ?? NaN)) {
        d.max[middle] = d.max[at] ?? NaN;
        d.maxX[middle] = d.maxX[at] ?? NaN;
      }
      d.last[middle] = d.last[at] ?? NaN;
      d.lastX[middle] = d.lastX[at] ?? NaN;
      const [before, more] = [d.count[middle] ?? 0, d.count[at] ?? 0];
      d.mean[middle] = joinMeans(d.mean[middle] ?? NaN, before, d.mean[at] ?? NaN, more);
      d.count[middle] = before + more;
      this.#length -= 2;
    }
    this.#pushEntry(firstX, NaN, firstX, NaN, firstX, NaN, lastX, NaN, NaN, count, attempt);
  }

  #isInBucketOf(earlier: number, at: number): boolean {
    const { attempt, firstX } = this.#data;
    return (
      earlier >= 0 &&
      attempt[earlier] === attempt[at] &&
      this.#columnOf(firstX[earlier] ?? NaN) === this.#columnOf(firstX[at] ?? NaN)
    );
  }

  #push(x: number, value: number, attempt: number): void {
    this.#pushEntry(x, value, x, value, x, value, x, value, value, 1, attempt);
  }

  #pushEntry(
    firstX: number,
    first: number,
    minX: number,
    min: number,
    maxX: number,
    max: number,
    lastX: number,
    last: number,
    mean: number,
    count: number,
    attempt: number,
  ): void {
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#length++;
    const d = this.#data;
    d.firstX[at] = firstX;
    d.first[at] = first;
    d.minX[at] = minX;
    d.min[at] = min;
    d.maxX[at] = maxX;
    d.max[at] = max;
    d.lastX[at] = lastX;
    d.last[at] = last;
    d.mean[at] = mean;
    d.count[at] = count;
    d.attempt[at] = attempt;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = emptyColumns(this.#capacity);
    for (const column of columns) grown[column].set(this.#data[column]);
    this.#data = grown;
  }
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;

function carefulMean(values: Float64Array, from: number, to: number): number {
  let mean = values[from] ?? NaN;
  for (let i = from + 1; i < to; i += 1) mean = joinMeans(mean, i - from, values[i] ?? NaN, 1);
  return mean;
}

/** In one piece of memory: a piece each would take longer than to fill them. */
function emptyColumns(capacity: number): Record<Column, Float64Array> {
  const { buffer } = new Float64Array(columns.length * capacity);
  return Object.fromEntries(
    columns.map((column, i) => [column, new Float64Array(buffer, 8 * i * capacity, capacity)]),
  ) as Record<Column, Float64Array>;
}
