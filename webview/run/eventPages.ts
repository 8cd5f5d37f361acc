/**
 * The events that the list shows: the newest page, older ones as they are asked for, and what is appended. All by one filter, which the
 * host applies to what is not here. While the list is not looked at from its top, what is new waits. Knows no DOM.
 */
import { type Event, Emitter } from '../../src/base/event';
import { messageOf } from '../../src/base/failure';
import type { Disposable } from '../../src/base/lifecycle';
import { type EventFilter, eventMatcher } from '../../src/model/eventFilter';
import type { RunEvent } from '../../src/model/run';
import type { Params, Result } from '../../src/protocol/contract';
import type { RunPanelContract } from '../../src/protocol/runPanel';

export type AskEvents = (
  query: Params<RunPanelContract, 'panel.events'>,
  signal: AbortSignal,
) => Promise<Result<RunPanelContract, 'panel.events'>>;

const pageSize = 200;

export class EventPages implements Disposable {
  readonly #ask: AskEvents;
  readonly #didChange = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#didChange.event;
  #filter: EventFilter = {};
  #events: readonly RunEvent[] = [];
  #waiting: readonly RunEvent[] = [];
  #isHeld = false;
  /** Where older ones begin; undefined when all are here. */
  #next: number | undefined;
  #isLoaded = false;
  #failure: string | undefined;
  #asking: { readonly kind: 'newest' | 'older'; readonly abort: AbortController } | undefined;

  constructor(ask: AskEvents) {
    this.#ask = ask;
  }

  /** Newest first. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** Newer ones that are not listed yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  get isLoading(): boolean {
    return this.#asking !== undefined;
  }

  /** Whether the first answer is there. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  get filter(): EventFilter {
    return this.#filter;
  }

  setFilter(filter: EventFilter): void {
    this.#filter = filter;
    this.#cancel();
    void this.#load('newest', true);
  }

  /** Asks for the newest again: what was appended meanwhile may have been missed. What is listed stays if it joins. */
  async restart(): Promise<void> {
    if (this.#asking?.kind === 'newest') return;
    this.#cancel();
    await this.#load('newest', false);
  }

  async loadOlder(): Promise<void> {
    if (this.#asking || this.#next === undefined) return;
    await this.#load('older', false);
  }

  /** Newer events are listed at once, or wait until they are let in. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (!isHeld && this.#waiting.length > 0) this.#letIn();
  }

  append(events: readonly RunEvent[]): void {
    const added = events.filter(eventMatcher(this.#filter));
    if (added.length === 0) return;
    this.#waiting = merged(this.#waiting, added);
    if (this.#isHeld) this.#didChange.fire();
    else this.#letIn();
  }

  dispose(): void {
    this.#cancel();
    this.#didChange.dispose();
  }

  #letIn(): void {
    this.#events = merged(this.#events, this.#waiting);
    this.#waiting = [];
    this.#didChange.fire();
  }

  #cancel(): void {
    this.#asking?.abort.abort();
    this.#asking = undefined;
  }

  async #load(kind: 'newest' | 'older', isOther: boolean): Promise<void> {
    const asking = { kind, abort: new AbortController() };
    this.#asking = asking;
    this.#didChange.fire();
    try {
      const before = kind === 'older' ? this.#next : undefined;
      const { least, text } = this.#filter;
      const page = await this.#ask(
        {
          limit: pageSize,
          ...(before === undefined ? {} : { before }),
          ...(least === undefined ? {} : { least }),
          ...(text === undefined || text === '' ? {} : { text }),
        },
        asking.abort.signal,
      );
      if (this.#asking !== asking) return;
      const isJoined =
        kind === 'older' ||
        (!isOther && (this.#events[0]?.sequence ?? -Infinity) >= (page.events.at(-1)?.sequence ?? Infinity));
      this.#events = merged(isJoined ? this.#events : [], page.events);
      if (isOther) this.#waiting = [];
      if (kind === 'older' || !isJoined) this.#next = page.next;
      this.#isLoaded = true;
      this.#failure = undefined;
    } catch (error) {
      if (this.#asking !== asking) return;
      this.#failure = messageOf(error);
    }
    this.#asking = undefined;
    this.#didChange.fire();
  }
}

/** Newest first, each once. */
function merged(known: readonly RunEvent[], added: readonly RunEvent[]): readonly RunEvent[] {
  const oldest = known.at(-1)?.sequence ?? Infinity;
  // Older pages, the usual case, go to the end as they are.
  if (added.every(({ sequence }) => sequence < oldest)) return [...known, ...added];
  const newest = known[0]?.sequence ?? -Infinity;
  if (added.every(({ sequence }) => sequence > newest))
    return [...[...added].sort((a, b) => b.sequence - a.sequence), ...known];
  const bySequence = new Map([...known, ...added].map((event) => [event.sequence, event]));
  return [...bySequence.values()].sort((a, b) => b.sequence - a.sequence);
}
