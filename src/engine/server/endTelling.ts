/**
 * Which window is told of the end of a run: only the engine knows all windows. The one that has submitted the run, while it
 * is there; else the one that had the focus last. What is told counts as told when the window says that it was shown; a window that
 * goes away before leaves it to another. While there is no window, the store keeps the ends, and a file tells the next window of it.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { type Clock, Coalescer } from '../../base/clock';
import { hasErrorCode } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { newRunId, type RunId } from '../../model/ids';
import type { Notice } from '../../protocol/contract';
import type { EngineContract } from '../../protocol/engine';
import type { AsyncStore } from '../store/asyncStore';
import type { UntoldEnd, UntoldEnds } from '../store/untoldEnds';

type Told = Notice<EngineContract, 'ends.told'>;

/** A window that shows ends. */
export interface EndAudience extends Disposable {
  focus(isFocused: boolean): void;
}

export interface EndTellingParts {
  readonly store: AsyncStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Path of the file that is there while somebody is to be told. */
  readonly marker: string;
}

/** A sweep of windows by hand ends many at once: they make one message. */
const gatherMs = 200;
/** In one message; of more only the number is told. */
const mostTold = 100;

interface Listener {
  readonly window: string | undefined;
  readonly tell: (told: Told) => void;
  /** Higher is later; 0 is never. */
  focused: number;
}

interface Delivery {
  readonly listener: Listener;
  readonly runs: readonly RunId[];
}

export class EndTelling implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #parts: EndTellingParts;
  readonly #listeners = new Set<Listener>();
  /** Told and not acknowledged. */
  readonly #deliveries = new Map<string, Delivery>();
  readonly #soon: Coalescer;
  #focusCount = 0;
  #isMarked = false;
  /** One look at a time, so that nothing is told twice. */
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: EndTellingParts) {
    this.#parts = parts;
    this.#soon = this.#owned.own(new Coalescer(parts.clock, gatherMs, () => this.#inTurn(async () => this.#tell())));
  }

  /** The file and the store agree again, whatever ended the engine before this one. */
  async start(): Promise<void> {
    this.#isMarked = existsSync(this.#parts.marker);
    await this.#markIfNeeded();
  }

  /** Before the store is closed. */
  async stop(): Promise<void> {
    this.#listeners.clear();
    this.look();
    await this.#looking;
    this.dispose();
  }

  /** A run has ended. */
  look(): void {
    if (this.#listeners.size > 0) this.#soon.trigger();
    else if (!this.#isMarked) this.#inTurn(async () => this.#markIfNeeded());
  }

  join(window: string | undefined, tell: (told: Told) => void): EndAudience {
    const listener: Listener = { window, tell, focused: 0 };
    this.#listeners.add(listener);
    this.#soon.trigger();
    return {
      focus: (isFocused) => {
        if (isFocused) listener.focused = ++this.#focusCount;
      },
      dispose: () => {
        this.#listeners.delete(listener);
        for (const [id, delivery] of this.#deliveries) if (delivery.listener === listener) this.#deliveries.delete(id);
        this.look();
      },
    };
  }

  /** An id that is not known was told by an engine before this one, which tells of it again. */
  async acknowledge(id: string): Promise<void> {
    const delivery = this.#deliveries.get(id);
    if (!delivery) return;
    const { store } = this.#parts;
    await store.forgetEnds(delivery.runs);
    this.#deliveries.delete(id);
    if (this.#isMarked) this.#inTurn(async () => this.#markIfNeeded());
  }

  dispose(): void {
    this.#owned.dispose();
    this.#listeners.clear();
  }

  #inTurn(work: () => Promise<void>): void {
    this.#looking = this.#looking
      .then(work)
      .catch((error: unknown) => this.#parts.log.error('Windows could not be told of ends.', error));
  }

  async #tell(): Promise<void> {
    if (this.#listeners.size === 0) return this.#markIfNeeded();
    const inFlight = new Set([...this.#deliveries.values()].flatMap(({ runs }) => runs));
    const { ends, older } = await this.#parts.store.untoldEnds(mostTold + inFlight.size);
    const byListener = new Map<Listener, UntoldEnd[]>();
    for (const end of ends) {
      if (inFlight.has(end.run.id)) continue;
      const listener = this.#listenerFor(end.window);
      if (!listener) return;
      byListener.set(listener, [...(byListener.get(listener) ?? []), end]);
    }
    // What is only counted goes with the first.
    let counted = older.filter(({ id }) => !inFlight.has(id));
    for (const [listener, told] of byListener) {
      this.#deliver(listener, told, counted);
      counted = [];
    }
  }

  #deliver(listener: Listener, told: readonly UntoldEnd[], counted: UntoldEnds['older']): void {
    const id = newRunId();
    const all = [...told.map(({ run }) => run), ...counted];
    this.#deliveries.set(id, { listener, runs: all.map((run) => run.id) });
    const counts: Record<string, number> = {};
    for (const { status } of all) counts[status] = (counts[status] ?? 0) + 1;
    listener.tell({ id, ended: told.map(({ run }) => run), counts });
  }

  /** The same folder may be open in two windows of a browser: then the later focused one. */
  #listenerFor(window: string | undefined): Listener | undefined {
    const all = [...this.#listeners].sort((a, b) => b.focused - a.focused);
    return all.find((listener) => window !== undefined && listener.window === window) ?? all[0];
  }

  async #markIfNeeded(): Promise<void> {
    this.#mark((await this.#parts.store.untoldEndCount()) > 0);
  }

  #mark(isNeeded: boolean): void {
    if (this.#isMarked === isNeeded) return;
    const { marker, log } = this.#parts;
    try {
      if (isNeeded) writeFileSync(marker, '', { mode: 0o600 });
      else rmSync(marker, { force: true });
      this.#isMarked = isNeeded;
    } catch (error) {
      // On a full disk nothing is lost: the next engine tells of it.
      if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'ENOENT')) throw error;
      log.warn('It could not be marked that ends are to be told.', { marker });
    }
  }
}
