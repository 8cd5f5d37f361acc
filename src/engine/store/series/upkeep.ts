/**
 * What is done with the points after they were kept: full chunks are sealed and get their places in the tree, tails are moved
 * out of the journal, and the journal is cut. A little with each commit, so that no commit waits for a thousand chunks that
 * are full at once. All is written within the commit's transaction; memory follows when that has ended well.
 */
import { DamagedBytes } from './bytes';
import { decodeChunk, encodeChunk } from './chunkCodec';
import type { LoadedSeries } from './loadedSeries';
import {
  type CellsByAxis,
  chunkPoints,
  decodeAllCells,
  encodeNode,
  fanOut,
  newLeaf,
  newNode,
  type NodeEntry,
} from './nodes';
import { emptyColumns } from './points';
import { rawLevel, type SeriesRows } from './seriesRows';
import type { Stream, StreamState } from './stream';
import { addToSummary } from './summary';

/** Points that are sealed or moved with a commit, at least; a commit of many points does more. */
const leastWork = 16 * chunkPoints;
/** What a stream costs besides its points, in points. */
const streamWork = 200;
/** A longer journal is cut: it is read when the store opens. */
const longJournalBytes = 8 * 1024 * 1024;
const longJournalPoints = 750_000;
const mostDirty = 20_000;
const mostLoaded = 20_000;
/** Of tails in memory. Above it they are let go of as soon as they are in rows. */
const mostTailBytes = 96 * 1024 * 1024;

/** For points on their way into a row. */
const chunkRoom = emptyColumns(chunkPoints);

interface JournalRow {
  readonly sequence: number;
  readonly bytes: number;
  readonly points: number;
}

export class Upkeep {
  readonly #rows: SeriesRows;
  readonly #loaded: LoadedSeries;
  readonly #full = new Set<Stream>();
  readonly #dirty = new Set<Stream>();
  #journal: JournalRow[] = [];
  #journalBytes = 0;
  #journalPoints = 0;
  /** Streams whose points up to a row of the journal are still to be moved; then the rows up to that one can go. */
  #round: { readonly queue: Stream[]; readonly upTo: number } | undefined;
  /** What memory is to do when the transaction has ended well. */
  #effects: (() => void)[] = [];
  /** Those that were moved in this transaction, and up to where: their state in memory is of before. */
  #moved = new Map<Stream, number>();
  tailBytes = 0;

  constructor(rows: SeriesRows, loaded: LoadedSeries) {
    this.#rows = rows;
    this.#loaded = loaded;
  }

  /** Streams with points that are in no rows yet but the journal's. */
  get dirtyStreams(): number {
    return this.#dirty.size;
  }

  /** The stream has got points. */
  grown(stream: Stream): void {
    if (!stream.isListedDirty) {
      stream.isListedDirty = true;
      this.#dirty.add(stream);
    }
    if (!stream.isListedFull && stream.count - stream.state.sealed >= chunkPoints) {
      stream.isListedFull = true;
      this.#full.add(stream);
    }
  }

  /** Its row was taken back or removed. */
  gone(stream: Stream): void {
    this.#dirty.delete(stream);
    this.#full.delete(stream);
    stream.isListedDirty = stream.isListedFull = false;
  }

  /** A row of the journal is there, of this transaction or from before. */
  journaled(sequence: number, bytes: number, points: number): void {
    this.#journal.push({ sequence, bytes, points });
    this.#journalBytes += bytes;
    this.#journalPoints += points;
  }

  /** In the transaction: up to which position rows will hold the stream when that has ended well, if it was moved in it. */
  movedTo(stream: Stream): number {
    return this.#moved.get(stream) ?? 0;
  }

  /** In the transaction, before the journal is written. */
  work(points: number, newStreams: number): void {
    const round = this.#round ?? (this.#isRoundDue() ? this.#newRound() : undefined);
    let budget = Math.max(leastWork, (round ? 3 : 2) * points + 1.3 * streamWork * newStreams);
    for (const stream of this.#full) {
      if (budget <= 0) break;
      if (stream.isErased) continue;
      const isAll = stream.count - stream.state.sealed <= budget;
      budget -= this.#seal(stream, isAll ? Infinity : Math.ceil(budget / chunkPoints), isAll && round !== undefined);
    }
    if (!round) return;
    let done = 0;
    const again: Stream[] = [];
    for (; done < round.queue.length && budget > 0; done += 1) {
      const stream = round.queue[done];
      if (!stream?.isDirty) continue;
      const moved = this.#moved.get(stream);
      if (moved === undefined) budget -= streamWork + this.#seal(stream, Infinity, true);
      // Not all of it was moved in this transaction: its turn comes with the next.
      else if (moved < stream.count) again.push(stream);
    }
    const isOver = done === round.queue.length && again.length === 0;
    if (isOver) this.#cutJournal(round.upTo, Math.max(budget, leastWork / 4));
    this.#effects.push(() => {
      this.#round = round;
      round.queue.splice(0, done, ...again);
      if (isOver && (this.#journal[0]?.sequence ?? Infinity) > round.upTo) this.#endRound();
    });
  }

  #newRound(): { readonly queue: Stream[]; readonly upTo: number } {
    return { queue: [...this.#dirty], upTo: this.#journal.at(-1)?.sequence ?? 0 };
  }

  committed(): void {
    const effects = this.#effects;
    this.#effects = [];
    this.#moved.clear();
    for (const effect of effects) effect();
  }

  rolledBack(): void {
    this.#effects = [];
    this.#moved.clear();
  }

  /** Takes back that the newest row of the journal was written. */
  unjournal(): void {
    const row = this.#journal.pop();
    this.#journalBytes -= row?.bytes ?? 0;
    this.#journalPoints -= row?.points ?? 0;
  }

  /** Points of a stream that are not sealed, in memory. */
  loadTail({ id, state, tail }: Stream): void {
    if (tail.from <= state.sealed) return;
    const bytes = this.#rows.tail(id);
    if (!bytes) throw new DamagedBytes('A tail');
    const { header, columns } = decodeChunk(bytes);
    const cut = (column: Float64Array): Float64Array =>
      column.subarray(state.sealed - header.from, tail.from - header.from);
    const before = tail.sizeBytes;
    tail.prepend({
      step: cut(columns.step),
      time: cut(columns.time),
      wall: cut(columns.wall),
      value: cut(columns.value),
    });
    this.tailBytes += tail.sizeBytes - before;
  }

  /** After a read: what was only looked at does not stay for ever. */
  trim(): void {
    if (this.#loaded.size > mostLoaded || this.tailBytes > 1.5 * mostTailBytes) this.tailBytes -= this.#loaded.unload();
  }

  /** Moves all of a stream into rows, in memory at once: for a transaction after which nobody goes on if it fails. */
  moveNow(stream: Stream): void {
    this.#seal(stream, Infinity, true);
    this.committed();
  }

  /** Moves every point into rows, and cuts the journal to nothing. In a transaction. */
  moveAll(): void {
    for (const stream of this.#dirty)
      if (stream.isDirty && !this.#moved.has(stream)) this.#seal(stream, Infinity, true);
    this.#cutJournal(Infinity, Infinity);
  }

  #isRoundDue(): boolean {
    return (
      this.#journalBytes > longJournalBytes ||
      this.#journalPoints > longJournalPoints ||
      this.#dirty.size > mostDirty ||
      this.tailBytes > mostTailBytes
    );
  }

  #endRound(): void {
    this.#round = undefined;
    this.trim();
  }

  #cutJournal(upTo: number, budget: number): void {
    let [left, rows] = [budget, 0];
    while (rows < this.#journal.length && left > 0) {
      const row = this.#journal[rows];
      if (!row || row.sequence > upTo) break;
      this.#rows.deleteJournal(row.sequence);
      left -= row.points / 16 + 16;
      rows += 1;
    }
    this.#effects.push(() => {
      for (const row of this.#journal.splice(0, rows)) {
        this.#journalBytes -= row.bytes;
        this.#journalPoints -= row.points;
      }
    });
  }

  /** Seals full chunks, so many at most, and with `andTail` moves what is left. Returns how many points were written. */
  #seal(stream: Stream, mostChunks: number, andTail: boolean): number {
    const { id, key, tail, state: before } = stream;
    this.loadTail(stream);
    let { sealed, carried } = before;
    const levels = before.levels.map((entries) => [...entries]);
    const made = new Map<number, CellsByAxis>();
    for (let chunks = 0; chunks < mostChunks && tail.end - sealed >= chunkPoints; chunks += 1) {
      const columns = tail.columns(sealed, sealed + chunkPoints, chunkRoom);
      const leaf = newLeaf(columns, carried);
      const raw = this.#rows.insertChunk(
        id,
        rawLevel,
        sealed,
        encodeChunk({ ...key, from: sealed, count: chunkPoints }, columns),
      );
      const entry = {
        level: 0,
        raw,
        id: this.#rows.insertChunk(id, 1, sealed, encodeNode([], leaf.cells)),
        from: sealed,
        count: chunkPoints,
        carried,
        extents: leaf.extents,
      };
      made.set(entry.id, leaf.cells);
      (levels[0] ??= []).push(entry);
      carried = leaf.carried;
      sealed += chunkPoints;
      this.#growTree(id, levels, made);
    }
    const keepsTail = andTail && tail.end > sealed;
    const kept = keepsTail ? tail.end : Math.max(before.kept, sealed);
    if (keepsTail) {
      const header = { ...key, from: sealed, count: tail.end - sealed };
      this.#rows.writeTail(id, encodeChunk(header, tail.columns(sealed, tail.end, chunkRoom)));
    } else if (before.kept > before.sealed && sealed >= before.kept) this.#rows.deleteTail(id);
    const summary = kept === tail.end ? Float64Array.from(stream.summary) : Float64Array.from(before.summary);
    if (kept < tail.end) addToSummary(summary, tail.columns(before.kept, kept), 0, kept - before.kept);
    const state: StreamState = { kept, sealed, summary, carried, levels };
    this.#rows.writeState(id, state);
    this.#moved.set(stream, kept);
    this.#effects.push(() => this.#follow(stream, state));
    return kept - before.sealed;
  }

  #follow(stream: Stream, state: StreamState): void {
    const before = stream.tail.sizeBytes;
    stream.state = state;
    const isMuch = this.tailBytes > mostTailBytes / 2;
    stream.tail.dropBefore(isMuch ? state.kept : state.sealed);
    this.tailBytes += stream.tail.sizeBytes - before;
    if (!stream.isDirty) {
      this.#dirty.delete(stream);
      stream.isListedDirty = false;
    }
    if (stream.count - state.sealed < chunkPoints) {
      this.#full.delete(stream);
      stream.isListedFull = false;
    }
  }

  /** Sixteen of a level become a node of the next. */
  #growTree(stream: number, levels: NodeEntry[][], made: Map<number, CellsByAxis>): void {
    for (let level = 0; levels[level]?.length === fanOut; level += 1) {
      const children = levels[level] ?? [];
      // Read for this once: nothing for the cache, which is for those who look.
      const cells = children.map((child) => made.get(child.id) ?? decodeAllCells(this.#rows.readChunk(child.id)));
      const node = newNode(children, cells);
      const [first] = children;
      const from = first?.from ?? 0;
      const id = this.#rows.insertChunk(stream, level + 2, from, encodeNode(children, node.cells));
      made.set(id, node.cells);
      const count = children.reduce((sum, child) => sum + child.count, 0);
      const entry = { level: level + 1, id, raw: 0, from, count, carried: undefined, extents: node.extents };
      levels[level] = [];
      (levels[level + 1] ??= []).push(entry);
    }
  }
}
