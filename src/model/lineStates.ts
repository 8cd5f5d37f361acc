/**
 * Output in lines, each in its last state: a progress bar that drew itself a million times is one line. Lines that nothing
 * was drawn over pass as they were written, byte for byte. Reads may be cut anywhere; memory is bounded by one line.
 */
import { TerminalLine } from './terminalLine';

const lineFeed = 10;
const carriageReturn = 13;
const backspace = 8;

/** A line, or, of one that is very long, a part of it. */
export interface LinePiece {
  /** How many bytes of the output it stands for. */
  readonly rawBytes: number;
  readonly bytes: Uint8Array;
  /** `unclear`: it moved to other lines too; `bytes` is only what comes nearest. */
  readonly kind: 'as written' | 'overwritten' | 'unclear';
}

/** Longer lines pass in parts. */
const maxLineBytes = 1024 * 1024;

export class LineStates {
  readonly #emit: (piece: LinePiece) => void;
  readonly #maxBytes: number;
  /** The open line while nothing has been drawn over. */
  #written: Uint8Array[] = [];
  #writtenBytes = 0;
  /** The open line since something was. */
  #drawn: TerminalLine | undefined;
  #rawBytes = 0;
  /** The cursor is at the line's beginning; if a line feed comes, that was only a line's end. */
  #hasReturned = false;
  /** The open line was too long: the rest of it passes. */
  #passes = false;

  constructor(emit: (piece: LinePiece) => void, maxBytes = maxLineBytes) {
    this.#emit = emit;
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength;) {
      const end = bytes.indexOf(lineFeed, from);
      const part = bytes.subarray(from, end < 0 ? bytes.byteLength : end);
      this.#take(part);
      if (end < 0) return;
      this.#finish(bytes.subarray(end, end + 1));
      from = end + 1;
    }
  }

  /** The last line, when there is no line feed at its end. */
  end(): void {
    if (this.#rawBytes > 0) this.#finish(new Uint8Array(0));
  }

  /** What is to be seen of the line that is not finished. */
  get open(): Uint8Array {
    return this.#drawn ? this.#drawn.shown : join(this.#written, this.#writtenBytes);
  }

  /** Bytes without a line feed. */
  #take(part: Uint8Array): void {
    if (part.byteLength === 0) return;
    this.#rawBytes += part.byteLength;
    if (this.#drawn) return this.#drawn.write(part);
    if (this.#passes) return this.#pass(part);
    if (this.#isDrawnOver(part)) {
      const drawn = new TerminalLine();
      for (const written of this.#written) drawn.write(written);
      drawn.write(part);
      this.#drawn = drawn;
      this.#forgetWritten();
      return;
    }
    // A copy, which `slice` of a Buffer is not: what was read into is used again.
    this.#written.push(new Uint8Array(part));
    this.#writtenBytes += part.byteLength;
    if (this.#writtenBytes > this.#maxBytes) this.#pass(new Uint8Array(0));
  }

  /** Whether anything follows a carriage return, or a backspace stands somewhere. */
  #isDrawnOver(part: Uint8Array): boolean {
    let hasReturned = this.#hasReturned;
    for (const byte of part) {
      if (byte === carriageReturn) hasReturned = true;
      else if (hasReturned || byte === backspace) return true;
    }
    this.#hasReturned = hasReturned;
    return false;
  }

  #pass(part: Uint8Array): void {
    this.#passes = true;
    const bytes = join([...this.#written, part], this.#writtenBytes + part.byteLength);
    this.#forgetWritten();
    this.#rawBytes = 0;
    this.#emit({ rawBytes: bytes.byteLength, bytes, kind: 'as written' });
  }

  #finish(end: Uint8Array): void {
    const rawBytes = this.#rawBytes + end.byteLength;
    const drawn = this.#drawn;
    const parts = drawn ? [drawn.shown, end] : [...this.#written, end];
    const bytes = join(
      parts,
      parts.reduce((sum, { byteLength }) => sum + byteLength, 0),
    );
    this.#drawn = undefined;
    this.#forgetWritten();
    this.#rawBytes = 0;
    this.#hasReturned = false;
    this.#passes = false;
    this.#emit({
      rawBytes,
      bytes,
      kind: drawn === undefined ? 'as written' : drawn.isClear ? 'overwritten' : 'unclear',
    });
  }

  #forgetWritten(): void {
    this.#written = [];
    this.#writtenBytes = 0;
  }
}

function join(parts: readonly Uint8Array[], byteLength: number): Uint8Array {
  const joined = new Uint8Array(byteLength);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}
