/**
 * Looks for a pattern in an attempt's output, line by line as a person reads them: without colours, and of a line that was
 * drawn over its last state. One call looks through a bounded part; the next goes on behind it.
 */
import type { OutputStream } from '../../model/outputStream';
import { withoutControls } from '../../model/controlSequences';
import { type FoundLine, type OutputPattern, patternExpression } from '../../model/outputSearch';
import { readOutput } from '../ingest/outputIndex';

export interface OutputSearch {
  readonly folder: string;
  readonly stream: OutputStream;
  readonly isFinal: boolean;
  readonly pattern: OutputPattern;
  /** Where a line begins, and the number of lines before it. */
  readonly from: number;
  readonly linesBefore: number;
  /** Lines that are wanted. */
  readonly limit: number;
  /** Looks no further once so much is read. */
  readonly maxBytes: number;
}

export interface FoundPage {
  readonly lines: FoundLine[];
  /** Where to go on; absent at the end of the output. */
  readonly next?: { readonly from: number; readonly linesBefore: number };
  readonly searchedTo: number;
  readonly sizeBytes: number;
  readonly edition: number;
}

/** An answer is due by then: who waits sees how far it has come. */
const answerMs = 500;
const chunkBytes = 4 * 1024 * 1024;
/** A line longer than a chunk is searched in parts, and these in common: what stands at their border is found. */
const commonBytes = 4096;
/** Expressions may take time that grows with the square of the length. */
const maxExpressionLength = 64 * 1024;
const lineFeed = 10;

export async function findInOutput(search: OutputSearch): Promise<FoundPage> {
  const beganMs = performance.now();
  const { folder, stream, isFinal, limit, maxBytes } = search;
  const finder = new LineFinder(search.pattern, limit);
  let { from, linesBefore } = search;
  for (;;) {
    const part = await readOutput(folder, { stream, from, maxBytes: chunkBytes, isFinal });
    const { bytes, sizeBytes, edition } = part;
    const isAtEnd = from + bytes.byteLength >= sizeBytes;
    const whole = isAtEnd ? bytes.byteLength : bytes.lastIndexOf(lineFeed) + 1;
    const isLongLine = whole === 0 && bytes.byteLength > 0;
    const length = isLongLine ? bytes.byteLength : whole;
    const taken = finder.take(Buffer.from(bytes.buffer, bytes.byteOffset, length), from, linesBefore);
    linesBefore = taken.linesBefore;
    const back = isLongLine && !isAtEnd ? commonBytes : 0;
    from += taken.bytes - (taken.bytes === length ? back : 0);
    const at = { lines: finder.found, searchedTo: from, sizeBytes, edition };
    if (isAtEnd && taken.bytes === length) return at;
    const isEnough =
      finder.found.length >= limit || from - search.from >= maxBytes || performance.now() - beganMs > answerMs;
    if (isEnough || bytes.byteLength === 0) return { ...at, next: { from, linesBefore } };
  }
}

/** How far it has come: lines before, and bytes that need not be looked at again. */
interface Taken {
  readonly linesBefore: number;
  readonly bytes: number;
}

class LineFinder {
  readonly found: FoundLine[] = [];
  readonly #expression: RegExp;
  readonly #isLiteral: boolean;
  readonly #limit: number;

  constructor(pattern: OutputPattern, limit: number) {
    this.#expression = patternExpression(pattern);
    this.#isLiteral = !pattern.isRegex;
    this.#limit = limit;
  }

  take(bytes: Buffer, from: number, linesBefore: number): Taken {
    const lines = new LinePlaces(bytes);
    const text = bytes.toString('utf8');
    const readable = bytes.includes(0x1b) ? withoutSequences(text) : text;
    // What was drawn over is not to be seen: that has to be looked at line by line, and an expression has to, anyway.
    const search = this.#isLiteral && !bytes.includes(13) ? this.#takeWhole : this.#takeLines;
    const all = search.call(this, readable, lines, from, linesBefore);
    if (!all) return { linesBefore: linesBefore + lines.passed, bytes: lines.at };
    lines.skipToEnd();
    return { linesBefore: linesBefore + lines.passed, bytes: bytes.byteLength };
  }

  /** False when it has found enough before the end; `lines` is then behind the last line that it found. */
  #takeWhole(text: string, lines: LinePlaces, from: number, linesBefore: number): boolean {
    const expression = this.#expression;
    expression.lastIndex = 0;
    let counted = 0;
    for (;;) {
      const match = expression.exec(text);
      if (!match) return true;
      const start = text.lastIndexOf('\n', match.index - 1) + 1;
      const feed = text.indexOf('\n', match.index);
      const end = feed < 0 ? text.length : feed;
      lines.skip(countFeeds(text, counted, start));
      counted = start;
      this.#add(
        text.slice(start, end),
        match.index - start,
        match[0].length,
        from + lines.at,
        linesBefore + lines.passed,
      );
      if (feed < 0) return true;
      expression.lastIndex = end + 1;
      if (this.found.length < this.#limit) continue;
      lines.skip(1);
      return false;
    }
  }

  #takeLines(text: string, lines: LinePlaces, from: number, linesBefore: number): boolean {
    for (let start = 0; start < text.length;) {
      const feed = text.indexOf('\n', start);
      const end = feed < 0 ? text.length : feed;
      const line = lastState(text.slice(start, end));
      for (let at = 0; at < Math.max(1, line.length); at += maxExpressionLength) {
        this.#expression.lastIndex = 0;
        const match = this.#expression.exec(
          line.length > maxExpressionLength ? line.slice(at, at + maxExpressionLength) : line,
        );
        if (!match) continue;
        this.#add(line, at + match.index, match[0].length, from + lines.at, linesBefore + lines.passed);
        break;
      }
      if (feed < 0) return true;
      lines.skip(1);
      start = feed + 1;
      if (this.found.length >= this.#limit) return start >= text.length;
    }
    return true;
  }

  #add(line: string, column: number, length: number, position: number, before: number): void {
    const number = before + 1;
    // The next part of a line that was found in before.
    if (this.found.at(-1)?.line === number) return;
    const start = Math.max(0, column - 100);
    const cut = line.slice(start, column + Math.min(length, 200) + 200);
    const lead = start === 0 ? '' : '…';
    this.found.push({
      position,
      line: number,
      text: lead + cut,
      column: column - start + lead.length,
      length: Math.min(length, 200),
    });
  }
}

/** Goes from line to line in bytes. */
class LinePlaces {
  readonly #bytes: Buffer;
  /** Where the line begins. */
  at = 0;
  /** Lines before it. */
  passed = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(lines: number): void {
    for (let left = lines; left > 0; left -= 1) {
      const feed = this.#bytes.indexOf(lineFeed, this.at);
      if (feed < 0) return;
      this.at = feed + 1;
      this.passed += 1;
    }
  }

  skipToEnd(): void {
    const bytes = this.#bytes;
    for (let index = this.at; index < bytes.byteLength; index += 1) if (bytes[index] === lineFeed) this.passed += 1;
    this.at = bytes.byteLength;
  }
}

function countFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let feed = text.indexOf('\n', from); feed >= 0 && feed < to; feed = text.indexOf('\n', feed + 1)) count += 1;
  return count;
}

/** Carriage returns stay: they say what was drawn over. */
const withoutSequences = (text: string): string => text.split('\r').map(withoutControls).join('\r');

function lastState(line: string): string {
  const ended = line.replace(/\r+$/, '');
  return ended.slice(ended.lastIndexOf('\r') + 1);
}
