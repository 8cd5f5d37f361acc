/**
 * The port behind which points are kept. Every point is kept; reading gives stable buckets or the points themselves.
 * Calls happen inside the store's transactions: what `append` took is durable when the transaction is.
 */
import type { MetricSummary, SeriesAppend, SeriesAxis, SeriesWindow } from '../../model/series';

/** A point as it comes from a program; `value` may be NaN or infinite, steps may come in any order. */
export interface Point {
  readonly metric: string;
  readonly step: number;
  /** Seconds since the attempt's start. */
  readonly timeSeconds: number;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  readonly value: number;
}

export interface SeriesRange {
  readonly axis: SeriesAxis;
  /** Inclusive; absent is open. */
  readonly from?: number;
  readonly to?: number;
  readonly buckets: number;
}

export interface SeriesStore {
  /** Keeps the points in their order; returns them as columns per metric, with the revision that each continues. */
  append(run: number, attempt: number, points: readonly Point[]): SeriesAppend[];
  summaries(run: number): MetricSummary[];
  /** An unknown metric gives an empty window. */
  window(run: number, metric: string, range: SeriesRange): SeriesWindow;
}
