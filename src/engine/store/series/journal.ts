/**
 * The journal: a row per commit with its points, but those that the commit has put into other rows. Each part says at which position of its stream it begins,
 * and a stream knows how much of it is in rows: so a journal is read again as often as need be, and no point comes twice.
 *
 *     streams u32 · points u32 · columns: ids, positions, counts · the four columns, stream after stream · crc32
 */
import { ByteReader, ByteWriter } from './bytes';
import { putColumns, takeColumns } from './chunkCodec';
import { decodeColumn, encodeColumn } from './columnCodec';
import type { Columns } from './points';

export interface JournalParts {
  readonly ids: Float64Array;
  readonly from: Float64Array;
  readonly counts: Float64Array;
  readonly columns: Columns;
}

const scratch = new ByteWriter(256 * 1024);

export function encodeJournal({ ids, from, counts, columns }: JournalParts): Uint8Array {
  scratch.clear();
  scratch.u32(ids.length);
  scratch.u32(columns.value.length);
  encodeColumn(scratch, ids);
  encodeColumn(scratch, from);
  encodeColumn(scratch, counts);
  putColumns(scratch, columns);
  return scratch.sealed();
}

export function decodeJournal(bytes: Uint8Array): JournalParts {
  const input = new ByteReader(bytes, 'The journal');
  const [streams, points] = [input.u32(), input.u32()];
  const ids = decodeColumn(input, streams);
  const from = decodeColumn(input, streams);
  const counts = decodeColumn(input, streams);
  return { ids, from, counts, columns: takeColumns(input, points) };
}
