/**
 * Smoothed lines over the entries of a window. Exponential: the moving average with the weight given to what came before,
 * corrected for its beginning as in Adam's moments (Kingma and Ba, 2015), so that the first value does not drag the
 * line. Time-weighted: the weight fades with the distance in x, so that bursts of points count no more than sparse ones.
 *
 * An entry of n points counts as n points of its mean: what is drawn from buckets differs from what all points would give
 * only by what happens within a bucket.
 */
import type { Smoothing } from '../../../src/model/chartSettings';
import type { SeriesWindow } from '../../../src/model/series';
import { entriesDoneAgain } from './lineOfWindow';
import { type Polyline, PolylineBuilder } from './polyline';

/** Time-weighted: the weight is that of one part in so many of the whole range of x. */
const partsOfRange = 1000;

/** The line of the means, superseded parts left out; breaks where the attempt ends. NaN and infinities are passed over. */
export function meanLine(window: SeriesWindow): Polyline {
  return walk(window, 0.5, (mean) => mean);
}

/** The smoothed line; `range` is what all of the series spans in x. */
export function smoothedLine(window: SeriesWindow, smoothing: Smoothing, range: number): Polyline {
  const { kind, weight } = smoothing;
  if (kind === 'none' || weight <= 0) return meanLine(window);
  let [sum, total, lastX] = [0, 0, NaN];
  // An entry's value is what the average is after its last point.
  return walk(window, 1, (mean, x, count) => {
    const steps = kind === 'exponential' || !(range > 0) ? count : partsBetween(lastX, x, range);
    const kept = weight ** steps;
    sum = sum * kept + mean * (1 - kept);
    total = total * kept + (1 - kept);
    lastX = x;
    return sum / total;
  });
}

/** At the first point any weight gives the point itself; at points that share an x, each counts a little. */
const partsBetween = (lastX: number, x: number, range: number): number =>
  Number.isNaN(lastX) ? 1 : Math.max(1e-6, ((x - lastX) / range) * partsOfRange);

/** `place` is where in an entry its value stands: 0 at its first point, 1 at its last. */
function walk(
  window: SeriesWindow,
  place: number,
  valueOf: (mean: number, x: number, count: number) => number,
): Polyline {
  const { firstX, lastX, mean, count, attempt } = window;
  const doneAgain = entriesDoneAgain(window);
  const line = new PolylineBuilder(count.length + 8);
  for (let i = 0; i < count.length; i++) {
    const value = mean[i] ?? NaN;
    if (i > 0 && attempt[i] !== attempt[i - 1]) line.breakAt(line.lastX);
    if (doneAgain[i] === 1 || !Number.isFinite(value)) continue;
    const [from, to] = [firstX[i] ?? NaN, lastX[i] ?? NaN];
    const x = from + place * (to - from);
    if (Number.isFinite(x)) line.add(x, valueOf(value, x, count[i] ?? 1));
  }
  return line.end();
}
