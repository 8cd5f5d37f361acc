/** What a series says at one place of the x axis: the entry under the cursor, and the next one for who walks by keys. */
import type { SeriesWindow } from '../../../src/model/series';
import { entriesDoneAgain } from './lineOfWindow';
import { type Polyline, positionOf } from './polyline';

export interface Reading {
  /** Of the entry: its one point, or the middle of its points. */
  readonly x: number;
  /** Of its first and last point. */
  readonly firstX: number;
  readonly lastX: number;
  /** The point's value, or the mean of the entry's points. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly attempt: number;
  /** A later attempt has gone over the same ground again. */
  readonly isDoneAgain: boolean;
  /** Points of the same attempt before the first of this entry, in the order of x. */
  readonly position: number;
  readonly index: number;
}

/** The entry nearest to `x`; of those that are equally near, that of the latest attempt. Undefined without entries. */
export function readingAt(window: SeriesWindow, x: number): Reading | undefined {
  const { firstX, lastX } = window;
  let [nearest, index] = [Infinity, -1];
  for (let i = 0; i < firstX.length; i++) {
    const [from, to] = [firstX[i] ?? NaN, lastX[i] ?? NaN];
    const distance = x < from ? from - x : x > to ? x - to : 0;
    if (distance <= nearest) [nearest, index] = [distance, i];
  }
  return index < 0 ? undefined : readEntry(window, index);
}

export function readEntry(window: SeriesWindow, index: number): Reading {
  const { firstX, lastX, mean, min, max, count, attempt } = window;
  let position = 0;
  for (let i = index - 1; i >= 0 && attempt[i] === attempt[index]; i--) position += count[i] ?? 0;
  const [from, to] = [firstX[index] ?? NaN, lastX[index] ?? NaN];
  return {
    x: (from + to) / 2,
    firstX: from,
    lastX: to,
    value: mean[index] ?? NaN,
    min: min[index] ?? NaN,
    max: max[index] ?? NaN,
    count: count[index] ?? 0,
    attempt: attempt[index] ?? 0,
    isDoneAgain: entriesDoneAgain(window)[index] === 1,
    position,
    index,
  };
}

/** The value of a smoothed line at the place nearest to `x`. */
export function valueNear(line: Polyline, x: number): number {
  const after = positionOf(line, x);
  const candidates = [after - 1, after].filter((i) => i >= 0 && i < line.xs.length && !Number.isNaN(line.ys[i]));
  const distance = (i: number): number => Math.abs((line.xs[i] ?? NaN) - x);
  const [best] = candidates.sort((a, b) => distance(a) - distance(b));
  return best === undefined ? NaN : (line.ys[best] ?? NaN);
}
