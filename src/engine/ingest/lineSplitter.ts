/**
 * Bytes into lines, whatever the reads cut: inside a line, inside a character, between CR and LF. Decoding waits for the
 * whole line, so a character is never torn.
 */
const newline = 10;
const carriageReturn = 13;

export interface Line {
  readonly text: string;
  /** Bytes of the line with its line end. */
  readonly sizeBytes: number;
  /** True when the line was longer than allowed; its text is then only its beginning. */
  readonly cut: boolean;
}

/** Longer lines are cut: nothing that a program writes makes the engine's memory grow without end. */
export const maxLineBytes = 8 * 1024 * 1024;

export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8');
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Bytes of the open line, those beyond the limit included. */
  #openBytes = 0;

  /**
   * Gives the lines that `bytes` completes, in order. `readAhead` may read lines that lie whole in the bytes by itself: it gets where
   * the next one begins and where the last one ends, and returns where the first line begins that it leaves.
   */
  push(
    bytes: Buffer,
    take: (line: Line) => void,
    readAhead: (from: number, end: number) => number = (from) => from,
  ): void {
    const end = bytes.lastIndexOf(newline) + 1;
    let from = 0;
    while (from < end) {
      if (this.#openBytes === 0) from = readAhead(from, end);
      if (from >= end) break;
      const lineEnd = bytes.indexOf(newline, from);
      this.#keep(bytes.subarray(from, lineEnd));
      take(this.#finish(this.#openBytes + 1));
      from = lineEnd + 1;
    }
    if (from < bytes.byteLength) this.#keep(Buffer.from(bytes.subarray(from)));
  }

  /** The last line, when the file ends without a line end. */
  end(): Line | undefined {
    return this.#openBytes > 0 ? this.#finish(this.#openBytes) : undefined;
  }

  /** Bytes taken in since the last line end. */
  get openBytes(): number {
    return this.#openBytes;
  }

  #keep(part: Buffer): void {
    this.#openBytes += part.byteLength;
    const room = maxLineBytes - this.#keptBytes;
    if (part.byteLength === 0 || room <= 0) return;
    this.#kept.push(part.subarray(0, room));
    this.#keptBytes += Math.min(room, part.byteLength);
  }

  #finish(sizeBytes: number): Line {
    const cut = this.#openBytes > this.#keptBytes;
    let bytes = this.#kept.length === 1 && this.#kept[0] ? this.#kept[0] : Buffer.concat(this.#kept);
    if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#openBytes = 0;
    return { text: this.#decoder.decode(bytes), sizeBytes, cut };
  }
}
