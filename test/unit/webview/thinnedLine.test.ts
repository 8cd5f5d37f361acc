import assert from 'node:assert/strict';
import { pixelMap } from '../../../webview/shared/charts/pixelMap';
import { thinnedLine } from '../../../webview/run/picture/thinnedLine';

const x = pixelMap('linear', [0, 0], [1000, 100]);
const lineOf = (ys: readonly number[]): [number, number][] => {
  const xs = Float64Array.from(ys, (_, at) => at);
  const thinned = thinnedLine({ xs, ys: Float64Array.from(ys) }, x, 3);
  return Array.from(thinned.xs, (at, i) => [at, thinned.ys[i] ?? NaN]);
};

describe('a line of the first picture', () => {
  it('keeps of each column what is lowest and highest, in their order', () => {
    const ys = Array.from({ length: 60 }, (_, at) =>
      at === 7 ? 9 : at === 12 ? -4 : at === 40 ? -7 : at === 50 ? 5 : 0,
    );
    assert.deepEqual(lineOf(ys), [
      [7, 9],
      [12, -4],
      [40, -7],
      [50, 5],
    ]);
  });

  it('breaks where a number is missing, and keeps what stands alone', () => {
    assert.deepEqual(lineOf([1, NaN, 3]), [
      [0, 1],
      [1, NaN],
      [2, 3],
    ]);
    assert.deepEqual(lineOf([]), []);
  });
});
