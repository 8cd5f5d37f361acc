/** Points joined by lines, as two columns: thousands of them are drawn several times a second, so none is an object. */

/** Of equal length, x ascending. A NaN in `ys` breaks the line. */
export interface Polyline {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** From one end to the other, both included; `from` is not above `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const emptyPolyline: Polyline = { xs: new Float64Array(0), ys: new Float64Array(0) };

export class PolylineBuilder {
  #xs: Float64Array;
  #ys: Float64Array;
  #length = 0;

  constructor(capacity = 64) {
    this.#xs = new Float64Array(Math.max(1, capacity));
    this.#ys = new Float64Array(Math.max(1, capacity));
  }

  get length(): number {
    return this.#length;
  }

  /** The last x, or NaN when there is none. */
  get lastX(): number {
    return this.#xs[this.#length - 1] ?? NaN;
  }

  /** The last y, which is NaN after a break. */
  get lastY(): number {
    return this.#ys[this.#length - 1] ?? NaN;
  }

  add(x: number, y: number): void {
    if (this.#length === this.#xs.length) this.#grow();
    this.#xs[this.#length] = x;
    this.#ys[this.#length] = y;
    this.#length += 1;
  }

  /** What follows is not joined to what is there. */
  breakAt(x: number): void {
    if (!Number.isNaN(this.lastY)) this.add(x, NaN);
  }

  /** Nothing may be added after. */
  end(): Polyline {
    // A copy only where most of the memory would be held for nothing.
    const isFull = 2 * this.#length >= this.#xs.length;
    const cut = (all: Float64Array): Float64Array =>
      isFull ? all.subarray(0, this.#length) : all.slice(0, this.#length);
    return { xs: cut(this.#xs), ys: cut(this.#ys) };
  }

  #grow(): void {
    const [xs, ys] = [this.#xs, this.#ys];
    this.#xs = new Float64Array(2 * xs.length);
    this.#ys = new Float64Array(2 * ys.length);
    this.#xs.set(xs);
    this.#ys.set(ys);
  }
}

/** Position of the first point at `x` or after it. */
export function positionOf({ xs }: Polyline, x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The smallest span that covers all of these; undefined when there is none. */
export function unitedSpans(spans: Iterable<Span | undefined>): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const span of spans) {
    if (!span) continue;
    from = Math.min(from, span.from);
    to = Math.max(to, span.to);
  }
  return from <= to ? { from, to } : undefined;
}
