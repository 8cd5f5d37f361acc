import assert from 'node:assert/strict';
import { formatBytes } from '../../../src/model/byteSize';

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
});
