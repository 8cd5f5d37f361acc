import assert from 'node:assert/strict';
import { byteSizePattern, formatBytes, parseByteSize } from '../../../src/model/byteSize';
import { isFailure } from '../../support/isFailure';

describe('sizes', () => {
  it('are as exact as one needs', () => {
    assert.deepEqual([0, 999, 1000, 12_345, 12_345_678, 5e12].map(formatBytes), [
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '12 kB',
      '12 MB',
      '5.0 TB',
    ]);
  });

  it('are read as people write them, decimal or binary, and a number is MiB', () => {
    assert.deepEqual(['512 MB', '1.5GiB', ' 2 TB ', '4 kB', 4096].map(parseByteSize), [
      512e6,
      1.5 * 2 ** 30,
      2e12,
      4000,
      2 ** 32,
    ]);
  });

  it('are refused where they could mean two things, or nothing', () => {
    for (const text of ['16 G', '16', 'GB', '-1 GB', '1 gb', '', 'toString']) {
      assert.throws(() => parseByteSize(text), isFailure('InvalidInput', /is not a size/));
      assert.doesNotMatch(text, new RegExp(byteSizePattern));
    }
    assert.throws(() => parseByteSize(-1), isFailure('InvalidInput', /is not a size/));
    for (const text of ['512 MB', '1.5GiB', ' 2 TB ', '4 KB']) assert.match(text, new RegExp(byteSizePattern));
  });
});
