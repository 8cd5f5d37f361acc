import assert from 'node:assert/strict';
import { fakeRun } from '../../bench/webview/fakeRun';
import { formatSpan, formatTimeTick, formatX, timeTicks } from '../../../webview/shared/axisText';
import { jsonRows } from '../../../webview/run/jsonRows';
import { copyText, parseJsonTree, prettyJson } from '../../../webview/run/jsonTree';
import { variedIn } from '../../../webview/run/variedParameters';
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

  it('says from where to where a bucket goes, shortly', () => {
    assert.equal(formatSpan('step', 1024, 1055), 'step 1,024 – 1,055');
    assert.equal(formatSpan('step', 7, 7), 'step 7');
    assert.equal(formatSpan({ metric: 'examples' }, 32, 64), 'examples 32 – 64');
    assert.equal(formatSpan('time', 64.1, 64.2), '1 min 4 s');
    const noon = new Date(2026, 2, 1, 12).getTime();
    assert.equal(formatSpan('wall', noon, noon + 1000), '2026-03-01 12:00:00 – 12:00:01');
    assert.equal(formatSpan('wall', noon, noon + 86_400_000), '2026-03-01 12:00:00 – 2026-03-02 12:00:00');
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
  const rowsOf = (json: string, closed: readonly string[] = [], filter = ''): string[] =>
    jsonRows(parseJsonTree(json), { isClosed: (path) => closed.includes(path), mostIn: () => 200, filter }).rows.map(
      (row) => `${row.depth} ${'node' in row ? `${row.node.key}: ${row.node.text}` : `${row.hidden} more`}`,
    );

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
    assert.equal(rows.at(-1), '0 9800 more');
  });

  it('shows text that is no JSON as it is', () => {
    assert.deepEqual(rowsOf('not json'), ['0 : not json']);
  });

  it('finds by key path and by value, and keeps the parents of what was found', () => {
    const json = '{"net":{"hidden":{"Width":64,"act":"relu"},"bias":true},"lr":0.1,"note":"wide NET"}';
    assert.deepEqual(rowsOf(json, [], 'width'), ['0 net: 2 keys', '1 hidden: 2 keys', '2 Width: 64']);
    assert.deepEqual(rowsOf(json, [], 'hidden.a'), ['0 net: 2 keys', '1 hidden: 2 keys', '2 act: relu']);
    assert.deepEqual(rowsOf(json, ['/net'], '0.1'), ['0 lr: 0.1']);
    assert.deepEqual(rowsOf(json, [], 'no such'), []);
    // All that is in a group whose name was found, and the value that has it.
    assert.equal(rowsOf(json, [], 'net').length, 6);
  });

  it('marks what was found where it stands', () => {
    const look = { isClosed: () => false, mostIn: () => 200, filter: 'hidden.w' };
    const { rows, matches } = jsonRows(parseJsonTree('{"hidden":{"width":"w.w","w":1}}'), look);
    assert.equal(matches, 2);
    assert.deepEqual(
      rows.map((row) => 'node' in row && [row.node.key, row.inKey, row.inText]),
      [
        ['hidden', [], []],
        ['width', [[0, 1]], []],
        ['w', [[0, 1]], []],
      ],
    );
  });

  it('searches for what was typed, be it a pattern', () => {
    assert.deepEqual(rowsOf('{"a(b":1,"ab":2}', [], 'a('), ['0 a(b: 1']);
    assert.deepEqual(rowsOf('{"x":"[1]","y":"1"}', [], '[1]'), ['0 x: [1]']);
  });

  it('counts all that it finds among a hundred thousand, and shows some', () => {
    const json = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])));
    const look = { isClosed: () => false, mostIn: () => 200, filter: 'k' };
    const { rows, matches } = jsonRows(parseJsonTree(json), look);
    assert.deepEqual([rows.length, matches], [201, 100_000]);
  });

  it('copies a value as it was, and the whole as JSON with every digit', () => {
    const json = '{"seed":12345678901234567890,"__proto__":{"a":["x",null]},"empty":[]}';
    const [seed, proto] = parseJsonTree(json);
    assert.equal(copyText(seed?.value), '12345678901234567890');
    assert.equal(copyText(proto?.value), '{\n  "a": [\n    "x",\n    null\n  ]\n}');
    assert.equal(copyText('a "text"'), 'a "text"');
    assert.equal(prettyJson(json).replaceAll(/\s/g, ''), json);
  });

  it('marks what a sweep varies, and what is inside of that', () => {
    const run = fakeRun('running', { trialJson: '{"parameters.net":{"width":1},"parameters.lr":0.1,"env.X":"1"}' });
    const isVaried = variedIn(run, 'parameters');
    assert.deepEqual(['net', 'net.width', 'lr', 'lrs', 'X'].map(isVaried), [true, true, true, false, false]);
    assert.equal(variedIn(fakeRun('running'), 'parameters')('lr'), false);
  });
});
