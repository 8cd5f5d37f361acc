/**
 * A part of a program's output as lines that a person reads, with their colours apart. The editor holds documents whole, so a
 * gigabyte is never loaded: there is a window of it. Of lines that a program draws over, progress bars, only the last state
 * is kept: they take no room of others.
 */
import type { OutputPart } from '../../core/source';
import { LineStates } from '../../model/lineStates';
import { type StyledLine, StyledLines } from '../../model/styledText';

const lineFeed = 10;
/** Longer lines are shown as several: editors cut them off anyway. */
const maxLineBytes = 64 * 1024;

interface KeptLine extends StyledLine {
  /** Of the output, with the line feed. */
  readonly rawBytes: number;
  /** What it takes of the window. */
  readonly shownBytes: number;
}

export class OutputText {
  readonly #maxBytes: number;
  #lines: KeptLine[] = [];
  #shownBytes = 0;
  #states = new LineStates(() => undefined);
  #styles = new StyledLines();
  #decoder = new TextDecoder();
  #from = 0;
  #end = 0;
  #attempt = 0;
  #edition = 0;
  #generation = 0;
  #firstNumber = 0;
  /** What comes next is the rest of a line whose beginning is not here. */
  #isInsideLine = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#begin(0, 0, 0);
  }

  /** Offset in the output of the first byte that is here. */
  get from(): number {
    return this.#from;
  }

  /** Offset in the output of the first byte that is not here yet. */
  get end(): number {
    return this.#end;
  }

  /** Which edition of the output the offsets count in. */
  get edition(): number {
    return this.#edition;
  }

  get attempt(): number {
    return this.#attempt;
  }

  /** Another one whenever it has begun anew. */
  get generation(): number {
    return this.#generation;
  }

  /** Lines that are finished. */
  get lines(): readonly StyledLine[] {
    return this.#lines;
  }

  /** How many lines of this generation came before the first one that is here. */
  get firstNumber(): number {
    return this.#firstNumber;
  }

  /** The line that is not finished, if there is one. */
  get open(): StyledLine | undefined {
    const bytes = this.#states.open;
    if (bytes.byteLength === 0) return undefined;
    // In streaming mode a character that is cut at the end waits for its rest instead of becoming a replacement mark.
    return this.#styles.peek(new TextDecoder().decode(bytes, { stream: true }).replace(/\r+$/, ''));
  }

  /** Takes what follows; a part of another attempt or edition, or one that leaves a gap, starts the window anew. */
  append({ attempt, from, bytes, edition = 0 }: OutputPart): void {
    if (attempt !== this.#attempt || edition !== this.#edition || from !== this.#end)
      this.#begin(attempt, edition, from);
    this.#end = from + bytes.byteLength;
    this.#states.push(bytes);
  }

  /** Begins anew with whatever comes next. */
  clear(): void {
    this.#begin(0, 0, -1);
  }

  /** True when it has grown so far beyond its size that it is worth while to `trim`. */
  get isOversize(): boolean {
    return this.#shownBytes > this.#maxBytes * 1.25;
  }

  /** Leaves out lines at the beginning until the size is kept. */
  trim(): void {
    let count = 0;
    while (this.#shownBytes > this.#maxBytes && count < this.#lines.length) {
      const { rawBytes, shownBytes } = this.#lines[count] ?? { rawBytes: 0, shownBytes: 0 };
      this.#from += rawBytes;
      this.#shownBytes -= shownBytes;
      count += 1;
    }
    this.#lines = this.#lines.slice(count);
    this.#firstNumber += count;
  }

  /** Index of the line that has a byte of the output; the last one for what is behind it. */
  lineAt(position: number): number {
    let end = this.#from;
    const index = this.#lines.findIndex(({ rawBytes }) => (end += rawBytes) > position);
    return index < 0 ? Math.max(0, this.#lines.length - (this.open ? 0 : 1)) : index;
  }

  #begin(attempt: number, edition: number, from: number): void {
    this.#attempt = attempt;
    this.#edition = edition;
    this.#from = Math.max(0, from);
    this.#end = from;
    this.#generation += 1;
    this.#firstNumber = 0;
    this.#isInsideLine = from > 0;
    this.#lines = [];
    this.#shownBytes = 0;
    this.#styles = new StyledLines();
    this.#decoder = new TextDecoder();
    this.#states = new LineStates((piece) => this.#take(piece.bytes, piece.rawBytes), maxLineBytes);
  }

  #take(bytes: Uint8Array, rawBytes: number): void {
    const isEnd = bytes.at(-1) === lineFeed;
    const isRest = this.#isInsideLine;
    this.#isInsideLine = false;
    // Of a line that is longer than all that was read, better a part than nothing.
    if (isRest && isEnd) {
      this.#from += rawBytes;
      return;
    }
    // The rest of a long line was shown already.
    if (bytes.byteLength === 1 && isEnd && this.#lines.length > 0 && this.#isCut) {
      this.#isCut = false;
      this.#addToLast(rawBytes);
      return;
    }
    this.#isCut = !isEnd;
    const text = this.#decoder.decode(isEnd ? bytes.subarray(0, -1) : bytes, { stream: true }).replace(/\r+$/, '');
    // It may begin inside of a character.
    const { text: shown, spans, links } = this.#styles.take(isRest ? text.replace(/^\ufffd+/, '') : text);
    this.#lines.push({ text: shown, spans, links, rawBytes, shownBytes: bytes.byteLength });
    this.#shownBytes += bytes.byteLength;
  }

  /** The last line was a part of a longer one. */
  #isCut = false;

  #addToLast(rawBytes: number): void {
    const last = this.#lines.pop();
    if (last) this.#lines.push({ ...last, rawBytes: last.rawBytes + rawBytes });
  }
}
