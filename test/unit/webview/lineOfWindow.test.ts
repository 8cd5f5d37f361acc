import assert from 'node:assert/strict';
import { BucketColumns } from '../../../src/model/buckets';
import { chartCaption, chartSummary } from '../../../webview/run/charts/chartCaption';
import { brokenLine, type Line, lineOfWindow } from '../../../webview/shared/charts/lineOfWindow';
import type { Polyline } from '../../../webview/shared/charts/polyline';

function lineOf(width: number, values: readonly number[]): { line: Line; buckets: BucketColumns } {
  const buckets = new BucketColumns(width);
  values.forEach((value, x) => buckets.add(x, value));
  return { line: lineOfWindow(buckets.toWindow('loss', 'step', values.length)), buckets };
}
const captionOf = (width: number, values: readonly number[]): string => {
  const { line, buckets } = lineOf(width, values);
  return chartCaption(line, buckets.pointCount, buckets.nanCount);
};
const pairs = ({ xs, ys }: Polyline): (readonly [number, number])[] => Array.from(xs, (x, i) => [x, ys[i] ?? NaN]);

describe('the line of a chart', () => {
  it('goes through every point when every point is known', () => {
    assert.deepEqual(pairs(lineOf(0, [3, 1, 2]).line.points), [
      [0, 3],
      [1, 1],
      [2, 2],
    ]);
  });

  it('goes through first, lowest, highest and last of a bucket in the order of x', () => {
    assert.deepEqual(pairs(lineOf(8, [5, 9, 6, 1, 4, 3]).line.points), [
      [0, 5],
      [1, 9],
      [3, 1],
      [5, 3],
    ]);
  });

  it('draws a point once that is both first and lowest', () => {
    assert.deepEqual(pairs(lineOf(8, [1, 5, 9]).line.points), [
      [0, 1],
      [2, 9],
    ]);
  });

  it('keeps a lone peak among a million points', () => {
    const values = Array.from({ length: 1_000_000 }, (_, x) => (x === 654_321 ? 1e6 : Math.sin(x)));
    const { line } = lineOf(1024, values);
    assert.ok(pairs(line.points).some(([x, y]) => x === 654_321 && y === 1e6));
    assert.ok(line.points.xs.length <= 4 * 977);
  });

  it('breaks at a NaN and goes on after it', () => {
    assert.deepEqual(pairs(lineOf(4, [1, 2, NaN, NaN, 5, 6]).line.points), [
      [0, 1],
      [1, 2],
      [2, NaN],
      [4, 5],
      [5, 6],
    ]);
  });

  it('is the same for a window without breaks whether or not it is looked at for breaks', () => {
    let seed = 3;
    const random = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
    for (let round = 0; round < 300; round++) {
      const buckets = new BucketColumns([0, 1, 4, 32][round % 4] ?? 0);
      const count = Math.floor(random() * 200);
      let attempt = 1;
      for (let x = 0; x < count; x++) {
        const odd = random() < 0.002 ? [NaN, Infinity, -Infinity][Math.floor(random() * 3)] : undefined;
        if (random() < 0.001) attempt += 1;
        buckets.add(x / 2, odd ?? Math.round(random() * 4), attempt);
      }
      const window = buckets.toWindow('loss', 'step', count);
      assert.deepEqual(lineOfWindow(window), brokenLine(window), `round ${round}`);
    }
  });

  it('leaves infinities out of the picture, and counts them', () => {
    const { line } = lineOf(0, [1, Infinity, 2, -Infinity, 3]);
    assert.equal(
      line.points.ys.every((y) => Number.isFinite(y) || Number.isNaN(y)),
      true,
    );
    assert.equal(line.infiniteCount, 2);
  });

  it('marks points that no line reaches', () => {
    assert.deepEqual(pairs(lineOf(0, [NaN, 1, NaN, 2, 3, NaN, 4]).line.lonely), [
      [1, 1],
      [6, 4],
    ]);
  });

  describe('of several attempts', () => {
    const lineOfAttempts = (axis: 'step' | 'time' | 'wall', attempts: readonly (readonly number[])[]): Line => {
      const buckets = new BucketColumns(0);
      attempts.forEach((xs, index) => xs.forEach((x) => buckets.add(x, 10 * (index + 1), index + 1)));
      return lineOfWindow(buckets.toWindow('loss', axis, 0));
    };
    const drawn = (line: Line): unknown => [
      pairs(line.points)
        .map(([x, y]) => (Number.isNaN(y) ? '|' : `${x}:${y}`))
        .join(' '),
      ...line.superseded.map(({ attempt, points }) => `${attempt}: ${points.xs.join(' ')}`),
    ];

    it('goes on where the next one resumed, and sets apart what was done again', () => {
      const line = lineOfAttempts('step', [
        [0, 1, 2, 3, 4],
        [3, 4, 5, 6],
        [5, 6, 7],
      ]);
      assert.deepEqual(drawn(line), ['0:10 1:10 2:10 | 3:20 4:20 | 5:30 6:30 7:30', '1: 3 4', '2: 5 6']);
      assert.match(chartCaption(line, 12, 0), /^12 points · grey: done again by a later attempt$/);
    });

    it('sets everything apart that was begun anew', () => {
      assert.deepEqual(
        drawn(
          lineOfAttempts('step', [
            [0, 1, 2],
            [0, 1],
          ]),
        ),
        ['0:20 1:20', '1: 0 1 2'],
      );
    });

    it('goes by the attempt on an axis that begins anew with each, and breaks on one that never does', () => {
      assert.deepEqual(
        drawn(
          lineOfAttempts('time', [
            [0, 1],
            [5, 6],
          ]),
        ),
        ['5:20 6:20', '1: 0 1'],
      );
      assert.deepEqual(
        drawn(
          lineOfAttempts('wall', [
            [0, 1],
            [5, 6],
          ]),
        ),
        ['0:10 1:10 | 5:20 6:20'],
      );
    });
  });

  it('leaves out points without an x', () => {
    const buckets = new BucketColumns(0);
    buckets.add(NaN, 1);
    assert.equal(lineOfWindow(buckets.toWindow('loss', 'time', 1)).points.xs.length, 0);
  });
});

describe('the caption of a chart', () => {
  it('says how many points there are when all are drawn', () => {
    assert.equal(
      captionOf(
        0,
        Array.from({ length: 1024 }, (_, x) => x),
      ),
      '1,024 points',
    );
    assert.equal(captionOf(0, [7]), '1 point');
  });

  it('says how many of how many points are drawn', () => {
    const values = Array.from({ length: 1_200_000 }, (_, x) => Math.sin(x));
    assert.match(captionOf(2048, values), /^2,\d{3} of 1,200,000 points$/);
  });

  it('counts what is no finite number', () => {
    assert.equal(captionOf(0, [1, NaN, NaN, 2, Infinity]), '5 points · 2 NaN · 1 infinite');
  });

  it('does not claim to know the number of infinities within buckets', () => {
    assert.match(captionOf(64, [1, Infinity, 2, Infinity, 3]), /at least 1 infinite$/);
  });

  it('sums the chart up for who cannot see it', () => {
    const values = Float64Array.from([1024, 12.5, 0, 0.12, 0.1, 2.3]);
    const summary = { metric: 'loss', count: 1025, values };
    assert.equal(chartSummary(summary, 'step'), 'loss: last 0.12 at step 1,024, lowest 0.1, highest 2.3');
    assert.equal(chartSummary({ ...summary, count: 0 }, 'step'), 'loss: no points yet');
  });
});
