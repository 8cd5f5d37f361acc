import assert from 'node:assert/strict';
import { BucketColumns } from '../../../../src/model/buckets';
import { pixelMap, pixelOf, valueOf } from '../../../../webview/shared/charts/pixelMap';
import { moved, scaled } from '../../../../webview/shared/charts/plotGestures';
import type { Polyline } from '../../../../webview/shared/charts/polyline';
import { readingAt } from '../../../../webview/shared/charts/readings';
import { tracePolyline } from '../../../../webview/shared/charts/tracePolyline';
import { valueRange, xExtent } from '../../../../webview/shared/charts/valueRange';

const lineOf = (...points: readonly (readonly [number, number])[]): Polyline => ({
  xs: Float64Array.from(points, ([x]) => x),
  ys: Float64Array.from(points, ([, y]) => y),
});
const plain = { ignoreOutliers: false, isLogarithmic: false };

describe('what a plot covers', () => {
  it('is the lowest to the highest of what is drawn within the range of x', () => {
    const line = lineOf([0, 100], [1, 3], [2, 1], [3, NaN], [4, -50]);
    assert.deepEqual(valueRange([line], undefined, plain), { from: -50, to: 100 });
    assert.deepEqual(valueRange([line], { from: 1, to: 3 }, plain), { from: 1, to: 3 });
    assert.equal(valueRange([line], { from: 3, to: 3 }, plain), undefined);
    assert.deepEqual(xExtent([line, lineOf([-1, 0])]), { from: -1, to: 4 });
  });

  it('leaves out outliers on request, and on a logarithmic axis what is not above zero', () => {
    const points = Array.from({ length: 101 }, (_, i) => [i, i === 50 ? 1e6 : i] as const);
    const range = valueRange([lineOf(...points)], undefined, { ...plain, ignoreOutliers: true });
    assert.ok(range && range.to < 101 && range.from > 0);
    assert.deepEqual(
      valueRange([lineOf([0, -1], [1, 0], [2, 0.1], [3, 10])], undefined, { ...plain, isLogarithmic: true }),
      { from: 0.1, to: 10 },
    );
  });
});

describe('the pixels of an axis', () => {
  it('lead back to the values, also on a logarithmic axis and downwards', () => {
    for (const kind of ['linear', 'logarithmic'] as const) {
      const map = pixelMap(kind, [0.01, 300], [100, 20]);
      assert.ok(Math.abs(pixelOf(map, 0.01) - 300) < 1e-9);
      assert.ok(Math.abs(valueOf(map, pixelOf(map, 7)) - 7) < 1e-9);
    }
    assert.ok(Number.isNaN(pixelOf(pixelMap('logarithmic', [1, 0], [10, 100]), -3)));
  });

  it('are moved and scaled around the mouse', () => {
    const map = pixelMap('linear', [0, 0], [100, 200]);
    assert.deepEqual(moved(map, { from: 0, to: 100 }, 20), { from: 10, to: 110 });
    assert.deepEqual(scaled(map, { from: 0, to: 100 }, 100, 0.5), { from: 25, to: 75 });
  });
});

describe('the trace of a line', () => {
  const trace = (line: Polyline, perPixel: number): string[] => {
    const steps: string[] = [];
    const map = pixelMap('linear', [0, 0], [perPixel, 1]);
    tracePolyline(
      line,
      map,
      pixelMap('linear', [0, 0], [1, 1]),
      { from: -Infinity, to: Infinity },
      {
        moveTo: (x, y) => steps.push(`M${Math.floor(x)} ${y}`),
        lineTo: (x, y) => steps.push(`L${Math.floor(x)} ${y}`),
      },
    );
    return steps;
  };

  it('goes through lowest and highest of a column of pixels, however many points it has', () => {
    const points = Array.from({ length: 1000 }, (_, x) => [x, x === 500 ? 99 : x === 501 ? -99 : x % 7] as const);
    const steps = trace(lineOf(...points), 1000);
    assert.deepEqual(steps, ['M0 0', 'L0 99', 'L0 -99', 'L0 5']);
  });

  it('breaks at what is no number', () => {
    assert.deepEqual(trace(lineOf([0, 1], [1, NaN], [2, 3], [3, 4]), 1), ['M0 1', 'M2 3', 'L3 4']);
  });
});

describe('the reading under the cursor', () => {
  it('is the nearest entry, of the latest attempt where several are there', () => {
    const buckets = new BucketColumns(0);
    for (const [x, y, attempt] of [
      [0, 1, 1],
      [10, 2, 1],
      [20, 3, 1],
      [10, 7, 2],
    ] as const)
      buckets.add(x, y, attempt);
    const window = buckets.toWindow('loss', 'step', 4);
    assert.deepEqual([readingAt(window, 11)?.value, readingAt(window, 11)?.attempt], [7, 2]);
    assert.equal(readingAt(window, -5)?.value, 1);
    assert.equal(readingAt(window, 19)?.isDoneAgain, true);
    assert.equal(readingAt(new BucketColumns(0).toWindow('loss', 'step', 0), 1), undefined);
  });
});
