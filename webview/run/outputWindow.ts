/**
 * A window on an attempt's output, as lines: on its end, which it follows, or anywhere in it. It grows where one scrolls, and is bounded:
 * what is far from there is let go. A gigabyte opens as fast as a line. Knows no DOM.
 *
 * Lines that a program drew over show their last state (`LineStates`), positions are those of the bytes all the same.
 */
import { type Clock, Coalescer } from '../../src/base/clock';
import { type Event, Emitter } from '../../src/base/event';
import { messageOf } from '../../src/base/failure';
import type { Disposable } from '../../src/base/lifecycle';
import { LineStates } from '../../src/model/lineStates';
import { plainText } from '../../src/model/plainText';
import type { OutputStream } from '../../src/model/outputStream';
import type { Params, Result } from '../../src/protocol/contract';
import type { RunPanelContract } from '../../src/protocol/runPanel';

type Ask<N extends 'panel.output' | 'panel.outputAt'> = (
  query: Params<RunPanelContract, N>,
  signal?: AbortSignal,
) => Promise<Result<RunPanelContract, N>>;
export type AskOutput = Ask<'panel.output'>;
export type AskOutputAt = Ask<'panel.outputAt'>;

export interface OutputLine {
  /** Of its first byte in the output. */
  readonly from: number;
  readonly bytes: number;
  readonly text: string;
}

export interface OutputChoice {
  /** 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
}

const partBytes = 256 * 1024;
/** More than this is let go at the other side. */
const mostLines = 60_000;
const mostBytes = 8 * 1024 * 1024;
/** Longer lines are shown in parts. */
const longestLineBytes = 8 * 1024;
const followMs = 250;
const lineFeed = 10;

export class OutputWindow implements Disposable {
  readonly #ask: AskOutput;
  readonly #askAt: AskOutputAt;
  readonly #grow: Coalescer;
  readonly #didChange = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#didChange.event;
  #choice: OutputChoice = { attempt: 0, stream: 'both' };
  #attempt = 0;
  #edition = 0;
  #lines: OutputLine[] = [];
  #states = new LineStates(() => undefined);
  #finished: OutputLine[] = [];
  #from = 0;
  /** Behind the last finished line, where the open one begins. */
  #openFrom = 0;
  #end = 0;
  #sizeBytes = 0;
  #isLoaded = false;
  #failure: string | undefined;
  #working: Promise<void> = Promise.resolve();
  #isBusy = false;
  /** Counts what is opened: an answer to an earlier one is of no use. */
  #opened = 0;
  #marked: number | undefined;
  #isTimeUnknown = false;

  constructor(ask: AskOutput, askAt: AskOutputAt, clock: Clock) {
    this.#ask = ask;
    this.#askAt = askAt;
    this.#grow = new Coalescer(clock, followMs, () => void this.later(), 20);
  }

  /** The last one may be unfinished. */
  get lines(): readonly OutputLine[] {
    return this.#lines;
  }

  get choice(): OutputChoice {
    return this.#choice;
  }

  /** Whose output it is; 0 while there is none. */
  get attempt(): number {
    return this.#attempt;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get loadedBytes(): number {
    return this.#end - this.#from;
  }

  get hasEarlier(): boolean {
    return this.#from > 0;
  }

  get hasLater(): boolean {
    return this.#end < this.#sizeBytes;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  /** The line that was asked for, by its first byte. */
  get marked(): number | undefined {
    return this.#marked;
  }

  /** A time was asked for of which nothing is known; this is the end. */
  get isTimeUnknown(): boolean {
    return this.#isTimeUnknown;
  }

  /** Shows the end. */
  async openEnd(choice: OutputChoice = this.#choice): Promise<void> {
    await this.#open(choice, async () => ({ from: -partBytes }));
  }

  /** Shows the line that had been written last at a time, and marks it; the end, when nothing is known of that time. */
  async openAt(choice: OutputChoice, timeMs: number): Promise<void> {
    await this.#open(choice, async () => {
      const { position, attempt, edition = 0 } = await this.#askAt({ ...choice, timeMs });
      if (position === undefined) return { from: -partBytes, isUnknown: true };
      // Half of the part on either side of it.
      return { from: Math.max(0, position - partBytes / 2), position, attempt, edition };
    });
  }

  /** Loads what is before the first line. */
  async earlier(): Promise<void> {
    await this.#work(async (isWanted) => {
      if (this.#from === 0) return;
      const from = Math.max(0, this.#from - partBytes);
      const part = await this.#ask({ ...this.#query(), from, maxBytes: this.#from - from });
      if (!isWanted()) return;
      if (!this.#continues(part)) return this.#startAgain();
      // Lines are cut at their ends; only one that is longer than a part is cut inside.
      const cut = from === 0 ? 0 : firstLineIn(part.bytes);
      const bytes = part.bytes.subarray(cut);
      const added: OutputLine[] = [];
      let at = from + cut;
      const states = new LineStates((piece) => {
        added.push(lineOf(at, piece.rawBytes, piece.bytes));
        at += piece.rawBytes;
      }, longestLineBytes);
      pushInParts(states, bytes);
      states.end();
      this.#from = from + cut;
      this.#lines = [...added, ...this.#lines];
      this.#letGo('end');
    });
  }

  /** Loads what is behind the last line; nothing when that is the end. */
  async later(): Promise<void> {
    await this.#work(async (isWanted) => {
      if (!this.#isLoaded) return;
      const part = await this.#ask({ ...this.#query(), from: this.#end, maxBytes: partBytes });
      if (!isWanted()) return;
      if (!this.#continues(part)) return this.#startAgain();
      this.#sizeBytes = part.sizeBytes;
      this.#append(part.bytes);
      this.#letGo('start');
    });
  }

  /** The output has grown. `isFollowed`: the end is looked at. */
  grew(isFollowed: boolean): void {
    if (isFollowed && !this.hasLater) this.#grow.trigger();
    else void this.#look();
  }

  dispose(): void {
    this.#opened += 1;
    this.#grow.dispose();
    this.#didChange.dispose();
  }

  #query(): { attempt: number; stream: OutputStream; edition: number } {
    return { attempt: this.#attempt, stream: this.#choice.stream, edition: this.#edition };
  }

  async #open(
    choice: OutputChoice,
    place: () => Promise<{ from: number; position?: number; attempt?: number; edition?: number; isUnknown?: boolean }>,
  ): Promise<void> {
    this.#opened += 1;
    this.#choice = choice;
    await this.#work(async (isWanted) => {
      const { from, position, attempt, edition, isUnknown } = await place();
      const where = attempt === undefined ? choice : { ...choice, attempt };
      const ask = async (at: number) =>
        this.#ask({ ...where, from: at, maxBytes: partBytes, ...(edition === undefined ? {} : { edition }) });
      const part = await ask(from);
      if (!isWanted()) return;
      this.#attempt = part.attempt;
      this.#edition = part.edition ?? 0;
      this.#sizeBytes = part.sizeBytes;
      // Compacted between the two answers: the position is of another edition.
      const isHolding = edition === undefined || edition === (part.edition ?? 0);
      const cut = part.from === 0 ? 0 : firstLineIn(part.bytes);
      this.#begin(part.from + cut);
      this.#append(part.bytes.subarray(cut));
      this.#isTimeUnknown = isUnknown === true || !isHolding;
      // What ends there was written last.
      const last = Math.max(0, (position ?? 0) - 1);
      const marked = this.#lines.find((line) => last < line.from + line.bytes) ?? this.#lines.at(-1);
      this.#marked = position === undefined || !isHolding ? undefined : marked?.from;
      this.#isLoaded = true;
    });
  }

  #begin(from: number): void {
    this.#lines = [];
    this.#finished = [];
    this.#from = from;
    this.#openFrom = from;
    this.#end = from;
    this.#states = new LineStates((piece) => {
      this.#finished.push(lineOf(this.#openFrom, piece.rawBytes, piece.bytes));
      this.#openFrom += piece.rawBytes;
    }, longestLineBytes);
  }

  #append(bytes: Uint8Array): void {
    const openBefore = this.#openFrom;
    pushInParts(this.#states, bytes);
    this.#end += bytes.byteLength;
    const lines = this.#lines.at(-1)?.from === openBefore ? this.#lines.slice(0, -1) : this.#lines;
    const open =
      this.#end > this.#openFrom ? [lineOf(this.#openFrom, this.#end - this.#openFrom, this.#states.open)] : [];
    this.#lines = [...lines, ...this.#finished.splice(0), ...open];
  }

  /** Keeps the window's size by its far side. */
  #letGo(side: 'start' | 'end'): void {
    const isTooMuch = (): boolean => this.#lines.length > mostLines || this.#end - this.#from > mostBytes;
    if (!isTooMuch()) return;
    const surplus = Math.max(this.#lines.length - mostLines, 0);
    const bytes = this.#end - this.#from - mostBytes;
    if (side === 'start') {
      const first = this.#lines.findIndex((line, at) => at >= surplus && line.from - this.#from >= bytes);
      this.#lines = this.#lines.slice(Math.max(0, first));
      this.#from = this.#lines[0]?.from ?? this.#end;
      return;
    }
    const last = this.#lines.findLastIndex((line, at) => at < mostLines && this.#end - line.from - line.bytes >= bytes);
    const kept = this.#lines.slice(0, last + 1);
    const end = kept.at(-1);
    const from = this.#from;
    this.#begin(end ? end.from + end.bytes : from);
    this.#lines = kept;
    this.#from = from;
  }

  #continues(part: Result<RunPanelContract, 'panel.output'>): boolean {
    return part.attempt === this.#attempt && (part.edition ?? 0) === this.#edition;
  }

  /** The output is another one by now: compacted, or of another attempt. */
  #startAgain(): void {
    queueMicrotask(() => void this.openEnd());
  }

  /** How much there is by now, without taking it. */
  async #look(): Promise<void> {
    await this.#work(async (isWanted) => {
      if (!this.#isLoaded) return;
      const part = await this.#ask({ ...this.#query(), from: -1, maxBytes: 1 });
      if (isWanted() && this.#continues(part)) this.#sizeBytes = part.sizeBytes;
    });
  }

  /** One after the other; what has been overtaken by another opening is dropped. Never throws. */
  async #work(work: (isWanted: () => boolean) => Promise<void>): Promise<void> {
    const opened = this.#opened;
    const isWanted = (): boolean => opened === this.#opened;
    const before = this.#working;
    this.#working = (async () => {
      await before;
      if (!isWanted()) return;
      this.#isBusy = true;
      try {
        await work(isWanted);
        if (isWanted()) this.#failure = undefined;
      } catch (error) {
        if (isWanted()) this.#failure = messageOf(error);
      }
      this.#isBusy = false;
      if (isWanted()) this.#didChange.fire();
    })();
    await this.#working;
  }
}

const decoder = new TextDecoder();

function lineOf(from: number, rawBytes: number, bytes: Uint8Array): OutputLine {
  return { from, bytes: rawBytes, text: plainText(decoder.decode(bytes).replace(/\n$/, '')) };
}

/** Where the first whole line begins; 0 where there is none, because a line is longer than the part. */
function firstLineIn(bytes: Uint8Array): number {
  const begin = bytes.indexOf(lineFeed) + 1;
  return begin < bytes.byteLength ? begin : 0;
}

/** A line is only cut between two pushes. */
function pushInParts(states: LineStates, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; at += longestLineBytes)
    states.push(bytes.subarray(at, at + longestLineBytes));
}
