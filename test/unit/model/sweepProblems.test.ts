import assert from 'node:assert/strict';
import type { Sweep, Varied } from '../../../src/model/sweep';
import { sweepProblems } from '../../../src/model/sweepProblems';

/** `over.parameters.lr/0: message`, without the hints, which are always there. */
function said(sweep: Sweep): string[] {
  const problems = sweepProblems(sweep);
  assert.ok(problems.every(({ hint }) => hint !== undefined && hint.length > 0));
  return problems.map(({ keyPath, message }) => `${keyPath.join('/')}: ${message}`);
}

const ofVaried = (varied: Varied, more: Sweep = { method: 'random' }): string[] =>
  said({ over: { 'parameters.a': varied }, ...more });

describe('problems of a sweep', () => {
  it('are none where there are none', () => {
    assert.deepEqual(said({ over: { 'parameters.lr': [0.1, 0.01], 'parameters.seed': { from: 1, to: 5 } } }), []);
    assert.deepEqual(said({ trials: [{ 'parameters.lr': 1 }, {}] }), []);
    assert.deepEqual(ofVaried({ distribution: 'normal' }), []);
    assert.deepEqual(ofVaried({ distribution: 'normal' }, { samples: 3 }), []);
    assert.deepEqual(ofVaried({ from: 5, to: 1, step: -2 }), []);
    assert.deepEqual(ofVaried({ from: 1, to: 0.1, count: 3, scale: 'log' }), []);
  });

  it('name a sweep without trials', () => {
    assert.deepEqual(said({}), [': This sweep has no trials.']);
    assert.deepEqual(said({ over: {}, trials: [] }), [': This sweep has no trials.']);
  });

  it('name ranges that lead nowhere', () => {
    assert.deepEqual(ofVaried([]), ['over/parameters.a: An empty list has no values.']);
    assert.deepEqual(ofVaried({ from: 5, to: 1 }), ['over/parameters.a/from: From 5 to 1 there are no values.']);
    assert.deepEqual(ofVaried({ from: 1, to: 5, step: -1 }), [
      'over/parameters.a/step: Steps of -1 do not lead from 1 to 5.',
    ]);
    assert.deepEqual(ofVaried({ from: 1, to: 5, step: 0 }), ['over/parameters.a/step: Steps of 0 lead nowhere.']);
    assert.deepEqual(ofVaried({ from: 0.1, to: 0.9 }), ['over/parameters.a: Steps of 1 are for whole numbers.']);
    assert.deepEqual(ofVaried({ from: 0, to: 1, count: 3, scale: 'log' }), [
      'over/parameters.a/from: A log range is above 0.',
    ]);
    assert.deepEqual(ofVaried({ from: 2, to: 2, count: 3 }), ['over/parameters.a/count: All 3 values would be 2.']);
    assert.deepEqual(ofVaried({ from: 1, to: Infinity }), ['over/parameters.a/to: This is too large for a number.']);
  });

  it('name keys that do not go together', () => {
    assert.deepEqual(ofVaried({ from: 1 }), ['over/parameters.a: `to` is missing.']);
    assert.deepEqual(ofVaried({ from: 1, to: 2, step: 1, count: 2 }), [
      'over/parameters.a/step: A range has a `step` or a `count`.',
    ]);
    assert.deepEqual(ofVaried({ from: 1, to: 2, scale: 'log' }), [
      'over/parameters.a/scale: `scale` is without a `count`.',
    ]);
    assert.deepEqual(ofVaried({ from: 1, to: 2, weights: [1] }), [
      'over/parameters.a/weights: A range has no `weights`.',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'uniform', from: 1 }), ['over/parameters.a: `to` is missing.']);
    assert.deepEqual(ofVaried({ distribution: 'normal', from: 1, to: 2 }), [
      'over/parameters.a/from: "normal" has no `from`.',
    ]);
  });

  it('name distributions that cannot be drawn from', () => {
    assert.deepEqual(ofVaried({ distribution: 'uniform', from: 2, to: 1 }), [
      'over/parameters.a/from: `from` is above `to` (2 > 1).',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'loguniform', from: 0, to: 1 }), [
      'over/parameters.a/from: "loguniform" is above 0.',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'int', from: 0, to: 1.5 }), [
      'over/parameters.a/to: "int" is between whole numbers.',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'normal', std: -1 }), [
      'over/parameters.a/std: A standard deviation is not negative.',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'choice', values: [] }), [
      'over/parameters.a/values: There is nothing to choose from.',
    ]);
    const weighed = (weights: number[]): string[] => ofVaried({ distribution: 'choice', values: [1, 2], weights });
    assert.deepEqual(weighed([1]), ['over/parameters.a/weights: There are 1 weights for 2 values.']);
    assert.deepEqual(weighed([-1, 2]), ['over/parameters.a/weights: A weight is negative.']);
    assert.deepEqual(weighed([0, 0]), ['over/parameters.a/weights: These weights have no proportion to each other.']);
  });

  it('name samples where nothing is drawn, and distributions without samples in a grid', () => {
    assert.deepEqual(ofVaried([1, 2], { samples: 2 }), [
      'samples: Nothing is drawn here: there is neither random search nor a distribution.',
    ]);
    assert.deepEqual(said({ trials: [{}], method: 'random', samples: 2 }), [
      'samples: Nothing is drawn here: there is neither random search nor a distribution.',
    ]);
    assert.deepEqual(ofVaried({ distribution: 'uniform', from: 0, to: 1 }, {}), [
      'over/parameters.a: A grid has to know how many values are drawn from a distribution.',
    ]);
    assert.deepEqual(ofVaried([1, 2], { method: 'random', samples: 3 }), [
      'samples: There are 2 combinations, and 3 are asked for.',
    ]);
  });

  it('name what cannot vary together', () => {
    const over = {
      'parameters.a': [1, 2],
      'parameters.b': { from: 1, to: 3 },
      'parameters.c': { distribution: 'uniform', from: 0, to: 1 },
    } satisfies Sweep['over'];
    const zipped = (...zip: string[][]): string[] => said({ over, zip, method: 'random' });
    assert.deepEqual(zipped(['parameters.a', 'parameters.b']), [
      'zip/0: What varies together has equally many values: "parameters.a" has 2, "parameters.b" has 3.',
    ]);
    assert.deepEqual(zipped(['parameters.a', 'parameters.x']), ['zip/0/1: "parameters.x" is not in `over`.']);
    assert.deepEqual(zipped(['parameters.a', 'toString']), ['zip/0/1: "toString" is not in `over`.']);
    assert.deepEqual(zipped(['parameters.a', 'parameters.a']), ['zip/0/1: "parameters.a" is zipped twice.']);
    assert.deepEqual(zipped(['parameters.a', 'parameters.c']), [
      'zip/0/1: "parameters.c" is drawn from a distribution, which has no first value and no second.',
    ]);
    assert.deepEqual(zipped(['parameters.a']), ['zip/0: It takes two paths to vary together.']);
    assert.deepEqual(
      said({
        over: { 'parameters.a': [1, 2], 'parameters.b': [1, 2], 'parameters.c': [1, 2] },
        zip: [
          ['parameters.a', 'parameters.b'],
          ['parameters.b', 'parameters.c'],
        ],
      }),
      ['zip/1/0: "parameters.b" is zipped twice.'],
    );
  });

  it('name paths that may not vary, or that are inside others', () => {
    assert.deepEqual(said({ over: { name: ['a'] }, trials: [{ tasks: 1 }] }), [
      'over/name: A sweep cannot vary "name".',
      'trials/0/tasks: A sweep cannot vary "tasks".',
    ]);
    assert.deepEqual(said({ over: { 'parameters.m': [{}], 'parameters.m.w': [1], 'parameters.mw': [1] } }), [
      'over/parameters.m.w: "parameters.m" varies as a whole already.',
    ]);
    assert.deepEqual(said({ over: { 'env.A': [1, 'b', true, null] }, trials: [{ 'env.A': {} }] }), [
      'over/env.A/3: This is no value of an environment variable.',
      'trials/0/env.A: This is no value of an environment variable.',
    ]);
  });

  it('name trials that would run twice', () => {
    assert.deepEqual(ofVaried([1, { b: 1, c: 2 }, { c: 2, b: 1 }]), [
      'over/parameters.a/2: This value is in the list already.',
    ]);
    const over = { 'parameters.a': [1, 1, 1], 'parameters.b': [1, 2, 1] };
    assert.deepEqual(said({ over, zip: [['parameters.a', 'parameters.b']] }), [
      'zip/0: Values number 3 are together the same as some before.',
    ]);
    const lists = { 'parameters.a': [1, 2] };
    assert.deepEqual(
      said({ over: lists, trials: [{ 'parameters.a': 3 }, { 'parameters.a': 2 }, { 'parameters.a': 3 }] }),
      ['trials/1: Another trial has the same values.', 'trials/2: Another trial has the same values.'],
    );
  });

  it('name a sweep that is too large, without building it', () => {
    const huge = { from: 1, to: 1e12 };
    assert.deepEqual(ofVaried(huge, {}), [': A sweep has at most 10,000 trials, and this one has 1,000,000,000,000.']);
    assert.deepEqual(said({ over: { 'parameters.a': huge, 'parameters.b': huge } }), [
      ': A sweep has at most 10,000 trials, and this one has far more.',
    ]);
    const zip = [['parameters.a', 'parameters.b']];
    assert.deepEqual(said({ over: { 'parameters.a': huge, 'parameters.b': huge }, zip, method: 'random' }), []);
  });
});
