/**
 * Marks of events in the charts that are looked at: asked for by range, as fine as pixels can show. What the run has said since
 * the answer is placed here, until that is more than the panel holds.
 */
import { type Clock, Coalescer } from '../../../src/base/clock';
import { type Event, Emitter } from '../../../src/base/event';
import { type Disposable, DisposableStore } from '../../../src/base/lifecycle';
import type { EventMark, EventMarks, EventMarksQuery } from '../../../src/model/eventMark';
import type { Attempt, RunEvent } from '../../../src/model/run';
import type { SeriesAxis } from '../../../src/model/series';
import type { Span } from '../../shared/charts/polyline';
import { placedEvents } from './eventMarks';

export type AskEventMarks = (query: EventMarksQuery, signal: AbortSignal) => Promise<EventMarks>;

/** What a chart shows of its x axis. */
export interface MarkedRange {
  readonly axis: SeriesAxis;
  readonly isLogarithmic: boolean;
  readonly visible: Span;
  readonly widthPx: number;
}

/** What the panel holds by itself. */
export interface KnownEvents {
  /** The newest ones, newest first. */
  readonly events: readonly RunEvent[];
  readonly attempts: readonly Attempt[];
}

interface Entry {
  readonly query: EventMarksQuery;
  answer: EventMarks | undefined;
  isWanted: boolean;
  lookedAtMs: number;
  /** Of the answer with what was said since: valid for these very objects. */
  merged:
    { readonly answer: EventMarks; readonly known: KnownEvents; readonly marks: readonly EventMark[] } | undefined;
}

/** So many pixels a mark, and up to twice as many: what is nearer would overlap. */
const pixelsPerMark = 4;
/** Charts that differ a little in what they show, and one that grows, share a question. */
const stretchesPerStep = 32;
const gatherMs = 15;
const againMs = 2000;
const retryMs = 3000;
/** What was drawn longer ago is not looked at any more, as after many turns of a wheel. */
const lookedAtForMs = 1000;
const mostEntries = 60;

const nothing: EventMarks = { marks: [], newest: 0 };

export class EventMarkBoard implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #didChange = this.#owned.own(new Emitter<void>());
  /** Marks are others now: what shows them asks for them again. */
  readonly onDidChange: Event<void> = this.#didChange.event;
  readonly #ask: AskEventMarks;
  readonly #clock: Clock;
  readonly #known: () => KnownEvents;
  readonly #soon: Coalescer;
  readonly #again: Coalescer;
  readonly #retry: Coalescer;
  readonly #entries = new Map<string, Entry>();
  /** By axis: shown while another range is asked for. */
  readonly #latest = new Map<string, EventMarks>();
  readonly #closing = new AbortController();
  #isAsking = false;

  constructor(ask: AskEventMarks, clock: Clock, known: () => KnownEvents) {
    this.#ask = ask;
    this.#clock = clock;
    this.#known = known;
    this.#soon = this.#owned.own(new Coalescer(clock, gatherMs, () => void this.#flush()));
    this.#again = this.#owned.own(new Coalescer(clock, againMs, () => this.#wantWhatHasGaps()));
    this.#retry = this.#owned.own(new Coalescer(clock, retryMs, () => this.#didChange.fire()));
    this.#owned.own({ dispose: () => this.#closing.abort() });
  }

  /** In the order of x. What is not known yet comes with `onDidChange`. */
  marksIn(range: MarkedRange): readonly EventMark[] {
    const query = queryOf(range);
    const known = this.#known();
    if (!query) return [];
    const entry = this.#entryOf(query);
    entry.lookedAtMs = this.#clock.nowMs();
    if (entry.isWanted) this.#soon.trigger();
    const answer = entry.answer ?? this.#latest.get(range.axis) ?? nothing;
    if (hasGap(entry.answer, known)) this.#again.trigger();
    const { merged } = entry;
    if (merged?.answer === answer && merged.known.events === known.events && merged.known.attempts === known.attempts)
      return merged.marks;
    const since = known.events.filter(({ sequence }) => sequence > answer.newest);
    const marks = [...answer.marks, ...placedEvents(since, known.attempts, range.axis)].sort((a, b) => a.x - b.x);
    entry.merged = { answer, known, marks };
    return marks;
  }

  /** The run has said something. */
  heard(): void {
    this.#didChange.fire();
  }

  /** Everything known may be out of date. */
  restart(): void {
    for (const entry of this.#entries.values()) entry.isWanted = true;
    this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #entryOf(query: EventMarksQuery): Entry {
    const key = JSON.stringify(query);
    const known = this.#entries.get(key);
    if (known) return known;
    const entry: Entry = { query, answer: undefined, isWanted: true, lookedAtMs: 0, merged: undefined };
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > mostEntries && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  #wantWhatHasGaps(): void {
    const known = this.#known();
    for (const entry of this.#entries.values()) if (hasGap(entry.answer, known)) entry.isWanted = true;
    this.#didChange.fire();
  }

  /** One question at a time. */
  async #flush(): Promise<void> {
    if (this.#isAsking || this.#owned.isDisposed) return;
    const sinceMs = this.#clock.nowMs() - lookedAtForMs;
    const entry = [...this.#entries.values()].find(({ isWanted, lookedAtMs }) => isWanted && lookedAtMs >= sinceMs);
    if (!entry) return;
    this.#isAsking = true;
    entry.isWanted = false;
    try {
      entry.answer = await this.#ask(entry.query, this.#closing.signal);
      this.#latest.set(entry.query.axis, entry.answer);
      this.#didChange.fire();
      this.#soon.trigger();
    } catch {
      // The panel says by itself that the source does not answer; charts are whole without marks.
      entry.isWanted = true;
      this.#retry.trigger();
    } finally {
      this.#isAsking = false;
    }
  }
}

/** Aligned, so that it stays the same while the range moves a little. */
function queryOf({ axis, isLogarithmic, visible, widthPx }: MarkedRange): EventMarksQuery | undefined {
  const [first, last] = isLogarithmic ? [Math.log10(visible.from), Math.log10(visible.to)] : [visible.from, visible.to];
  const span = last - first;
  if (!(span > 0) || !Number.isFinite(span) || !(widthPx > 0)) return undefined;
  const width = 2 ** Math.ceil(Math.log2((span * pixelsPerMark) / (64 * Math.ceil(widthPx / 64))));
  const step = stretchesPerStep * width;
  return { axis, isLogarithmic, from: Math.floor(first / step) * step, to: Math.ceil(last / step) * step, width };
}

/** More was said since the answer than the panel holds. */
function hasGap(answer: EventMarks | undefined, { events }: KnownEvents): boolean {
  const oldest = events.at(-1);
  return answer !== undefined && oldest !== undefined && oldest.sequence > answer.newest + 1;
}
