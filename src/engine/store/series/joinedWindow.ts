/**
 * A window whose x is another metric: points of both that were logged at the same step of the same attempt, of repeated steps
 * the last. All of them are looked at, so it costs time in proportion to the series.
 */
import { BucketColumns, bucketWidth } from '../../../model/buckets';
import type { SeriesWindow } from '../../../model/series';
import { DenseBuckets } from './denseBuckets';
import { lowerBound, orderRun, type Run } from './points';
import type { WindowRange } from './window';

export interface JoinedAttempt {
  readonly attempt: number;
  /** By step, whole. */
  readonly x: Run;
  readonly y: Run;
}

export function joinedWindow(
  metric: string,
  xMetric: string,
  attempts: readonly JoinedAttempt[],
  range: WindowRange,
  revision: number,
): SeriesWindow {
  const [low, high] = [range.from ?? -Infinity, range.to ?? Infinity];
  const all = attempts.map(({ attempt, x, y }) => ({ attempt, pairs: pairsOf(x, y, low, high) }));
  const count = all.reduce((sum, { pairs }) => sum + pairs.x.length, 0);
  if (count <= range.buckets) {
    const buckets = new BucketColumns(0, count);
    for (const { attempt, pairs } of all) {
      const ordered = orderRun(pairs.x, pairs.value, false);
      buckets.addPoints(ordered.x, ordered.value, 0, ordered.x.length, attempt);
    }
    return buckets.toWindow(metric, { metric: xMetric }, revision);
  }
  let [first, last] = [Infinity, -Infinity];
  for (const { pairs } of all) {
    for (let i = 0; i < pairs.x.length; i += 1) {
      const x = pairs.x[i] ?? NaN;
      if (x < first) first = x;
      if (x > last) last = x;
    }
  }
  // Curves of several attempts lie over one another more often than not.
  const width = bucketWidth(range.from ?? first, range.to ?? last, range.buckets);
  const buckets = new BucketColumns(width, range.buckets + 2);
  for (const { attempt, pairs } of all) if (pairs.x.length > 0) addPairs(buckets, pairs, attempt, first, last);
  return buckets.toWindow(metric, { metric: xMetric }, revision);
}

/** In the order of steps. */
function pairsOf(x: Run, y: Run, low: number, high: number): Run {
  const length = Math.min(x.x.length, y.x.length);
  const [xs, ys] = [new Float64Array(length), new Float64Array(length)];
  let [i, j, n] = [0, 0, 0];
  while (i < x.x.length && j < y.x.length) {
    const [stepX, stepY] = [x.x[i] ?? NaN, y.x[j] ?? NaN];
    if (stepX < stepY) i += 1;
    else if (stepX > stepY) j += 1;
    else {
      const at = x.value[i] ?? NaN;
      if (at >= low && at <= high && Number.isFinite(at)) {
        xs[n] = at;
        ys[n] = y.value[j] ?? NaN;
        n += 1;
      }
      i += 1;
      j += 1;
    }
  }
  return { x: xs.subarray(0, n), value: ys.subarray(0, n) };
}

function addPairs(buckets: BucketColumns, { x, value }: Run, attempt: number, first: number, last: number): void {
  const dense = new DenseBuckets(buckets.width, first, last);
  const broken = new Set<number>();
  for (let i = 0; i < x.length; i += 1) {
    const y = value[i] ?? NaN;
    if (y === y) dense.add(x[i] ?? NaN, y);
    else broken.add(dense.indexOf(x[i] ?? NaN));
  }
  const entries = dense.entries();
  if (broken.size === 0) return buckets.addEntries(entries, 0, entries.length, attempt);
  // Where a NaN breaks the line can only be told from points in order.
  const isBroken = (at: number): boolean => broken.has(dense.indexOf(at));
  const places = Array.from(x.keys()).filter((i) => isBroken(x[i] ?? NaN));
  const points = orderRun(
    Float64Array.from(places, (i) => x[i] ?? NaN),
    Float64Array.from(places, (i) => value[i] ?? NaN),
    false,
  );
  let at = 0;
  for (let i = 0; i <= entries.length; i += 1) {
    const next = i < entries.length ? (entries.firstX[i] ?? NaN) : Infinity;
    if (i < entries.length && isBroken(next)) continue;
    const end = i < entries.length ? lowerBound(points.x, next) : points.x.length;
    buckets.addPoints(points.x, points.value, at, end, attempt);
    at = end;
    if (i < entries.length) buckets.addEntries(entries, i, i + 1, attempt);
  }
}
