/**
 * Series as streams: a commit writes one row of the journal at most, whatever it holds; the points stay in memory until a chunk of
 * them is full, which is sealed with a pyramid of cells over it. See `upkeep.ts` for what moves when, `nodes.ts` for the tree,
 * `window.ts` for how it is read.
 *
 * Memory follows the transaction: what was appended in one that is taken back is taken back here too.
 */
import type { Goal } from '../../../model/best';
import type { MetricSummary, SeriesPage, SeriesWindow } from '../../../model/series';
import type { Database, Participant } from '../database';
import { mostMetricsOfRun, type PointBatch, refusedMetric, type SeriesRange, type SeriesStore } from '../seriesStore';
import { ByteCache } from './byteCache';
import { decodeChunk } from './chunkCodec';
import { joinedWindow } from './joinedWindow';
import { decodeJournal, encodeJournal } from './journal';
import { LoadedSeries } from './loadedSeries';
import { decodeChildren, type NodeEntry, stepRun } from './nodes';
import { type Decoded, type Piece, PieceReader, pieceOfRun } from './pieces';
import { type Axis, type Columns, columnNames, emptyColumns, mergeRuns, orderRun, type Run } from './points';
import { SeriesRows } from './seriesRows';
import { revisionOf, type Stream } from './stream';
import {
  addToSummary,
  finiteExtremes,
  joinSummaries,
  keepSummary,
  restoreSummary,
  type Summary,
  summaryLength,
  toldSummary,
} from './summary';
import { Upkeep } from './upkeep';
import { windowOf } from './window';

const cacheBytes = 64 * 1024 * 1024;
const mostMovedAtClose = 5000;

/** What was appended in one call, and how the streams were before. */
interface Appended extends Before {
  readonly points: PointBatch;
  readonly streams: readonly Stream[];
  /** Instead: what was erased in one call. */
  readonly erased?: readonly Stream[];
}

/** Of some streams, or more: the count, the summary, and whether it began with what was appended. */
interface Before {
  readonly counts: Float64Array;
  readonly summaries: Float64Array;
  readonly isNew: Uint8Array;
}

const beforeOf = (streams: number): Before => ({
  counts: new Float64Array(streams),
  summaries: new Float64Array(streams * summaryLength),
  isNew: new Uint8Array(streams),
});
const noPoints: PointBatch = { metrics: [], counts: [], ...emptyColumns(0) };
/** More is not held for the next time. */
const mostSpare = 10_000;

export class StreamSeriesStore implements SeriesStore, Participant {
  readonly #db: Database;
  readonly #rows: SeriesRows;
  readonly #cache = new ByteCache<Decoded>(cacheBytes);
  readonly #reader: PieceReader;
  readonly #loaded: LoadedSeries;
  readonly #upkeep: Upkeep;
  readonly #mostMetrics: number;
  /** Of the transaction that is under way. */
  #log: Appended[] = [];
  /** Of a transaction before: most are of as many streams. */
  #spare: Before = beforeOf(0);
  #hasJournaled = false;

  /** Throws `DamagedBytes` when the journal cannot be read. */
  constructor(db: Database, mostMetrics = mostMetricsOfRun) {
    this.#db = db;
    this.#mostMetrics = mostMetrics;
    this.#rows = new SeriesRows(db);
    this.#reader = new PieceReader(this.#rows.readChunk, this.#cache);
    this.#loaded = new LoadedSeries(this.#rows);
    this.#upkeep = new Upkeep(this.#rows, this.#loaded);
    this.#readJournal();
    db.join(this);
  }

  append(run: number, attempt: number, points: PointBatch): number[] {
    const room = this.#mostMetrics - this.#loaded.metricCount(run);
    if (points.metrics.length <= room) return this.#appendAll(run, attempt, points);
    const isRefused = this.#refused(run, points.metrics, room);
    if (!isRefused.includes(true)) return this.#appendAll(run, attempt, points);
    const kept = this.#appendAll(run, attempt, without(points, isRefused));
    let at = 0;
    return isRefused.map((refused) => (refused ? refusedMetric : (kept[at++] ?? 0)));
  }

  /** Which are new, when there is no room for more than so many new ones. */
  #refused(run: number, metrics: readonly string[], room: number): boolean[] {
    let left = room;
    return metrics.map((metric) => this.#loaded.get(run, metric).streams.length === 0 && (left -= 1) < 0);
  }

  #appendAll(run: number, attempt: number, points: PointBatch): number[] {
    const { metrics, counts } = points;
    const streams: Stream[] = [];
    const revisions: number[] = [];
    const { counts: before, summaries, isNew } = this.#roomFor(metrics.length);
    this.#log.push({ points, streams, counts: before, summaries, isNew });
    let at = 0;
    for (let i = 0; i < metrics.length; i += 1) {
      const stream = this.#loaded.stream(run, metrics[i] ?? '', attempt, () => (isNew[i] = 1));
      const end = at + (counts[i] ?? 0);
      before[i] = stream.count;
      keepSummary(stream.summary, summaries, i);
      streams.push(stream);
      revisions.push(revisionOf(stream.series));
      this.#add(stream, points, at, end);
      at = end;
    }
    return revisions;
  }

  #roomFor(streams: number): Before {
    const spare = this.#spare;
    if (spare.isNew.length < streams) return beforeOf(streams);
    this.#spare = beforeOf(0);
    spare.isNew.fill(0);
    return spare;
  }

  erase(run: number, most: number): number {
    const some = this.#rows.someStreams(run, most);
    const erased = some.flatMap(({ id, metric }) => {
      const stream = this.#loaded.get(run, metric).streams.find((known) => known.id === id);
      if (!stream) return [];
      this.#rows.deleteStream(id, this.#chunksOf(stream.entries));
      stream.isErased = true;
      return stream;
    });
    // Memory follows when the transaction has ended well; what the journal has of them, no stream takes.
    this.#log.push({ points: noPoints, streams: [], erased, ...beforeOf(0) });
    return erased.length;
  }

  /** The numbers of all rows of a tree. */
  *#chunksOf(entries: readonly NodeEntry[]): Iterable<number> {
    for (const entry of entries) {
      if (entry.level === 0) yield entry.raw;
      else yield* this.#chunksOf(decodeChildren(this.#rows.readChunk(entry.id)));
      yield entry.id;
    }
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
    // Not loaded for this: who compares runs asks for those of hundreds.
    const streams = this.#loaded.find(run, metric)?.streams ?? this.#rows.streams(run, metric);
    return finiteExtremes(joinSummaries(streams.map(({ summary }) => summary)));
  }

  window(run: number, metric: string, range: SeriesRange): SeriesWindow {
    this.#upkeep.trim();
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
    this.#upkeep.trim();
    return this.#db.guard(() => {
      const series = this.#loaded.get(run, metric);
      let start = 0;
      for (const stream of series.streams) {
        const end = start + stream.count;
        if (from < end) {
          const { attempt } = stream.key;
          return {
            metric,
            attempt,
            from,
            revision: revisionOf(series),
            ...this.#columnsOf(stream, from - start, limit),
          };
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
    const points = this.#log.reduce((sum, { points: { value } }) => sum + value.length, 0);
    const newStreams = this.#log.reduce((sum, { isNew }) => sum + isNew.reduce((a, b) => a + b, 0), 0);
    this.#upkeep.work(points, newStreams);
    // After it: points that make chunks full at once need no journal.
    this.#writeJournal();
  }

  committed(): void {
    const [first] = this.#log;
    const log = this.#log;
    this.#log = [];
    for (const { erased = [] } of log) for (const stream of erased) this.#forget(stream);
    if (first && first.isNew.length <= mostSpare && first.isNew.length >= this.#spare.isNew.length) {
      this.#spare = { counts: first.counts, summaries: first.summaries, isNew: first.isNew };
    }
    this.#hasJournaled = false;
    this.#upkeep.committed();
  }

  mark(): number {
    return this.#log.length;
  }

  #forget(stream: Stream): void {
    this.#loaded.forget(stream);
    this.#upkeep.gone(stream);
    this.#upkeep.tailBytes -= stream.tail.sizeBytes;
  }

  takeBack(mark = 0): void {
    for (const { streams, counts, summaries, isNew, erased = [] } of this.#log.splice(mark).reverse()) {
      for (const stream of erased) stream.isErased = false;
      for (let i = streams.length - 1; i >= 0; i -= 1) {
        const stream = streams[i];
        if (!stream) continue;
        stream.tail.truncate(counts[i] ?? 0);
        restoreSummary(stream.summary, summaries, i);
        if (isNew[i] === 0) continue;
        this.#loaded.forget(stream);
        this.#upkeep.gone(stream);
      }
    }
    if (mark > 0) return;
    if (this.#hasJournaled) this.#upkeep.unjournal();
    this.#hasJournaled = false;
    this.#upkeep.rolledBack();
  }

  #add(stream: Stream, points: Columns, from: number, to: number): void {
    const { tail } = stream;
    const before = tail.sizeBytes;
    tail.append(points, from, to);
    this.#upkeep.tailBytes += tail.sizeBytes - before;
    addToSummary(stream.summary, points, from, to);
    this.#upkeep.grown(stream);
  }

  /** Of what was appended, all that is in no other row by now. */
  #writeJournal(): void {
    const parts = this.#log.reduce((sum, { streams }) => sum + streams.length, 0);
    const [ids, from, counts] = [new Float64Array(parts), new Float64Array(parts), new Float64Array(parts)];
    const columns: Columns[] = [];
    let part = 0;
    for (const { streams, counts: before, points } of this.#log) {
      // What lies between what is left out stays in one piece.
      let [at, start] = [0, 0];
      for (let i = 0; i < streams.length; i += 1) {
        const stream = streams[i];
        const count = points.counts[i] ?? 0;
        const position = before[i] ?? 0;
        const done = stream ? Math.min(count, Math.max(0, this.#upkeep.movedTo(stream) - position)) : 0;
        ids[part] = stream?.id ?? 0;
        from[part] = position + done;
        counts[part] = count - done;
        part += 1;
        if (done > 0) {
          if (at > start) columns.push(sliceColumns(points, start, at));
          start = at + done;
        }
        at += count;
      }
      if (at > start) columns.push(start === 0 ? points : sliceColumns(points, start, at));
    }
    const [first] = columns;
    if (!first) return;
    const joined = columns.length === 1 ? first : joinColumns(columns);
    const data = encodeJournal({ ids, from, counts, columns: joined });
    const sequence = this.#rows.writeJournal(data);
    this.#hasJournaled = true;
    this.#upkeep.journaled(sequence, data.byteLength, joined.value.length);
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
          this.#loaded.reserve(id);
          const key = this.#rows.keyOf(id);
          streams.set(id, key && this.#loaded.get(key.run, key.metric).streams.find((stream) => stream.id === id));
        }
        const stream = streams.get(id);
        const known = Math.max(0, (stream?.count ?? 0) - (from[i] ?? 0));
        if (stream && known < count) this.#add(stream, columns, at + known, at + count);
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

const sliceColumns = ({ step, time, wall, value }: Columns, from: number, to: number): Columns => ({
  step: step.subarray(from, to),
  time: time.subarray(from, to),
  wall: wall.subarray(from, to),
  value: value.subarray(from, to),
});

/** The points of some metrics left out. */
function without(points: PointBatch, isLeftOut: readonly boolean[]): PointBatch {
  const parts: Columns[] = [];
  let at = 0;
  for (const [i, count] of points.counts.entries()) {
    if (isLeftOut[i] !== true) parts.push(sliceColumns(points, at, at + count));
    at += count;
  }
  const isKept = (_each: unknown, i: number): boolean => isLeftOut[i] !== true;
  return { metrics: points.metrics.filter(isKept), counts: points.counts.filter(isKept), ...joinColumns(parts) };
}

function joinColumns(parts: readonly Columns[]): Columns {
  const joined = emptyColumns(parts.reduce((sum, { step }) => sum + step.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of columnNames) joined[name].set(part[name], at);
    at += part.step.length;
  }
  return joined;
}
