/** One log document's content: read on from where it ends, while it is looked at, at most four times a second. */
import { type Clock, Coalescer } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Source } from '../../core/source';
import type { LogAddress } from './logAddress';
import { LogWindow } from './logText';

/** The editor resends a document whole at each change: beyond this, follow and find become slow. */
const windowBytes = 2 * 1024 * 1024;
const updateMs = 250;

export class FollowedLog implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #source: Source;
  readonly #address: LogAddress;
  readonly #log: Log;
  readonly #window = new LogWindow(windowBytes);
  readonly #update: Coalescer;
  readonly #following = this.#owned.own(new DisposableSlot<Disposable>());
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;
  #reading: Promise<void> | undefined;
  #failure: Failure | undefined;

  constructor(source: Source, address: LogAddress, clock: Clock, log: Log) {
    this.#source = source;
    this.#address = address;
    this.#log = log;
    this.#update = this.#owned.own(new Coalescer(clock, updateMs, () => void this.#refresh()));
  }

  /** The text as it is now. */
  async read(): Promise<string> {
    await this.#catchUp();
    return this.text;
  }

  get text(): string {
    if (this.#failure) return `The output cannot be read: ${this.#failure.message}\n`;
    return this.#window.render();
  }

  /** A document that nobody sees costs nothing; it catches up when it is shown again. */
  setVisible(visible: boolean): void {
    if (!visible) return this.#following.set(undefined);
    if (this.#following.current) return;
    const { runId } = this.#address;
    const following = new DisposableStore();
    following.own(this.#source.follow(runId, ({ output }) => output && this.#update.trigger()));
    following.own(this.#source.onDidReset(() => this.#update.trigger()));
    // The last words are often written with the end.
    following.own(
      this.#source.onDidChangeRuns(({ runs }) => {
        if (runs.some((run) => run.id === runId)) this.#update.trigger();
      }),
    );
    this.#following.set(following);
    this.#update.trigger();
  }

  async #refresh(): Promise<void> {
    const end = this.#window.end;
    const failure = this.#failure;
    try {
      await this.#catchUp();
    } catch (error) {
      this.#log.error('The output of a run could not be followed.', error);
    }
    if (this.#window.end !== end || this.#failure !== failure) this.#didChange.fire();
  }

  async #catchUp(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    const { edition } = this.#window;
    const query = { ...this.#address, stream: 'both', maxBytes: windowBytes, edition } as const;
    try {
      const first = this.#window.end === 0;
      let part = await this.#source.output({ ...query, from: first ? -windowBytes : this.#window.end });
      // Far behind: go on at the end instead of reading all that lies between. And when it was compacted: begin anew.
      const isOther = !first && (part.edition ?? 0) !== edition;
      if (isOther || part.sizeBytes - part.from > windowBytes)
        part = await this.#source.output({ ...query, from: -windowBytes });
      this.#window.append(part);
      this.#failure = undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failure = error;
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
