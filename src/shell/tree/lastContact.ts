/** Since when sources have not answered, after they had: what is shown of them is as of then. */
import { l10n } from 'vscode';
import type { Clock } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Source } from '../../core/source';

/** A connection that is back sooner was hardly missed: an update takes no longer. */
const graceMs = 3000;

export class LastContact implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #clock: Clock;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;
  /** When each that was connected was lost. */
  readonly #lost = new Map<Source, number>();
  readonly #told = new Map<Source, number>();

  constructor(sources: readonly Source[], clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  start(): void {
    for (const source of this.#sources) {
      let wasConnected = source.connection.state === 'connected';
      const waiting = this.#owned.own(new DisposableSlot<Disposable>());
      this.#owned.own(
        source.onDidChangeConnection(({ state }) => {
          if (state === 'connected') {
            wasConnected = true;
            waiting.set(undefined);
            this.#lost.delete(source);
            if (this.#told.delete(source)) this.#didChange.fire();
          } else if (wasConnected && !this.#lost.has(source)) {
            const lostAtMs = this.#clock.nowMs();
            this.#lost.set(source, lostAtMs);
            waiting.set(
              this.#clock.after(graceMs, () => {
                this.#told.set(source, lostAtMs);
                this.#didChange.fire();
              }),
            );
          }
        }),
      );
    }
  }

  /** '' while all answer. */
  get text(): string {
    return Array.from(this.#told, ([source, lostAtMs]) => {
      const time = new Date(lostAtMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
      return l10n.t('{0} has not answered since {1}: what is shown is as of then.', source.label, time);
    }).join(' ');
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
