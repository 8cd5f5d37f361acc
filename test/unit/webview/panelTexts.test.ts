import assert from 'node:assert/strict';
import { fakeRun } from '../../bench/webview/fakeRun';
import { formatTimeTick, formatX, timeTicks } from '../../../webview/run/axisText';
import { jsonRows } from '../../../webview/run/jsonRows';
import { progressText } from '../../../webview/run/progressText';
import { formatValue } from '../../../webview/shared/numbers';

const minuteMs = 60_000;

describe('the texts of the run panel', () => {
  it('shows values shortly, with an exponent only where zeros would hide them', () => {
    const shown = [0, 1024, 0.012345678, 1.2e-7, -3.5, 123_456.7, 2.5e12, NaN, Infinity].map(formatValue);
    assert.deepEqual(shown, ['0', '1,024', '0.012346', '1.2e-7', '-3.5', '123,457', '2.5e12', 'NaN', '∞']);
  });

  it('puts ticks of time at round times', () => {
    assert.deepEqual(
      timeTicks(0, 10 * minuteMs, 5),
      [0, 2, 4, 6, 8, 10].map((minutes) => minutes * minuteMs),
    );
    assert.ok(timeTicks(0, 365 * 86_400_000, 4).length <= 5);
    assert.deepEqual(timeTicks(5, 5, 4), [5]);
    assert.deepEqual(timeTicks(NaN, 1, 4), []);
  });

  it('says where a point is in the unit of the axis', () => {
    assert.equal(formatX('step', 1024), 'step 1,024');
    assert.equal(formatX('time', 64), '1 min 4 s');
    assert.match(formatX('wall', Date.UTC(2026, 2, 1)), /^2026-0[23]-\d\d \d\d:00:00$/);
    assert.equal(formatTimeTick('time', 90_000, 600_000), '1 min 30 s');
  });

  it('estimates the end from the progress so far', () => {
    const run = fakeRun('running', { progress: { done: 250, total: 1000 } });
    const text = progressText(run, (run.attempt?.startedAtMs ?? 0) + minuteMs);
    assert.equal(text?.percent, '25 %');
    assert.equal(text.counts, '250 of 1,000');
    assert.match(text.estimate ?? '', /^about 3 min left, until \d\d:\d\d$/);
  });

  it('does not claim 100 % before the end, nor estimate after it', () => {
    const run = fakeRun('completed', { progress: { done: 9999, total: 10_000 } });
    assert.deepEqual(progressText(run, Date.now()), {
      fraction: 0.9999,
      percent: '99 %',
      counts: '9,999 of 10,000',
      estimate: undefined,
    });
  });
});

describe('the table of parameters', () => {
  const rowsOf = (json: string, closed: readonly string[] = []): string[] =>
    jsonRows(json, (path) => closed.includes(path)).map(({ depth, key, text }) => `${depth} ${key}: ${text}`);

  it('shows nested keys below their parent, and short lists in one row', () => {
    assert.deepEqual(rowsOf('{"lr":0.1,"net":{"hidden":[64,32],"bias":true},"none":null,"empty":{}}'), [
      '0 lr: 0.1',
      '0 net: 2 keys',
      '1 hidden: [64, 32]',
      '1 bias: true',
      '0 none: null',
      '0 empty: {}',
    ]);
  });

  it('folds a group', () => {
    assert.deepEqual(rowsOf('{"net":{"hidden":1},"lr":2}', ['/net']), ['0 net: 1 key', '0 lr: 2']);
  });

  it('shows a key called __proto__ like any other', () => {
    assert.deepEqual(rowsOf('{"__proto__":{"polluted":true}}'), ['0 __proto__: 1 key', '1 polluted: true']);
    assert.equal('polluted' in {}, false);
  });

  it('keeps the digits of integers that no double holds', () => {
    assert.deepEqual(rowsOf('{"seed":12345678901234567890}'), ['0 seed: 12345678901234567890']);
  });

  it('stays short for ten thousand keys, and says so', () => {
    const json = JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])));
    const rows = rowsOf(json);
    assert.equal(rows.length, 201);
    assert.equal(rows.at(-1), '0 …: 9800 more are not shown');
  });

  it('shows text that is no JSON as it is', () => {
    assert.deepEqual(rowsOf('not json'), ['0 : not json']);
  });
});
