import assert from 'node:assert/strict';
import { bestValue, pastValues } from '../../../../src/core/history/pastValues';
import { pastRun } from './pastRun';

const goal = { metric: 'val/loss', goal: 'minimize' as const };

describe('past values of a parameter', () => {
  const told = (...given: Parameters<typeof pastValues>): unknown =>
    pastValues(...given).map(({ value, runs, newest, reached }) => [
      value,
      runs,
      newest.name,
      reached.get('val/loss')?.value,
      reached.get('val/loss')?.run.name,
    ]);

  it('are each once, newest first, with the best that its runs reached', () => {
    const runs = [
      pastRun('d', { lr: 0.1 }, { best: 3 }),
      pastRun('c', { lr: 0.2 }, { best: 5 }),
      pastRun('b', { lr: 0.1 }, { best: 2 }),
      pastRun('a', { lr: 0.1 }, { best: 2 }),
    ];
    assert.deepEqual(told(runs, 'lr'), [
      [0.1, 3, 'd', 2, 'b'],
      [0.2, 1, 'c', 5, 'c'],
    ]);
  });

  it('are found by dotted paths, whatever the keys are called', () => {
    const nested = pastRun('a', { model: { width: 64 } });
    const dotted = pastRun('b', { 'model.width': 128 });
    const odd = pastRun('c', JSON.parse('{"__proto__": {"width": 1}, "constructor": 2}'));
    assert.deepEqual(told([nested, dotted, odd], 'model.width'), [
      [64, 1, 'a', undefined, undefined],
      [128, 1, 'b', undefined, undefined],
    ]);
    assert.deepEqual(told([odd], '__proto__.width'), [[1, 1, 'c', undefined, undefined]]);
    assert.deepEqual(told([nested], 'constructor'), []);
  });

  it('are texts, numbers, lists and null apart from one another, but no objects', () => {
    const values = [1, '1', [1, 2], [1, 2], null, false, { a: 1 }];
    const runs = values.map((x) => pastRun('r', { x }));
    assert.deepEqual(
      pastValues(runs, 'x').map(({ json, runs: count }) => [json, count]),
      [
        ['1', 1],
        ['"1"', 1],
        ['[1,2]', 2],
        ['null', 1],
        ['false', 1],
      ],
    );
  });

  it('are best by what completed runs reached; others count only for what they show', () => {
    const values = pastValues(
      [
        pastRun('running', { lr: 1 }, { best: 0.1, status: 'running' }),
        pastRun('failed', { lr: 2 }, { best: 0.2, status: 'failed' }),
        pastRun('done', { lr: 2 }, { best: 0.9 }),
        pastRun('other', { lr: 3 }, { best: 0.5 }),
        pastRun('nothing', { lr: 4 }),
      ],
      'lr',
    );
    assert.equal(values[1]?.reached.get('val/loss')?.run.name, 'done');
    assert.equal(values[0]?.reached.get('val/loss')?.run.name, 'running');
    assert.deepEqual(bestValue(values, goal)?.value.value, 3);
    assert.deepEqual(bestValue(values, { metric: 'val/loss', goal: 'maximize' })?.value.value, 2);
    assert.equal(bestValue(values, { metric: 'other', goal: 'minimize' }), undefined);
  });
});
