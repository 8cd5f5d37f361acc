/** Points of a part of a run log, gathered as columns and grouped by metric: an object for each would cost more than the point. */
import type { SeriesAppend } from '../../model/series';
import { type PointBatch, refusedMetric } from '../store/seriesStore';

export class PointGatherer {
  readonly #indices = new Map<string, number>();
  readonly #names: string[] = [];
  /** By metric, which one came after it the last time: most lines have the same in the same order. */
  readonly #next: number[] = [];
  #last = 0;
  readonly #counts: number[] = [];
  #length = 0;
  #metric: Uint32Array;
  /** Step, time, wall, value of one point after another. */
  #points: Float64Array;

  /** `capacity`: so many points are probably coming. */
  constructor(capacity = 0) {
    this.#metric = new Uint32Array(Math.max(64, capacity));
    this.#points = new Float64Array(4 * this.#metric.length);
  }

  add(metric: string, step: number, timeSeconds: number, wallMs: number, value: number): void {
    if (this.#length === this.#metric.length) this.#grow();
    const index = this.#indexOf(metric);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#metric[this.#length] = index;
    const at = 4 * this.#length++;
    this.#points[at] = step;
    this.#points[at + 1] = timeSeconds;
    this.#points[at + 2] = wallMs;
    this.#points[at + 3] = value;
  }

  #indexOf(metric: string): number {
    const guess = this.#next[this.#last] ?? 0;
    if (this.#names[guess] === metric) return (this.#last = guess);
    let index = this.#indices.get(metric);
    if (index === undefined) {
      index = this.#counts.length;
      this.#indices.set(metric, index);
      this.#names.push(metric);
      this.#next.push(0);
      this.#counts.push(0);
    }
    this.#next[this.#last] = index;
    return (this.#last = index);
  }

  /** Metrics in the order in which they were first seen. */
  batch(): PointBatch {
    const length = this.#length;
    const next = new Uint32Array(this.#counts.length);
    for (let i = 1; i < next.length; i += 1) next[i] = (next[i - 1] ?? 0) + (this.#counts[i - 1] ?? 0);
    const column = (): Float64Array => new Float64Array(length);
    const [step, time, wall, value] = [column(), column(), column(), column()];
    const points = this.#points;
    for (let i = 0; i < length; i += 1) {
      const metric = this.#metric[i] ?? 0;
      const at = next[metric] ?? 0;
      next[metric] = at + 1;
      step[at] = points[4 * i] ?? NaN;
      time[at] = points[4 * i + 1] ?? NaN;
      wall[at] = points[4 * i + 2] ?? NaN;
      value[at] = points[4 * i + 3] ?? NaN;
    }
    return { metrics: this.#names, counts: this.#counts, step, time, wall, value };
  }

  #grow(): void {
    const metric = new Uint32Array(2 * this.#metric.length);
    metric.set(this.#metric);
    this.#metric = metric;
    const points = new Float64Array(2 * this.#points.length);
    points.set(this.#points);
    this.#points = points;
  }
}

/** The points of a batch as clients hear of them, those that were kept; `revisions` as the store gave them. */
export function appendsOf(batch: PointBatch, attempt: number, revisions: readonly number[]): SeriesAppend[] {
  let at = 0;
  return batch.metrics.flatMap((metric, i) => {
    const from = at;
    at += batch.counts[i] ?? 0;
    if (revisions[i] === refusedMetric) return [];
    // Copies: a view that is posted takes all of what it is a view of along.
    return {
      metric,
      attempt,
      from: revisions[i] ?? 0,
      step: batch.step.slice(from, at),
      time: batch.time.slice(from, at),
      wall: batch.wall.slice(from, at),
      value: batch.value.slice(from, at),
    };
  });
}
