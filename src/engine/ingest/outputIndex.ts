/**
 * In which order stdout and stderr grew. Two files keep the streams apart; this small third one, `output.index`, lets
 * them be read together as they came, to the nearest look. It is a list of records of fixed length, `1 BYTES` (stdout) or
 * `2 BYTES` (stderr); the last record grows in place while its stream goes on, which for most programs is for ever.
 *
 * While an attempt executes only what is in the index is read as "both": what has been read once never moves. After its
 * end what the index lacks (a full disk, a dead engine) is appended, stdout first. Later its files may be replaced by
 * compacted ones (`compactOutput.ts`): another edition, whose positions are others.
 */
import { constants, existsSync, statSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import type { OutputStream } from '../../model/outputStream';
import { outputFile } from '../execute/local/attemptFolder';

export type StreamName = 'stdout' | 'stderr';

export interface Segment {
  readonly stream: StreamName;
  readonly from: number;
  readonly bytes: number;
}

export const streams = ['stdout', 'stderr'] as const;

/** Has the compacted files, under the same names, once they are whole. */
export const compactedFolder = (folder: string): string => path.join(folder, 'output.compacted');
export const indexFile = (folder: string): string => path.join(folder, 'output.index');

/** "1 000000001234\n": stream, bytes, line end. */
const digits = 12;
const recordBytes = digits + 3;

/** Looks for the last line end among so many bytes: where both streams grew, a segment should not end inside a line. */
const lookBackBytes = 16 * 1024;

/** Writes the index of one attempt while it executes. One call at a time. */
export class OutputIndexWriter {
  readonly #folder: string;
  readonly #covered = { stdout: 0, stderr: 0 };
  #records: Segment[] | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes of each stream that are in the index. */
  get covered(): Readonly<Record<StreamName, number>> {
    return { ...this.#covered };
  }

  /** Takes down what has grown; true when something has. `final` takes everything. */
  async look(final: boolean): Promise<boolean> {
    if (!this.#records) {
      this.#records = await readIndex(this.#folder);
      for (const { stream, bytes } of this.#records) this.#covered[stream] += bytes;
    }
    const sizes = {
      stdout: sizeOf(outputFile(this.#folder, 'stdout')),
      stderr: sizeOf(outputFile(this.#folder, 'stderr')),
    };
    const grown = streams.filter((stream) => sizes[stream] > this.#covered[stream]);
    for (const stream of grown) {
      const isAlone = final || grown.length === 1;
      const end = isAlone ? sizes[stream] : await this.#lastLineEnd(stream, sizes[stream]);
      if (end > this.#covered[stream]) await this.#take(this.#records, stream, end - this.#covered[stream]);
    }
    return grown.length > 0;
  }

  async #take(records: Segment[], stream: StreamName, bytes: number): Promise<void> {
    const last = records.at(-1);
    const grows = last?.stream === stream;
    const record = grows ? { ...last, bytes: last.bytes + bytes } : { stream, from: this.#covered[stream], bytes };
    const at = grows ? records.length - 1 : records.length;
    const text = indexRecord(record);
    const file = await open(indexFile(this.#folder), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await file.write(text, at * recordBytes);
    } finally {
      await file.close();
    }
    // Only now: what could not be written is taken down at the next look.
    records[at] = record;
    this.#covered[stream] += bytes;
  }

  async #lastLineEnd(stream: StreamName, to: number): Promise<number> {
    const from = this.#covered[stream];
    const start = Math.max(from, to - lookBackBytes);
    const tail = Buffer.alloc(to - start);
    const file = await open(outputFile(this.#folder, stream), 'r');
    let newline: number;
    try {
      newline = tail.subarray(0, await readInto(file, tail, start)).lastIndexOf(10);
    } finally {
      await file.close();
    }
    // One long unfinished line: better cut than kept back.
    if (newline < 0) return to - from > lookBackBytes ? to : from;
    return start + newline + 1;
  }
}

export interface OutputRange {
  readonly stream: OutputStream;
  /** Negative counts from the end. */
  readonly from: number;
  readonly maxBytes: number;
  /** The attempt has ended: nothing will be put in between any more. */
  readonly isFinal: boolean;
}

export interface ReadOutput {
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** 0: as it was written. 1: lines that were drawn over have only their last state. Positions are of one edition. */
  readonly edition: number;
}

export async function readOutput(folder: string, range: OutputRange): Promise<ReadOutput> {
  const compacted = compactedFolder(folder);
  for (;;) {
    if (existsSync(compacted)) return { ...(await readFiles(compacted, range)), edition: 1 };
    try {
      const part = await readFiles(folder, range);
      // The compacted files may have taken the place of these while they were read.
      if (!existsSync(compacted)) return { ...part, edition: 0 };
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT') || !existsSync(compacted)) throw error;
    }
  }
}

async function readFiles(
  folder: string,
  { stream, from, maxBytes, isFinal }: OutputRange,
): Promise<Omit<ReadOutput, 'edition'>> {
  const segments = await segmentsOf(folder, stream, isFinal);
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const begin = from < 0 ? Math.max(0, sizeBytes + from) : Math.min(from, sizeBytes);
  const end = Math.min(sizeBytes, begin + maxBytes);
  const bytes = Buffer.alloc(end - begin);
  const files = new Map<StreamName, FileHandle>();
  let filled = 0;
  try {
    let at = 0;
    for (const segment of segments) {
      const cutFrom = Math.max(begin, at);
      const cutTo = Math.min(end, at + segment.bytes);
      if (cutFrom < cutTo) {
        const file = files.get(segment.stream) ?? (await open(outputFile(folder, segment.stream), 'r'));
        files.set(segment.stream, file);
        filled += await readInto(file, bytes.subarray(filled, filled + cutTo - cutFrom), segment.from + cutFrom - at);
      }
      at += segment.bytes;
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
  return { from: begin, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, filled), sizeBytes };
}

/** The parts of both streams, or the one that a stream is, in their order. */
export async function segmentsOf(folder: string, stream: OutputStream, isFinal: boolean): Promise<Segment[]> {
  if (stream !== 'both') return [{ stream, from: 0, bytes: sizeOf(outputFile(folder, stream)) }];
  const segments = await readIndex(folder);
  if (!isFinal) return segments;
  for (const name of streams) {
    const covered = segments.reduce((sum, segment) => (segment.stream === name ? sum + segment.bytes : sum), 0);
    const size = sizeOf(outputFile(folder, name));
    if (size > covered) segments.push({ stream: name, from: covered, bytes: size - covered });
  }
  return segments;
}

async function readIndex(folder: string): Promise<Segment[]> {
  if (!existsSync(indexFile(folder))) return [];
  let text: string;
  try {
    text = await readFile(indexFile(folder), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
  const at = { stdout: 0, stderr: 0 };
  const segments: Segment[] = [];
  // The last element is empty, or a line that a crash cut: not counted.
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^([12]) (\d+)$/.exec(line);
    if (!match) continue;
    const stream = match[1] === '1' ? 'stdout' : 'stderr';
    const bytes = Number(match[2]);
    segments.push({ stream, from: at[stream], bytes });
    at[stream] += bytes;
  }
  return segments;
}

export const indexRecord = ({ stream, bytes }: Pick<Segment, 'stream' | 'bytes'>): string =>
  `${stream === 'stdout' ? 1 : 2} ${String(bytes).padStart(digits, '0')}\n`;

/** Asked for at every look, of files beside the claim: a thread would cost many times what the answer does. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** What the attempt has written, both streams together. */
export const outputBytes = (folder: string): number =>
  streams.reduce((sum, stream) => sum + sizeOf(outputFile(folder, stream)), 0);

/** Fills `target` from the file's position on; returns how many bytes there were. */
async function readInto(file: FileHandle, target: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < target.byteLength) {
    const { bytesRead } = await file.read(target, filled, target.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
