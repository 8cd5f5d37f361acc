import assert from 'node:assert/strict';
import { Failure } from '../../../src/base/failure';
import { durationPattern, formatCoarseAge, formatDuration, parseDurationMs } from '../../../src/model/duration';

describe('a duration', () => {
  it('is read as people write it', () => {
    const written = [3600, 0.5, '90 min', '24h', '1.5 days', ' 2 weeks ', '1 day', '250 ms', '1 sec', '10 seconds'];
    assert.deepEqual(
      written.map(parseDurationMs),
      [3_600_000, 500, 5_400_000, 86_400_000, 129_600_000, 1_209_600_000, 86_400_000, 250, 1000, 10_000],
    );
    for (const text of written) if (typeof text === 'string') assert.match(text, new RegExp(durationPattern));
  });

  it('is refused, in words, when it is none', () => {
    for (const wrong of [
      '',
      'soon',
      '5',
      '-1 h',
      '1 h 30 min',
      '1 parsec',
      '1 constructor',
      'NaN h',
      NaN,
      -1,
      Infinity,
    ]) {
      assert.throws(
        () => parseDurationMs(wrong),
        (error) => error instanceof Failure && error.code === 'InvalidInput',
        String(wrong),
      );
    }
  });

  it('is shown in two units at most', () => {
    const shown = [0, 999, 4000, 61_000, 120_000, 3_599_000, 7_500_000, 7_200_000, 273_600_000, 86_400_000, -5];
    assert.deepEqual(shown.map(formatDuration), [
      '0 s',
      '0 s',
      '4 s',
      '1 min 1 s',
      '2 min',
      '59 min',
      '2 h 5 min',
      '2 h',
      '3 d 4 h',
      '1 d',
      '0 s',
    ]);
    assert.deepEqual([5000, 60_000, 7_200_000, 172_800_000].map(formatCoarseAge), ['now', '1 min', '2 h', '2 d']);
  });
});
