/**
 * When output had grown to where. `output.times`, beside `output.index`, is a list of records of fixed length, at most one a second
 * of growth: `TIME SPREAD STDOUT STDERR`, the milliseconds since 1970, how long before that the growth began, and the bytes of each
 * stream by then. A file that is full keeps every second record, so that it stays below a megabyte however long its attempt goes on.
 *
 * Both streams together had grown to the sum of the two, in the order of `output.index`. Lost records cost nothing but exactness.
 */
import { constants, existsSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import type { OutputStream } from '../../model/outputStream';
import { compactedFolder, type StreamName } from './outputIndex';

export interface OutputTime extends Readonly<Record<StreamName, number>> {
  readonly timeMs: number;
  readonly spreadMs: number;
}

export const timesFile = (folder: string): string => path.join(folder, 'output.times');

const recordText = ({ timeMs, spreadMs, stdout, stderr }: OutputTime): string =>
  `${padded(timeMs, 14)} ${padded(Math.min(spreadMs, 999_999_999), 9)} ${padded(stdout, 12)} ${padded(stderr, 12)}\n`;
const padded = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
const recordBytes = recordText({ timeMs: 0, spreadMs: 0, stdout: 0, stderr: 0 }).length;

const leastApartMs = 1000;
const mostRecords = 16_384;

/** Writes the times of one attempt while it executes. One call at a time. */
export class OutputTimesWriter {
  readonly #folder: string;
  readonly #most: number;
  #records: OutputTime[] | undefined;
  #apartMs = leastApartMs;
  /** Growth that has no record yet. */
  #pending: (Readonly<Record<StreamName, number>> & { readonly sinceMs: number; readonly timeMs: number }) | undefined;

  constructor(folder: string, most = mostRecords) {
    this.#folder = folder;
    this.#most = most;
  }

  /** Takes down that the streams had this many bytes at this time. `final`: nothing comes after it. */
  async take(nowMs: number, sizes: Readonly<Record<StreamName, number>>, final: boolean): Promise<void> {
    const records = (this.#records ??= await readTimes(this.#folder));
    const last = records.at(-1);
    // A clock that was set back must not make the list go back.
    const timeMs = Math.max(nowMs, last?.timeMs ?? 0, this.#pending?.timeMs ?? 0);
    const known = this.#pending ?? last;
    const hasGrown = sizes.stdout > (known?.stdout ?? 0) || sizes.stderr > (known?.stderr ?? 0);
    if (this.#pending && hasGrown && timeMs - this.#pending.timeMs >= this.#apartMs) await this.#write(records);
    if (hasGrown) this.#pending = { sinceMs: this.#pending?.sinceMs ?? timeMs, timeMs, ...sizes };
    const isDue = timeMs - (records.at(-1)?.timeMs ?? -Infinity) >= this.#apartMs;
    if (this.#pending && (isDue || final)) await this.#write(records);
  }

  async #write(records: OutputTime[]): Promise<void> {
    if (!this.#pending) return;
    const { sinceMs, timeMs, stdout, stderr } = this.#pending;
    if (records.length >= this.#most) {
      // The spread of what is left out goes on with the next.
      const thinner = records.flatMap((record, at) => {
        const before = records[at - 1];
        if (at % 2 === 0) return at === records.length - 1 ? [record] : [];
        const spreadMs = before ? record.timeMs - (before.timeMs - before.spreadMs) : record.spreadMs;
        return [{ ...record, spreadMs }];
      });
      const beside = `${timesFile(this.#folder)}.tmp`;
      await writeFile(beside, thinner.map(recordText).join(''), { mode: 0o600 });
      await rename(beside, timesFile(this.#folder));
      records.splice(0, records.length, ...thinner);
      this.#apartMs *= 2;
    }
    const record = { timeMs, spreadMs: timeMs - sinceMs, stdout, stderr };
    const file = await open(timesFile(this.#folder), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      // At its place: what a crash left of a record there is overwritten.
      await file.write(recordText(record), records.length * recordBytes);
    } finally {
      await file.close();
    }
    records.push(record);
    this.#pending = undefined;
  }
}

export const timesText = (times: readonly OutputTime[]): string => times.map(recordText).join('');

/** In ascending order; none for an attempt of an engine that took down no times. */
export async function readTimes(folder: string): Promise<OutputTime[]> {
  const file = timesFile(folder);
  if (!existsSync(file)) return [];
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
  const times: OutputTime[] = [];
  for (let at = 0; at + recordBytes <= text.length; at += recordBytes) {
    const match = /^(\d{14}) (\d{9}) (\d{12}) (\d{12})\n$/.exec(text.slice(at, at + recordBytes));
    if (!match) break;
    const [timeMs = 0, spreadMs = 0, stdout = 0, stderr = 0] = match.slice(1).map(Number);
    times.push({ timeMs, spreadMs, stdout, stderr });
  }
  return times;
}

export interface OutputPlace {
  readonly position: number;
  readonly edition: number;
}

/** Where the output ended at a time, as near as is known; undefined when nothing is known of its times. */
export async function outputAt(folder: string, stream: OutputStream, timeMs: number): Promise<OutputPlace | undefined> {
  const compacted = compactedFolder(folder);
  let isCompacted = existsSync(compacted);
  let times = await readTimes(isCompacted ? compacted : folder);
  // The compacted files may have taken the place of these while they were read.
  if (!isCompacted && existsSync(compacted)) {
    isCompacted = true;
    times = await readTimes(compacted);
  }
  if (times.length === 0) return undefined;
  return { position: positionAt(times, stream, timeMs), edition: isCompacted ? 1 : 0 };
}

function positionAt(times: readonly OutputTime[], stream: OutputStream, timeMs: number): number {
  const sizeOf = (time: OutputTime | undefined): number =>
    time === undefined ? 0 : stream === 'both' ? time.stdout + time.stderr : time[stream];
  const next = times.findIndex((time) => time.timeMs > timeMs);
  if (next < 0) return sizeOf(times.at(-1));
  const after = times[next];
  const before = sizeOf(times[next - 1]);
  if (!after || after.spreadMs <= 0) return before;
  // Evenly, over the time in which it grew.
  const share = Math.max(0, 1 - (after.timeMs - timeMs) / after.spreadMs);
  return Math.floor(before + share * (sizeOf(after) - before));
}
