/**
 * Series as streams: a commit writes one row of the journal, whatever it holds; the points stay in memory until a chunk of
 * them is full, which is sealed with a pyramid of cells over it. See `upkeep.ts` for what moves when, `nodes.ts` for the tree,
 * `window.ts` for how it is read.
 *
 * Memory follows the transaction: what was appended in one that is taken back is taken back here too.
 */
import type { Goal } from '../../../model/best';
import type { MetricSummary, SeriesPage, SeriesWindow } from '../../../model/series';
import type { Database, Participant } from '../database';
import type { PointBatch, SeriesRange, SeriesStore } from '../seriesStore';
import { ByteCache } from './byteCache';
import { decodeChunk } from './chunkCodec';
import { joinedWindow } from './joinedWindow';
import { decodeJournal, encodeJournal } from './journal';
import { LoadedSeries, revisionOf } from './loadedSeries';
import { type NodeEntry, stepRun } from './nodes';
import { type Decoded, type Piece, PieceReader, pieceOfRun } from './pieces';
import { type Axis, type Columns, columnNames, mergeRuns, orderRun, type Run } from './points';
import { SeriesRows } from './seriesRows';
import type { Stream } from './stream';
import { addToSummary, finiteExtremes, joinSummaries, type Summary, toldSummary } from './summary';
import { Upkeep } from './upkeep';
import { windowOf } from './window';

const cacheBytes = 64 * 1024 * 1024;
const mostMovedAtClose = 5000;

/** How a stream was before it was touched. */
interface Before {
  readonly stream: Stream;
  readonly count: number;
  readonly summary: Summary;
  readonly isNew: boolean;
}

export class StreamSeriesStore implements SeriesStore, Participant {
  readonly #db: Database;
  readonly #rows: SeriesRows;
  readonly #cache = new ByteCache<Decoded>(cacheBytes);
  readonly #reader: PieceReader;
  readonly #loaded: LoadedSeries;
  readonly #upkeep: Upkeep;
  /** Of the transaction that is under way, in the order in which streams were touched. */
  #log: Before[] = [];
  #epoch = 0;
  #hasJournaled = false;

  /** Throws `DamagedBytes` when the journal cannot be read. */
  constructor(db: Database) {
    this.#db = db;
    this.#rows = new SeriesRows(db);
    this.#reader = new PieceReader(this.#rows.readChunk, this.#cache);
    this.#loaded = new LoadedSeries(this.#rows);
    this.#upkeep = new Upkeep(this.#rows, this.#reader, this.#loaded);
    this.#readJournal();
    db.join(this);
  }

  append(run: number, attempt: number, points: PointBatch): number[] {
    let at = 0;
    return points.metrics.map((metric, i) => {
      const end = at + (points.counts[i] ?? 0);
      const revision = this.#appendTo(run, metric, attempt, points, at, end);
      at = end;
      return revision;
    });
  }

  summaries(run: number, goalOf: (metric: string) => Goal | undefined): MetricSummary[] {
    return this.#db.guard(() => {
      const byMetric = new Map<string, Summary[]>();
      const loaded = this.#loaded.ofRun(run);
      for (const { metric, attempt, state } of this.#rows.states(run)) {
        const known = loaded.get(metric)?.streams.find(({ key }) => key.attempt === attempt);
        const summary = known?.summary ?? state.summary;
        const others = byMetric.get(metric);
        if (others) others.push(summary);
        else byMetric.set(metric, [summary]);
      }
      return Array.from(byMetric, ([metric, summaries]) => {
        const summary = joinSummaries(summaries);
        return { metric, count: summary[0] ?? 0, values: toldSummary(summary, goalOf(metric)) };
      });
    });
  }

  extremes(run: number, metric: string): readonly number[] {
    return finiteExtremes(joinSummaries(this.#loaded.get(run, metric).streams.map(({ summary }) => summary)));
  }

  window(run: number, metric: string, range: SeriesRange): SeriesWindow {
    return this.#db.guard(() => {
      const series = this.#loaded.get(run, metric);
      const { axis } = range;
      if (typeof axis === 'string') {
        const attempts = series.streams.map((stream) => ({
          attempt: stream.key.attempt,
          pieces: this.#piecesOf(stream, axis),
        }));
        return windowOf(metric, axis, attempts, range, revisionOf(series));
      }
      const others = this.#loaded.get(run, axis.metric);
      const joined = series.streams.flatMap((stream) => {
        const { attempt } = stream.key;
        const other = others.streams.find(({ key }) => key.attempt === attempt);
        return other ? [{ attempt, x: this.#wholeByStep(other), y: this.#wholeByStep(stream) }] : [];
      });
      return joinedWindow(metric, axis.metric, joined, range, revisionOf(series));
    });
  }

  page(run: number, metric: string, from: number, limit: number): SeriesPage {
    return this.#db.guard(() => {
      const series = this.#loaded.get(run, metric);
      let start = 0;
      for (const stream of series.streams) {
        const end = start + stream.count;
        if (from < end) {
          const { attempt } = stream.key;
          return { metric, attempt, from, revision: revisionOf(series), ...this.#columnsOf(stream, from - start, limit) };
        }
        start = end;
      }
      return { metric, attempt: 0, from, revision: start, ...joinColumns([]) };
    });
  }

  /** So that no journal is to be read at the next start, unless that would take long now. */
  close(): void {
    if (this.#upkeep.dirtyStreams <= mostMovedAtClose) this.#db.transaction(() => this.#upkeep.moveAll());
  }

  beforeCommit(): void {
    if (this.#log.length === 0) return;
    const before = new Map<Stream, number>();
    let newStreams = 0;
    for (const { stream, count, isNew } of this.#log) {
      if (!before.has(stream)) before.set(stream, count);
      if (isNew) newStreams += 1;
    }
    const points = this.#writeJournal(before);
    this.#upkeep.work(points, newStreams);
  }

  committed(): void {
    this.#log = [];
    this.#epoch += 1;
    this.#hasJournaled = false;
    this.#upkeep.committed();
  }

  mark(): number {
    this.#epoch += 1;
    return this.#log.length;
  }

  takeBack(mark = 0): void {
    for (const { stream, count, summary, isNew } of this.#log.splice(mark).reverse()) {
      stream.tail.truncate(count);
      stream.summary = summary;
      if (!isNew) continue;
      this.#loaded.forget(stream);
      this.#upkeep.gone(stream);
    }
    this.#epoch += 1;
    if (mark > 0) return;
    if (this.#hasJournaled) this.#upkeep.unjournal();
    this.#hasJournaled = false;
    this.#upkeep.rolledBack();
  }

  #appendTo(run: number, metric: string, attempt: number, points: Columns, from: number, to: number): number {
    let isNew = false;
    const stream = this.#loaded.stream(run, metric, attempt, () => (isNew = true));
    if (isNew || stream.touchedIn !== this.#epoch) {
      this.#log.push({ stream, count: stream.count, summary: stream.summary.slice(), isNew });
      stream.touchedIn = this.#epoch;
    }
    const series = this.#loaded.get(run, metric);
    const revision = series.streams.length === 1 ? stream.count : revisionOf(series);
    const { tail } = stream;
    const before = tail.sizeBytes;
    tail.append(points, from, to);
    this.#upkeep.tailBytes += tail.sizeBytes - before;
    addToSummary(stream.summary, points, from, to);
    this.#upkeep.grown(stream);
    return revision;
  }

  #writeJournal(before: ReadonlyMap<Stream, number>): number {
    const streams = [...before].filter(([stream, count]) => stream.count > count);
    const points = streams.reduce((sum, [stream, count]) => sum + stream.count - count, 0);
    if (points === 0) return 0;
    const columns = emptyColumns(points);
    let at = 0;
    for (const [stream, count] of streams) {
      stream.tail.copyTo(columns, at, count, stream.count);
      at += stream.count - count;
    }
    const data = encodeJournal({
      ids: Float64Array.from(streams, ([{ id }]) => id),
      from: Float64Array.from(streams, ([, count]) => count),
      counts: Float64Array.from(streams, ([stream, count]) => stream.count - count),
      columns,
    });
    const sequence = this.#rows.writeJournal(data);
    this.#hasJournaled = true;
    this.#upkeep.journaled(sequence, data.byteLength, points);
    return points;
  }

  /** Points that rows hold are skipped: the same journal may have been read before. */
  #readJournal(): void {
    const streams = new Map<number, Stream | undefined>();
    for (const { sequence, data } of this.#rows.journal()) {
      const { ids, from, counts, columns } = decodeJournal(data);
      let at = 0;
      for (let i = 0; i < ids.length; i += 1) {
        const id = ids[i] ?? 0;
        const count = counts[i] ?? 0;
        if (!streams.has(id)) {
          const key = this.#rows.keyOf(id);
          streams.set(id, key && this.#loaded.get(key.run, key.metric).streams.find((stream) => stream.id === id));
        }
        const stream = streams.get(id);
        const known = Math.max(0, (stream?.count ?? 0) - (from[i] ?? 0));
        if (stream && known < count) {
          const size = stream.tail.sizeBytes;
          stream.tail.append(columns, at + known, at + count);
          this.#upkeep.tailBytes += stream.tail.sizeBytes - size;
          addToSummary(stream.summary, columns, at + known, at + count);
          this.#upkeep.grown(stream);
        }
        at += count;
      }
      this.#upkeep.journaled(sequence, data.byteLength, columns.value.length);
    }
  }

  #piecesOf(stream: Stream, axis: Axis): Piece[] {
    return [
      ...stream.entries.map((entry) => this.#reader.pieceOf(entry, axis)),
      pieceOfRun(this.#tailRun(stream, axis)),
    ];
  }

  #tailRun(stream: Stream, axis: Axis): Run {
    this.#upkeep.loadTail(stream);
    const columns = stream.tail.columns(stream.state.sealed, stream.count);
    return axis === 'step' ? stepRun(columns, stream.state.carried) : orderRun(columns[axis], columns.value, false);
  }

  #wholeByStep(stream: Stream): Run {
    const runs: Run[] = [];
    for (const leaf of this.#leavesFrom(stream.entries, 0)) runs.push(this.#reader.run(leaf, 'step'));
    runs.push(this.#tailRun(stream, 'step'));
    return mergeRuns(runs, true);
  }

  /** Leaves in the order of arrival, from the one that has the position. */
  *#leavesFrom(entries: readonly NodeEntry[], position: number): Iterable<NodeEntry> {
    for (const entry of entries) {
      if (entry.from + entry.count <= position) continue;
      if (entry.level === 0) yield entry;
      else yield* this.#leavesFrom(this.#reader.children(entry), position);
    }
  }

  /** From a position of the stream, about `limit` points, as copies. */
  #columnsOf(stream: Stream, position: number, limit: number): Columns {
    const parts: Columns[] = [];
    let at = position;
    const take = (columns: Columns, from: number): void => {
      const end = Math.min(columns.step.length, from + limit - (at - position));
      parts.push(sliceColumns(columns, from, end));
      at += end - from;
    };
    for (const leaf of this.#leavesFrom(stream.entries, position)) {
      if (at - position >= limit) break;
      take(decodeChunk(this.#rows.readChunk(leaf.raw)).columns, at - leaf.from);
    }
    const { sealed } = stream.state;
    if (at >= sealed && at - position < limit) {
      this.#upkeep.loadTail(stream);
      take(stream.tail.columns(sealed, stream.count), at - sealed);
    }
    return joinColumns(parts);
  }
}

const emptyColumns = (length: number): Columns => ({
  step: new Float64Array(length),
  time: new Float64Array(length),
  wall: new Float64Array(length),
  value: new Float64Array(length),
});

const sliceColumns = ({ step, time, wall, value }: Columns, from: number, to: number): Columns => ({
  step: step.subarray(from, to),
  time: time.subarray(from, to),
  wall: wall.subarray(from, to),
  value: value.subarray(from, to),
});

function joinColumns(parts: readonly Columns[]): Columns {
  const joined = emptyColumns(parts.reduce((sum, { step }) => sum + step.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of columnNames) joined[name].set(part[name], at);
    at += part.step.length;
  }
  return joined;
}
