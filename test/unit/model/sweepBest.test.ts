import assert from 'node:assert/strict';
import { bestTrial, betterOf, valueByGoal } from '../../../src/model/best';

describe('the best of a sweep', () => {
  it('is the lowest or the highest value, of equal ones the first', () => {
    assert.deepEqual([betterOf('minimize', 1, 2), betterOf('maximize', 1, 2), betterOf('maximize', 3, 3)], [1, 2, 3]);
    const trials = [
      { id: 'a', value: 2, settled: true },
      { id: 'b', value: 1, settled: true },
      { id: 'c', value: 1, settled: true },
      { id: 'd', value: 2, settled: true },
    ];
    assert.deepEqual(bestTrial('minimize', trials), { id: 'b', value: 1, final: true });
    assert.deepEqual(bestTrial('maximize', trials), { id: 'a', value: 2, final: true });
  });

  it('is never a value that is absent, infinite or no number', () => {
    assert.equal(betterOf('minimize', NaN, 5), 5);
    assert.equal(betterOf('minimize', 5, -Infinity), 5);
    assert.equal(betterOf('maximize', undefined, NaN), undefined);
    const trials = [
      { id: 1, value: NaN, settled: true },
      { id: 2, value: -Infinity, settled: true },
      { id: 3, settled: true },
    ];
    assert.equal(bestTrial('minimize', trials), undefined);
    assert.deepEqual(bestTrial('minimize', [...trials, { id: 4, value: 0, settled: true }]), {
      id: 4,
      value: 0,
      final: true,
    });
    assert.equal(bestTrial('minimize', []), undefined);
  });

  it('counts trials that still run, and says that it may change', () => {
    const trials = [
      { id: 'a', value: 2, settled: true },
      { id: 'b', value: 1, settled: false },
    ];
    assert.deepEqual(bestTrial('minimize', trials), { id: 'b', value: 1, final: false });
    assert.deepEqual(bestTrial('maximize', trials), { id: 'a', value: 2, final: false });
  });

  it('is judged by the best value that each trial ever had', () => {
    assert.equal(valueByGoal('minimize', { min: 0.2, max: 3 }), 0.2);
    assert.equal(valueByGoal('maximize', { min: 0.2, max: 3 }), 3);
    assert.equal(valueByGoal('maximize', { min: NaN, max: NaN }), undefined);
  });
});
