/**
 * The line through a window of a series: what chart.js is given to draw. A bucket becomes its first, lowest, highest and
 * last point in the order of x, which covers the same pixels as all of its points would. What is no finite number breaks
 * the line and is counted, because a curve that hides its NaN misleads. So does the end of an attempt; where a later one
 * has gone over the same ground again, what the earlier one left there is a line apart.
 */
import type { SeriesWindow } from '../../src/model/series';

export interface LinePoint {
  readonly x: number;
  /** NaN where the line breaks. */
  readonly y: number;
}

export interface Line {
  /** The x of the first and the last entry, whatever its value: what a picture of it covers. Infinity and -Infinity of nothing. */
  readonly from: number;
  readonly to: number;
  readonly points: readonly LinePoint[];
  /** Points with a break on both sides: no line reaches them, so they want a dot. */
  readonly lonely: readonly LinePoint[];
  /** Of earlier attempts, what a later one has done again: no part of the result any more. The newest of them last. */
  readonly superseded: readonly SupersededLine[];
  /** Finite points in all of these lines. */
  readonly drawnCount: number;
  readonly infiniteCount: number;
  /** False for buckets: each remembers two extremes only, so there may be more infinities than counted. */
  readonly infiniteCountIsExact: boolean;
}

export interface SupersededLine {
  readonly attempt: number;
  readonly points: readonly LinePoint[];
}

export function lineOfWindow(window: SeriesWindow): Line {
  const { attempt, count, firstX, lastX } = window;
  let [from, to] = [Infinity, -Infinity];
  const line = new LineBuilder();
  const superseded = new Map<number, LineBuilder>();
  const doneAgainFrom = groundsDoneAgain(window);
  for (let i = 0; i < count.length; i++) {
    const number = attempt[i] ?? 0;
    if ((firstX[i] ?? NaN) < from) from = firstX[i] ?? from;
    if ((lastX[i] ?? NaN) > to) to = lastX[i] ?? to;
    if (i > 0 && number !== attempt[i - 1]) line.interrupt();
    if ((firstX[i] ?? NaN) >= (doneAgainFrom.get(number) ?? Infinity)) {
      let apart = superseded.get(number);
      if (!apart) superseded.set(number, (apart = new LineBuilder()));
      addBucket(apart, window, i);
    } else addBucket(line, window, i);
  }
  const lines = Array.from(superseded, ([number, builder]) => ({ number, ...builder.end() }));
  const main = line.end();
  const all = [main, ...lines];
  return {
    from,
    to,
    points: main.points,
    lonely: main.lonely,
    superseded: lines.map(({ number, points }) => ({ attempt: number, points })),
    drawnCount: all.reduce((sum, { drawnCount }) => sum + drawnCount, 0),
    infiniteCount: all.reduce((sum, { infiniteCount }) => sum + infiniteCount, 0),
    infiniteCountIsExact: window.width === 0,
  };
}

/**
 * From which x on an attempt's points were done again by a later one. Steps go on where a checkpoint was, or from the
 * beginning; seconds since the start begin anew with every attempt; the wall's clock never goes back.
 */
function groundsDoneAgain({ axis, attempt, firstX }: SeriesWindow): ReadonlyMap<number, number> {
  const from = new Map<number, number>();
  if (axis === 'wall') return from;
  let earliest = Infinity;
  for (let i = attempt.length - 1; i >= 0; i--) {
    const number = attempt[i] ?? 0;
    if (!from.has(number)) from.set(number, axis === 'time' && earliest < Infinity ? -Infinity : earliest);
    // Within an attempt x ascends, so its first entry is looked at before the one of an earlier attempt comes.
    if (number !== attempt[i - 1]) earliest = Math.min(earliest, firstX[i] ?? Infinity);
  }
  return from;
}

function addBucket(line: LineBuilder, window: SeriesWindow, i: number): void {
  const { firstX, first, minX, min, maxX, max, lastX, last, count } = window;
  line.add(firstX[i], first[i]);
  if (count[i] === 1) return;
  if ((minX[i] ?? NaN) <= (maxX[i] ?? NaN)) {
    line.add(minX[i], min[i]);
    line.add(maxX[i], max[i]);
  } else {
    line.add(maxX[i], max[i]);
    line.add(minX[i], min[i]);
  }
  line.add(lastX[i], last[i]);
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
    this.#break(x);
  }

  /** What follows is not joined to what was added before. */
  interrupt(): void {
    const tip = this.#points.at(-1);
    if (tip) this.#break(tip.x);
    this.#lastX = this.#lastY = NaN;
  }

  end(): Pick<Line, 'points' | 'lonely' | 'drawnCount' | 'infiniteCount'> {
    this.#endStretch();
    return {
      points: this.#points,
      lonely: this.#lonely,
      drawnCount: this.#drawnCount,
      infiniteCount: this.#infiniteCount,
    };
  }

  #break(x: number): void {
    this.#endStretch();
    const tip = this.#points.at(-1);
    if (tip && !Number.isNaN(tip.y)) this.#points.push({ x, y: NaN });
  }

  #endStretch(): void {
    const tip = this.#points.at(-1);
    if (this.#stretch === 1 && tip && !Number.isNaN(tip.y)) this.#lonely.push(tip);
    this.#stretch = 0;
  }
}
