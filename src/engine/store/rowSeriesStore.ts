/**
 * Series as one row per point: simple, exact, and fast enough below some 100,000 points a chart. Summaries are kept on
 * arrival, so that lists never scan.
 */
import { BucketColumns, bucketWidth } from '../../model/buckets';
import { type MetricSummary, type SeriesAppend, type SeriesWindow, summaryColumn } from '../../model/series';
import { type Database, number, optionalNumber, type Row, text } from './database';
import type { Point, SeriesRange, SeriesStore } from './seriesStore';

interface Series {
  readonly id: number;
  readonly summary: Summary;
}

interface Summary {
  count: number;
  lastStep: number;
  lastTime: number;
  lastWall: number;
  lastValue: number;
  min: number;
  max: number;
}

/** So many attempts over the same ground have all the buckets that are asked for. */
const mostOverlaps = 4;

export class RowSeriesStore implements SeriesStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  append(run: number, attempt: number, points: readonly Point[]): SeriesAppend[] {
    const byMetric = new Map<string, Point[]>();
    for (const point of points) {
      const group = byMetric.get(point.metric);
      if (group) group.push(point);
      else byMetric.set(point.metric, [point]);
    }
    return Array.from(byMetric, ([metric, group]) => this.#appendSeries(run, attempt, metric, group));
  }

  summaries(run: number): MetricSummary[] {
    return this.#db.all('SELECT * FROM series WHERE run = ? ORDER BY id', run).map((row) => {
      const summary = readSummary(row);
      const values = new Float64Array(Object.keys(summaryColumn).length);
      for (const [name, column] of Object.entries(summaryColumn)) values[column] = summary[name as keyof Summary];
      return { metric: text(row, 'metric'), count: summary.count, values };
    });
  }

  window(run: number, metric: string, range: SeriesRange): SeriesWindow {
    const series = this.#find(run, metric);
    if (!series) return new BucketColumns(0).toWindow(metric, range.axis, 0);
    const from = range.from ?? -Infinity;
    const to = range.to ?? Infinity;
    const xs: number[] = [];
    const values: number[] = [];
    const attempts: number[] = [];
    // The axis is one of three column names of ours, never a text from outside.
    const sql = `SELECT ${range.axis} AS x, value, attempt FROM point WHERE series = ? AND ${range.axis} BETWEEN ? AND ? ORDER BY attempt, ${range.axis}, number`;
    for (const row of this.#db.iterate(sql, series.id, from, to)) {
      xs.push(number(row, 'x'));
      values.push(optionalNumber(row, 'value') ?? NaN);
      attempts.push(number(row, 'attempt'));
    }
    const width = xs.length <= range.buckets ? 0 : widthFor(xs, attempts, range);
    const buckets = new BucketColumns(width, Math.min(xs.length, range.buckets + 2));
    for (let i = 0; i < xs.length; i += 1) buckets.add(xs[i] ?? NaN, values[i] ?? NaN, attempts[i]);
    return buckets.toWindow(metric, range.axis, series.summary.count);
  }

  #find(run: number, metric: string): Series | undefined {
    const row = this.#db.get('SELECT * FROM series WHERE run = ? AND metric = ?', run, metric);
    return row && { id: number(row, 'id'), summary: readSummary(row) };
  }

  #appendSeries(run: number, attempt: number, metric: string, points: readonly Point[]): SeriesAppend {
    const series = this.#find(run, metric) ?? this.#create(run, metric);
    const { id, summary } = series;
    const from = summary.count;
    const columns = {
      step: new Float64Array(points.length),
      time: new Float64Array(points.length),
      wall: new Float64Array(points.length),
      value: new Float64Array(points.length),
    };
    points.forEach((point, i) => {
      this.#db.run(
        'INSERT INTO point (series, number, attempt, step, time, wall, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        summary.count,
        attempt,
        point.step,
        point.timeSeconds,
        point.wallMs,
        nullForNaN(point.value),
      );
      summary.count += 1;
      summary.lastStep = point.step;
      summary.lastTime = point.timeSeconds;
      summary.lastWall = point.wallMs;
      summary.lastValue = point.value;
      if (!(point.value >= summary.min)) summary.min = Number.isNaN(point.value) ? summary.min : point.value;
      if (!(point.value <= summary.max)) summary.max = Number.isNaN(point.value) ? summary.max : point.value;
      columns.step[i] = point.step;
      columns.time[i] = point.timeSeconds;
      columns.wall[i] = point.wallMs;
      columns.value[i] = point.value;
    });
    this.#db.run(
      'UPDATE series SET count = ?, last_step = ?, last_time = ?, last_wall = ?, last_value = ?, min = ?, max = ? WHERE id = ?',
      summary.count,
      summary.lastStep,
      summary.lastTime,
      summary.lastWall,
      nullForNaN(summary.lastValue),
      nullForNaN(summary.min),
      nullForNaN(summary.max),
      id,
    );
    return { metric, attempt, from, ...columns };
  }

  #create(run: number, metric: string): Series {
    const { lastId } = this.#db.run(
      'INSERT INTO series (run, metric, count, last_step, last_time, last_wall) VALUES (?, ?, 0, 0, 0, 0)',
      run,
      metric,
    );
    return {
      id: lastId,
      summary: { count: 0, lastStep: 0, lastTime: 0, lastWall: 0, lastValue: NaN, min: NaN, max: NaN },
    };
  }
}

/** Attempts that go over the same ground make further buckets: of very many the ground is divided more coarsely. */
function widthFor(xs: readonly number[], attempts: readonly number[], range: SeriesRange): number {
  let [first, last, covered] = [Infinity, -Infinity, 0];
  xs.forEach((x, i) => {
    first = Math.min(first, x);
    last = Math.max(last, x);
    if (attempts[i] === attempts[i - 1]) covered += x - (xs[i - 1] ?? x);
  });
  return Math.max(
    bucketWidth(range.from ?? first, range.to ?? last, range.buckets),
    covered > mostOverlaps * (last - first) ? bucketWidth(0, covered, mostOverlaps * range.buckets) : 0,
  );
}

function readSummary(row: Row): Summary {
  return {
    count: number(row, 'count'),
    lastStep: number(row, 'last_step'),
    lastTime: number(row, 'last_time'),
    lastWall: number(row, 'last_wall'),
    lastValue: optionalNumber(row, 'last_value') ?? NaN,
    min: optionalNumber(row, 'min') ?? NaN,
    max: optionalNumber(row, 'max') ?? NaN,
  };
}

const nullForNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);
