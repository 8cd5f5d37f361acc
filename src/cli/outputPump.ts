/** Copies a run's output from its beginning to wherever it goes, attempt by attempt, in order and without repeating a byte. */
import { Failure } from '../base/failure';
import type { RunId } from '../model/ids';
import type { Source } from '../core/source';

const partBytes = 256 * 1024;

export class OutputPump {
  readonly #source: Pick<Source, 'output'>;
  readonly #runId: RunId;
  readonly #write: (bytes: Uint8Array, attempt: number) => void;
  #attempt = 1;
  #offset = 0;
  #newest = 0;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(source: Pick<Source, 'output'>, runId: RunId, write: (bytes: Uint8Array, attempt: number) => void) {
    this.#source = source;
    this.#runId = runId;
    this.#write = write;
  }

  /** Copies all that there is up to the attempt `newest`. Asked for while it works, it looks once more. */
  async pump(newest: number): Promise<void> {
    this.#newest = Math.max(this.#newest, newest);
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#copy();
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  async #copy(): Promise<void> {
    do {
      this.#again = false;
      for (; this.#attempt <= this.#newest; this.#nextAttempt()) {
        await this.#copyAttempt();
        if (this.#attempt === this.#newest) break;
      }
    } while (this.#again);
  }

  #nextAttempt(): void {
    this.#attempt += 1;
    this.#offset = 0;
  }

  async #copyAttempt(): Promise<void> {
    for (;;) {
      const part = await this.#read();
      if (!part || part.bytes.byteLength === 0) return;
      this.#offset = part.from + part.bytes.byteLength;
      this.#write(part.bytes, this.#attempt);
    }
  }

  /** An attempt that has not begun has no output yet. */
  async #read(): Promise<{ readonly from: number; readonly bytes: Uint8Array } | undefined> {
    try {
      return await this.#source.output({
        runId: this.#runId,
        attempt: this.#attempt,
        stream: 'both',
        from: this.#offset,
        maxBytes: partBytes,
      });
    } catch (error) {
      if (error instanceof Failure && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}
