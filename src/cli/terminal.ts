/**
 * The terminal: results and a run's output on stdout, everything that Sidelab says on stderr, and at most one line that is
 * rewritten in place there. Where stderr is no terminal, that line is written as it is, at most every few seconds.
 */
import { plainText } from './plainText';

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** False when it holds more than is taken of it. */
  write(data: string | Uint8Array): unknown;
  once?(event: 'drain', call: () => void): unknown;
}

const summaryEveryMs = 5000;
const newline = 10;

export class Terminal {
  readonly #stdout: TerminalStream;
  readonly #stderr: TerminalStream;
  readonly #nowMs: () => number;
  #liveLine = '';
  #shown = false;
  /** The run's output stands in the middle of a line: nothing else may be written there. */
  #midLine = false;
  #summaryAtMs = -Infinity;
  #summary = '';

  constructor(stdout: TerminalStream, stderr: TerminalStream, nowMs: () => number) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#nowMs = nowMs;
  }

  get isLive(): boolean {
    return this.#stderr.isTTY === true;
  }

  get columns(): number {
    // A terminal that does not know its size says 0.
    return this.#stderr.columns || 80;
  }

  /** A result, for people and pipes. */
  print(text: string): void {
    this.#hide();
    this.#stdout.write(`${text}\n`);
    this.#show();
  }

  /** Something said about what happens. */
  say(text: string): void {
    this.#hide();
    this.#endLine();
    this.#stderr.write(`${text}\n`);
    this.#show();
  }

  /** Bytes of a run's output, as they are: colours are the program's business. */
  output(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#output(bytes);
  }

  /** The same for what has no end to speak of: resolves when there is room for more, however slowly it is read. */
  async outputAsRead(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0 || this.#output(bytes) !== false) return;
    await new Promise<void>((resolve) => {
      if (this.#stdout.once) this.#stdout.once('drain', resolve);
      else resolve();
    });
  }

  #output(bytes: Uint8Array): unknown {
    this.#hide();
    const hasRoom = this.#stdout.write(bytes);
    this.#midLine = bytes.at(-1) !== newline;
    this.#show();
    return hasRoom;
  }

  /** Rewrites the live line. */
  progress(line: string): void {
    const text = plainText(line);
    if (this.isLive) {
      if (text === this.#liveLine && this.#shown) return;
      this.#hide();
      this.#liveLine = text.slice(0, Math.max(1, this.columns - 1));
      this.#show();
    } else if (text !== this.#summary && this.#nowMs() - this.#summaryAtMs >= summaryEveryMs) {
      this.#summaryAtMs = this.#nowMs();
      this.#summary = text;
      this.say(text);
    }
  }

  /** Takes the live line away. */
  clearProgress(): void {
    this.#hide();
    this.#liveLine = '';
  }

  /** A question at the end of its own line. */
  ask(text: string): void {
    this.#hide();
    this.#endLine();
    this.#stderr.write(`${text} `);
  }

  #hide(): void {
    if (this.#shown) this.#stderr.write('\r\u001b[K');
    this.#shown = false;
  }

  #show(): void {
    // Half a line of output and our line cannot share a row; it returns with the next line's end.
    if (!this.isLive || this.#liveLine === '' || (this.#midLine && this.#stdout.isTTY)) return;
    this.#stderr.write(this.#liveLine);
    this.#shown = true;
  }

  #endLine(): void {
    if (this.#midLine && this.#stdout.isTTY) {
      this.#stderr.write('\n');
      this.#midLine = false;
    }
  }
}
