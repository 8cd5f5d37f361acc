/** A series as plain arrays, and what is to be answered of it: written for clarity, with every point looked at. */
import { BucketColumns, bucketWidth } from '../../../../src/model/buckets';
import type { SeriesAxis, SeriesWindow } from '../../../../src/model/series';
import type { PointBatch } from '../../../../src/engine/store/seriesStore';

export interface ModelPoint {
  readonly attempt: number;
  readonly step: number;
  readonly time: number;
  readonly wall: number;
  readonly value: number;
}

export function batchOf(metric: string, points: readonly ModelPoint[]): PointBatch {
  return {
    metrics: [metric],
    counts: [points.length],
    step: Float64Array.from(points, ({ step }) => step),
    time: Float64Array.from(points, ({ time }) => time),
    wall: Float64Array.from(points, ({ wall }) => wall),
    value: Float64Array.from(points, ({ value }) => value),
  };
}

interface Seen {
  readonly x: number;
  readonly value: number;
}

/** What is seen of an attempt along an axis: in ascending x, in the order of arrival; by step the last of equal ones. */
export function seen(points: readonly ModelPoint[], attempt: number, axis: SeriesAxis): Seen[] {
  const own = points
    .filter((point) => point.attempt === attempt)
    .map((point) => ({ x: point[axis], value: point.value }));
  own.sort((a, b) => a.x - b.x);
  return axis === 'step' ? own.filter(({ x }, i) => x !== own[i + 1]?.x) : own;
}

export function modelWindow(
  points: readonly ModelPoint[],
  axis: SeriesAxis,
  range: { readonly from?: number; readonly to?: number; readonly buckets: number },
): Pick<SeriesWindow, 'width'> & { readonly buckets: BucketColumns } {
  const { from = -Infinity, to = Infinity, buckets } = range;
  const attempts = [...new Set(points.map(({ attempt }) => attempt))].sort((a, b) => a - b);
  const all = attempts.map((attempt) => seen(points, attempt, axis).filter(({ x }) => x >= from && x <= to));
  const count = all.reduce((sum, own) => sum + own.length, 0);
  const width =
    count <= buckets
      ? 0
      : widthFor(
          attempts.map((attempt) => seen(points, attempt, axis)),
          range,
        );
  const columns = new BucketColumns(width);
  all.forEach((own, i) => {
    for (const { x, value } of own) columns.add(x, value, attempts[i]);
  });
  return { width, buckets: columns };
}

function widthFor(
  attempts: readonly (readonly Seen[])[],
  { from, to, buckets }: { readonly from?: number; readonly to?: number; readonly buckets: number },
): number {
  const extents = attempts
    .filter((own) => own.length > 0)
    .map((own) => [Math.max(own[0]?.x ?? 0, from ?? -Infinity), Math.min(own.at(-1)?.x ?? 0, to ?? Infinity)] as const)
    .filter(([low, high]) => low <= high);
  const first = Math.min(...extents.map(([low]) => low));
  const last = Math.max(...extents.map(([, high]) => high));
  const covered = extents.reduce((sum, [low, high]) => sum + high - low, 0);
  return Math.max(
    bucketWidth(from ?? first, to ?? last, buckets),
    covered > 4 * (last - first) ? bucketWidth(0, covered, 4 * buckets) : 0,
  );
}
