/**
 * The tables of series:
 *
 *     stream   one row per metric and attempt of a run, with its state
 *     chunk    sealed points and the nodes over them; never changed
 *     tail     the newest points of a stream, as far as they were moved out of the journal
 *     journal  what was appended since, a row per commit at most
 */
import type { Database } from '../database';
import { blob, number, type Row, text } from '../rowValues';
import { DamagedBytes } from './bytes';
import type { StreamKey } from './chunkCodec';
import { decodeState, emptyState, encodeState, Stream, type StreamState } from './stream';

export const rawLevel = 0;

export class SeriesRows {
  readonly #db: Database;
  #nextChunk: number;

  constructor(db: Database) {
    this.#db = db;
    const newest = db.get('SELECT coalesce(max(id), 0) AS id FROM chunk');
    this.#nextChunk = (newest ? number(newest, 'id') : 0) + 1;
  }

  streams(run: number, metric: string): Stream[] {
    return this.#db
      .all('SELECT id, attempt, state FROM stream WHERE run = ? AND metric = ? ORDER BY attempt', run, metric)
      .map((row) => {
        const key: StreamKey = { run, metric, attempt: number(row, 'attempt') };
        return new Stream(number(row, 'id'), key, stateOf(row));
      });
  }

  metricCount(run: number): number {
    const row = this.#db.get('SELECT count(DISTINCT metric) AS metrics FROM stream WHERE run = ?', run);
    return row ? number(row, 'metrics') : 0;
  }

  /** All of a run, in the order in which they began. */
  states(run: number): { readonly metric: string; readonly attempt: number; readonly state: StreamState }[] {
    return this.#db
      .all('SELECT metric, attempt, state FROM stream WHERE run = ? ORDER BY id', run)
      .map((row) => ({ metric: text(row, 'metric'), attempt: number(row, 'attempt'), state: stateOf(row) }));
  }

  /** Undefined for a stream that is gone. */
  keyOf(id: number): StreamKey | undefined {
    const row = this.#db.get('SELECT run, metric, attempt FROM stream WHERE id = ?', id);
    return row && { run: number(row, 'run'), metric: text(row, 'metric'), attempt: number(row, 'attempt') };
  }

  get newestStream(): number {
    const newest = this.#db.get('SELECT coalesce(max(id), 0) AS id FROM stream');
    return newest ? number(newest, 'id') : 0;
  }

  /** Of a run, so many at most. */
  someStreams(run: number, most: number): { readonly id: number; readonly metric: string }[] {
    return this.#db
      .all('SELECT id, metric FROM stream WHERE run = ? LIMIT ?', run, most)
      .map((row) => ({ id: number(row, 'id'), metric: text(row, 'metric') }));
  }

  /** `chunks`: the numbers of all its rows there. */
  deleteStream(id: number, chunks: Iterable<number>): void {
    for (const chunk of chunks) this.#db.run('DELETE FROM chunk WHERE id = ?', chunk);
    this.deleteTail(id);
    this.#db.run('DELETE FROM stream WHERE id = ?', id);
  }

  /** `id`: that it had before, or one that no other has had. */
  insertStream(key: StreamKey, id?: number): Stream {
    const sql = 'INSERT INTO stream (id, run, metric, attempt, state) VALUES (?, ?, ?, ?, ?)';
    const { lastId } = this.#db.run(sql, id ?? null, key.run, key.metric, key.attempt, emptyBytes);
    return new Stream(lastId, key, emptyState());
  }

  writeState(id: number, state: StreamState): void {
    this.#db.run('UPDATE stream SET state = ? WHERE id = ?', encodeState(state), id);
  }

  /** The number that was given last. */
  get newestChunk(): number {
    return this.#nextChunk - 1;
  }

  /** Numbers are given once: what was decoded of a row stays true even when its transaction was taken back. */
  insertChunk(stream: number, level: number, from: number, data: Uint8Array): number {
    const id = this.#nextChunk++;
    const sql = 'INSERT INTO chunk (id, stream, level, position, data) VALUES (?, ?, ?, ?, ?)';
    this.#db.run(sql, id, stream, level, from, data);
    return id;
  }

  readonly readChunk = (id: number): Uint8Array => {
    const row = this.#db.get('SELECT data FROM chunk WHERE id = ?', id);
    if (!row) throw new DamagedBytes(`The row ${id}`);
    return blob(row, 'data');
  };

  tail(stream: number): Uint8Array | undefined {
    const row = this.#db.get('SELECT data FROM tail WHERE stream = ?', stream);
    return row && blob(row, 'data');
  }

  writeTail(stream: number, data: Uint8Array): void {
    this.#db.run('INSERT OR REPLACE INTO tail (stream, data) VALUES (?, ?)', stream, data);
  }

  deleteTail(stream: number): void {
    this.#db.run('DELETE FROM tail WHERE stream = ?', stream);
  }

  writeJournal(data: Uint8Array): number {
    return this.#db.run('INSERT INTO journal (data) VALUES (?)', data).lastId;
  }

  *journal(): Iterable<{ readonly sequence: number; readonly data: Uint8Array }> {
    for (const row of this.#db.iterate('SELECT sequence, data FROM journal ORDER BY sequence')) {
      yield { sequence: number(row, 'sequence'), data: blob(row, 'data') };
    }
  }

  deleteJournal(sequence: number): void {
    this.#db.run('DELETE FROM journal WHERE sequence = ?', sequence);
  }

  /** As if the streams of an attempt had never been. */
  forgetAttempt(run: number, attempt: number): void {
    const ids = '(SELECT id FROM stream WHERE run = ?1 AND attempt = ?2)';
    this.#db.run(`DELETE FROM chunk WHERE stream IN ${ids}`, run, attempt);
    this.#db.run(`DELETE FROM tail WHERE stream IN ${ids}`, run, attempt);
    this.#db.run('DELETE FROM stream WHERE run = ? AND attempt = ?', run, attempt);
  }
}

const emptyBytes = encodeState(emptyState()).slice();

const stateOf = (row: Row): StreamState => decodeState(blob(row, 'state'));
