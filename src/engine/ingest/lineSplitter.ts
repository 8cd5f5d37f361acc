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

  /** The lines that `bytes` completes. */
  push(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(newline, from);
      if (end < 0) break;
      this.#keep(bytes.subarray(from, end));
      lines.push(this.#finish(this.#openBytes + 1));
      from = end + 1;
    }
    if (from < bytes.byteLength) this.#keep(Buffer.from(bytes.subarray(from)));
    return lines;
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
