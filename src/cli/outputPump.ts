/** Copies a run's output to wherever it goes, attempt by attempt, in order and without repeating a byte. */
import { Failure } from '../base/failure';
import type { RunId } from '../model/ids';
import type { OutputQuery, Source } from '../core/source';

const partBytes = 256 * 1024;

/** Where copying begins: unless told, at the beginning of the first attempt's whole output. */
export interface OutputStart {
  readonly attempt?: number;
  readonly offset?: number;
  readonly stream?: OutputQuery['stream'];
}

export interface CopiedOutput {
  readonly attempt: number;
  /** Byte offset in that attempt's output. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

export class OutputPump {
  readonly #source: Pick<Source, 'output'>;
  readonly #runId: RunId;
  readonly #write: (output: CopiedOutput) => void;
  readonly #stream: OutputQuery['stream'];
  #attempt: number;
  #offset: number;
  #newest = 0;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(
    source: Pick<Source, 'output'>,
    runId: RunId,
    write: (output: CopiedOutput) => void,
    { attempt = 1, offset = 0, stream = 'both' }: OutputStart = {},
  ) {
    this.#source = source;
    this.#runId = runId;
    this.#write = write;
    this.#attempt = attempt;
    this.#offset = offset;
    this.#stream = stream;
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
      this.#write({ attempt: this.#attempt, from: part.from, bytes: part.bytes });
    }
  }

  /** An attempt that has not begun has no output yet. */
  async #read(): Promise<{ readonly from: number; readonly bytes: Uint8Array } | undefined> {
    try {
      return await this.#source.output({
        runId: this.#runId,
        attempt: this.#attempt,
        stream: this.#stream,
        from: this.#offset,
        maxBytes: partBytes,
      });
    } catch (error) {
      if (error instanceof Failure && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}
