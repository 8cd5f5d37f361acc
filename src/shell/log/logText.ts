/**
 * A window on the end of a program's output, as text a person reads. The editor takes documents whole at each change, so
 * a gigabyte is never loaded: what is older than the window is named in the first line instead. Of lines that a program
 * draws over, progress bars, only the last state is kept: they take no room of others.
 */
import { stripVTControlCharacters } from 'node:util';
import type { OutputPart } from '../../core/source';
import { formatBytes } from '../../model/byteSize';
import { LineStates } from '../../model/lineStates';

export const noOutputYet = 'No output yet.\n';
const lineFeed = 10;

export class LogWindow {
  readonly #maxBytes: number;
  #states: LineStates;
  /** Lines that are finished. */
  #bytes = new Uint8Array(0);
  readonly #finished: Uint8Array[] = [];
  /** Bytes before the window; of lines that are finished, as they are shown. */
  #from = 0;
  #end = 0;
  #attempt = 0;
  #edition = 0;
  /** Whether the window begins at the beginning of a line. */
  #startsClean = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#states = this.#newStates();
  }

  /** Offset in the output of the first byte that is not here yet. */
  get end(): number {
    return this.#end;
  }

  /** Which edition of the output the offset counts in. */
  get edition(): number {
    return this.#edition;
  }

  /** Takes what follows; a part of another attempt or edition, or one that leaves a gap, starts the window anew. */
  append({ attempt, from, bytes, edition = 0 }: OutputPart): void {
    if (attempt !== this.#attempt || edition !== this.#edition || from !== this.#end) {
      this.#attempt = attempt;
      this.#edition = edition;
      this.#from = from;
      this.#startsClean = from === 0;
      this.#bytes = new Uint8Array(0);
      this.#states = this.#newStates();
    }
    this.#end = from + bytes.byteLength;
    this.#states.push(bytes);
    this.#bytes = joined([this.#bytes, ...this.#finished.splice(0)]);
    const start = this.#startIn(this.#bytes);
    if (start === 0) return;
    this.#bytes = this.#bytes.slice(start);
    this.#from += start;
    this.#startsClean = true;
  }

  render(): string {
    if (this.end === 0) return noOutputYet;
    const all = joined([this.#bytes, this.#states.open]);
    const start = this.#startIn(all);
    // In streaming mode a character that is cut at the end waits for its rest instead of becoming a replacement mark.
    const text = readable(new TextDecoder().decode(all.subarray(start), { stream: true }));
    const earlierBytes = this.#from + start;
    return earlierBytes === 0 ? text : `… ${formatBytes(earlierBytes)} earlier\n${text}`;
  }

  #newStates(): LineStates {
    return new LineStates(({ bytes }) => this.#finished.push(bytes), this.#maxBytes);
  }

  /** Where the window's size is kept and a line begins, or at least a character. */
  #startIn(bytes: Uint8Array): number {
    const surplus = Math.max(0, bytes.byteLength - this.#maxBytes);
    if (surplus === 0 && this.#startsClean) return 0;
    const nextLine = bytes.indexOf(lineFeed, surplus) + 1;
    let start = nextLine > 0 ? nextLine : surplus;
    while (start < bytes.byteLength && isContinuation(bytes[start])) start++;
    return start;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without colours and cursor movements. */
export const readable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/\r+\n/g, '\n').replaceAll(/\r$/g, '');
