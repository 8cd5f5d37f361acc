import assert from 'node:assert/strict';
import { type BestTrial, betterOf, bestWith, type Goal } from '../../../src/model/best';

describe('the best of a sweep', () => {
  const bestOf = (goal: Goal, trials: readonly (readonly number[])[]): BestTrial | undefined =>
    trials.reduce<BestTrial | undefined>((best, values, order) => bestWith(goal, best, order, values), undefined);

  it('is the lowest or the highest value, of equal ones the first', () => {
    assert.deepEqual([betterOf('minimize', 1, 2), betterOf('maximize', 1, 2), betterOf('maximize', 3, 3)], [1, 2, 3]);
    assert.deepEqual(bestOf('minimize', [[2], [1], [1], [2]]), { order: 1, value: 1 });
    assert.deepEqual(bestOf('maximize', [[2], [1], [1], [2]]), { order: 0, value: 2 });
    assert.deepEqual(bestWith('minimize', { order: 5, value: 1 }, 3, [1]), { order: 3, value: 1 });
  });

  it('is never a value that is absent, infinite or no number', () => {
    assert.equal(betterOf('minimize', NaN, 5), 5);
    assert.equal(betterOf('minimize', 5, -Infinity), 5);
    assert.equal(betterOf('maximize', undefined, NaN), undefined);
    assert.equal(bestOf('minimize', [[NaN], [-Infinity], []]), undefined);
    assert.deepEqual(bestOf('minimize', [[NaN], [-Infinity, 7], [], [8]]), { order: 1, value: 7 });
    assert.equal(bestOf('minimize', []), undefined);
  });

  it('is judged by the best value that each trial ever had', () => {
    assert.deepEqual(bestOf('minimize', [[3, 0.2, 3], [0.3]]), { order: 0, value: 0.2 });
    const before = bestOf('maximize', [[3], [1]]);
    assert.deepEqual(bestWith('maximize', before, 0, [2]), { order: 0, value: 3 });
    assert.deepEqual(bestWith('maximize', before, 1, [4]), { order: 1, value: 4 });
  });
});
