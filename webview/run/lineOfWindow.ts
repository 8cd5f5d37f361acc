/**
 * The line through a window of a series: what chart.js is given to draw. A bucket becomes its first, lowest, highest and
 * last point in the order of x, which covers the same pixels as all of its points would. What is no finite number breaks
 * the line and is counted, because a curve that hides its NaN misleads.
 */
import type { SeriesWindow } from '../../src/model/series';

export interface LinePoint {
  readonly x: number;
  /** NaN where the line breaks. */
  readonly y: number;
}

export interface Line {
  readonly points: readonly LinePoint[];
  /** Points with a break on both sides: no line reaches them, so they want a dot. */
  readonly lonely: readonly LinePoint[];
  /** Finite points in `points`. */
  readonly drawnCount: number;
  readonly infiniteCount: number;
  /** False for buckets: each remembers two extremes only, so there may be more infinities than counted. */
  readonly infiniteCountIsExact: boolean;
}

export function lineOfWindow(window: SeriesWindow): Line {
  const line = new LineBuilder();
  const { firstX, first, minX, min, maxX, max, lastX, last, count } = window;
  for (let i = 0; i < count.length; i++) {
    line.add(firstX[i], first[i]);
    if (count[i] === 1) continue;
    if ((minX[i] ?? NaN) <= (maxX[i] ?? NaN)) {
      line.add(minX[i], min[i]);
      line.add(maxX[i], max[i]);
    } else {
      line.add(maxX[i], max[i]);
      line.add(minX[i], min[i]);
    }
    line.add(lastX[i], last[i]);
  }
  return line.end(window.width === 0);
}

class LineBuilder {
  readonly #points: LinePoint[] = [];
  readonly #lonely: LinePoint[] = [];
  #drawnCount = 0;
  #infiniteCount = 0;
  /** Of the last value added, whatever it was: a bucket names the same point as first and as lowest. */
  #lastX = NaN;
  #lastY = NaN;
  /** Finite points since the last break. */
  #stretch = 0;

  add(x: number | undefined, y: number | undefined): void {
    // A point without an x (a time nobody logged) has no place on this axis.
    if (x === undefined || y === undefined || !Number.isFinite(x)) return;
    const isRepeated = x === this.#lastX && Object.is(y, this.#lastY);
    this.#lastX = x;
    this.#lastY = y;
    if (isRepeated) return;
    if (Number.isFinite(y)) {
      this.#points.push({ x, y });
      this.#drawnCount += 1;
      this.#stretch += 1;
      return;
    }
    if (!Number.isNaN(y)) this.#infiniteCount += 1;
    this.#endStretch();
    const tip = this.#points.at(-1);
    if (tip && !Number.isNaN(tip.y)) this.#points.push({ x, y: NaN });
  }

  end(isEveryPoint: boolean): Line {
    this.#endStretch();
    return {
      points: this.#points,
      lonely: this.#lonely,
      drawnCount: this.#drawnCount,
      infiniteCount: this.#infiniteCount,
      infiniteCountIsExact: isEveryPoint,
    };
  }

  #endStretch(): void {
    const tip = this.#points.at(-1);
    if (this.#stretch === 1 && tip && !Number.isNaN(tip.y)) this.#lonely.push(tip);
    this.#stretch = 0;
  }
}
