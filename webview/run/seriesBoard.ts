/**
 * All series of the panel: which charts are in view, what to ask the host for and when. Only what is looked at is asked
 * for, so a run with 300 metrics opens as fast as one with six; what was seen once keeps folding its appends, which is
 * cheap, and is asked for again only when it is back in view.
 *
 * Buckets come first, for all charts at once: they are there soon, and what they show is at most a pixel off. Then each chart is
 * asked for once more, by itself, for just the pixels that it has.
 */
import { type Clock, Coalescer } from '../../src/base/clock';
import { type Event, Emitter } from '../../src/base/event';
import { messageOf } from '../../src/base/failure';
import { type Disposable, DisposableStore } from '../../src/base/lifecycle';
import type { PixelSize, SeriesAppend, SeriesAxis, SeriesWindow } from '../../src/model/series';
import { MetricSeries } from './metricSeries';

/** Asks the host; fails as the peer fails. */
export type AskSeries = (
  question: {
    readonly metrics: string[];
    readonly axis: SeriesAxis;
    readonly buckets: number;
    readonly pixels?: PixelSize;
  },
  signal: AbortSignal,
) => Promise<readonly SeriesWindow[]>;

/** Long enough to gather the charts of one screen into one question. */
const gatherMs = 15;
/** A series that goes back and forth (attempts, late points) is asked for at most this often. */
const againMs = 500;
const retryMs = 3000;
/** Between two questions for the pixels of a chart: they cost the engine more. */
const sharpenMs = 400;
/** Small enough that the first charts are drawn while the rest of a tall screen is asked for. */
const metricsPerQuestion = 12;
const mostBuckets = 2000;
/** A bucket is drawn by four points, as much as two of lowest and highest; its width, a power of two, makes it 0.7 to 1.4. */
const bucketsPerPixel = 1.4;

export class SeriesBoard implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #ask: AskSeries;
  readonly #series = new Map<string, MetricSeries>();
  readonly #inView = new Set<string>();
  /** To be asked for as soon as they are in view. */
  readonly #wanted = new Set<string>();
  /** Not yet drawn to the pixel, or grown since: the one that waits longest first. */
  readonly #blurred = new Set<string>();
  readonly #pixels = new Map<string, PixelSize>();
  readonly #failures = new Map<string, string>();
  readonly #soon: Coalescer;
  readonly #again: Coalescer;
  readonly #retry: Coalescer;
  readonly #sharpen: Coalescer;
  readonly #didChange = this.#owned.own(new Emitter<string>());
  #axis: SeriesAxis;
  #buckets = 1000;
  #asking: AbortController | undefined;

  constructor(ask: AskSeries, axis: SeriesAxis, clock: Clock) {
    this.#ask = ask;
    this.#axis = axis;
    this.#soon = this.#owned.own(new Coalescer(clock, gatherMs, () => void this.#flush()));
    this.#again = this.#owned.own(new Coalescer(clock, againMs, () => void this.#flush()));
    this.#retry = this.#owned.own(new Coalescer(clock, retryMs, () => void this.#flush()));
    this.#sharpen = this.#owned.own(new Coalescer(clock, sharpenMs, () => void this.#flushBlurred()));
    this.#owned.own({ dispose: () => this.#asking?.abort() });
  }

  /** Fires with the name of a metric whose picture or failure is another one now. */
  readonly onDidChange: Event<string> = (listener) => this.#didChange.event(listener);

  get axis(): SeriesAxis {
    return this.#axis;
  }

  find(metric: string): MetricSeries | undefined {
    return this.#series.get(metric);
  }

  /** Why the metric could not be asked for, when it could not. */
  findFailure(metric: string): string | undefined {
    return this.#failures.get(metric);
  }

  setAxis(axis: SeriesAxis): void {
    if (axis === this.#axis) return;
    this.#axis = axis;
    this.restart();
  }

  /** Asks anew, and finer, for what was asked for when the charts were narrower. */
  setChartWidth(widthPx: number): void {
    const buckets = Math.min(mostBuckets, Math.max(100, Math.round(bucketsPerPixel * widthPx)));
    const isFiner = buckets > 1.3 * this.#buckets;
    this.#buckets = buckets;
    if (!isFiner) return;
    for (const series of this.#series.values()) if (series.bucketWidth > 0) this.#wanted.add(series.metric);
    this.#soon.trigger();
  }

  /** Device pixels of a chart's plot, whenever it was laid out. */
  setPixels(metric: string, pixels: PixelSize): void {
    const known = this.#pixels.get(metric);
    if (known?.columns === pixels.columns && known.rows === pixels.rows) return;
    this.#pixels.set(metric, pixels);
    this.#blur(metric);
  }

  show(metric: string): void {
    this.#inView.add(metric);
    if (this.#blurred.has(metric)) this.#sharpen.trigger();
    if (!this.#series.has(metric)) {
      this.#series.set(metric, new MetricSeries(metric));
      this.#wanted.add(metric);
    }
    if (this.#wanted.has(metric)) this.#soon.trigger();
  }

  hide(metric: string): void {
    this.#inView.delete(metric);
  }

  append(appends: readonly SeriesAppend[]): void {
    for (const append of appends) {
      const series = this.#series.get(append.metric);
      if (!series) continue;
      const folding = series.fold(append);
      if (folding === 'folded') {
        this.#blur(append.metric);
        this.#didChange.fire(append.metric);
      }
      if (folding === 'gap' || series.outgrew(this.#buckets)) this.#wantAgain(append.metric);
    }
  }

  /** Everything known may be out of date: whatever is in view is asked for anew, the rest when it is seen. */
  restart(): void {
    this.#asking?.abort();
    for (const metric of this.#series.keys()) this.#wanted.add(metric);
    this.#soon.trigger();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #wantAgain(metric: string): void {
    this.#wanted.add(metric);
    if (this.#inView.has(metric)) this.#again.trigger();
  }

  /** What every entry of is one point is drawn to the pixel already. */
  #blur(metric: string): void {
    if ((this.#series.get(metric)?.bucketWidth ?? 0) === 0) return;
    this.#blurred.add(metric);
    if (this.#inView.has(metric)) this.#sharpen.trigger();
  }

  /** Asks for what is wanted and in view, one question at a time; what becomes wanted meanwhile is asked for after. */
  async #flush(): Promise<void> {
    if (this.#asking || this.#owned.isDisposed) return;
    const batch = [...this.#wanted].filter((metric) => this.#inView.has(metric)).slice(0, metricsPerQuestion);
    if (batch.length === 0) return;
    for (const metric of batch) this.#wanted.delete(metric);
    let next = this.#soon;
    const failure = await this.#askFor(batch);
    if (failure !== undefined) {
      this.#fail(batch, failure);
      next = this.#retry;
    }
    for (const metric of batch) this.#blur(metric);
    next.trigger();
  }

  async #flushBlurred(): Promise<void> {
    const metric = [...this.#blurred].find((each) => this.#inView.has(each) && this.#pixels.has(each));
    if (metric === undefined || this.#owned.isDisposed) return;
    if (!this.#asking && !this.#wanted.has(metric)) {
      this.#blurred.delete(metric);
      // What it shows is nearly right: when it cannot be asked for, it stays as it is.
      await this.#askFor([metric], this.#pixels.get(metric));
    }
    this.#soon.trigger();
    this.#sharpen.trigger();
  }

  /** Returns why it failed, if it did and not because it was given up. */
  async #askFor(metrics: string[], pixels?: PixelSize): Promise<string | undefined> {
    const controller = new AbortController();
    this.#asking = controller;
    for (const metric of metrics) this.#series.get(metric)?.beginAsking();
    try {
      const question = { metrics, axis: this.#axis, buckets: this.#buckets, ...(pixels && { pixels }) };
      const windows = await this.#ask(question, controller.signal);
      // An answer that comes although it was given up is of an axis or a connection of the past.
      if (!controller.signal.aborted) this.#accept(windows);
      return undefined;
    } catch (error) {
      return controller.signal.aborted ? undefined : messageOf(error);
    } finally {
      for (const metric of metrics) this.#series.get(metric)?.giveUp();
      this.#asking = undefined;
    }
  }

  #accept(windows: readonly SeriesWindow[]): void {
    for (const window of windows) {
      const series = this.#series.get(window.metric);
      if (!series) continue;
      this.#failures.delete(window.metric);
      if (series.accept(window) === 'gap') this.#wantAgain(window.metric);
      this.#didChange.fire(window.metric);
    }
  }

  #fail(batch: readonly string[], message: string): void {
    for (const metric of batch) {
      this.#wanted.add(metric);
      this.#failures.set(metric, message);
      this.#didChange.fire(metric);
    }
  }
}
