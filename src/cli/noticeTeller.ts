/**
 * Says on stderr what the engine wants a person to hear, once per command. In a terminal it counts as heard then; in a
 * script's log it may not be, and the next command or window says it again.
 */
import { Failure } from '../base/failure';
import type { Event } from '../base/event';
import type { Notice } from '../model/notice';
import type { SourceConnection } from '../core/source';
import type { Terminal } from './terminal';

export interface NoticeSource {
  readonly notices: readonly Notice[];
  readonly onDidChangeConnection: Event<SourceConnection>;
  acknowledge(notice: Notice): Promise<void>;
}

export class NoticeTeller {
  readonly #source: NoticeSource;
  readonly #terminal: Terminal;
  readonly #said = new Map<string, Notice>();

  /** Lives as long as the source. */
  constructor(source: NoticeSource, terminal: Terminal) {
    this.#source = source;
    this.#terminal = terminal;
    source.onDidChangeConnection(({ state }) => {
      if (state === 'connected') this.#tell();
    });
  }

  async acknowledge(): Promise<void> {
    if (!this.#terminal.isLive) return;
    for (const notice of this.#said.values()) {
      try {
        await this.#source.acknowledge(notice);
      } catch (error) {
        // It is said again then.
        if (!(error instanceof Failure)) throw error;
      }
    }
  }

  #tell(): void {
    for (const notice of this.#source.notices) {
      if (this.#said.has(notice.id)) continue;
      this.#said.set(notice.id, notice);
      this.#terminal.say(`sidelab: ${notice.message}${notice.file === undefined ? '' : ` More in ${notice.file}`}`);
    }
  }
}
