import assert from 'node:assert/strict';
import { Random } from '../../../src/model/random';
import type { Sweep, Trial, Varied } from '../../../src/model/sweep';
import { sweepProblems } from '../../../src/model/sweepProblems';
import { countTrials, expandSweep, trialKey } from '../../../src/model/sweepTrials';

const plain = (trials: readonly Trial[]): Record<string, unknown>[] =>
  trials.map(({ values }) => Object.fromEntries(values));
const keys = (trials: readonly Trial[]): string[] => trials.map(({ values }) => trialKey(values));
const distinct = (texts: readonly string[]): number => new Set(texts).size;

describe('a grid', () => {
  it('is all combinations, the last key fastest', () => {
    const trials = expandSweep({ over: { 'parameters.lr': [0.1, 0.01], 'parameters.seed': { from: 1, to: 3 } } });
    assert.deepEqual(
      trials.map(({ name }) => name),
      ['lr=0.1 seed=1', 'lr=0.1 seed=2', 'lr=0.1 seed=3', 'lr=0.01 seed=1', 'lr=0.01 seed=2', 'lr=0.01 seed=3'],
    );
    assert.deepEqual(
      [...(trials[4]?.values ?? [])],
      [
        ['parameters.lr', 0.01],
        ['parameters.seed', 2],
      ],
    );
  });

  it('moves zipped keys together, where the first of them stands', () => {
    const over = { 'parameters.w': [1, 2], timeout: ['1 h', '2 h'], 'parameters.d': [10, 20] };
    const trials = expandSweep({ over, zip: [['parameters.d', 'parameters.w']] });
    assert.deepEqual(
      trials.map(({ name }) => name),
      ['w=1 timeout="1 h" d=10', 'w=1 timeout="2 h" d=10', 'w=2 timeout="1 h" d=20', 'w=2 timeout="2 h" d=20'],
    );
  });

  it('takes as many values of a distribution as there are samples', () => {
    const over = { 'parameters.a': [1, 2], 'parameters.x': { distribution: 'uniform', from: 0, to: 1 } } as const;
    const few = expandSweep({ over: { ...over, 'parameters.a': [1, 2] }, samples: 3 });
    assert.deepEqual([few.length, distinct(few.map(({ values }) => String(values.get('parameters.x'))))], [6, 3]);
    const more = new Set(keys(expandSweep({ over: { ...over, 'parameters.a': [1, 2] }, samples: 5 })));
    assert.ok(keys(few).every((key) => more.has(key)));
  });

  it('is followed by explicit trials, or is made of them alone', () => {
    const trials = [{ 'parameters.lr': 1, 'parameters.clip': true }, {}];
    assert.deepEqual(
      expandSweep({ over: { 'parameters.lr': [0.1] }, trials }).map(({ name }) => name),
      ['lr=0.1', 'lr=1 clip=true', 'unchanged'],
    );
    assert.deepEqual(plain(expandSweep({ trials })), trials);
  });

  it('that is too large is counted, and refused before it is built', () => {
    const over = { 'parameters.a': { from: 1, to: 1e12 }, 'parameters.b': { from: 1, to: 1e12 } };
    assert.equal(countTrials({ over }), 1e24);
    assert.throws(() => expandSweep({ over: { 'parameters.a': { from: 1, to: 10_001 } } }), {
      code: 'TooLarge',
      message: 'A sweep has at most 10,000 trials, and this one has 10,001.',
    });
    assert.equal(expandSweep({ over: { 'parameters.a': { from: 1, to: 10_000 } } }).length, 10_000);
  });
});

describe('random search', () => {
  const over = {
    'parameters.lr': { distribution: 'loguniform', from: 1e-4, to: 0.1 },
    'parameters.width': [64, 128, 256],
  } satisfies Sweep['over'];

  it('draws the same trials for the same seed, on any machine and in any version', () => {
    assert.deepEqual(plain(expandSweep({ over, method: 'random', samples: 3 })), [
      { 'parameters.lr': 0.000354043714899, 'parameters.width': 128 },
      { 'parameters.lr': 0.00480894873932, 'parameters.width': 256 },
      { 'parameters.lr': 0.0385403941123, 'parameters.width': 64 },
    ]);
    assert.notDeepEqual(
      plain(expandSweep({ over, method: 'random', samples: 3, seed: 1 })),
      plain(expandSweep({ over, method: 'random', samples: 3 })),
    );
  });

  it('keeps its first trials, names included, when more are asked for', () => {
    const many = expandSweep({ over, method: 'random', samples: 200, seed: 7 });
    for (const samples of [1, 2, 5, 50]) {
      assert.deepEqual(expandSweep({ over, method: 'random', samples, seed: 7 }), many.slice(0, samples));
    }
  });

  it('draws ten trials, or all combinations where they are fewer', () => {
    assert.equal(countTrials({ over, method: 'random' }), 10);
    assert.equal(countTrials({ over: { 'parameters.a': [1, 2, 3] }, method: 'random' }), 3);
    assert.equal(expandSweep({ over: { 'parameters.a': [1, 2, 3] }, method: 'random' }).length, 3);
  });

  it('has no combination of lists twice while there are others', () => {
    const lists = {
      'parameters.a': { from: 1, to: 7 },
      'parameters.b': ['x', 'y', 'z'],
      'parameters.c': [true, false],
    };
    for (let seed = 0; seed < 20; seed++) {
      const trials = expandSweep({ over: lists, method: 'random', samples: 42, seed });
      assert.equal(distinct(keys(trials)), 42);
      assert.notDeepEqual(keys(trials), keys(expandSweep({ over: lists })));
    }
    const again = expandSweep({ over: { 'parameters.a': [1, 2] }, method: 'random', samples: 4 });
    assert.deepEqual(again.map(({ name }) => name).sort(), ['a=1', 'a=1 #2', 'a=2', 'a=2 #2']);
  });

  it('draws from more combinations than can be counted', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`parameters.p${index}`, { from: 1, to: 100 }]),
    );
    const trials = expandSweep({ over: wide, method: 'random', samples: 50 });
    assert.equal(distinct(keys(trials)), 50);
    assert.ok(trials.every(({ name }) => name.length <= 200));
  });

  it('keeps what is drawn for a key when another key is added', () => {
    const column = (trials: readonly Trial[]): unknown[] => trials.map(({ values }) => values.get('parameters.lr'));
    const more = { 'parameters.drop': { distribution: 'uniform', from: 0, to: 1 }, ...over } satisfies Sweep['over'];
    assert.deepEqual(
      column(expandSweep({ over: more, method: 'random' })),
      column(expandSweep({ over, method: 'random' })),
    );
  });
});

describe('sweeps of all kinds', () => {
  /** A sweep without problems, by chance. */
  function someSweep(random: Random): Sweep {
    const kinds: (() => Varied)[] = [
      () => Array.from({ length: 1 + random.below(4) }, (_, index) => index / 3),
      () => ({ from: 1, to: 1 + random.below(4) }),
      () => ({ from: 0.1, to: 1, count: 1 + random.below(4) }),
      () => ({ from: 1, to: 1000, count: 1 + random.below(4), scale: 'log' }),
      () => ({ distribution: 'uniform', from: 0, to: 1 }),
      () => ({ distribution: 'int', from: 1, to: 3 }),
    ];
    const over = Object.fromEntries(
      Array.from({ length: 1 + random.below(4) }, (_, index) => [
        `parameters.${'abcd'[index]}`,
        kinds[random.below(kinds.length)]?.() ?? [],
      ]),
    );
    const drawn = Object.values(over).some((varied) => !Array.isArray(varied) && varied.distribution !== undefined);
    const method = random.below(2) === 0 ? 'grid' : 'random';
    return { over, method, seed: random.below(1000), ...(drawn ? { samples: 1 + random.below(4) } : {}) };
  }

  it('have as many trials as are counted, each with a name of its own, and always the same', () => {
    const random = new Random(0, 'sweeps');
    for (let round = 0; round < 200; round++) {
      const sweep = someSweep(random);
      const words = JSON.stringify(sweep);
      assert.deepEqual(sweepProblems(sweep), [], words);
      const trials = expandSweep(sweep);
      assert.equal(trials.length, countTrials(sweep), words);
      assert.equal(distinct(trials.map(({ name }) => name)), trials.length, words);
      assert.ok(
        trials.every(({ values }) => [...values.keys()].join() === Object.keys(sweep.over ?? {}).join()),
        words,
      );
      assert.deepEqual(expandSweep(sweep), trials, words);
    }
  });
});
