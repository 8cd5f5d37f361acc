/**
 * The rows of points: a sealed chunk, and the tail of a stream that is not sealed yet. Both are the four columns by the codec
 * for columns, behind a header that says what they are of, so that they can be kept when all else of the stream is lost:
 *
 *     position of the first point in its stream f64 · points u32 · run f64 · attempt u32 · metric · sizes of time, step and wall u32
 *     · time · step · wall · value · crc32
 */
import { ByteReader, ByteWriter } from './bytes';
import { decodeColumn, decodeWall, encodeColumn, encodeWall } from './columnCodec';
import type { ColumnName, Columns } from './points';

export interface StreamKey {
  readonly run: number;
  readonly attempt: number;
  readonly metric: string;
}

export interface ChunkHeader extends StreamKey {
  readonly from: number;
  readonly count: number;
}

const scratch = new ByteWriter(128 * 1024);

export function encodeChunk({ run, attempt, metric, from, count }: ChunkHeader, columns: Columns): Uint8Array {
  scratch.clear();
  scratch.f64(from);
  scratch.u32(count);
  scratch.f64(run);
  scratch.u32(attempt);
  scratch.text(metric);
  putColumns(scratch, columns);
  return scratch.sealed();
}

export function decodeChunk(bytes: Uint8Array): { readonly header: ChunkHeader; readonly columns: Columns } {
  const input = new ByteReader(bytes, 'A chunk');
  const header = readHeader(input);
  return { header, columns: takeColumns(input, header.count) };
}

/** Of a chunk only what an axis needs. */
export function decodeChunkColumn(
  bytes: Uint8Array,
  axis: ColumnName,
): { readonly x: Float64Array; readonly value: Float64Array } {
  const input = new ByteReader(bytes, 'A chunk');
  const { count } = readHeader(input);
  const sizes = [input.u32(), input.u32(), input.u32()];
  const [time = 0, step = 0, wall = 0] = sizes;
  const start = input.position;
  const column = (from: number): Float64Array => {
    input.seek(start + from);
    return decodeColumn(input, count);
  };
  const x = ((): Float64Array => {
    if (axis === 'time') return column(0);
    if (axis === 'step') return column(time);
    const seconds = column(0);
    input.seek(start + time + step);
    return decodeWall(input, seconds);
  })();
  return { x, value: column(time + step + wall) };
}

export function putColumns(out: ByteWriter, { step, time, wall, value }: Columns): void {
  // Sizes of all but the last, filled in when they are known.
  const head = out.length;
  for (let i = 0; i < 3; i += 1) out.u32(0);
  const sized = (index: number, write: () => void): void => {
    const from = out.length;
    write();
    out.setU32(head + 4 * index, out.length - from);
  };
  sized(0, () => encodeColumn(out, time));
  sized(1, () => encodeColumn(out, step));
  sized(2, () => encodeWall(out, wall, time));
  encodeColumn(out, value);
}

export function takeColumns(input: ByteReader, count: number): Columns {
  input.skip(12);
  const time = decodeColumn(input, count);
  const step = decodeColumn(input, count);
  const wall = decodeWall(input, time);
  return { step, time, wall, value: decodeColumn(input, count) };
}

function readHeader(input: ByteReader): ChunkHeader {
  const from = input.f64();
  const count = input.u32();
  const run = input.f64();
  const attempt = input.u32();
  return { from, count, run, attempt, metric: input.text() };
}
