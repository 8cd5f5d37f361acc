import assert from 'node:assert/strict';
import { BucketColumns, bucketWidth } from '../../../src/model/buckets';
import type { SeriesWindow } from '../../../src/model/series';

const fill = (width: number, points: readonly (readonly [x: number, value: number])[]): BucketColumns => {
  const buckets = new BucketColumns(width, 1);
  for (const [x, value] of points) buckets.add(x, value);
  return buckets;
};
const plain = (window: SeriesWindow): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(window).map(([key, value]) => [
      key,
      value instanceof Float64Array ? [...value] : (value as unknown),
    ]),
  );

describe('buckets of a series', () => {
  it('keep first, lowest, highest and last with their x, the mean and the count', () => {
    const buckets = fill(4, [
      [0, 5],
      [1, 1],
      [2, 9],
      [3, 5],
      [4, 7],
    ]);
    assert.deepEqual(plain(buckets.toWindow('loss', 'step', 5)), {
      metric: 'loss',
      axis: 'step',
      width: 4,
      revision: 5,
      pointCount: 5,
      nanCount: 0,
      firstX: [0, 4],
      first: [5, 7],
      minX: [1, 4],
      min: [1, 7],
      maxX: [2, 4],
      max: [9, 7],
      lastX: [3, 4],
      last: [5, 7],
      mean: [5, 7],
      count: [4, 1],
      attempt: [1, 1],
    });
  });

  it('have points of one attempt each, in the order of attempts, which may go over the same ground', () => {
    const buckets = new BucketColumns(8);
    for (let x = 0; x < 10; x += 1) buckets.add(x, x, 1);
    assert.deepEqual(
      [buckets.fits(9, 1), buckets.fits(8, 1), buckets.fits(0, 2), buckets.fits(99, 0)],
      [true, false, true, false],
    );
    for (let x = 4; x < 20; x += 1) buckets.add(x, x, 2);
    const { attempt, firstX, lastX } = buckets.toWindow('m', 'step', 26);
    assert.deepEqual(
      { attempt: [...attempt], firstX: [...firstX], lastX: [...lastX] },
      { attempt: [1, 1, 2, 2, 2], firstX: [0, 8, 4, 8, 16], lastX: [7, 9, 7, 15, 19] },
    );
  });

  it('have edges that do not move with the range that is asked for', () => {
    assert.deepEqual(
      [bucketWidth(0, 1000, 100), bucketWidth(0, 1024, 100), bucketWidth(0, 1, 100), bucketWidth(5, 5, 10)],
      [16, 16, 0.015625, 1],
    );
    const points = Array.from({ length: 1000 }, (_, x) => [x, Math.sin(x)] as const);
    const whole = fill(16, points).toWindow('m', 'step', 0);
    const part = fill(16, points.slice(320)).toWindow('m', 'step', 0);
    assert.deepEqual([...part.max], [...whole.max.subarray(20)]);
    assert.deepEqual([...part.mean], [...whole.mean.subarray(20)]);
  });

  it('never lose an extreme, whatever their width', () => {
    const points = Array.from(
      { length: 5000 },
      (_, x) => [x, x === 3777 ? 1e9 : x === 12 ? -1e9 : Math.sin(x)] as const,
    );
    for (const width of [0, 1, 64, 8192]) {
      const window = fill(width, points).toWindow('m', 'step', 0);
      const top = window.max.indexOf(1e9);
      assert.deepEqual([window.maxX[top], window.minX[window.min.indexOf(-1e9)]], [3777, 12], `width ${width}`);
      assert.equal(
        window.count.reduce((sum, count) => sum + count),
        5000,
      );
    }
  });

  it('give NaN a bucket of its own, so that it breaks the line and spoils no extreme', () => {
    const buckets = fill(8, [
      [0, 1],
      [1, NaN],
      [2, NaN],
      [3, 2],
      [4, Infinity],
    ]);
    const { min, max, count, nanCount, pointCount } = buckets.toWindow('m', 'step', 0);
    assert.deepEqual(
      { min: [...min], max: [...max], count: [...count], nanCount, pointCount },
      { min: [1, NaN, 2], max: [1, NaN, Infinity], count: [1, 2, 2], nanCount: 2, pointCount: 5 },
    );
  });

  it('are continued where a window ended, to the same result', () => {
    const points = Array.from({ length: 300 }, (_, x) => [x, Math.cos(x)] as const);
    const continued = BucketColumns.fromWindow(fill(16, points.slice(0, 133)).toWindow('m', 'step', 133));
    assert.equal(continued.lastX, 132);
    for (const [x, value] of points.slice(133)) continued.add(x, value);
    assert.deepEqual(continued.toWindow('m', 'step', 300), fill(16, points).toWindow('m', 'step', 300));
    assert.equal(new BucketColumns(1).lastX, -Infinity);
  });

  it('give out copies', () => {
    const buckets = fill(4, [[0, 1]]);
    const window = buckets.toWindow('m', 'step', 1);
    buckets.add(1, 5);
    assert.deepEqual([...window.max], [1]);
  });
});
