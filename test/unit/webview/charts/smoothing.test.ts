import assert from 'node:assert/strict';
import { BucketColumns } from '../../../../src/model/buckets';
import { defaultChartSettings, smoothingOf } from '../../../../src/model/chartSettings';
import type { SeriesWindow } from '../../../../src/model/series';
import { meanLine, smoothedLine } from '../../../../webview/shared/charts/smoothing';

function windowOf(width: number, points: readonly (readonly [x: number, y: number, attempt?: number])[]): SeriesWindow {
  const buckets = new BucketColumns(width);
  for (const [x, y, attempt = 1] of points) buckets.add(x, y, attempt);
  return buckets.toWindow('loss', 'step', points.length);
}
const noise = (x: number): number => Math.sin(x / 50) + Math.sin(x * 12.9898) * 0.4;

describe('a smoothed line', () => {
  it('begins at the first value and is not dragged to zero', () => {
    const { ys } = smoothedLine(
      windowOf(0, [
        [0, 5],
        [1, 5],
        [2, 5],
      ]),
      { kind: 'exponential', weight: 0.99 },
      2,
    );
    for (const y of ys) assert.ok(Math.abs(y - 5) < 1e-12);
  });

  it('is the moving average with its beginning corrected', () => {
    const { ys } = smoothedLine(
      windowOf(0, [
        [0, 1],
        [1, 3],
        [2, 2],
      ]),
      { kind: 'exponential', weight: 0.5 },
      2,
    );
    assert.deepEqual(
      Array.from(ys, (y) => y.toFixed(6)),
      ['1.000000', '2.333333', '2.142857'],
    );
  });

  it('is nearly the same from buckets as from all points', () => {
    const points = Array.from({ length: 8192 }, (_, x) => [x, noise(x)] as const);
    const smoothing = { kind: 'exponential', weight: 0.99 } as const;
    const fine = smoothedLine(windowOf(0, points), smoothing, 8191);
    const coarse = smoothedLine(windowOf(8, points), smoothing, 8191);
    for (let i = 100; i < coarse.xs.length; i++) {
      const x = coarse.xs[i] ?? 0;
      assert.ok(Math.abs((coarse.ys[i] ?? 0) - (fine.ys[x] ?? 0)) < 0.02, `at ${x}`);
    }
  });

  it('counts a burst of points no more than sparse ones when it is weighted by time', () => {
    const burst = Array.from({ length: 200 }, (_, i) => [50 + i / 1000, 10] as const);
    const points = [[0, 0], [25, 0], ...burst, [75, 0], [100, 0]] as const;
    const at = (kind: 'exponential' | 'time-weighted'): number => {
      const { ys } = smoothedLine(windowOf(0, points), { kind, weight: 0.99 }, 100);
      return ys[ys.length - 2] ?? NaN;
    };
    assert.ok(at('exponential') > 8);
    assert.ok(at('time-weighted') < 2);
  });

  it('passes over NaN and infinities, and goes on after an attempt with a break', () => {
    const window = windowOf(0, [
      [0, 1],
      [1, NaN],
      [2, Infinity],
      [3, 3],
      [4, 5, 2],
    ]);
    assert.deepEqual(Array.from(meanLine(window).ys), [1, 3, NaN, 5]);
  });

  it('leaves out what a later attempt has done again', () => {
    const window = windowOf(0, [
      [0, 1],
      [1, 2],
      [2, 99],
      [1, 4, 2],
      [2, 5, 2],
    ]);
    assert.deepEqual(Array.from(meanLine(window).xs), [0, 0, 1, 2]);
  });

  it('is what was chosen for the chart, else what holds for all', () => {
    const settings = { ...defaultChartSettings, smoothing: 'exponential', smoothingWeight: 0.9 } as const;
    const smoothing = { kind: 'none', weight: 0.5 } as const;
    assert.deepEqual(smoothingOf(settings, { id: 'loss' }), { kind: 'exponential', weight: 0.9 });
    assert.deepEqual(smoothingOf(settings, { id: 'loss', smoothing }), smoothing);
  });
});
