/**
 * In which order stdout and stderr grew. Two files keep the streams apart; this small third one, `output.index`, lets
 * them be read together as they came, to the nearest look. Its lines are `1 BYTES` (stdout) and `2 BYTES` (stderr).
 *
 * The index may lag behind or be missing (a dead engine): what it does not cover is appended, stdout first.
 */
import { appendFile, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import type { OutputStream } from '../../protocol/engine';
import { outputFile } from '../execute/local/attemptFolder';

interface Segment {
  readonly stream: 'stdout' | 'stderr';
  readonly from: number;
  readonly bytes: number;
}

const streams = ['stdout', 'stderr'] as const;
const indexFile = (folder: string): string => path.join(folder, 'output.index');

/** Looks for the last line end among so many bytes: a segment should not end inside a line. */
const lookBackBytes = 16 * 1024;

/** Writes the index of one attempt while it executes. One call at a time. */
export class OutputIndexWriter {
  readonly #folder: string;
  readonly #indexed = { stdout: 0, stderr: 0 };
  #loaded = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes down what has grown; true when something has. `final` takes unfinished lines too. */
  async look(final: boolean): Promise<boolean> {
    if (!this.#loaded) {
      for (const segment of await readIndex(this.#folder)) this.#indexed[segment.stream] += segment.bytes;
      this.#loaded = true;
    }
    let lines = '';
    let grew = false;
    for (const stream of streams) {
      const size = await sizeOf(outputFile(this.#folder, stream));
      if (size <= this.#indexed[stream]) continue;
      grew = true;
      const end = final ? size : await lastLineEnd(outputFile(this.#folder, stream), this.#indexed[stream], size);
      if (end <= this.#indexed[stream]) continue;
      lines += `${stream === 'stdout' ? 1 : 2} ${end - this.#indexed[stream]}\n`;
      this.#indexed[stream] = end;
    }
    if (lines !== '') await appendFile(indexFile(this.#folder), lines, { mode: 0o600 });
    return grew;
  }
}

/** Up to `maxBytes` of a stream from an offset; a negative one counts from the end. */
export async function readOutput(
  folder: string,
  stream: OutputStream,
  from: number,
  maxBytes: number,
): Promise<{ readonly from: number; readonly bytes: Uint8Array; readonly sizeBytes: number }> {
  const segments = await segmentsOf(folder, stream);
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const begin = from < 0 ? Math.max(0, sizeBytes + from) : Math.min(from, sizeBytes);
  const end = Math.min(sizeBytes, begin + maxBytes);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const segment of segments) {
    const cutFrom = Math.max(begin, at);
    const cutTo = Math.min(end, at + segment.bytes);
    if (cutFrom < cutTo) {
      parts.push(await readPart(outputFile(folder, segment.stream), segment.from + cutFrom - at, cutTo - cutFrom));
    }
    at += segment.bytes;
  }
  const joined = Buffer.concat(parts);
  return { from: begin, bytes: new Uint8Array(joined.buffer, joined.byteOffset, joined.byteLength), sizeBytes };
}

async function segmentsOf(folder: string, stream: OutputStream): Promise<Segment[]> {
  if (stream !== 'both') return [{ stream, from: 0, bytes: await sizeOf(outputFile(folder, stream)) }];
  const segments = await readIndex(folder);
  for (const name of streams) {
    const covered = segments.reduce((sum, segment) => (segment.stream === name ? sum + segment.bytes : sum), 0);
    const size = await sizeOf(outputFile(folder, name));
    if (size > covered) segments.push({ stream: name, from: covered, bytes: size - covered });
  }
  return segments;
}

async function readIndex(folder: string): Promise<Segment[]> {
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

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

async function lastLineEnd(file: string, from: number, to: number): Promise<number> {
  const start = Math.max(from, to - lookBackBytes);
  const tail = await readPart(file, start, to - start);
  const newline = tail.lastIndexOf(10);
  // One long unfinished line: better cut than kept back.
  if (newline < 0) return to - from > lookBackBytes ? to : from;
  return start + newline + 1;
}

async function readPart(file: string, from: number, bytes: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    let filled = 0;
    while (filled < bytes) {
      const { bytesRead } = await handle.read(buffer, filled, bytes - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
