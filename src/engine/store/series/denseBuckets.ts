/**
 * Buckets side by side over a known range, filled in any order of x: where points or cells come as they were logged. NaN
 * has a place in a line only when what is around it is known, so this takes none.
 */
import { type Entries, entryColumns, joinMeans } from '../../../model/buckets';

export class DenseBuckets {
  readonly #width: number;
  readonly #base: number;
  readonly #data: Record<(typeof entryColumns)[number], Float64Array>;

  /** For x from `low` to `high`. */
  constructor(width: number, low: number, high: number) {
    this.#width = width;
    this.#base = Math.floor(low / width);
    const length = Math.floor(high / width) - this.#base + 1;
    this.#data = Object.fromEntries(entryColumns.map((column) => [column, new Float64Array(length)])) as Record<
      (typeof entryColumns)[number],
      Float64Array
    >;
  }

  /** Which bucket x lies in, from 0. */
  indexOf(x: number): number {
    return Math.floor(x / this.#width) - this.#base;
  }

  /** Later ones are taken to have arrived later: of those at the same x they come last. */
  addEntries(entries: Entries, from: number, to: number): void {
    const { firstX, first, minX, min, maxX, max, lastX, last, mean, count } = entries;
    for (let i = from; i < to; i += 1) {
      this.#add(
        firstX[i] ?? NaN,
        first[i] ?? NaN,
        minX[i] ?? NaN,
        min[i] ?? NaN,
        maxX[i] ?? NaN,
        max[i] ?? NaN,
        lastX[i] ?? NaN,
        last[i] ?? NaN,
        mean[i] ?? NaN,
        count[i] ?? 0,
      );
    }
  }

  add(x: number, value: number): void {
    this.#add(x, value, x, value, x, value, x, value, value, 1);
  }

  /** Those that hold something, in ascending x. */
  entries(): Entries & { readonly length: number } {
    const { count } = this.#data;
    const filled: number[] = [];
    for (let i = 0; i < count.length; i += 1) if ((count[i] ?? 0) > 0) filled.push(i);
    const all = Object.fromEntries(
      entryColumns.map((column) => [column, Float64Array.from(filled, (at) => this.#data[column][at] ?? NaN)]),
    ) as Record<(typeof entryColumns)[number], Float64Array>;
    return { ...all, length: filled.length };
  }

  #add(
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
  ): void {
    const d = this.#data;
    const at = this.indexOf(firstX);
    const before = d.count[at] ?? 0;
    if (before === 0 || firstX < (d.firstX[at] ?? NaN)) {
      d.firstX[at] = firstX;
      d.first[at] = first;
    }
    if (before === 0 || min < (d.min[at] ?? NaN) || (min === d.min[at] && minX < (d.minX[at] ?? NaN))) {
      d.min[at] = min;
      d.minX[at] = minX;
    }
    if (before === 0 || max > (d.max[at] ?? NaN) || (max === d.max[at] && maxX < (d.maxX[at] ?? NaN))) {
      d.max[at] = max;
      d.maxX[at] = maxX;
    }
    if (before === 0 || lastX >= (d.lastX[at] ?? NaN)) {
      d.lastX[at] = lastX;
      d.last[at] = last;
    }
    d.mean[at] = before === 0 ? mean : joinMeans(d.mean[at] ?? NaN, before, mean, count);
    d.count[at] = before + count;
  }
}
