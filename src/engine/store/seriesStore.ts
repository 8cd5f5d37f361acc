/**
 * The port behind which points are kept. Every point is kept; reading gives stable buckets or the points themselves.
 * Calls happen inside the store's transactions: what `append` took is durable when the transaction is, and gone when that is
 * taken back.
 */
import type { Goal } from '../../model/best';
import type { MetricSummary, PixelSize, SeriesPage, SeriesWindow, SeriesXAxis } from '../../model/series';

/**
 * Points as they come from a program, grouped by metric: those of `metrics[i]` are `counts[i]` of the columns, behind those
 * of the metric before. `value` may be NaN or infinite, steps may come in any order.
 */
export interface PointBatch {
  readonly metrics: readonly string[];
  readonly counts: readonly number[];
  readonly step: Float64Array;
  /** Seconds since the attempt's start. */
  readonly time: Float64Array;
  /** Milliseconds since 1970. */
  readonly wall: Float64Array;
  readonly value: Float64Array;
}

export interface SeriesRange {
  readonly axis: SeriesXAxis;
  /** Inclusive; absent is open. */
  readonly from?: number;
  readonly to?: number;
  readonly buckets: number;
  /** Of the plot: the line is that of all points then, pixel by pixel. Not of a metric as the axis. */
  readonly pixels?: PixelSize;
}

/** A program that has more gives each point a name of its own: no list of them could be looked at. */
export const mostMetricsOfRun = 100_000;

/** Instead of a count of points: the run has as many metrics as are kept of one, and these points were not. */
export const refusedMetric = -1;

export interface SeriesStore {
  /** Keeps the points in their order. Returns per metric how many points its series had before, or `refusedMetric`. */
  append(run: number, attempt: number, points: PointBatch): number[];
  /** `goalOf`: what is best of a metric, where that is known. */
  summaries(run: number, goalOf: (metric: string) => Goal | undefined): MetricSummary[];
  /** As if some of a run's streams had never been; returns how many, `most` at most. No point comes to that run any more. */
  erase(run: number, most: number): number;
  /** Leaves things tidy; whatever is not done is done at the next start. */
  close(): void;
  /** The lowest and the highest finite value; none of an unknown metric. */
  extremes(run: number, metric: string): readonly number[];
  /** An unknown metric gives an empty window. */
  window(run: number, metric: string, range: SeriesRange): SeriesWindow;
  /** Points `from` to before `from + limit` or so in the order of their arrival, of one attempt; all attempts follow one another. */
  page(run: number, metric: string, from: number, limit: number): SeriesPage;
}
