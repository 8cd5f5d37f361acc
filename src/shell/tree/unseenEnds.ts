/**
 * Which ends of runs nobody has seen yet: of runs that ended since the view was last looked at, and whose row was not selected since.
 * Kept with the workspace, so that what ended overnight is marked in the morning.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { Memento } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';

const stateKey = 'sidelab.seenEnds';
/** Seen one by one; of older ones nobody knows any more that they were. */
const mostSeen = 1000;

const SeenEndsSchema = Type.Object({
  /** Until then all were seen. */
  untilMs: Type.Number(),
  /** Seen since, each by the run and when it ended: a run that is tried again ends again. */
  seen: Type.Array(Type.String()),
});

export class UnseenEnds implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #memento: Pick<Memento, 'get' | 'update'>;
  readonly #clock: Clock;
  readonly #didSee = this.#owned.own(new Emitter<void>());
  readonly onDidSee: Event<void> = this.#didSee.event;
  #state: Static<typeof SeenEndsSchema>;

  constructor(memento: Pick<Memento, 'get' | 'update'>, clock: Clock) {
    this.#memento = memento;
    this.#clock = clock;
    const kept = memento.get<unknown>(stateKey);
    // What ended before anybody could look is nothing new.
    this.#state = Check(SeenEndsSchema, kept) ? kept : { untilMs: clock.nowMs(), seen: [] };
  }

  start(): void {
    void this.#keep();
  }

  isUnseen(run: Run): boolean {
    const isNew = isSettled(run.status) && run.parentId === undefined && run.statusAtMs > this.#state.untilMs;
    return isNew && !this.#state.seen.includes(keyOf(run));
  }

  see(runs: readonly Run[]): void {
    const seen = runs.filter((run) => this.isUnseen(run)).map(keyOf);
    if (seen.length === 0) return;
    this.#change({ ...this.#state, seen: [...this.#state.seen, ...seen].slice(-mostSeen) });
  }

  seeAll(): void {
    this.#change({ untilMs: this.#clock.nowMs(), seen: [] });
  }

  #change(state: Static<typeof SeenEndsSchema>): void {
    this.#state = state;
    this.#didSee.fire();
    void this.#keep();
  }

  async #keep(): Promise<void> {
    await this.#memento.update(stateKey, this.#state);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const keyOf = ({ id, statusAtMs }: Run): string => `${id} ${Math.floor(statusAtMs)}`;
