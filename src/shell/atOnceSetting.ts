/** Carries the setting "at once" to the engine, which keeps it: when it is changed, and when a window connects. */
import { availableParallelism } from 'node:os';
import { type Disposable, DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { EngineSource } from '../core/sources/engine/engineSource';
import type { Settings } from './settings';

export class AtOnceSetting implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #source: EngineSource;
  readonly #settings: Settings;
  readonly #log: Log;

  constructor(source: EngineSource, settings: Settings, log: Log) {
    this.#source = source;
    this.#settings = settings;
    this.#log = log;
  }

  start(): void {
    // Unset, a window leaves the engine as it is: another window or the CLI may have asked for something.
    this.#owned.own(this.#source.onDidReset(() => this.#settings.atOnce !== undefined && this.#tell()));
    this.#owned.own(
      this.#settings.onDidChangeAtOnce(() => this.#source.connection.state === 'connected' && this.#tell()),
    );
  }

  #tell(): void {
    const atOnce = this.#settings.atOnce ?? availableParallelism();
    this.#source.configure({ atOnce }).catch((error: unknown) => {
      this.#log.error(`The engine was not told to execute ${atOnce} runs at once.`, error);
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
