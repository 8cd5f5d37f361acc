import assert from 'node:assert/strict';
import {
  elapsedText,
  elapsedTicks,
  fittedRange,
  movedRange,
  type TimeRange,
  zoomedRange,
} from '../../../../webview/graph/timeline/timeScale';

const secondMs = 1000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const extent = { fromMs: 0, toMs: 100 * secondMs };
const spanOf = ({ fromMs, toMs }: TimeRange): number => toMs - fromMs;

describe('the range of a timeline', () => {
  it('has all in view, with room beside it', () => {
    const range = fittedRange(extent);
    assert.ok(range.fromMs < 0 && range.toMs > extent.toMs && spanOf(range) < 120 * secondMs);
  });

  it('shows little of days of waiting before the first launch, and all of a short one', () => {
    const held = fittedRange({ fromMs: 0, launchedAtMs: dayMs, toMs: dayMs + 60 * secondMs });
    assert.ok(held.fromMs > dayMs - 30 * secondMs && held.fromMs < dayMs);
    const short = fittedRange({ fromMs: 0, launchedAtMs: 5 * secondMs, toMs: 65 * secondMs });
    assert.ok(short.fromMs < 0);
  });

  it('zooms around a place, which stays where it is, from milliseconds to many times of all', () => {
    const range = { fromMs: 0, toMs: 100 * secondMs };
    assert.deepEqual(zoomedRange(range, 25 * secondMs, 0.5, extent), { fromMs: 12_500, toMs: 62_500 });
    let near: TimeRange = range;
    for (let i = 0; i < 100; i++) near = zoomedRange(near, 50 * secondMs, 0.5, extent);
    assert.ok(spanOf(near) >= 1 && spanOf(near) <= 10 && near.fromMs <= 50_000 && near.toMs >= 50_000);
    let far: TimeRange = range;
    for (let i = 0; i < 100; i++) far = zoomedRange(far, 50 * secondMs, 2, extent);
    assert.ok(Number.isFinite(spanOf(far)) && spanOf(far) <= 20 * spanOf(extent));
    assert.ok(far.fromMs < 0 && far.toMs > extent.toMs);
  });

  it('moves as far as something stays in view', () => {
    const range = { fromMs: 0, toMs: 10 * secondMs };
    assert.deepEqual(movedRange(range, 5 * secondMs, extent), { fromMs: 5000, toMs: 15_000 });
    assert.deepEqual(movedRange(range, dayMs, extent), { fromMs: 99_000, toMs: 109_000 });
    assert.deepEqual(movedRange(range, -dayMs, extent), { fromMs: -9000, toMs: 1000 });
  });
});

describe('the ticks of a timeline', () => {
  const texts = (fromMs: number, toMs: number, originMs = 0): string[] =>
    elapsedTicks({ fromMs: originMs + fromMs, toMs: originMs + toMs }, originMs, 5).map(({ text }) => text);

  it('are round from milliseconds to weeks', () => {
    assert.deepEqual(texts(0, 10), ['0 ms', '2 ms', '4 ms', '6 ms', '8 ms', '10 ms']);
    assert.deepEqual(texts(3000, 3400), ['3 s', '3 s 100 ms', '3 s 200 ms', '3 s 300 ms', '3 s 400 ms']);
    assert.deepEqual(texts(-10_000, 40_000), ['−10 s', '0 s', '10 s', '20 s', '30 s', '40 s']);
    assert.deepEqual(texts(60_000, 150_000), ['1 min', '1 min 30 s', '2 min', '2 min 30 s']);
    assert.deepEqual(texts(0, 5 * hourMs), ['0 s', '1 h', '2 h', '3 h', '4 h', '5 h']);
    assert.deepEqual(texts(0, 60 * dayMs), ['0 s', '14 d', '28 d', '42 d', '56 d']);
    assert.deepEqual(texts(1_200_000, 1_220_000), [
      '20 min',
      '20 min 5 s',
      '20 min 10 s',
      '20 min 15 s',
      '20 min 20 s',
    ]);
  });

  it('are as round beside the times of today', () => {
    assert.deepEqual(texts(0, 10, 1_772_373_802_123.45), ['0 ms', '2 ms', '4 ms', '6 ms', '8 ms', '10 ms']);
  });

  it('are told in units that are there', () => {
    assert.equal(elapsedText(dayMs + 61_000, 1000), '1 d 1 min 1 s');
    assert.equal(elapsedText(-0.2, 1), '0 ms');
  });
});
