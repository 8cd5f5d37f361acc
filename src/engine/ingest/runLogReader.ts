/**
 * Reads an attempt's run log from where the store says that reading ended, and hands it over in batches. What a batch
 * holds and the position after it are kept in one transaction: after a crash nothing is read twice and nothing skipped.
 *
 * The file stays open between two looks: when it is renamed and another one takes its name, what was written to it until then is
 * read first. Of a file that is cut off in place (copytruncate), what was written since the last look is gone.
 */
import { constants, existsSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { hasErrorCode } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { Progress } from '../../model/run';
import type { SeriesAppend } from '../../model/series';
import { maxTimeMs, parseRunLogLine } from '../../model/runLogLine';
import type { IngestBatch, IngestResult, LogPosition, NewEvent } from '../store/ingestBatch';
import { type Line, LineSplitter } from './lineSplitter';
import { appendsOf, PointGatherer } from './pointGatherer';
import { PointLine } from './pointLine';

const readBytes = 512 * 1024;

/** Read in one go; then whatever else waits gets its turn. */
const partBytes = 4 * 1024 * 1024;

/** After this many, warnings of one attempt are only counted: a program that writes rubbish would fill the store. */
const maxWarnings = 100;

export interface RunLogReaderOptions {
  readonly file: string;
  readonly runId: RunId;
  readonly attempt: number;
  /** When the attempt began, in ms since 1970: the origin of `time`. */
  readonly startedAtMs: number;
  readonly position: LogPosition;
  readonly nowMs: () => number;
  /** Keeps a batch; resolves when it is durable. */
  readonly keep: (batch: IngestBatch) => Promise<IngestResult>;
  /** Hears what was kept. What it throws is logged: the batch is kept all the same. */
  readonly onKept: (kept: KeptBatch) => void;
  readonly isGivenUp: () => boolean;
  readonly log: Log;
}

/** What was kept, and what there is to tell of it. */
export interface KeptBatch extends IngestResult {
  /** Made when somebody asks: most runs are followed by nobody. */
  readonly series: () => SeriesAppend[];
}

export class RunLogReader implements Disposable {
  readonly #options: RunLogReaderOptions;
  #position: LogPosition;
  #startedAtMs: number;
  #splitter = new LineSplitter();
  readonly #pointLine = new PointLine();
  /** In the last batch: the next one probably has as many. */
  #points = 0;
  /** Behind what is being kept: the next lines are read meanwhile. */
  #parsed: LogPosition;
  #keeping: Promise<void> = Promise.resolve();
  /** The log, which may have lost its name since. */
  #file: { readonly handle: FileHandle; readonly device: number; readonly inode: number } | undefined;
  /** Where the file is read on: the position and what the splitter holds of an unfinished line. */
  #readFrom: number;
  /** Of the file when its end was first asked for: a program that still writes must not keep its run from ending. */
  #finalBytes: number | undefined;

  constructor(options: RunLogReaderOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#parsed = options.position;
    this.#startedAtMs = options.startedAtMs;
    this.#readFrom = options.position.offsetBytes;
  }

  /** The start may be known only after the first look. */
  startedAt(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
  }

  /**
   * Reads a part of what the file holds by now; true when there is more. `final` takes a last line without a line end
   * too. One call at a time. A missing file is an empty one: most programs never write a run log.
   */
  async drain(final: boolean): Promise<boolean> {
    // Most programs never write one: a look costs less than an error from a thread.
    if (!this.#file && !existsSync(this.#options.file)) return false;
    try {
      const named = await this.#lookAtName();
      if (this.#file && named && (named.ino !== this.#file.inode || named.dev !== this.#file.device)) {
        // First what was written to the old one before the other took its name.
        if (await this.#read(this.#file.handle, false)) return true;
        await this.#turnToOther();
      }
      const file = (this.#file ??= await this.#open());
      const hasMore = file !== undefined && (await this.#read(file.handle, final));
      return hasMore && !this.#options.isGivenUp();
    } catch (error) {
      // What was not kept is read again from the position.
      this.#splitter = new LineSplitter();
      this.#keeping = Promise.resolve();
      this.#parsed = this.#position;
      this.#readFrom = this.#position.offsetBytes;
      throw error;
    }
  }

  /** For when nothing is read any more. */
  dispose(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.handle.close().catch((error: unknown) => this.#options.log.error('A run log could not be closed.', error));
  }

  /** Undefined when no file has the name now. */
  async #lookAtName(): Promise<Stats | undefined> {
    try {
      const named = await stat(this.#options.file);
      return named.isFile() ? named : undefined;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #open(): Promise<{ readonly handle: FileHandle; readonly device: number; readonly inode: number } | undefined> {
    let handle: FileHandle;
    try {
      // Non-blocking: the program could have put a pipe there.
      handle = await open(this.#options.file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    const stats = await handle.stat();
    if (stats.isFile() && !this.#options.isGivenUp()) return { handle, device: stats.dev, inode: stats.ino };
    await handle.close();
    return undefined;
  }

  /** After the end of a file that has lost its name: nothing is written to it any more that is to be ours. */
  async #turnToOther(): Promise<void> {
    const last = this.#splitter.end();
    if (last) await this.#keepLines((builder) => builder.add(last), this.#options.nowMs());
    await this.#keeping;
    await this.#startOver('The run log was replaced by another file; that is read from its beginning.');
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #read(file: FileHandle, final: boolean): Promise<boolean> {
    const hasMore = await this.#drainTo(file, await file.stat(), final);
    await this.#keeping;
    return hasMore;
  }

  async #drainTo(file: FileHandle, { size, mtimeMs }: Stats, final: boolean): Promise<boolean> {
    if (size < this.#readFrom) await this.#startOver('The run log became shorter; it is read anew from its beginning.');
    if (final) this.#finalBytes ??= size;
    const end = Math.min(final ? (this.#finalBytes ?? size) : size, this.#readFrom + partBytes);
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(readBytes, end - this.#readFrom)));
    while (this.#readFrom < end && !this.#options.isGivenUp()) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(readBytes, end - this.#readFrom), this.#readFrom);
      if (bytesRead === 0) break;
      this.#readFrom += bytesRead;
      const bytes = buffer.subarray(0, bytesRead);
      await this.#keepLines((builder) => this.#addLines(builder, bytes), mtimeMs);
    }
    const hasMore = this.#readFrom < (final ? (this.#finalBytes ?? size) : size);
    if (final && !hasMore && !this.#options.isGivenUp()) {
      const last = this.#splitter.end();
      if (last) await this.#keepLines((builder) => builder.add(last), mtimeMs);
    }
    return hasMore;
  }

  async #startOver(message: string): Promise<void> {
    const position = { ...this.#position, offsetBytes: 0, warnings: this.#position.warnings + 1 };
    const builder = new BatchBuilder(this.#options, position, this.#startedAtMs, this.#options.nowMs());
    builder.warn(message);
    this.#splitter = new LineSplitter();
    this.#readFrom = 0;
    this.#finalBytes = undefined;
    this.#parsed = position;
    await this.#keep(builder.build(position));
  }

  /** Resolves when what came before is kept; these lines are kept while the next are read. */
  async #keepLines(addTo: (builder: BatchBuilder) => void, changedAtMs: number): Promise<void> {
    // What was written before the file's last change cannot have been written after it: matters after a restart.
    const seenAtMs = Math.min(this.#options.nowMs(), Math.max(changedAtMs, this.#startedAtMs));
    const builder = new BatchBuilder(this.#options, this.#parsed, this.#startedAtMs, seenAtMs, this.#points);
    addTo(builder);
    if (builder.position.lines === this.#parsed.lines) return;
    const batch = builder.build(builder.position);
    this.#points = batch.points.value.length;
    // One batch at a time: what follows must not be kept when this one is not.
    await this.#keeping;
    this.#parsed = batch.position;
    this.#keeping = this.#keep(batch);
    // Whoever waits for it hears of its failure; until then nobody does.
    this.#keeping.catch(() => undefined);
  }

  #addLines(builder: BatchBuilder, bytes: Buffer): void {
    const line = this.#pointLine;
    this.#splitter.push(
      bytes,
      (each) => builder.add(each),
      (from, end) => {
        let at = from;
        while (at < end) {
          const next = line.read(bytes, at);
          if (next < 0 || !builder.addPoints(line, next - at)) break;
          at = next;
        }
        return at;
      },
    );
  }

  async #keep(batch: IngestBatch): Promise<void> {
    const result = await this.#options.keep(batch);
    this.#position = batch.position;
    try {
      this.#options.onKept({ ...result, series: () => appendsOf(batch.points, batch.attempt, result.revisions) });
    } catch (error) {
      this.#options.log.error('What was read could not be told.', error);
    }
  }
}

class BatchBuilder {
  readonly #options: RunLogReaderOptions;
  readonly #startedAtMs: number;
  readonly #seenAtMs: number;
  readonly #points: PointGatherer;
  readonly #events: NewEvent[] = [];
  readonly #metadataJson: string[] = [];
  readonly #tags = new Set<string>();
  readonly #artifacts: IngestBatch['artifacts'][number][] = [];
  #progress: Progress | undefined;
  #offsetBytes: number;
  #lines: number;
  #nextStep: number;
  #warnings: number;
  #lastStep: number | undefined;
  /** Of the line that is being added. */
  #timeMs = 0;
  #timeSeconds = 0;

  constructor(options: RunLogReaderOptions, position: LogPosition, startedAtMs: number, seenAtMs: number, points = 0) {
    this.#options = options;
    this.#points = new PointGatherer(points);
    this.#startedAtMs = startedAtMs;
    this.#seenAtMs = seenAtMs;
    this.#offsetBytes = position.offsetBytes;
    this.#lines = position.lines;
    this.#nextStep = position.nextStep;
    this.#warnings = position.warnings;
    this.#lastStep = position.lastStep;
  }

  get position(): LogPosition {
    return {
      offsetBytes: this.#offsetBytes,
      lines: this.#lines,
      nextStep: this.#nextStep,
      warnings: this.#warnings,
      lastStep: this.#lastStep,
    };
  }

  add(line: Line): void {
    this.#offsetBytes += line.sizeBytes;
    this.#lines += 1;
    if (line.text.trim() === '' && !line.cut) return;
    if (line.cut) return this.#warnLine([`a line of ${line.sizeBytes} bytes is longer than allowed and was not read`]);
    const parsed = parseRunLogLine(line.text);
    const isDate = this.#setTimes(parsed.timeSeconds, parsed.timestampMs);
    const timeMs = this.#timeMs;
    if (parsed.metrics.length > 0) {
      const step = this.#stepOf(parsed.step);
      for (const [metric, value] of parsed.metrics) this.#points.add(metric, step, this.#timeSeconds, timeMs, value);
    }
    if (parsed.event) this.#events.push({ timeMs, ...parsed.event, step: parsed.step ?? this.#lastStep });
    if (parsed.metadata) this.#metadataJson.push(JSON.stringify(parsed.metadata));
    if (parsed.artifact) this.#artifacts.push({ ...parsed.artifact, timeMs });
    for (const tag of parsed.tags) this.#tags.add(tag);
    this.#progress = parsed.progress ?? this.#progress;
    const warnings = isDate ? parsed.warnings : [...parsed.warnings, '"time" is beyond what a date can hold'];
    if (warnings.length > 0) this.#warnLine(warnings);
  }

  /** As `add`, of a line that has points and nothing else. False when there is more to say of it: it was not added then. */
  addPoints(line: PointLine, sizeBytes: number): boolean {
    if (!this.#setTimes(line.timeSeconds, undefined)) return false;
    this.#offsetBytes += sizeBytes;
    this.#lines += 1;
    if (line.count === 0) return true;
    const step = this.#stepOf(line.step);
    for (let i = 0; i < line.count; i += 1) {
      this.#points.add(line.metrics[i] ?? '', step, this.#timeSeconds, this.#timeMs, line.values[i] ?? NaN);
    }
    return true;
  }

  warn(message: string): void {
    this.#events.push({ timeMs: this.#seenAtMs, level: 'warning', message, step: this.#lastStep });
  }

  build(position: LogPosition): IngestBatch {
    return {
      runId: this.#options.runId,
      attempt: this.#options.attempt,
      points: this.#points.batch(),
      events: this.#events,
      metadataJson: this.#metadataJson,
      tags: [...this.#tags],
      progress: this.#progress,
      artifacts: this.#artifacts,
      position,
      heardAtMs: this.#seenAtMs,
    };
  }

  #warnLine(warnings: readonly string[]): void {
    this.#warnings += 1;
    if (this.#warnings < maxWarnings) this.warn(`Run log line ${this.#lines}: ${warnings.join('; ')}.`);
    else if (this.#warnings === maxWarnings) {
      this.warn(
        `Run log line ${this.#lines}: ${warnings.join('; ')}. Further warnings of this attempt are not listed.`,
      );
    }
  }

  /** The step of a line with metrics. */
  #stepOf(logged: number | undefined): number {
    const step = logged ?? this.#nextStep;
    this.#nextStep += 1;
    this.#lastStep = step;
    return step;
  }

  /**
   * `time` and `timestamp` follow from each other; without either, the moment at which the line was seen. False for a time that
   * no date can hold.
   */
  #setTimes(timeSeconds: number | undefined, timestampMs: number | undefined): boolean {
    const logged = timestampMs ?? (timeSeconds === undefined ? this.#seenAtMs : this.#startedAtMs + timeSeconds * 1000);
    const isDate = Math.abs(logged) <= maxTimeMs;
    this.#timeMs = isDate ? logged : this.#seenAtMs;
    this.#timeSeconds = (isDate ? timeSeconds : undefined) ?? Math.max(0, (this.#timeMs - this.#startedAtMs) / 1000);
    return isDate;
  }
}
