/** One log document's content: read on from where it ends, while it is looked at, at most four times a second. */
import { l10n } from 'vscode';
import { type Clock, Coalescer } from '../../base/clock';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { OutputPart, Source } from '../../core/source';
import type { LogAddress } from './logAddress';
import { LogMarks } from './logMarks';
import type { Trouble } from '../../core/output/troubleScanner';
import { emptyPage, logPage, type LogPage, wordsPage } from './logPage';
import { OutputText } from './outputText';
import { PartsOutput } from './partsOutput';
import type { LogSection, PartsPage } from './partsPage';

/** The editor holds a document whole: beyond this, find and the outline become slow. */
const windowBytes = 2 * 1024 * 1024;
const updateMs = 250;

/**
 * VS Code looks for links when a text has rested for a second: one that never rests gets such a rest, until it has looked. After one in
 * vain, as where links are turned off, the next comes later.
 */
const restMs = 2500;
const betweenRestsMs = 5000;

/** The editor is behind by as many, at most. */
const mostTaken = 4;
/** Updates that are left out while the editor has not taken the one before; meanwhile it is told of that again now and then. */
const mostWaits = 20;
const waitsUntilToldAgain = 6;

export interface TakenPage {
  readonly revision: number;
  readonly page: LogPage;
}

/** Where to look: relative to the window, or at a byte of the output, which is of an edition. */
export type LogMove =
  'earlier' | 'later' | 'beginning' | 'end' | { readonly position: number; readonly edition?: number };

export class FollowedLog implements Disposable {
  readonly source: Source;
  readonly address: LogAddress;
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #output = new OutputText(windowBytes);
  readonly #parts: PartsOutput;
  readonly marks = new LogMarks(this.#output);
  readonly #update: Coalescer;
  readonly #following = this.#owned.own(new DisposableSlot<Disposable>());
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;
  #working: Promise<unknown> = Promise.resolve();
  #failure: Failure | undefined;
  #hasLater = false;
  /** What is said while nothing was written. */
  #empty: LogPage | PartsPage | undefined;
  #page: LogPage | PartsPage = wordsPage('');
  #revision = 0;
  #taken: readonly TakenPage[] = [];
  #waited = 0;
  /** Which lines with something to be linked VS Code has asked about. */
  #linked = '';
  #restsSinceMs = -Infinity;
  #untilNextRestMs = 0;

  constructor(source: Source, address: LogAddress, clock: Clock, log: Log) {
    this.source = source;
    this.address = address;
    this.#clock = clock;
    this.#log = log;
    this.#update = this.#owned.own(new Coalescer(clock, updateMs, () => void this.#refresh()));
    this.#parts = this.#owned.own(new PartsOutput(source, address.stream, () => this.#update.trigger()));
  }

  /** What it says now. */
  get page(): LogPage {
    return this.#page;
  }

  /** What it says now, for the editor, which shows it in its own time. */
  takePage(): LogPage {
    const revision = this.#revision;
    if (this.#taken[0]?.revision !== revision)
      this.#taken = [{ revision, page: this.#page }, ...this.#taken.slice(0, mostTaken - 1)];
    return this.#page;
  }

  /** Of the pages that the editor took, the newest one that is as told. */
  findTaken(is: (page: LogPage) => boolean): TakenPage | undefined {
    return this.#taken.find(({ page }) => is(page));
  }

  /** VS Code asks what is to be linked. */
  heardOfLinks(): void {
    this.#linked = this.#toBeLinked;
    this.#restsSinceMs = this.#clock.nowMs() - restMs;
    this.#untilNextRestMs = betweenRestsMs;
  }

  get #toBeLinked(): string {
    return `${this.#output.generation} ${this.marks.newestLink}`;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** It shows the end of the output, and what is written is added. */
  get isAtEnd(): boolean {
    return !this.#hasLater && this.sections.length === 0;
  }

  /** One for each part of a run that is made of others and has written nothing itself, else none. */
  get sections(): readonly LogSection[] {
    return 'sections' in this.#page ? this.#page.sections : [];
  }

  /** What went wrong, by lines of the page, from top to bottom. */
  get troubles(): readonly Trouble[] {
    const page: LogPage | PartsPage = this.#page;
    if ('troubles' in page) return page.troubles;
    const { head } = page;
    return this.marks.troubles
      .map((trouble) => ({ ...trouble, start: trouble.start + head, end: trouble.end + head, at: trouble.at + head }))
      .sort((a, b) => a.start - b.start);
  }

  /** Reads what there is, the first time; from then on it is followed. */
  async read(): Promise<LogPage> {
    await this.#inTurn(async () => {
      if (this.#revision === 0) await this.#catchUp();
    });
    return this.#page;
  }

  /** Shows another part. The line of the document that is to be looked at. Throws `Failure` when it cannot be read. */
  async move(to: LogMove): Promise<number> {
    const line = await this.#inTurn(async () => {
      const line = await this.#moveTo(to);
      this.#changed();
      return line;
    });
    return line;
  }

  /** A document that nobody sees costs nothing; it catches up when it is shown again. */
  setVisible(visible: boolean): void {
    this.#parts.setVisible(visible);
    if (!visible) return this.#following.set(undefined);
    if (this.#following.current) return;
    const { runId } = this.address;
    const following = new DisposableStore();
    following.own(this.source.follow(runId, ({ output }) => output && this.#update.trigger()));
    following.own(this.source.onDidReset(() => this.#update.trigger()));
    // The last words are often written with the end.
    following.own(
      this.source.onDidChangeRuns(({ runs }) => {
        if (runs.some(({ id, parentId }) => id === runId || parentId === runId)) this.#update.trigger();
      }),
    );
    this.#following.set(following);
    this.#update.trigger();
  }

  async #refresh(): Promise<void> {
    const isTaken = this.#revision === 0 || this.#taken[0]?.revision === this.#revision;
    // A slow editor gets fewer changes, not a queue of them.
    this.#waited = isTaken ? 0 : this.#waited + 1;
    if (!isTaken && this.#waited < mostWaits) {
      // VS Code asks for a file's time and its text at once: it may have taken an older text for what a newer time says.
      if (this.#waited % waitsUntilToldAgain === 0) this.#tell();
      return this.#update.trigger();
    }
    this.#waited = 0;
    if (this.#restsForLinks()) return this.#update.trigger();
    try {
      await this.#inTurn(async () => this.#catchUp());
    } catch (error) {
      this.#log.error('The output of a run could not be followed.', error);
    }
  }

  #restsForLinks(): boolean {
    if (this.marks.newestLink < 0 || this.#linked === this.#toBeLinked) return false;
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#restsSinceMs + restMs + this.#untilNextRestMs) {
      this.#restsSinceMs = nowMs;
      this.#untilNextRestMs = Math.max(betweenRestsMs, this.#untilNextRestMs * 2);
    }
    return nowMs < this.#restsSinceMs + restMs;
  }

  /** One after another: what is read goes behind what was read before. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#working;
    const working = (async () => {
      await before;
      return work();
    })();
    this.#working = working.catch(() => undefined);
    return working;
  }

  async #catchUp(): Promise<void> {
    const { end, edition, generation } = this.#output;
    const failure = this.#failure;
    const empty = this.#empty?.text;
    try {
      if (this.#output.isOversize && this.isAtEnd) {
        // By itself, so that the editor sees lines go at the beginning, and later others come at the end: it keeps its place.
        this.#output.trim();
        this.#update.trigger();
        return this.#changed();
      }
      if (this.isAtEnd || end <= 0) await this.#readOn();
      this.#empty = this.#output.end > 0 ? undefined : await this.#readEmpty();
      this.#failure = undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failure = error;
    }
    const now = this.#output;
    const isSame =
      now.end === end && now.edition === edition && now.generation === generation && this.#empty?.text === empty;
    if (this.#revision === 0 || !isSame || this.#failure !== failure) this.#changed();
  }

  async #readOn(): Promise<void> {
    const { end, edition } = this.#output;
    const first = end <= 0;
    let part = await this.#part(first ? -windowBytes : end);
    // Far behind: go on at the end instead of reading all that lies between. And when it was compacted: begin anew.
    const isOther = !first && (part.edition ?? 0) !== edition;
    if (isOther || part.sizeBytes - part.from > windowBytes) part = await this.#part(-windowBytes);
    this.#output.append(part);
    if (this.#output.isOversize) this.#update.trigger();
  }

  async #readEmpty(): Promise<LogPage | PartsPage> {
    const { runId, attempt, stream } = this.address;
    const { run } = await this.source.run(runId);
    return run.children === undefined ? emptyPage(run, attempt, stream) : this.#parts.read(run);
  }

  async #moveTo(to: LogMove): Promise<number> {
    const output = this.#output;
    const { from, end } = output;
    if (to === 'end') {
      this.#begin(await this.#part(-windowBytes));
      return this.#pageLine(Infinity);
    }
    if (to === 'beginning') {
      this.#begin(await this.#part(0));
      return 0;
    }
    // A quarter is in both, so that one sees where one was.
    const overlap = windowBytes / 4;
    const seen = typeof to === 'object' ? to.position : to === 'earlier' ? from : end;
    const begin =
      typeof to === 'object'
        ? to.position - windowBytes / 2
        : to === 'earlier'
          ? from - windowBytes + overlap
          : end - overlap;
    const part = await this.#part(Math.max(0, begin));
    if (typeof to === 'object' && (part.edition ?? 0) !== (to.edition ?? 0)) throw compacted();
    if (typeof to !== 'object' && (part.edition ?? 0) !== output.edition) {
      // Positions of before do not hold.
      this.#begin(await this.#part(-windowBytes));
      return this.#pageLine(Infinity);
    }
    this.#begin(part);
    return this.#pageLine(seen);
  }

  #begin(part: OutputPart): void {
    this.#output.clear();
    this.#output.append(part);
    if (this.#output.end > 0) this.#empty = undefined;
    this.#hasLater = part.from + part.bytes.byteLength < part.sizeBytes;
    this.#failure = undefined;
  }

  #pageLine(position: number): number {
    const head = this.#output.from > 0 ? 1 : 0;
    return head + this.#output.lineAt(position);
  }

  async #part(from: number): Promise<OutputPart> {
    const { runId, attempt, stream } = this.address;
    const { edition } = this.#output;
    return this.source.output({ runId, attempt, stream, from, maxBytes: windowBytes, edition });
  }

  #changed(): void {
    this.#page = this.#failure
      ? wordsPage(`${l10n.t('The output cannot be read: {0}', this.#failure.message)}\n`)
      : (this.#empty ?? logPage(this.#output, this.#hasLater));
    this.#tell();
  }

  #tell(): void {
    this.#revision += 1;
    this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

const compacted = (): Failure =>
  new Failure('Conflict', l10n.t('The output has been compacted meanwhile: its lines are at other places now.'), {
    hint: l10n.t('Find it once more.'),
  });
