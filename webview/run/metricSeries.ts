/**
 * One metric's series as the panel knows it: the buckets of the last answer, and the points appended since, folded in.
 * It says when it can no longer go on by itself (a gap, an x that goes back, far more buckets than pixels); whoever owns
 * it then asks the host, and the old picture stays until the answer is there.
 */
import { BucketColumns } from '../../src/model/buckets';
import type { SeriesAppend, SeriesAxis, SeriesWindow } from '../../src/model/series';
import { type Line, lineOfWindow } from './lineOfWindow';

/** `gap`: points are missing before these, or these lie before what is drawn. */
export type Folding = 'folded' | 'nothing new' | 'gap';

export interface SeriesPicture {
  readonly axis: SeriesAxis;
  readonly line: Line;
  readonly pointCount: number;
  readonly nanCount: number;
}

export class MetricSeries {
  readonly metric: string;
  #buckets: BucketColumns | undefined;
  #axis: SeriesAxis = 'step';
  #revision = 0;
  #lengthWhenAnswered = 0;
  /** Appends heard while the host is asked: its answer may be older than they are. */
  #heardWhileAsking: SeriesAppend[] | undefined;

  constructor(metric: string) {
    this.metric = metric;
  }

  get isLoaded(): boolean {
    return this.#buckets !== undefined;
  }

  get axis(): SeriesAxis {
    return this.#axis;
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

  accept(window: SeriesWindow): Folding {
    const heard = this.#heardWhileAsking ?? [];
    this.#heardWhileAsking = undefined;
    this.#buckets = BucketColumns.fromWindow(window);
    // The panel asks for nothing else.
    if (typeof window.axis === 'string') this.#axis = window.axis;
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
    if (append.from > this.#revision) return 'gap';
    const xs = append[this.#axis];
    for (let i = this.#revision - append.from; i < append.value.length; i++) {
      const x = xs[i] ?? NaN;
      const value = append.value[i] ?? NaN;
      // A point without an x has no place here, and asking again would not give it one.
      if (!Number.isNaN(x)) {
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

  picture(): SeriesPicture | undefined {
    if (!this.#buckets) return undefined;
    return {
      axis: this.#axis,
      line: lineOfWindow(this.#buckets.toWindow(this.metric, this.#axis, this.#revision)),
      pointCount: this.#buckets.pointCount,
      nanCount: this.#buckets.nanCount,
    };
  }
}
