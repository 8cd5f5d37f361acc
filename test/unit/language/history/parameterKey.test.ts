import assert from 'node:assert/strict';
import { parameterKeyOf } from '../../../../src/language/history/parameterKey';
import type { KeyPath } from '../../../../src/core/runFiles/runFileProblem';

describe('a key of a run file', () => {
  const found = (...keyPath: KeyPath): unknown => {
    const key = parameterKeyOf(keyPath);
    return key && [key.at, key.name, key.place, key.keyPath.length];
  };

  it('is of a parameter where it has its value and where a sweep varies it', () => {
    assert.deepEqual(found('parameters', 'lr'), [[], 'lr', 'value', 2]);
    assert.deepEqual(found('parameters', 'model', 'layers', 1, 'width'), [[], 'model.layers', 'value', 3]);
    assert.deepEqual(found('tasks', 'train', 'group', 3, 'parameters', 'tasks', 'lr'), [
      ['tasks', 'train', 'group', 3],
      'tasks.lr',
      'value',
      7,
    ]);
    assert.deepEqual(found('tasks', 't', 'sweep', 'over', 'parameters.m.w', 'from'), [
      ['tasks', 't'],
      'm.w',
      'over',
      5,
    ]);
    assert.deepEqual(found('sweep', 'trials', 2, 'parameters.lr'), [[], 'lr', 'trial', 4]);
  });

  it('is of none anywhere else', () => {
    for (const keyPath of [
      [],
      ['parameters'],
      ['parameters', 0],
      ['env', 'lr'],
      ['tasks', 'parameters'],
      ['sweep', 'over', 'env.A'],
      ['sweep', 'over', 'parameters.'],
      ['sweep', 'trials', 0],
    ]) {
      assert.equal(found(...keyPath), undefined, keyPath.join('/'));
    }
  });
});
