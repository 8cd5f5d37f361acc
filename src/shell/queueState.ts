/** Whether a queue is paused, as far as connected sources tell: for the status bar, and for which of two commands is offered. */
import { commands } from 'vscode';
import { Emitter, type Event } from '../base/event';
import { messageOf } from '../base/failure';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { Source } from '../core/source';
import { contextKeys } from './ids';

export class QueueState implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #sources: readonly Source[];
  readonly #log: Log;
  readonly #paused = new Set<Source>();
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(sources: readonly Source[], log: Log) {
    this.#sources = sources;
    this.#log = log;
  }

  start(): void {
    for (const source of this.#sources) {
      if (!source.capabilities.queue) continue;
      this.#owned.own(source.onDidChangeQueue(({ isPaused }) => this.#take(source, isPaused)));
      this.#owned.own(source.onDidReset(() => void this.#load(source)));
      if (source.connection.state === 'connected') void this.#load(source);
    }
  }

  get isPaused(): boolean {
    return this.#paused.size > 0;
  }

  async #load(source: Source): Promise<void> {
    try {
      this.#take(source, (await source.queue()).isPaused);
    } catch (error) {
      // It went away again; when it is back it resets.
      this.#log.warn(`Whether the queue is paused is not known: ${messageOf(error)}`);
    }
  }

  #take(source: Source, isPaused: boolean): void {
    if (this.#paused.has(source) === isPaused) return;
    if (isPaused) this.#paused.add(source);
    else this.#paused.delete(source);
    void commands.executeCommand('setContext', contextKeys.queuePaused, this.isPaused);
    this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
