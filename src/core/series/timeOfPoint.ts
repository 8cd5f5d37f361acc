/** When a point of a metric was logged, found by halving: a source serves points by their place, not by their x. */
import type { RunId } from '../../model/ids';
import type { SeriesAxis, SeriesXAxis } from '../../model/series';
import type { PointsSource } from './exportSeries';

export interface PointPlace {
  readonly metric: string;
  readonly attempt: number;
  readonly axis: SeriesXAxis;
  readonly x: number;
}

/**
 * Milliseconds since 1970 of the point of this attempt that is nearest to `x` among those that arrived around it; undefined
 * when the metric has no point of this attempt. By another metric the x is not searched: the attempt's first point answers.
 */
export async function timeOfPoint(
  source: PointsSource,
  runId: RunId,
  { metric, attempt, axis, x }: PointPlace,
): Promise<number | undefined> {
  const summary = (await source.metrics(runId)).find((known) => known.metric === metric);
  const column: SeriesAxis = typeof axis === 'object' ? 'step' : axis;
  const wantedX = typeof axis === 'object' ? -Infinity : x;
  let [low, high] = [0, summary?.count ?? 0];
  let nearest: { readonly distance: number; readonly wallMs: number } | undefined;
  while (low < high) {
    const page = await source.points(runId, metric, (low + high) >>> 1);
    const xs = page[column];
    if (xs.length === 0) return nearest?.wallMs;
    if (page.attempt === attempt) {
      for (let i = 0; i < xs.length; i++) {
        const distance = Math.abs((xs[i] ?? NaN) - wantedX);
        const wallMs = page.wall[i] ?? NaN;
        if (!nearest || distance < nearest.distance) nearest = { distance, wallMs };
      }
    }
    const isLater = page.attempt === attempt ? (xs[xs.length - 1] ?? NaN) < wantedX : page.attempt < attempt;
    const isEarlier = page.attempt === attempt ? (xs[0] ?? NaN) > wantedX : page.attempt > attempt;
    if (isLater) low = Math.max(page.from + xs.length, low + 1);
    else if (isEarlier) high = Math.min(page.from, (low + high) >>> 1);
    else break;
  }
  return nearest?.wallMs;
}
