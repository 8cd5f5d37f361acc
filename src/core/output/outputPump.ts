/** Copies a run's output to wherever it goes, attempt by attempt, in order and without repeating a byte. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { OutputPart, OutputQuery, Source } from '../source';

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
  /** Of the output that `#offset` counts in. */
  #edition: number | undefined;
  /** Line feeds copied of this attempt, where they were counted from its beginning. */
  #lines: number | undefined;
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
    this.#lines = offset === 0 ? 0 : undefined;
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
    this.#lines = 0;
    this.#edition = undefined;
  }

  async #copyAttempt(): Promise<void> {
    for (;;) {
      const part = await this.#read();
      if (!part) return;
      const edition = part.edition ?? 0;
      if (this.#edition !== undefined && edition !== this.#edition) {
        this.#edition = edition;
        await this.#findPlace(part.sizeBytes);
        continue;
      }
      if (part.bytes.byteLength === 0) return;
      this.#edition = edition;
      if (this.#lines !== undefined) this.#lines += countLines(part.bytes);
      this.#offset = part.from + part.bytes.byteLength;
      this.#write({ attempt: this.#attempt, from: part.from, bytes: part.bytes });
    }
  }

  /**
   * The output was compacted while nobody held it, as after a crash of the engine: positions are others now, the number of
   * lines is not. What was begun in the middle cannot be found again; it is given up rather than repeated.
   */
  async #findPlace(sizeBytes: number): Promise<void> {
    if (this.#lines === undefined) {
      this.#offset = sizeBytes;
      return;
    }
    this.#offset = 0;
    for (let left = this.#lines; left > 0;) {
      const part = await this.#read();
      if (!part || part.bytes.byteLength === 0) return;
      const lines = countLines(part.bytes);
      this.#offset = part.from + (lines < left ? part.bytes.byteLength : endOfLine(part.bytes, left));
      left -= lines;
    }
  }

  /** An attempt that has not begun has no output yet. */
  async #read(): Promise<OutputPart | undefined> {
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

const lineFeed = 10;

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}

/** Where the line after so many line feeds begins. */
function endOfLine(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let left = lines; left > 0; left -= 1) at = bytes.indexOf(lineFeed, at) + 1;
  return at;
}
