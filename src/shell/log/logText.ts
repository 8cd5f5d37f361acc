/**
 * A window on the end of a program's output, as text a person reads. The editor takes documents whole at each change, so
 * a gigabyte is never loaded: what is older than the window is named in the first line instead.
 */
import { stripVTControlCharacters } from 'node:util';
import type { OutputPart } from '../../core/source';
import { formatBytes } from '../../model/byteSize';

export const noOutputYet = 'No output yet.\n';
const lineFeed = 10;

export class LogWindow {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  #from = 0;
  #attempt = 0;
  /** Whether the window begins at the beginning of a line. */
  #startsClean = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Offset of the first byte that is not here yet. */
  get end(): number {
    return this.#from + this.#bytes.byteLength;
  }

  /** Bytes before the window. */
  get earlierBytes(): number {
    return this.#from;
  }

  /** Takes what follows; a part of another attempt, or one that leaves a gap, starts the window anew. */
  append({ attempt, from, bytes }: OutputPart): void {
    if (attempt !== this.#attempt || from !== this.end) {
      this.#attempt = attempt;
      this.#from = from;
      this.#startsClean = from === 0;
      this.#bytes = bytes.slice();
    } else {
      const joined = new Uint8Array(this.#bytes.byteLength + bytes.byteLength);
      joined.set(this.#bytes);
      joined.set(bytes, this.#bytes.byteLength);
      this.#bytes = joined;
    }
    this.#cut();
  }

  render(): string {
    if (this.end === 0) return noOutputYet;
    // In streaming mode a character that is cut at the end waits for its rest instead of becoming a replacement mark.
    const text = readable(new TextDecoder().decode(this.#bytes, { stream: true }));
    return this.#from === 0 ? text : `… ${formatBytes(this.#from)} earlier\n${text}`;
  }

  /** Keeps the window's size, and begins it at a line, or at least at a character. */
  #cut(): void {
    const surplus = Math.max(0, this.#bytes.byteLength - this.#maxBytes);
    if (surplus === 0 && this.#startsClean) return;
    const nextLine = this.#bytes.indexOf(lineFeed, surplus) + 1;
    let start = nextLine > 0 ? nextLine : surplus;
    while (start < this.#bytes.byteLength && isContinuation(this.#bytes[start])) start++;
    this.#bytes = this.#bytes.slice(start);
    this.#from += start;
    this.#startsClean = true;
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without colours and cursor movements; a line that a progress bar rewrote shows its last state. */
export function readable(text: string): string {
  const plain = stripVTControlCharacters(text).replaceAll('\r\n', '\n');
  if (!plain.includes('\r')) return plain;
  return plain
    .split('\n')
    .map((line) => (line.includes('\r') ? (line.split('\r').findLast((state) => state !== '') ?? '') : line))
    .join('\n');
}
