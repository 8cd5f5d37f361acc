import assert from 'node:assert/strict';
import { SeededRandom } from '../../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporaryFolder';
import { BucketColumns, bucketWidth, entryColumns } from '../../../../src/model/buckets';
import { Database } from '../../../../src/engine/store/database';
import { StreamSeriesStore } from '../../../../src/engine/store/series/streamSeriesStore';
import { summaryColumn } from '../../../../src/model/series';
import { batchOf, type ModelPoint, seen } from './modelSeries';
import { insertRun } from './seriesFixture';

describe('a run with several series', () => {
  let folder: TemporaryFolder;
  let db: Database;
  let run: number;
  let store: StreamSeriesStore;
  beforeEach(() => {
    folder = temporaryFolder();
    db = Database.open(folder.join('db'));
    run = insertRun(db);
    store = new StreamSeriesStore(db);
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });
  const keep = (metric: string, points: readonly ModelPoint[]): void => {
    for (const attempt of new Set(points.map((point) => point.attempt))) {
      const own = points.filter((point) => point.attempt === attempt);
      db.transaction(() => store.append(run, attempt, batchOf(metric, own)));
    }
  };

  it('draws one over another: points of the same step and attempt, all of them, in the order of x', () => {
    const random = new SeededRandom(31);
    const make = (count: number, step: (i: number) => number, value: () => number): ModelPoint[] =>
      Array.from({ length: count }, (_, i) => {
        const attempt = i < count / 2 ? 1 : 2;
        return { attempt, step: step(i), time: i, wall: i, value: value() };
      });
    const x = make(
      20_000,
      (i) => i - (i % 7 === 0 ? 50 : 0),
      () => (random.below(50) === 0 ? NaN : random.below(60) === 0 ? Infinity : random.next() * 100),
    );
    const y = make(
      15_000,
      (i) => 2 * i,
      () => (random.below(40) === 0 ? NaN : random.next()),
    );
    keep('x', x);
    keep('y', y);
    const joined = [1, 2].map((attempt) => {
      const xs = new Map(seen(x, attempt, 'step').map((point) => [point.x, point.value]));
      return seen(y, attempt, 'step')
        .map(({ x: step, value }) => ({ x: xs.get(step) ?? NaN, value }))
        .filter((pair) => Number.isFinite(pair.x))
        .sort((a, b) => a.x - b.x);
    });
    for (const range of [{ buckets: 200 }, { from: 20, to: 60.5, buckets: 100 }, { from: 20, to: 21, buckets: 5000 }]) {
      const { from = -Infinity, to = Infinity, buckets } = { from: undefined, to: undefined, ...range };
      const inside = joined.map((pairs) => pairs.filter((pair) => pair.x >= from && pair.x <= to));
      const all = inside.flat().map((pair) => pair.x);
      const width =
        all.length <= buckets ? 0 : bucketWidth(range.from ?? Math.min(...all), range.to ?? Math.max(...all), buckets);
      const columns = new BucketColumns(width);
      inside.forEach((pairs, i) => pairs.forEach((pair) => columns.add(pair.x, pair.value, i + 1)));
      const expected = columns.toWindow('y', { metric: 'x' }, y.length);
      const window = store.window(run, 'y', { axis: { metric: 'x' }, ...range });
      assert.deepEqual([window.width, window.pointCount, window.nanCount], [width, all.length, expected.nanCount]);
      for (const column of entryColumns) {
        if (column === 'mean') continue;
        assert.deepEqual([...window[column]], [...expected[column]], column);
      }
      assert.deepEqual([...window.attempt], [...expected.attempt]);
      assert.ok(window.count.length > 50);
    }
    assert.equal(store.window(run, 'y', { axis: { metric: 'nobody logged it' }, buckets: 9 }).count.length, 0);
  });

  it('knows last, extremes with their steps, mean and best of each without reading points, also after a start', () => {
    const values = [3, NaN, -Infinity, 7, 0.5, 7, 2];
    const point = (attempt: number, i: number, value: number): ModelPoint => ({
      attempt,
      step: 10 * i,
      time: i / 2,
      wall: 1000 + i,
      value,
    });
    keep('m', [...values.map((value, i) => point(1, i, value)), point(2, 3, 0.25), point(2, 4, 6)]);
    keep('only NaN', [point(1, 0, NaN)]);
    const expected = {
      lastStep: 40,
      lastTime: 2,
      lastWall: 1004,
      lastValue: 6,
      min: -Infinity,
      max: 7,
      minStep: 20,
      maxStep: 30,
      mean: -Infinity,
      nanCount: 1,
      best: 0.25,
      bestStep: 30,
    };
    const look = (from: StreamSeriesStore): void => {
      const [first, second] = from.summaries(run, (metric) => (metric === 'm' ? 'minimize' : undefined));
      const told = Object.entries(summaryColumn).map(([name, at]) => [name, first?.values[at]]);
      assert.deepEqual([first?.metric, first?.count, Object.fromEntries(told)], ['m', 9, expected]);
      assert.deepEqual(
        [second?.count, second?.values[summaryColumn.nanCount], second?.values[summaryColumn.mean]],
        [1, 1, NaN],
      );
      assert.deepEqual(from.extremes(run, 'm'), [0.25, 7]);
    };
    look(store);
    look(new StreamSeriesStore(db));
    store.close();
    look(new StreamSeriesStore(db));
  });
});
