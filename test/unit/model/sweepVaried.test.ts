import assert from 'node:assert/strict';
import { Random } from '../../../src/model/random';
import type { RangeOrDistribution, Varied } from '../../../src/model/sweep';
import { drawnFrom, valuesOf } from '../../../src/model/sweepVaried';

const all = (varied: Varied): unknown[] => {
  const values = valuesOf(varied);
  return Array.from({ length: values.size }, (_, index) => values.at(index));
};

const draw = (varied: RangeOrDistribution, count: number, seed = 0): unknown[] => {
  const random = new Random(seed, 'a');
  const drawn = drawnFrom(varied);
  return Array.from({ length: count }, () => drawn.draw(random));
};

const numbers = (values: readonly unknown[]): number[] =>
  values.map((value) => (typeof value === 'number' ? value : NaN));
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const closeTo = (actual: number, expected: number, distance: number): void =>
  assert.ok(Math.abs(actual - expected) <= distance, `${actual} is not about ${expected}`);

describe('ranges of a sweep', () => {
  it('include both ends, in steps of 1 unless they say otherwise', () => {
    assert.deepEqual(all({ from: 1, to: 5 }), [1, 2, 3, 4, 5]);
    assert.deepEqual(all({ from: 10, to: 35, step: 10 }), [10, 20, 30]);
    assert.deepEqual(all({ from: 3, to: 1, step: -1 }), [3, 2, 1]);
    assert.deepEqual(all({ from: 7, to: 7 }), [7]);
    assert.deepEqual(all({ from: -2, to: 0 }), [-2, -1, 0]);
  });

  it('have the decimals that people write', () => {
    assert.deepEqual(all({ from: 0, to: 1, step: 0.1 }), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    assert.deepEqual(all({ from: 1e-7, to: 5e-7, step: 2e-7 }), [1e-7, 3e-7, 5e-7]);
    assert.deepEqual(all({ from: -0.3, to: 0.3, step: 0.15 }), [-0.3, -0.15, 0, 0.15, 0.3]);
    assert.deepEqual(all({ from: 0.1, to: 0.4, count: 4 }), [0.1, 0.2, 0.3, 0.4]);
    assert.deepEqual(all({ from: 1, to: 0, count: 6 }), [1, 0.8, 0.6, 0.4, 0.2, 0]);
    assert.deepEqual(all({ from: 0, to: 1, count: 4 }), [0, 1 / 3, 2 / 3, 1]);
    assert.deepEqual(all({ from: 5, to: 9, count: 1 }), [5]);
  });

  it('have equal factors on a log scale', () => {
    assert.deepEqual(all({ from: 1e-4, to: 0.1, count: 4, scale: 'log' }), [1e-4, 1e-3, 0.01, 0.1]);
    assert.deepEqual(all({ from: 16, to: 1024, count: 7, scale: 'log' }), [16, 32, 64, 128, 256, 512, 1024]);
    assert.deepEqual(all({ from: 100, to: 1, count: 3, scale: 'log' }), [100, 10, 1]);
  });

  it('are counted without being built', () => {
    assert.equal(valuesOf({ from: 1, to: 1e15 }).size, 1e15);
    assert.equal(valuesOf({ from: 1, to: 1e15 }).at(999_999_999), 1e9);
  });

  it('stay decimals whatever their step: each is the nearest number to its text', () => {
    const random = new Random(1, 'ranges');
    for (let round = 0; round < 200; round++) {
      const places = random.below(6);
      const [first, step, size] = [random.below(2000) - 1000, 1 + random.below(50), 1 + random.below(40)];
      const decimal = (digits: number): number => Number(`${digits}e-${places}`);
      assert.deepEqual(
        all({ from: decimal(first), to: decimal(first + step * (size - 1)), step: decimal(step) }),
        Array.from({ length: size }, (_, index) => decimal(first + step * index)),
      );
    }
  });
});

describe('distributions of a sweep', () => {
  it('give the same numbers for the same seed, on any machine and in any version', () => {
    const varied: RangeOrDistribution = { distribution: 'uniform', from: 0, to: 1 };
    assert.deepEqual(draw(varied, 3), [0.749564922428, 0.735511837074, 0.566308470321]);
    assert.deepEqual(draw({ distribution: 'normal' }, 3), [-0.151273689118, 0.444308950669, 0.405005320945]);
    assert.deepEqual(draw(varied, 20).slice(0, 3), draw(varied, 3));
    assert.notDeepEqual(draw(varied, 3, 1), draw(varied, 3));
    assert.notDeepEqual(draw(varied, 3, 2 ** 32), draw(varied, 3));
  });

  it('stay within their bounds, and fill them', () => {
    const uniform = numbers(draw({ distribution: 'uniform', from: -1, to: 3 }, 4000));
    assert.ok(uniform.every((value) => value >= -1 && value <= 3));
    closeTo(meanOf(uniform), 1, 0.1);
    const log = numbers(draw({ distribution: 'loguniform', from: 1e-4, to: 1 }, 4000));
    assert.ok(log.every((value) => value >= 1e-4 && value <= 1));
    closeTo(meanOf(log.map(Math.log10)), -2, 0.1);
    const whole = draw({ distribution: 'int', from: 1, to: 3 }, 300);
    assert.deepEqual([...new Set(whole)].sort(), [1, 2, 3]);
    assert.deepEqual(draw({ distribution: 'uniform', from: 5, to: 5 }, 2), [5, 5]);
  });

  it('have the mean and the deviation that they are given', () => {
    const normal = numbers(draw({ distribution: 'normal', mean: 10, std: 2 }, 4000));
    closeTo(meanOf(normal), 10, 0.15);
    closeTo(Math.sqrt(meanOf(normal.map((value) => (value - 10) ** 2))), 2, 0.15);
    const lognormal = numbers(draw({ distribution: 'lognormal', mean: 1, std: 0.5 }, 4000)).map(Math.log);
    closeTo(meanOf(lognormal), 1, 0.05);
  });

  it('choose in proportion to the weights, and never what has none', () => {
    const values = ['a', { b: 1 }, 'c'];
    const chosen = draw({ distribution: 'choice', values, weights: [3, 1, 0] }, 4000);
    closeTo(chosen.filter((value) => value === 'a').length / 4000, 0.75, 0.03);
    assert.equal(chosen.includes('c'), false);
    assert.deepEqual([...new Set(draw({ distribution: 'choice', values }, 100))].length, 3);
  });
});
