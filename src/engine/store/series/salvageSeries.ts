/**
 * Series after a salvage: rows that were read from a damaged store may be some of a stream's rows, or hold something else
 * than what was written. A stream of which anything is wrong is put together anew from the points that are left.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Database } from '../database';
import { blob, number } from '../rowValues';
import { ByteReader, DamagedBytes } from './bytes';
import { decodeChunk, type StreamKey } from './chunkCodec';
import { decodeJournal } from './journal';
import { decodeCells, decodeChildren, type NodeEntry } from './nodes';
import type { Columns } from './points';
import { rawLevel, SeriesRows } from './seriesRows';
import { decodeState, emptyState, Stream, type StreamState } from './stream';
import { StreamWriter } from './streamWriter';
import { finiteExtremes, joinSummaries } from './summary';

/** In a transaction of the new store. All points are in chunks and tails afterwards. Says what it did. */
export function mendSeries(db: Database): string[] {
  return new SalvagedSeries(db).mend();
}

/** The lowest and highest finite value of a metric, by rows alone: where no journal is left. */
export function storedExtremes(db: Database, run: number, metric: string): readonly number[] {
  return finiteExtremes(joinSummaries(new SeriesRows(db).streams(run, metric).map(({ summary }) => summary)));
}

/** What SQLite cannot see: a row whose check sum is wrong. Undefined when there is none. */
export function findUnsoundRow(db: DatabaseSync): string | undefined {
  for (const [table, column] of [
    ['stream', 'state'],
    ['chunk', 'data'],
    ['tail', 'data'],
    ['journal', 'data'],
  ] as const) {
    if (!db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table)) continue;
    for (const row of db.prepare(`SELECT ${column} FROM ${table}`).iterate()) {
      if (attempt(() => new ByteReader(blob(row, column), `A row of ${table}`)) === undefined) {
        return `a row of ${table} does not hold what was written`;
      }
    }
  }
  return undefined;
}

class SalvagedSeries {
  readonly #db: Database;
  readonly #rows: SeriesRows;
  readonly #writer: StreamWriter;
  /** By their id, those that were put together anew; and up to which of their old positions. */
  readonly #anew = new Map<number, { readonly stream: Stream; end: number }>();
  #lostPoints = 0;
  #lostStreams = 0;

  constructor(db: Database) {
    this.#db = db;
    this.#rows = new SeriesRows(db);
    this.#writer = new StreamWriter(db);
  }

  mend(): string[] {
    const chunks = this.#chunksByStream();
    for (const row of this.#db.all('SELECT id, run, metric, attempt, state FROM stream')) {
      const id = number(row, 'id');
      const state = attempt(() => decodeState(blob(row, 'state')));
      const ids = chunks.get(id) ?? [];
      chunks.delete(id);
      const key = { run: number(row, 'run'), metric: String(row['metric']), attempt: number(row, 'attempt') };
      if (!state || !this.#isWhole(id, state, ids)) this.#putTogether(id, key, ids, state?.kept);
    }
    for (const [id, ids] of chunks) this.#find(id, ids);
    this.#readJournal();
    this.#db.run('DELETE FROM tail WHERE stream NOT IN (SELECT id FROM stream)');
    if (this.#anew.size + this.#lostStreams === 0) return [];
    const lost = [
      ...(this.#lostPoints > 0 ? [`${this.#lostPoints} points`] : []),
      ...(this.#lostStreams > 0 ? [`${this.#lostStreams} series`] : []),
    ];
    return [
      `${this.#anew.size} series were put together anew from what is left of them${lost.length > 0 ? `; lost: ${lost.join(', ')}` : ''}.`,
    ];
  }

  /** Row numbers of points, in the order of arrival. */
  #chunksByStream(): Map<number, number[]> {
    const chunks = new Map<number, number[]>();
    const sql = `SELECT id, stream FROM chunk WHERE level = ${rawLevel} ORDER BY stream, position`;
    for (const row of this.#db.iterate(sql)) {
      const stream = number(row, 'stream');
      const ids = chunks.get(stream);
      if (ids) ids.push(number(row, 'id'));
      else chunks.set(stream, [number(row, 'id')]);
    }
    return chunks;
  }

  #isWhole(id: number, state: StreamState, chunks: readonly number[]): boolean {
    const raw: number[] = [];
    const isReadable = (entry: NodeEntry): boolean =>
      attempt(() => {
        const bytes = this.#rows.readChunk(entry.id);
        for (const axis of ['step', 'time', 'wall'] as const) decodeCells(bytes, axis);
        if (entry.level > 0) return decodeChildren(bytes).every(isReadable);
        raw.push(entry.raw);
        return decodeChunk(this.#rows.readChunk(entry.raw)).header.count === entry.count;
      }) ?? false;
    if (!state.levels.toReversed().flat().every(isReadable)) return false;
    if (raw.length !== chunks.length || raw.some((row, i) => row !== chunks[i])) return false;
    if (state.kept === state.sealed) return true;
    const tail = attempt(() => decodeChunk(this.#rows.tail(id) ?? new Uint8Array(0)).header);
    return tail?.from === state.sealed && tail.from + tail.count === state.kept;
  }

  /** A stream without its row: a chunk says what it is of. */
  #find(id: number, chunks: readonly number[]): void {
    for (const row of chunks) {
      const header = attempt(() => decodeChunk(this.#rows.readChunk(row)).header);
      if (!header) continue;
      const { run, metric, attempt: number_ } = header;
      if (!this.#db.get('SELECT 1 FROM run WHERE sequence = ?', run)) break;
      if (this.#db.get('SELECT 1 FROM stream WHERE run = ? AND metric = ? AND attempt = ?', run, metric, number_))
        break;
      const key = { run, metric, attempt: number_ };
      this.#rows.insertStream(key, id);
      this.#putTogether(id, key, chunks, undefined);
      return;
    }
    this.#lostStreams += 1;
    this.#db.run('DELETE FROM chunk WHERE stream = ?', id);
  }

  #putTogether(id: number, key: StreamKey, chunks: readonly number[], expected: number | undefined): void {
    const stream = new Stream(id, key, emptyState());
    const anew = { stream, end: 0 };
    const tail = attempt(() => decodeChunk(this.#rows.tail(id) ?? new Uint8Array(0)));
    // Written beside the old ones, which go afterwards.
    const newest = this.#rows.newestChunk;
    for (const row of chunks) {
      const chunk = attempt(() => decodeChunk(this.#rows.readChunk(row)));
      if (chunk) this.#append(anew, chunk.header.from, chunk.header.count, chunk.columns, 0);
    }
    if (tail) this.#append(anew, tail.header.from, tail.header.count, tail.columns, 0);
    this.#rows.deleteTail(id);
    this.#writer.end(stream);
    this.#db.run('DELETE FROM chunk WHERE stream = ? AND id <= ?', id, newest);
    this.#anew.set(id, anew);
    this.#lostPoints += Math.max(0, (expected ?? stream.count) - stream.count);
  }

  #append(
    anew: { readonly stream: Stream; end: number },
    from: number,
    count: number,
    columns: Columns,
    at: number,
  ): void {
    const known = Math.max(0, anew.end - from);
    if (known >= count) return;
    this.#writer.append(anew.stream, columns, at + known, at + count);
    anew.end = from + count;
  }

  #readJournal(): void {
    const touched = new Map<number, { readonly stream: Stream; end: number } | undefined>();
    for (const row of this.#db.all('SELECT sequence FROM journal ORDER BY sequence')) {
      const data = this.#db.get('SELECT data FROM journal WHERE sequence = ?', number(row, 'sequence'));
      const parts = data && attempt(() => decodeJournal(blob(data, 'data')));
      if (!parts) continue;
      let at = 0;
      for (const [i, id] of parts.ids.entries()) {
        const count = parts.counts[i] ?? 0;
        if (!touched.has(id)) touched.set(id, this.#anew.get(id) ?? this.#load(id));
        const stream = touched.get(id);
        if (stream) this.#append(stream, parts.from[i] ?? 0, count, parts.columns, at);
        at += count;
      }
    }
    for (const known of touched.values()) if (known) this.#writer.end(known.stream);
    this.#db.run('DELETE FROM journal');
  }

  #load(id: number): { readonly stream: Stream; end: number } | undefined {
    const key = this.#rows.keyOf(id);
    const stream = key && this.#rows.streams(key.run, key.metric).find((candidate) => candidate.id === id);
    return stream && { stream, end: stream.count };
  }
}

/** Undefined for a row that is gone or does not hold what was written. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedBytes) return undefined;
    throw error;
  }
}
