/** The newest value of each metric, for one line: "loss 0.0312 · accuracy 0.91". */
import { formatValue } from '../model/metricValue';
import { type MetricSummary, type SeriesAppend, summaryColumn } from '../model/series';

export class LatestMetrics {
  readonly #values = new Map<string, number>();

  reset(summaries: readonly MetricSummary[]): void {
    for (const summary of summaries) {
      if (summary.count > 0) this.#values.set(summary.metric, summary.values[summaryColumn.lastValue] ?? NaN);
    }
  }

  append(series: readonly SeriesAppend[]): void {
    for (const points of series) {
      const value = points.value.at(-1);
      if (value !== undefined) this.#values.set(points.metric, value);
    }
  }

  /** As many as fit into `width` characters; the rest is counted. */
  describe(width: number): string {
    let line = '';
    let shown = 0;
    for (const [metric, value] of this.#values) {
      const next = `${line === '' ? '' : ' · '}${metric} ${formatValue(value)}`;
      if (shown > 0 && line.length + next.length > width) return `${line} · …`;
      line += next;
      shown += 1;
    }
    return line;
  }
}
