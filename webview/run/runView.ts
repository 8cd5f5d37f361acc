/**
 * What the panel knows of its run: the snapshot that `panel.ready` answered, with every notice since applied. Values are
 * replaced, never changed in place, so that a view can tell by identity what to draw again.
 */
import type { Attempt, Run, RunDetail, RunEvent } from '../../src/model/run';
import { type MetricSummary, type SeriesAppend, summaryColumn } from '../../src/model/series';
import type { Notice, Result } from '../../src/protocol/contract';
import type { RunPanelContract } from '../../src/protocol/runPanel';

/** Events that the panel holds; the log document has them all. */
const mostEvents = 100;

export type Snapshot = Result<RunPanelContract, 'panel.ready'>;
export type Appended = Notice<RunPanelContract, 'panel.appended'>;

export class RunView {
  readonly #clockAheadMs: number;
  #detail: RunDetail;
  #events: readonly RunEvent[];
  readonly #metrics = new Map<string, MetricSummary>();

  /**
   * `receivedAtMs` is this side's clock when the snapshot came: ages are counted by the host's. What the snapshot leaves out,
   * because no tab that is shown wants it, stays as it was.
   */
  constructor(snapshot: Snapshot, receivedAtMs: number, before?: RunView) {
    this.#clockAheadMs = snapshot.nowMs - receivedAtMs;
    this.#detail = snapshot.detail;
    this.#events = snapshot.events?.slice(0, mostEvents) ?? before?.events ?? [];
    for (const summary of snapshot.metrics ?? before?.summaries ?? []) this.#metrics.set(summary.metric, summary);
  }

  get run(): Run {
    return this.#detail.run;
  }

  get detail(): RunDetail {
    return this.#detail;
  }

  /** Newest first. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** In the order in which the host listed them or they first came. */
  get metrics(): readonly string[] {
    return [...this.#metrics.keys()];
  }

  get summaries(): readonly MetricSummary[] {
    return [...this.#metrics.values()];
  }

  findSummary(metric: string): MetricSummary | undefined {
    return this.#metrics.get(metric);
  }

  /** The host's time at `hereMs` of this side's clock. */
  hostTimeMs(hereMs: number): number {
    return hereMs + this.#clockAheadMs;
  }

  applyRun(run: Run): void {
    this.#detail = { ...this.#detail, run, attempts: withAttempt(this.#detail.attempts, run.attempt) };
  }

  /** As `applyRun`, for a notice that may have been sent before the snapshot was taken. */
  applyRunUnlessOlder(run: Run): void {
    const known = this.run;
    if (run.statusAtMs >= known.statusAtMs && (run.heardAtMs ?? 0) >= (known.heardAtMs ?? 0)) this.applyRun(run);
  }

  applyAppended(appended: Appended): void {
    if (appended.metadataJson !== undefined) this.#detail = { ...this.#detail, metadataJson: appended.metadataJson };
    if (appended.events.length > 0) this.#events = withEvents(this.#events, appended.events);
    for (const append of appended.series) {
      const summary = withAppend(this.#metrics.get(append.metric), append);
      if (summary) this.#metrics.set(append.metric, summary);
    }
  }
}

function withAttempt(attempts: readonly Attempt[], attempt: Attempt | undefined): Attempt[] {
  if (!attempt) return [...attempts];
  const others = attempts.filter((other) => other.number !== attempt.number);
  return [...others, attempt].sort((a, b) => a.number - b.number);
}

function withEvents(known: readonly RunEvent[], added: readonly RunEvent[]): readonly RunEvent[] {
  const bySequence = new Map([...known, ...added].map((event) => [event.sequence, event]));
  return [...bySequence.values()].sort((a, b) => b.sequence - a.sequence).slice(0, mostEvents);
}

/** Undefined when there is nothing in it that the summary does not have. */
function withAppend(known: MetricSummary | undefined, append: SeriesAppend): MetricSummary | undefined {
  const count = append.from + append.value.length;
  if (append.value.length === 0 || (known && count <= known.count)) return undefined;
  const tip = append.value.length - 1;
  let min = known?.values[summaryColumn.min] ?? NaN;
  let max = known?.values[summaryColumn.max] ?? NaN;
  for (const value of append.value) {
    if (Number.isNaN(min) || value < min) min = value;
    if (Number.isNaN(max) || value > max) max = value;
  }
  // In the order of `summaryColumn`.
  const ends = [append.step[tip] ?? NaN, append.time[tip] ?? NaN, append.wall[tip] ?? NaN, append.value[tip] ?? NaN];
  return { metric: append.metric, count, values: Float64Array.from([...ends, min, max]) };
}
