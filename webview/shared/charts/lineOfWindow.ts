/**
 * The lines through a window of a series. A bucket becomes its first, lowest, highest and last point in the order of x,
 * which covers the same pixels as all of its points would. What is no finite number breaks the line, is counted and has a
 * place, because a curve that hides its NaN misleads. So does the end of an attempt; where a later one has gone over the
 * same ground again, what the earlier one left there is a line apart.
 */
import type { SeriesWindow } from '../../../src/model/series';
import { emptyPolyline, type Polyline, PolylineBuilder } from './polyline';

export interface Line {
  /** All that is part of the result. */
  readonly points: Polyline;
  /** Points with a break on both sides: no line reaches them, so they want a dot. */
  readonly lonely: Polyline;
  /** Of earlier attempts, what a later one has done again: no part of the result any more. The newest of them last. */
  readonly superseded: readonly SupersededLine[];
  /** Where the result is NaN. */
  readonly nanXs: Float64Array;
  /** Where the result is infinite; ys are infinities. */
  readonly infinite: Polyline;
  /** Finite points in all of these lines. */
  readonly drawnCount: number;
  readonly infiniteCount: number;
  /** False for buckets: each remembers two extremes only, so there may be more infinities than counted. */
  readonly infiniteCountIsExact: boolean;
}

export interface SupersededLine {
  readonly attempt: number;
  readonly points: Polyline;
}

export function lineOfWindow(window: SeriesWindow): Line {
  return plainLine(window) ?? brokenLine(window);
}

/**
 * What nearly all windows are: of one attempt, without NaN and infinities. Made anew several times a second of dozens of live
 * series, so it does no more than it must. Undefined when the window is of another kind, or a point of it would stand alone.
 */
function plainLine(window: SeriesWindow): Line | undefined {
  const { attempt, count, firstX, first, minX, min, maxX, max, lastX, last, width } = window;
  const length = count.length;
  if (length < 2 || attempt[0] !== attempt[length - 1]) return undefined;
  const xs = new Float64Array(mostPointsOfEntry * length);
  const ys = new Float64Array(xs.length);
  let [n, x, y] = [0, NaN, NaN];
  const add = (nextX: number, nextY: number): void => {
    if (nextX === x && nextY === y) return;
    xs[n] = x = nextX;
    ys[n] = y = nextY;
    n += 1;
  };
  for (let i = 0; i < length; i++) {
    const [beginX, begin, endX, end] = [firstX[i] ?? NaN, first[i] ?? NaN, lastX[i] ?? NaN, last[i] ?? NaN];
    const [lowX, low, highX, high] = [minX[i] ?? NaN, min[i] ?? NaN, maxX[i] ?? NaN, max[i] ?? NaN];
    // Zero for finite numbers, NaN for all others.
    const zeroOfXs = beginX - beginX + (endX - endX) + (lowX - lowX) + (highX - highX);
    const zeroOfYs = begin - begin + (end - end) + (low - low) + (high - high);
    if (zeroOfXs + zeroOfYs !== 0) return undefined;
    add(beginX, begin);
    if (count[i] === 1) continue;
    if (lowX <= highX) {
      add(lowX, low);
      add(highX, high);
    } else {
      add(highX, high);
      add(lowX, low);
    }
    add(endX, end);
  }
  if (n < 2) return undefined;
  return {
    points: { xs: xs.subarray(0, n), ys: ys.subarray(0, n) },
    lonely: emptyPolyline,
    superseded: [],
    nanXs: emptyPolyline.xs,
    infinite: emptyPolyline,
    drawnCount: n,
    infiniteCount: 0,
    infiniteCountIsExact: width === 0,
  };
}

/** Of any window: breaks, and parts that are no result any more. */
export function brokenLine(window: SeriesWindow): Line {
  const { attempt, count } = window;
  const line = new LineBuilder(mostPointsOfEntry * count.length);
  const superseded = new Map<number, LineBuilder>();
  const doneAgain = entriesDoneAgain(window);
  for (let i = 0; i < count.length; i++) {
    const number = attempt[i] ?? 0;
    if (i > 0 && number !== attempt[i - 1]) line.interrupt();
    if (doneAgain[i] === 1) {
      let apart = superseded.get(number);
      if (!apart) superseded.set(number, (apart = new LineBuilder()));
      addBucket(apart, window, i);
    } else addBucket(line, window, i);
  }
  const lines = Array.from(superseded, ([number, builder]) => ({ number, ...builder.end() }));
  const main = line.end();
  const all = [main, ...lines];
  return {
    ...main,
    superseded: lines.map(({ number, points }) => ({ attempt: number, points })),
    drawnCount: all.reduce((sum, { drawnCount }) => sum + drawnCount, 0),
    infiniteCount: all.reduce((sum, { infiniteCount }) => sum + infiniteCount, 0),
    infiniteCountIsExact: window.width === 0,
  };
}

/**
 * 1 for entries whose ground a later attempt has gone over again. Steps go on where a checkpoint was, or from the
 * beginning; seconds since the start begin anew with every attempt; the wall's clock never goes back.
 */
export function entriesDoneAgain({ axis, attempt, firstX }: SeriesWindow): Uint8Array {
  const doneAgain = new Uint8Array(attempt.length);
  // Attempts ascend, and within one x does.
  if (axis === 'wall' || attempt[0] === attempt[attempt.length - 1]) return doneAgain;
  let [earliest, from] = [Infinity, Infinity];
  for (let i = attempt.length - 1; i >= 0; i--) {
    const number = attempt[i];
    // The last entry of its attempt: everything later than it has been seen.
    if (number !== attempt[i + 1]) from = axis === 'time' && earliest < Infinity ? -Infinity : earliest;
    if ((firstX[i] ?? NaN) >= from) doneAgain[i] = 1;
    // Within an attempt x ascends, so its first entry is looked at before the last one of an earlier attempt.
    if (number !== attempt[i - 1]) earliest = Math.min(earliest, firstX[i] ?? Infinity);
  }
  return doneAgain;
}

/** First, lowest, highest, last. */
const mostPointsOfEntry = 4;

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
  readonly #points: PolylineBuilder;
  readonly #lonely = new PolylineBuilder(4);
  readonly #nan = new PolylineBuilder(4);
  readonly #infinite = new PolylineBuilder(4);
  #drawnCount = 0;
  /** Of the last value added, whatever it was: a bucket names the same point as first and as lowest. */
  #lastX = NaN;
  #lastY = NaN;
  /** Finite points since the last break. */
  #stretch = 0;

  constructor(capacity = 64) {
    this.#points = new PolylineBuilder(capacity);
  }

  add(x: number | undefined, y: number | undefined): void {
    // A point without an x (a time nobody logged) has no place on this axis.
    if (x === undefined || y === undefined || !Number.isFinite(x)) return;
    const isRepeated = x === this.#lastX && Object.is(y, this.#lastY);
    this.#lastX = x;
    this.#lastY = y;
    if (isRepeated) return;
    if (Number.isFinite(y)) {
      this.#points.add(x, y);
      this.#drawnCount += 1;
      this.#stretch += 1;
      return;
    }
    if (Number.isNaN(y)) this.#nan.add(x, y);
    else this.#infinite.add(x, y);
    this.#break(x);
  }

  /** What follows is not joined to what was added before. */
  interrupt(): void {
    this.#break(this.#points.lastX);
    this.#lastX = this.#lastY = NaN;
  }

  end(): Omit<Line, 'superseded' | 'infiniteCountIsExact'> {
    this.#endStretch();
    const infinite = this.#infinite.end();
    return {
      points: this.#points.end(),
      lonely: this.#lonely.end(),
      nanXs: this.#nan.end().xs,
      infinite,
      drawnCount: this.#drawnCount,
      infiniteCount: infinite.xs.length,
    };
  }

  #break(x: number): void {
    this.#endStretch();
    this.#points.breakAt(x);
  }

  #endStretch(): void {
    if (this.#stretch === 1 && !Number.isNaN(this.#points.lastY)) {
      this.#lonely.add(this.#points.lastX, this.#points.lastY);
    }
    this.#stretch = 0;
  }
}
