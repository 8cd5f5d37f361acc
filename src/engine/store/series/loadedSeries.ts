/** Series that are in memory: those that are appended to, and those that were read lately. */
import type { SeriesRows } from './seriesRows';
import type { Series, Stream } from './stream';

export class LoadedSeries {
  readonly #rows: SeriesRows;
  readonly #runs = new Map<number, Map<string, Series>>();
  /** Of runs that were appended to: how many metrics they have, in memory or not. */
  readonly #metricCounts = new Map<number, number>();
  #size = 0;
  #newestStream: number;

  constructor(rows: SeriesRows) {
    this.#rows = rows;
    this.#newestStream = rows.newestStream;
  }

  /** The journal has points of a stream of that number: no other gets it, though that one may be gone. */
  reserve(id: number): void {
    this.#newestStream = Math.max(this.#newestStream, id);
  }

  get size(): number {
    return this.#size;
  }

  /** Undefined for one that is not in memory. */
  find(run: number, metric: string): Series | undefined {
    return this.#runs.get(run)?.get(metric);
  }

  /** Empty for a metric that nobody logged. */
  get(run: number, metric: string): Series {
    const known = this.find(run, metric);
    if (known) return known;
    const series = { streams: this.#rows.streams(run, metric) };
    for (const stream of series.streams) stream.series = series;
    if (series.streams.length > 0) this.#add(run, metric, series);
    return series;
  }

  metricCount(run: number): number {
    let count = this.#metricCounts.get(run);
    if (count === undefined) this.#metricCounts.set(run, (count = this.#rows.metricCount(run)));
    return count;
  }

  /** The stream of an attempt; `onNew` hears that it began. */
  stream(run: number, metric: string, attempt: number, onNew: (stream: Stream) => void): Stream {
    const series = this.get(run, metric);
    for (const known of series.streams) if (known.key.attempt === attempt) return known;
    const known = this.#metricCounts.get(run);
    const stream = this.#rows.insertStream({ run, metric, attempt }, (this.#newestStream += 1));
    if (series.streams.length === 0) {
      this.#add(run, metric, series);
      if (known !== undefined) this.#metricCounts.set(run, known + 1);
    }
    const later = series.streams.findIndex(({ key }) => key.attempt > attempt);
    series.streams.splice(later < 0 ? series.streams.length : later, 0, stream);
    stream.series = series;
    onNew(stream);
    return stream;
  }

  /** Those of a run that are in memory. */
  ofRun(run: number): ReadonlyMap<string, Series> {
    return this.#runs.get(run) ?? new Map<string, Series>();
  }

  /** A stream whose row was taken back or removed. */
  forget({ key: { run, metric, attempt } }: Stream): void {
    const metrics = this.#runs.get(run);
    const series = metrics?.get(metric);
    const at = series?.streams.findIndex(({ key }) => key.attempt === attempt) ?? -1;
    if (!metrics || !series || at < 0) return;
    series.streams.splice(at, 1);
    if (series.streams.length > 0) return;
    const known = this.#metricCounts.get(run);
    if (known !== undefined) this.#metricCounts.set(run, known - 1);
    if (metrics.delete(metric)) this.#size -= 1;
  }

  /** Lets go of all that rows hold as well. Returns how many bytes of tails that were. */
  unload(): number {
    let freed = 0;
    for (const [run, metrics] of this.#runs) {
      for (const [metric, { streams }] of metrics) {
        if (streams.some(({ isDirty }) => isDirty)) continue;
        metrics.delete(metric);
        this.#size -= 1;
        for (const { tail } of streams) freed += tail.sizeBytes;
      }
      if (metrics.size === 0) this.#runs.delete(run);
    }
    return freed;
  }

  #add(run: number, metric: string, series: Series): void {
    let metrics = this.#runs.get(run);
    if (!metrics) this.#runs.set(run, (metrics = new Map<string, Series>()));
    metrics.set(metric, series);
    this.#size += 1;
  }
}
