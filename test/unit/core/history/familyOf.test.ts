import assert from 'node:assert/strict';
import { familyOf, goalsAt } from '../../../../src/core/history/familyOf';
import { parseJsonTree } from '../../../../src/core/runFiles/jsonTree';
import type { KeyPath } from '../../../../src/core/runFiles/runFileProblem';

const path = '/w/tour.run.json';
const family = (file: unknown, at: KeyPath = []): unknown => {
  const root = parseJsonTree(JSON.stringify(file));
  assert.ok(root);
  return familyOf(root, at, path);
};

describe('the family of a run file', () => {
  it('is its algorithm’s, else its experiment’s by path and command', () => {
    assert.deepEqual(family({ algorithm: 'anneal', experiment: 'e' }), { algorithm: 'anneal', experiment: 'e' });
    const command = ['node', '', '${parameters:flags}'];
    assert.deepEqual(family({ command, experiment: 'e' }), { experiment: 'e', runFile: path, task: [], command });
    assert.deepEqual(family({ script: 'true', experiment: 4 }), {
      experiment: 'tour',
      runFile: path,
      task: [],
      command: ['sh', '-e', '-c', 'true'],
    });
    assert.deepEqual(family({ command: ['node', 3] }), { experiment: 'tour', runFile: path, task: [] });
  });

  it('is that of a task by the names on the way', () => {
    const file = { tasks: { train: { group: [{}, { name: 'wide', command: ['a'] }], algorithm: 'x' } } };
    const of = (...at: KeyPath): unknown => family(file, at);
    assert.deepEqual(of('tasks', 'train'), { algorithm: 'x', experiment: 'tour' });
    assert.deepEqual(of('tasks', 'train', 'group', 0), {
      experiment: 'tour',
      runFile: path,
      task: ['train', 'member-1'],
    });
    assert.deepEqual(of('tasks', 'train', 'group', 1), {
      experiment: 'tour',
      runFile: path,
      task: ['train', 'wide'],
      command: ['a'],
    });
  });

  it('has the goals that are declared there, the metric of its sweep first', () => {
    const metrics = { a: { goal: 'minimize' }, b: { goal: 'maximize' }, c: { unit: 's' }, d: { goal: 'best' } };
    const root = parseJsonTree(
      JSON.stringify({ metrics, sweep: { metric: 'b' }, tasks: { t: { metrics: { x: 1 } } } }),
    );
    assert.ok(root);
    assert.deepEqual(goalsAt(root, []), [
      { metric: 'b', goal: 'maximize' },
      { metric: 'a', goal: 'minimize' },
    ]);
    assert.deepEqual(goalsAt(root, ['tasks', 't']), []);
  });
});
