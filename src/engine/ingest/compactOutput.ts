/**
 * Compacts the output of an attempt that has ended: of each line that was drawn over (progress bars, spinners) the last
 * state stays, as a terminal would show it. Each keeps its place among the lines of both streams, and its number: a line is
 * put where it was finished.
 *
 * The new files and their index are made whole in a folder beside the old ones, which takes its name by one rename. Before
 * it readers see the old files, after it the new ones; what a crash leaves of either is swept by the next attempt at it.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { hasErrorCode } from '../../base/failure';
import { type LinePiece, LineStates } from '../../model/lineStates';
import { outputFile } from '../execute/local/attemptFolder';
import {
  compactedFolder,
  indexFile,
  indexRecord,
  type Segment,
  segmentsOf,
  type StreamName,
  streams,
} from './outputIndex';
import { type OutputTime, readTimes, timesFile, timesText } from './outputTimes';

const readBytes = 256 * 1024;

/**
 * True when the output is compacted afterwards; false when nothing in it was drawn over. Throws what the file system throws,
 * and the signal's reason: all is as it was then.
 */
export async function compactOutput(folder: string, signal?: AbortSignal): Promise<boolean> {
  const target = compactedFolder(folder);
  if (!existsSync(target)) {
    const beside = `${target}.tmp`;
    await rm(beside, { recursive: true, force: true });
    if (!(await writeCompacted(folder, beside, signal))) return false;
    await syncFolder(beside);
    await rename(beside, target);
    await syncFolder(folder);
  }
  for (const stream of streams) await rm(outputFile(folder, stream), { force: true });
  await rm(indexFile(folder), { force: true });
  await rm(timesFile(folder), { force: true });
  return true;
}

async function writeCompacted(from: string, to: string, signal: AbortSignal | undefined): Promise<boolean> {
  const drawnOver: StreamName[] = [];
  for (const stream of streams) if (await hasCursorMoves(outputFile(from, stream))) drawnOver.push(stream);
  if (drawnOver.length === 0) return false;
  await mkdir(to, { mode: 0o700 });
  try {
    const segments = await segmentsOf(from, 'both', true);
    const times = await readTimes(from);
    const moved = new Map<StreamName, ReadonlyMap<number, number>>();
    let shorter = false;
    for (const stream of streams) {
      const ends = segments.flatMap((segment) => (segment.stream === stream ? [segment.from + segment.bytes] : []));
      const all = new Set([...ends, ...times.map((time) => time[stream])]);
      const positions = [...all].sort((a, b) => a - b);
      if (!drawnOver.includes(stream)) {
        moved.set(stream, new Map(positions.map((position) => [position, position])));
        await share(outputFile(from, stream), outputFile(to, stream));
        continue;
      }
      const compacted = await compactStream(outputFile(from, stream), outputFile(to, stream), positions, signal);
      shorter ||= compacted.isShorter;
      moved.set(stream, new Map(positions.map((position, at) => [position, compacted.positions[at] ?? position])));
    }
    if (shorter) {
      const newPosition = (stream: StreamName, old: number): number => moved.get(stream)?.get(old) ?? old;
      const movedTime = (time: OutputTime): OutputTime => ({
        ...time,
        stdout: newPosition('stdout', time.stdout),
        stderr: newPosition('stderr', time.stderr),
      });
      await writeFile(indexFile(to), indexOf(segments, newPosition), { mode: 0o600, flush: true });
      if (times.length > 0)
        await writeFile(timesFile(to), timesText(times.map(movedTime)), { mode: 0o600, flush: true });
    } else await rm(to, { recursive: true });
    return shorter;
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  }
}

/** Where each of the positions of the old file, in ascending order, is in the new one. */
async function compactStream(
  source: string,
  target: string,
  positions: readonly number[],
  signal: AbortSignal | undefined,
): Promise<{ readonly positions: number[]; readonly isShorter: boolean }> {
  const pieces: LinePiece[] = [];
  const states = new LineStates((piece) => pieces.push(piece));
  const mapped: number[] = [];
  let [rawAt, newAt] = [0, 0];
  const input = await open(source, 'r');
  try {
    const output = await open(target, 'wx', 0o600);
    try {
      const write = async (): Promise<void> => {
        const buffers: Uint8Array[] = [];
        for (const piece of pieces.splice(0)) {
          const isChanged = piece.kind === 'overwritten';
          const newBytes = isChanged ? piece.bytes.byteLength : piece.rawBytes;
          for (let next = positions[mapped.length]; next !== undefined; next = positions[mapped.length]) {
            if (next > rawAt + piece.rawBytes) break;
            // Within a line that was drawn over nothing is finished yet.
            if (next === rawAt + piece.rawBytes) mapped.push(newAt + newBytes);
            else mapped.push(isChanged ? newAt : newAt + next - rawAt);
          }
          if (piece.kind !== 'unclear') buffers.push(piece.bytes);
          else {
            await writeAll(output, buffers.splice(0));
            await copyRange(input, output, rawAt, piece.rawBytes);
          }
          rawAt += piece.rawBytes;
          newAt += newBytes;
        }
        await writeAll(output, buffers);
      };
      const buffer = Buffer.allocUnsafe(readBytes);
      for (let at = 0; ;) {
        const { bytesRead } = await input.read(buffer, 0, readBytes, at);
        if (bytesRead === 0) break;
        signal?.throwIfAborted();
        at += bytesRead;
        states.push(buffer.subarray(0, bytesRead));
        await write();
      }
      states.end();
      await write();
      await output.sync();
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
  while (mapped.length < positions.length) mapped.push(newAt);
  return { positions: mapped, isShorter: newAt < rawAt };
}

/** The segments in their order, each with what is left of it. */
function indexOf(segments: readonly Segment[], newPosition: (stream: StreamName, old: number) => number): string {
  const covered = { stdout: 0, stderr: 0 };
  const records: { stream: StreamName; bytes: number }[] = [];
  for (const { stream, from, bytes: oldBytes } of segments) {
    const end = newPosition(stream, from + oldBytes);
    const bytes = end - covered[stream];
    covered[stream] = end;
    const last = records.at(-1);
    if (last?.stream === stream) last.bytes += bytes;
    else if (bytes > 0) records.push({ stream, bytes });
  }
  return records.map(indexRecord).join('');
}

/** Whether a carriage return stands before anything but a line feed, or a backspace anywhere. A missing file has none. */
async function hasCursorMoves(file: string): Promise<boolean> {
  let input: FileHandle;
  try {
    input = await open(file, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(readBytes);
    let hasReturned = false;
    for (let at = 0; ;) {
      const { bytesRead } = await input.read(buffer, 0, readBytes, at);
      if (bytesRead === 0) return false;
      at += bytesRead;
      const part = buffer.subarray(0, bytesRead);
      if (part.includes(8)) return true;
      if (hasReturned && part[0] !== 10 && part[0] !== 13) return true;
      for (let found = part.indexOf(13); found >= 0; found = part.indexOf(13, found + 1)) {
        const next = part[found + 1];
        if (next !== undefined && next !== 10 && next !== 13) return true;
      }
      hasReturned = part.at(-1) === 13;
    }
  } finally {
    await input.close();
  }
}

/** The same file under another name, where the file system can do that: what a late writer appends is seen there too. */
async function share(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
    return;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    if (!hasErrorCode(error, 'EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK', 'ENOSYS')) throw error;
  }
  const input = await open(source, 'r');
  try {
    const output = await open(target, 'wx', 0o600);
    try {
      await copyRange(input, output, 0, Infinity);
      await output.sync();
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}

async function copyRange(input: FileHandle, output: FileHandle, from: number, bytes: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(readBytes);
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await input.read(buffer, 0, Math.min(readBytes, bytes - done), from + done);
    if (bytesRead === 0) return;
    await writeAll(output, [buffer.subarray(0, bytesRead)]);
    done += bytesRead;
  }
}

async function writeAll(output: FileHandle, buffers: readonly Uint8Array[]): Promise<void> {
  if (buffers.length > 0) await output.writeFile(Buffer.concat(buffers));
}

/** Makes names durable; where folders cannot be opened for that, the file system does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch (error) {
    if (hasErrorCode(error, 'EISDIR', 'EPERM', 'EACCES')) return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
