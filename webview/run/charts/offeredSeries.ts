/**
 * Series that came without being asked for, in case that a chart wants them: all of their range. They grow by what is appended
 * until they are taken, each by the first chart that is shown with it.
 */
import type { SeriesAppend, SeriesWindow, SeriesXAxis } from '../../../src/model/series';
import { MetricSeries } from './metricSeries';

export interface SeriesOffer {
  readonly axis: SeriesXAxis;
  readonly buckets: number;
  readonly windows: readonly SeriesWindow[];
}

export interface OfferedOne {
  readonly axis: SeriesXAxis;
  /** So many were asked for. */
  readonly buckets: number;
  readonly series: MetricSeries;
}

export class OfferedSeries {
  readonly #byMetric = new Map<string, OfferedOne>();

  /** In the place of those that were offered before. */
  replace({ axis, buckets, windows }: SeriesOffer): void {
    this.clear();
    for (const window of windows) {
      const series = new MetricSeries(window.metric);
      if (series.accept(window) !== 'gap') this.#byMetric.set(window.metric, { axis, buckets, series });
    }
  }

  append(append: SeriesAppend): void {
    // Whoever wants it then has to ask.
    if (this.#byMetric.get(append.metric)?.series.fold(append) === 'gap') this.#byMetric.delete(append.metric);
  }

  find(metric: string): OfferedOne | undefined {
    return this.#byMetric.get(metric);
  }

  take(metric: string): void {
    this.#byMetric.delete(metric);
  }

  clear(): void {
    this.#byMetric.clear();
  }
}
