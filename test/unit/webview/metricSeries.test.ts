import assert from 'node:assert/strict';
import { BucketColumns, bucketWidth } from '../../../src/model/buckets';
import type { SeriesAppend, SeriesWindow } from '../../../src/model/series';
import { MetricSeries } from '../../../webview/run/charts/metricSeries';

const valueAt = (x: number): number => Math.sin(x / 7) * x;

function windowOf(count: number, width: number): SeriesWindow {
  const buckets = new BucketColumns(width);
  for (let x = 0; x < count; x++) buckets.add(x, valueAt(x));
  return buckets.toWindow('loss', 'step', count);
}

function append(from: number, count: number, stepOf = (index: number): number => index): SeriesAppend {
  const indices = Array.from({ length: count }, (_, i) => from + i);
  const step = Float64Array.from(indices, stepOf);
  return { metric: 'loss', attempt: 1, from, step, time: step, wall: step, value: step.map(valueAt) };
}

function loaded(count: number, width: number): MetricSeries {
  const series = new MetricSeries('loss');
  series.beginAsking();
  series.accept(windowOf(count, width));
  return series;
}

describe('a series in the panel', () => {
  it('shows the same after appends as the host would answer', () => {
    const series = loaded(1000, 64);
    for (let from = 1000; from < 5000; from += 37) assert.equal(series.fold(append(from, 37)), 'folded');
    assert.deepEqual(series.picture()?.line, loaded(5033, 64).picture()?.line);
  });

  it('finds a gap instead of drawing over it', () => {
    assert.equal(loaded(10, 0).fold(append(12, 3)), 'gap');
  });

  it('finds steps that go back', () => {
    assert.equal(loaded(10, 0).fold(append(10, 3, (index) => index - 5)), 'gap');
  });

  it('asks again when a step is written again: by step the new value replaces the old one', () => {
    assert.equal(loaded(10, 0).fold(append(10, 1, () => 9)), 'gap');
  });

  it('goes on with another attempt, which may begin at any step', () => {
    const series = loaded(10, 0);
    assert.equal(series.fold({ ...append(10, 5, (index) => index - 8), attempt: 2 }), 'folded');
    assert.deepEqual(
      series.picture()?.line.superseded.map(({ attempt, points }) => [attempt, points.xs[0], points.xs.length]),
      [[1, 2, 8]],
    );
    assert.equal(series.fold(append(15, 1, () => 99)), 'gap');
  });

  it('takes points that it has already only once', () => {
    const series = loaded(10, 0);
    assert.equal(series.fold(append(5, 5)), 'nothing new');
    assert.equal(series.fold(append(5, 8)), 'folded');
    assert.equal(series.picture()?.pointCount, 13);
  });

  it('keeps what arrives while the host is asked', () => {
    const series = loaded(10, 0);
    series.beginAsking();
    series.fold(append(10, 5));
    assert.equal(series.accept(windowOf(12, 0)), 'folded');
    assert.equal(series.picture()?.pointCount, 15);
  });

  it('says so when the answer is older than what it has missed since', () => {
    const series = new MetricSeries('loss');
    series.beginAsking();
    series.fold(append(20, 5));
    assert.equal(series.accept(windowOf(12, 0)), 'gap');
  });

  it('goes on past points without an x', () => {
    const series = loaded(10, 0);
    assert.equal(series.fold(append(10, 3, () => NaN)), 'folded');
    assert.equal(series.fold(append(13, 1)), 'folded');
    assert.equal(series.picture()?.pointCount, 11);
  });

  it('outgrows its buckets when there are more than twice of what is wanted, and not again at once', () => {
    const series = loaded(100, 0);
    assert.equal(series.outgrew(50), false);
    series.fold(append(100, 60));
    assert.equal(series.outgrew(50), true);
    series.beginAsking();
    series.accept(windowOf(160, 0));
    assert.equal(series.outgrew(50), false);
  });
});

describe('buckets of a series', () => {
  const bucketsOf = (count: number, width: number): SeriesWindow => windowOf(count, width);

  it('have edges that do not move when points are added', () => {
    const few = bucketsOf(1000, 64);
    const many = bucketsOf(3000, 64);
    const settled = few.count.length - 1;
    assert.deepEqual(many.firstX.slice(0, settled), few.firstX.slice(0, settled));
    assert.deepEqual(many.max.slice(0, settled), few.max.slice(0, settled));
  });

  it('keep the extremes and every point in the count, whatever their width', () => {
    const raw = bucketsOf(5000, 0);
    for (const width of [0, 1, 16, 1024, 65_536]) {
      const window = bucketsOf(5000, width);
      assert.equal(Math.min(...window.min), Math.min(...raw.min), `lowest at width ${width}`);
      assert.equal(Math.max(...window.max), Math.max(...raw.max), `highest at width ${width}`);
      assert.equal(
        window.count.reduce((sum, count) => sum + count, 0),
        5000,
      );
    }
  });

  it('are at most as many as asked for and two more', () => {
    for (const span of [1, 999, 1000, 1_000_000, 0.37]) {
      for (const asked of [10, 1000]) {
        const width = bucketWidth(3, 3 + span, asked);
        const buckets = Math.floor((3 + span) / width) - Math.floor(3 / width) + 1;
        assert.ok(buckets <= asked + 2, `${buckets} buckets for ${asked} over ${span}`);
        assert.ok(Number.isInteger(Math.log2(width)), `${width} is a power of two`);
      }
    }
  });
});
