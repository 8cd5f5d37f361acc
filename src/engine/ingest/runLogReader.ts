/**
 * Reads an attempt's run log from where the store says that reading ended, and hands it over in batches. What a batch
 * holds and the position after it are kept in one transaction: after a crash nothing is read twice and nothing skipped.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hasErrorCode } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { Progress } from '../../model/run';
import { parseRunLogLine, type RunLogLine } from '../../model/runLogLine';
import type { IngestBatch, LogPosition } from '../store/ingestBatch';
import type { Point } from '../store/seriesStore';
import { type Line, LineSplitter } from './lineSplitter';

const readBytes = 256 * 1024;

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
  readonly keep: (batch: IngestBatch) => Promise<void>;
}

export class RunLogReader {
  readonly #options: RunLogReaderOptions;
  #position: LogPosition;
  #startedAtMs: number;

  constructor(options: RunLogReaderOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#startedAtMs = options.startedAtMs;
  }

  /** The start may be known only after the first look. */
  startedAt(startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
  }

  /**
   * Reads to the end of the file; `final` takes a last line without a line end too. One call at a time. A missing file
   * is an empty one: most programs never write a run log.
   */
  async drain(final: boolean): Promise<void> {
    let file: FileHandle;
    try {
      // Non-blocking: the program could have put a pipe there.
      file = await open(this.#options.file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return;
      throw error;
    }
    try {
      await this.#drainFile(file, final);
    } finally {
      await file.close();
    }
  }

  async #drainFile(file: FileHandle, final: boolean): Promise<void> {
    const stat = await file.stat();
    if (!stat.isFile()) return;
    if (stat.size < this.#position.offsetBytes) await this.#startOver();
    // What was written before the file's last change cannot have been written after it: matters after a restart.
    const seenAtMs = Math.min(this.#options.nowMs(), Math.max(stat.mtimeMs, this.#startedAtMs));
    const splitter = new LineSplitter();
    const buffer = Buffer.allocUnsafe(readBytes);
    let readFrom = this.#position.offsetBytes;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, readBytes, readFrom);
      readFrom += bytesRead;
      const lines = splitter.push(buffer.subarray(0, bytesRead));
      if (bytesRead === 0 && final) {
        const last = splitter.end();
        if (last) lines.push(last);
      }
      if (lines.length > 0) await this.#keep(lines, seenAtMs);
      if (bytesRead === 0) return;
    }
  }

  async #startOver(): Promise<void> {
    const position = { ...this.#position, offsetBytes: 0, warnings: this.#position.warnings + 1 };
    const builder = new BatchBuilder(this.#options, position, this.#startedAtMs, this.#options.nowMs());
    builder.warn('The run log became shorter; it is read anew from its beginning.');
    await this.#options.keep(builder.build(position));
    this.#position = position;
  }

  async #keep(lines: readonly Line[], seenAtMs: number): Promise<void> {
    const builder = new BatchBuilder(this.#options, this.#position, this.#startedAtMs, seenAtMs);
    for (const line of lines) builder.add(line);
    const position = builder.position;
    await this.#options.keep(builder.build(position));
    this.#position = position;
  }
}

class BatchBuilder {
  readonly #options: RunLogReaderOptions;
  readonly #startedAtMs: number;
  readonly #seenAtMs: number;
  readonly #points: Point[] = [];
  readonly #events: { timeMs: number; level: 'debug' | 'info' | 'warning' | 'error'; message: string }[] = [];
  readonly #metadataJson: string[] = [];
  readonly #tags: string[] = [];
  readonly #artifacts: IngestBatch['artifacts'][number][] = [];
  #progress: Progress | undefined;
  #offsetBytes: number;
  #lines: number;
  #nextStep: number;
  #warnings: number;

  constructor(options: RunLogReaderOptions, position: LogPosition, startedAtMs: number, seenAtMs: number) {
    this.#options = options;
    this.#startedAtMs = startedAtMs;
    this.#seenAtMs = seenAtMs;
    this.#offsetBytes = position.offsetBytes;
    this.#lines = position.lines;
    this.#nextStep = position.nextStep;
    this.#warnings = position.warnings;
  }

  get position(): LogPosition {
    return {
      offsetBytes: this.#offsetBytes,
      lines: this.#lines,
      nextStep: this.#nextStep,
      warnings: this.#warnings,
    };
  }

  add(line: Line): void {
    this.#offsetBytes += line.sizeBytes;
    this.#lines += 1;
    if (line.text.trim() === '' && !line.cut) return;
    if (line.cut) return this.#warnLine([`a line of ${line.sizeBytes} bytes is longer than allowed and was not read`]);
    const parsed = parseRunLogLine(line.text);
    const { timeMs, timeSeconds } = this.#times(parsed);
    if (parsed.metrics.length > 0) {
      const step = parsed.step ?? this.#nextStep;
      this.#nextStep += 1;
      for (const [metric, value] of parsed.metrics)
        this.#points.push({ metric, step, timeSeconds, wallMs: timeMs, value });
    }
    if (parsed.event) this.#events.push({ timeMs, ...parsed.event });
    if (parsed.metadata) this.#metadataJson.push(JSON.stringify(parsed.metadata));
    if (parsed.artifact) this.#artifacts.push({ ...parsed.artifact, timeMs });
    this.#tags.push(...parsed.tags);
    this.#progress = parsed.progress ?? this.#progress;
    if (parsed.warnings.length > 0) this.#warnLine(parsed.warnings);
  }

  warn(message: string): void {
    this.#events.push({ timeMs: this.#seenAtMs, level: 'warning', message });
  }

  build(position: LogPosition): IngestBatch {
    return {
      runId: this.#options.runId,
      attempt: this.#options.attempt,
      points: this.#points,
      events: this.#events,
      metadataJson: this.#metadataJson,
      tags: this.#tags,
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

  /** `time` and `timestamp` follow from each other; without either, the moment at which the line was seen. */
  #times(parsed: RunLogLine): { readonly timeMs: number; readonly timeSeconds: number } {
    const timeMs =
      parsed.timestampMs ??
      (parsed.timeSeconds === undefined ? this.#seenAtMs : this.#startedAtMs + parsed.timeSeconds * 1000);
    const timeSeconds = parsed.timeSeconds ?? Math.max(0, (timeMs - this.#startedAtMs) / 1000);
    return { timeMs, timeSeconds };
  }
}
