import assert from 'node:assert/strict';
import { trialNames } from '../../../src/model/trialNames';

const names = (...trials: readonly Record<string, unknown>[]): string[] =>
  trialNames(trials.map((trial) => new Map(Object.entries(trial))));

describe('names of trials', () => {
  it('say what differs, and leave out what does not', () => {
    assert.deepEqual(
      names({ 'parameters.lr': 0.1, 'parameters.bs': 8 }, { 'parameters.lr': 0.01, 'parameters.bs': 8 }),
      ['lr=0.1', 'lr=0.01'],
    );
    assert.deepEqual(names({ 'parameters.lr': 0.1, 'parameters.bs': 8 }), ['lr=0.1 bs=8']);
    assert.deepEqual(names({ 'parameters.lr': 0.1 }, {}), ['lr=0.1', 'unchanged']);
  });

  it('take as much of a path as tells it from the others', () => {
    assert.deepEqual(
      names(
        { 'parameters.a.lr': 1, 'parameters.b.lr': 1, 'env.lr': 'x', 'parameters.lr': 1, timeout: 1 },
        { 'parameters.a.lr': 2, 'parameters.b.lr': 2, 'env.lr': 'y', 'parameters.lr': 2, timeout: 2 },
      )[0],
      'a.lr=1 b.lr=1 env.lr=x parameters.lr=1 timeout=1',
    );
  });

  it('write numbers short, and longer where they could not be told apart', () => {
    assert.deepEqual(names({ a: 0.123456789012 }, { a: 0.1234512345 }, { a: 65536 }, { a: 0.00012345 }), [
      'a=0.1235',
      'a=0.1234512',
      'a=65536',
      'a=0.0001234',
    ]);
    assert.deepEqual(names({ a: 0.123456789012 }, { a: 0.123456789013 }, { a: 0.123456789014 }), [
      'a=0.1235',
      'a=0.1234568',
      'a=0.123456789014',
    ]);
  });

  it('cut long texts in their middle, and more of them where that tells no difference', () => {
    const file = (name: string): string => `/data/${name.padStart(80, 'x')}/samples.csv`;
    const [first = '', second = ''] = names({ a: file('one') }, { a: file('two') });
    assert.deepEqual([first, second], ['a=/data/xxxxxxxxxx…one/samples.csv', 'a=/data/xxxxxxxxxx…two/samples.csv']);
    assert.deepEqual(names({ a: { b: 1, c: [1, 2] } }, { a: null }), ['a={"b":1,"c":[1,2]}', 'a=null']);
    assert.deepEqual(names({ a: '' }, { a: 'two words' }, { a: 'line\nbreak' }, { a: '\u202Eturned' }), [
      'a=""',
      'a="two words"',
      'a="line\\nbreak"',
      'a="\\u{202e}turned"',
    ]);
    for (let length = 25; length < 45; length++) {
      const [name = ''] = names({ a: '😀'.repeat(length) }, { a: 1 });
      assert.doesNotMatch(name, /\p{Cs}/u);
    }
  });

  it('are at most 200 characters long, each of its own', () => {
    const wide = (last: number): Record<string, unknown> =>
      Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [`parameter${index}`, index === 39 ? last : index + last]),
      );
    const given = names(
      ...Array.from({ length: 20 }, (_, index) => wide(index)),
      ...Array.from({ length: 3 }, () => wide(0)),
    );
    assert.equal(new Set(given).size, 23);
    assert.ok(given.every((name) => name.length <= 200));
    assert.deepEqual(names({ a: 1 }, { a: 1 }, { a: 2 }, { a: 1 }), ['a=1', 'a=1 #2', 'a=2', 'a=1 #3']);
    assert.deepEqual(names({ a: 'x' }, { a: 'x' }, { a: 'x #2' }), ['a=x', 'a=x #2', 'a="x #2"']);
    const sameAtTheEnds = Array.from({ length: 3 }, (_, index) => ({
      a: 'x'.repeat(150) + String(index) + 'x'.repeat(150),
    }));
    assert.equal(new Set(names(...sameAtTheEnds)).size, 3);
  });

  it('stay when trials are added that vary the same', () => {
    const trials = Array.from({ length: 300 }, (_, index) => new Map([['a', Math.sin(index) / 100]]));
    const given = trialNames(trials);
    assert.equal(new Set(given).size, 300);
    assert.deepEqual(trialNames(trials.slice(0, 10)), given.slice(0, 10));
  });
});
