/**
 * All series of the panel: which charts are in view, what to ask the host for and when. Only what is looked at is asked
 * for, so a run with 500 metrics opens as fast as one with six; what was seen once keeps folding its appends, which is
 * cheap, and is asked for again only when it is back in view.
 *
 * Buckets come first, for all charts at once: they are there soon, and what they show is at most a pixel off. Then each chart is
 * asked for once more, by itself, for just the pixels that it has.
 */
import { type Clock, Coalescer } from '../../../src/base/clock';
import { type Event, Emitter } from '../../../src/base/event';
import { messageOf } from '../../../src/base/failure';
import { type Disposable, DisposableStore } from '../../../src/base/lifecycle';
import type { PixelSize, SeriesAppend, SeriesWindow, SeriesXAxis } from '../../../src/model/series';
import type { Span } from '../../shared/charts/polyline';
import { MetricSeries } from './metricSeries';
import { OfferedSeries, type SeriesOffer } from './offeredSeries';

/** One metric in one chart. */
export interface SeriesWish {
  /** Of the chart and the metric. */
  readonly key: string;
  readonly metric: string;
  readonly axis: SeriesXAxis;
  /** Undefined: everything. */
  readonly range?: Span | undefined;
  readonly buckets: number;
}

/** What a chart is drawn on, once that is known: the range that it was asked for has so many device pixels. */
export interface DrawnOn {
  readonly range: Span | undefined;
  readonly pixels: PixelSize;
}

export interface SeriesQuestion {
  readonly metrics: string[];
  readonly axis: SeriesXAxis;
  readonly from?: number;
  readonly to?: number;
  readonly buckets: number;
  readonly pixels?: PixelSize;
}

/** Asks the host; fails as the peer fails. */
export type AskSeries = (question: SeriesQuestion, signal: AbortSignal) => Promise<readonly SeriesWindow[]>;

/** Long enough to gather the charts of one screen into one question. */
const gatherMs = 15;
/** What came unasked may be so much coarser: it is drawn for a moment, until the chart is asked for just its pixels. */
const coarsestShare = 1.5;
/** A series that goes back and forth (attempts, late points) is asked for at most this often. */
const againMs = 500;
const retryMs = 3000;
/** Between two questions for the pixels of a chart: they cost the engine more. */
const sharpenMs = 400;
/** Small enough that the first charts are drawn while the rest of a tall screen is asked for. */
const metricsPerQuestion = 12;

interface Entry {
  wish: SeriesWish;
  readonly series: MetricSeries;
  isInView: boolean;
  /** To be asked for as soon as it is in view. */
  isWanted: boolean;
  /** Why it could not be asked for. */
  failure: string | undefined;
  drawnOn: DrawnOn | undefined;
  /** Not yet drawn to the pixel, or grown since. */
  isBlurred: boolean;
}

export class SeriesBoard implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #ask: AskSeries;
  readonly #entries = new Map<string, Entry>();
  readonly #byMetric = new Map<string, Set<Entry>>();
  readonly #offered = new OfferedSeries();
  readonly #soon: Coalescer;
  readonly #again: Coalescer;
  readonly #retry: Coalescer;
  readonly #sharpen: Coalescer;
  readonly #didChange = this.#owned.own(new Emitter<string>());
  #asking: AbortController | undefined;

  constructor(ask: AskSeries, clock: Clock) {
    this.#ask = ask;
    this.#soon = this.#owned.own(new Coalescer(clock, gatherMs, () => void this.#flush()));
    this.#again = this.#owned.own(new Coalescer(clock, againMs, () => void this.#flush()));
    this.#retry = this.#owned.own(new Coalescer(clock, retryMs, () => void this.#flush()));
    this.#sharpen = this.#owned.own(new Coalescer(clock, sharpenMs, () => void this.#flushBlurred()));
    this.#owned.own({ dispose: () => this.#asking?.abort() });
  }

  /** Fires with the key of a series whose picture or failure is another one now. */
  readonly onDidChange: Event<string> = (listener) => this.#didChange.event(listener);

  find(key: string): MetricSeries | undefined {
    return this.#entries.get(key)?.series;
  }

  /** Why the series could not be asked for, when it could not. */
  findFailure(key: string): string | undefined {
    return this.#entries.get(key)?.failure;
  }

  /** It is in view, and looked at in this way. What is there already stays until the answer comes. */
  show(wish: SeriesWish): void {
    let entry = this.#entries.get(wish.key);
    if (!entry) {
      entry = this.#enter(wish);
      if (entry.series.isLoaded) {
        this.#blur(entry);
        this.#didChange.fire(wish.key);
      }
    } else if (!isSameView(entry.wish, wish) || isTooCoarse(entry.wish.buckets, entry.series, wish)) {
      entry.wish = wish;
      entry.isWanted = true;
    }
    entry.isInView = true;
    if (entry.isWanted) this.#soon.trigger();
    if (entry.isBlurred) this.#sharpen.trigger();
  }

  /** For charts that are shown from now on. */
  offer(offer: SeriesOffer): void {
    this.#offered.replace(offer);
  }

  /** Told whenever a chart was laid out. */
  setDrawnOn(key: string, drawnOn: DrawnOn): void {
    const entry = this.#entries.get(key);
    if (!entry || isSameDrawing(entry.drawnOn, drawnOn)) return;
    entry.drawnOn = drawnOn;
    this.#blur(entry);
  }

  hide(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.isInView = false;
  }

  /** Its chart is no more. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#byMetric.get(entry.wish.metric)?.delete(entry);
  }

  append(appends: readonly SeriesAppend[]): void {
    for (const append of appends) {
      this.#offered.append(append);
      for (const entry of this.#byMetric.get(append.metric) ?? []) {
        const folding = entry.series.fold(append);
        if (folding === 'folded') {
          this.#blur(entry);
          this.#didChange.fire(entry.wish.key);
        }
        if (folding === 'gap' || entry.series.outgrew(entry.wish.buckets)) this.#wantAgain(entry);
      }
    }
  }

  /** Everything known may be out of date: whatever is in view is asked for anew, the rest when it is seen. */
  restart(): void {
    this.#asking?.abort();
    this.#offered.clear();
    for (const entry of this.#entries.values()) entry.isWanted = true;
    this.#soon.trigger();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #enter(wish: SeriesWish): Entry {
    const offered = this.#offered.find(wish.metric);
    const isOffered = offered && wish.range === undefined && isSameAxis(offered.axis, wish.axis);
    if (isOffered) this.#offered.take(wish.metric);
    const entry: Entry = {
      wish,
      series: isOffered ? offered.series : new MetricSeries(wish.metric),
      isInView: true,
      isWanted: !isOffered || isTooCoarse(coarsestShare * offered.buckets, offered.series, wish),
      failure: undefined,
      drawnOn: undefined,
      isBlurred: false,
    };
    this.#entries.set(wish.key, entry);
    const others = this.#byMetric.get(wish.metric);
    if (others) others.add(entry);
    else this.#byMetric.set(wish.metric, new Set([entry]));
    return entry;
  }

  #wantAgain(entry: Entry): void {
    entry.isWanted = true;
    if (entry.isInView) this.#again.trigger();
  }

  /** Where every entry is one point it is drawn to the pixel already. */
  #blur(entry: Entry): void {
    if (entry.series.bucketWidth === 0 || typeof entry.wish.axis === 'object') return;
    entry.isBlurred = true;
    if (entry.isInView) this.#sharpen.trigger();
  }

  /** Asks for what is wanted and in view, one question at a time; what becomes wanted meanwhile is asked for after. */
  async #flush(): Promise<void> {
    if (this.#asking || this.#owned.isDisposed) return;
    const batch = this.#nextBatch();
    const [first] = batch;
    if (!first) return;
    for (const entry of batch) entry.isWanted = false;
    let next = this.#soon;
    const failure = await this.#askFor(batch, questionOf(first.wish, batch));
    if (failure !== undefined) {
      this.#fail(batch, failure);
      next = this.#retry;
    }
    for (const entry of batch) this.#blur(entry);
    next.trigger();
  }

  /** One chart after the other, the one that was shown first first. */
  async #flushBlurred(): Promise<void> {
    const entry = [...this.#entries.values()].find(canBeSharper);
    if (!entry || this.#owned.isDisposed) return;
    const { wish, drawnOn } = entry;
    if (!this.#asking && !entry.isWanted && drawnOn) {
      entry.isBlurred = false;
      // What it shows is nearly right: when it cannot be asked for, it stays as it is.
      await this.#askFor([entry], { ...questionOf(wish, [entry]), pixels: drawnOn.pixels });
      // The next one that waits comes first.
      if (this.#entries.delete(wish.key)) this.#entries.set(wish.key, entry);
    }
    this.#soon.trigger();
    this.#sharpen.trigger();
  }

  /** Returns why it failed, if it did and not because it was given up. */
  async #askFor(batch: readonly Entry[], question: SeriesQuestion): Promise<string | undefined> {
    const controller = new AbortController();
    this.#asking = controller;
    for (const { series } of batch) series.beginAsking();
    const asked = batch.map((entry) => ({ entry, wish: entry.wish }));
    try {
      const windows = await this.#ask(question, controller.signal);
      // An answer that comes although it was given up is of a connection of the past.
      if (!controller.signal.aborted) this.#accept(asked, windows);
      return undefined;
    } catch (error) {
      return controller.signal.aborted ? undefined : messageOf(error);
    } finally {
      for (const { series } of batch) series.giveUp();
      this.#asking = undefined;
    }
  }

  /** Those that one question can ask for. */
  #nextBatch(): readonly Entry[] {
    const wanted = [...this.#entries.values()].filter((entry) => entry.isWanted && entry.isInView);
    const [first] = wanted;
    if (!first) return [];
    const batch = new Map<string, Entry>();
    for (const entry of wanted) {
      const isAlike = isSameView(entry.wish, first.wish) && entry.wish.buckets === first.wish.buckets;
      if (isAlike && !batch.has(entry.wish.metric)) batch.set(entry.wish.metric, entry);
      if (batch.size === metricsPerQuestion) break;
    }
    return [...batch.values()];
  }

  #accept(asked: readonly { entry: Entry; wish: SeriesWish }[], windows: readonly SeriesWindow[]): void {
    const byMetric = new Map(windows.map((window) => [window.metric, window]));
    for (const { entry, wish } of asked) {
      const window = byMetric.get(wish.metric);
      if (!window) continue;
      entry.failure = undefined;
      // A view that has moved on meanwhile is asked for again; this is nearer to it than what there was.
      if (entry.series.accept(window, wish.range) === 'gap') this.#wantAgain(entry);
      this.#didChange.fire(wish.key);
    }
  }

  #fail(batch: readonly Entry[], message: string): void {
    for (const entry of batch) {
      entry.isWanted = true;
      entry.failure = message;
      this.#didChange.fire(entry.wish.key);
    }
  }
}

function questionOf({ axis, range, buckets }: SeriesWish, batch: readonly Entry[]): SeriesQuestion {
  return { metrics: batch.map(({ wish }) => wish.metric), axis, buckets, ...range };
}

export function isSameAxis(a: SeriesXAxis, b: SeriesXAxis): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.metric === b.metric : a === b;
}

const isSameView = (a: SeriesWish, b: SeriesWish): boolean =>
  isSameAxis(a.axis, b.axis) && isSameSpan(a.range, b.range);

/** What is there was made for charts far smaller than what is wished for. */
const isTooCoarse = (buckets: number, { bucketWidth }: MetricSeries, wish: SeriesWish): boolean =>
  wish.buckets > 1.3 * buckets && bucketWidth > 0;

const isSameSpan = (a: Span | undefined, b: Span | undefined): boolean => a?.from === b?.from && a?.to === b?.to;

/** Of a zoom that is not drawn yet, the pixels are not known. */
const canBeSharper = ({ isBlurred, isInView, wish, drawnOn }: Entry): boolean =>
  isBlurred && isInView && drawnOn !== undefined && isSameSpan(wish.range, drawnOn.range);

const isSameDrawing = (a: DrawnOn | undefined, b: DrawnOn): boolean =>
  isSameSpan(a?.range, b.range) && a?.pixels.columns === b.pixels.columns && a.pixels.rows === b.pixels.rows;
