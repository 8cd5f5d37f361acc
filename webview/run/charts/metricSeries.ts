/**
 * One metric's series as one chart knows it: the buckets of the last answer, and the points appended since, folded in.
 * It says when it can no longer go on by itself (a gap, an x that goes back, far more buckets than pixels); whoever owns
 * it then asks the host, and the old picture stays until the answer is there.
 */
import { BucketColumns } from '../../../src/model/buckets';
import type { SeriesAppend, SeriesWindow, SeriesXAxis } from '../../../src/model/series';
import { type Line, lineOfWindow } from '../../shared/charts/lineOfWindow';
import type { Span } from '../../shared/charts/polyline';

/** `gap`: points are missing before these, or these lie before what is drawn. */
export type Folding = 'folded' | 'nothing new' | 'gap';

export interface SeriesPicture {
  readonly axis: SeriesXAxis;
  readonly window: SeriesWindow;
  readonly line: Line;
  readonly pointCount: number;
  readonly nanCount: number;
}

export class MetricSeries {
  readonly metric: string;
  #buckets: BucketColumns | undefined;
  #axis: SeriesXAxis = 'step';
  /** What was asked for; undefined is everything. */
  #range: Span | undefined;
  #revision = 0;
  #lengthWhenAnswered = 0;
  #picture: SeriesPicture | undefined;
  /** Appends heard while the host is asked: its answer may be older than they are. */
  #heardWhileAsking: SeriesAppend[] | undefined;

  constructor(metric: string) {
    this.metric = metric;
  }

  get isLoaded(): boolean {
    return this.#buckets !== undefined;
  }

  /** Entries that a redraw walks over. */
  get length(): number {
    return this.#buckets?.length ?? 0;
  }

  /** Zero when every entry is one point: no finer picture is to be had. */
  get bucketWidth(): number {
    return this.#buckets?.width ?? 0;
  }

  /** From here to `accept` or `giveUp`, appends are also remembered for the answer. */
  beginAsking(): void {
    this.#heardWhileAsking = [];
  }

  giveUp(): void {
    this.#heardWhileAsking = undefined;
  }

  /** The answer to a question about `range`. */
  accept(window: SeriesWindow, range?: Span): Folding {
    const heard = this.#heardWhileAsking ?? [];
    this.#heardWhileAsking = undefined;
    this.#picture = undefined;
    this.#buckets = BucketColumns.fromWindow(window);
    this.#axis = window.axis;
    this.#range = range;
    this.#revision = window.revision;
    this.#lengthWhenAnswered = this.#buckets.length;
    let result: Folding = 'nothing new';
    for (const append of heard) {
      const folding = this.fold(append);
      if (folding === 'gap') return 'gap';
      if (folding === 'folded') result = 'folded';
    }
    return result;
  }

  fold(append: SeriesAppend): Folding {
    this.#heardWhileAsking?.push(append);
    const buckets = this.#buckets;
    if (!buckets) return 'nothing new';
    const end = append.from + append.value.length;
    if (end <= this.#revision) return 'nothing new';
    // Where the other metric stands is not known here.
    if (append.from > this.#revision || typeof this.#axis === 'object') return 'gap';
    this.#picture = undefined;
    const xs = append[this.#axis];
    for (let i = this.#revision - append.from; i < append.value.length; i++) {
      const x = xs[i] ?? NaN;
      const value = append.value[i] ?? NaN;
      // A point without an x has no place here, and asking again would not give it one.
      if (!Number.isNaN(x) && isWithin(x, this.#range)) {
        if (!buckets.fits(x, append.attempt, this.#axis)) return 'gap';
        buckets.add(x, value, append.attempt);
      }
      // Point by point, so that a gap in the middle leaves a series that knows what it has.
      this.#revision += 1;
    }
    return 'folded';
  }

  /**
   * True when there are more than twice the buckets that `wanted` asks for. A series of which the host itself sends that
   * many (each NaN is a bucket of its own) must grow by half first, or it would be asked for with every append.
   */
  outgrew(wanted: number): boolean {
    return this.length > Math.max(2 * wanted, 1.5 * this.#lengthWhenAnswered);
  }

  /** The same object until something changes. */
  picture(): SeriesPicture | undefined {
    if (!this.#buckets) return undefined;
    if (!this.#picture) {
      const window = this.#buckets.asWindow(this.metric, this.#axis, this.#revision);
      this.#picture = {
        axis: this.#axis,
        window,
        line: lineOfWindow(window),
        pointCount: this.#buckets.pointCount,
        nanCount: this.#buckets.nanCount,
      };
    }
    return this.#picture;
  }
}

const isWithin = (x: number, range: Span | undefined): boolean => !range || (x >= range.from && x <= range.to);
