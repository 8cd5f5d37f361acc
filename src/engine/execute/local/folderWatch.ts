/**
 * Tells when something in a folder changed, at most once per `pauseMs`: between two looks the watch is off, so that a
 * program which prints a hundred thousand lines a second costs no more than one that prints forty.
 */
import { type FSWatcher, watch } from 'node:fs';
import { type Clock, every } from '../../../base/clock';
import { type Disposable, DisposableSlot, DisposableStore } from '../../../base/lifecycle';

const pauseMs = 25;
/** After a quiet time: what a program writes first is wanted soon, and a write or two more come with it. */
const firstPauseMs = 3;

const firstWatchMs = 8;

/** Where events are unreliable (network file systems) or the watch limit is reached, a look every so often. */
const fallbackMs = 5000;

export class FolderWatch implements Disposable {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #onTouch: () => void;
  readonly #owned = new DisposableStore();
  readonly #watcher = this.#owned.own(new DisposableSlot());
  readonly #pause = this.#owned.own(new DisposableSlot());
  #touchedAtMs = -Infinity;

  constructor(folder: string, clock: Clock, onTouch: () => void) {
    this.#folder = folder;
    this.#clock = clock;
    this.#onTouch = onTouch;
  }

  start(): void {
    this.#owned.own(every(this.#clock, fallbackMs, this.#onTouch));
    // Not at once: most of what ends within a moment is told of by its process, and a watch costs more than a look.
    this.#pause.set(this.#clock.after(firstWatchMs, () => this.#lookAndWatch()));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #watch(): void {
    if (this.#owned.isDisposed) return;
    let watcher: FSWatcher;
    try {
      watcher = watch(this.#folder, { persistent: false }, () => this.#rest());
    } catch {
      // No watches left, or the folder is gone: the fallback goes on looking.
      return;
    }
    watcher.on('error', () => this.#watcher.set(undefined));
    this.#watcher.set({ dispose: () => watcher.close() });
  }

  /** First the watch, then the look: what changes in between is seen by one of them. */
  #lookAndWatch(): void {
    this.#watch();
    this.#onTouch();
  }

  #rest(): void {
    this.#watcher.set(undefined);
    const quietMs = this.#clock.nowMs() - this.#touchedAtMs;
    const delayMs = quietMs > pauseMs ? firstPauseMs : pauseMs;
    this.#pause.set(
      this.#clock.after(delayMs, () => {
        this.#touchedAtMs = this.#clock.nowMs();
        this.#lookAndWatch();
      }),
    );
  }
}
