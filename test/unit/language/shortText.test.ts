import assert from 'node:assert/strict';
import { shortText } from '../../../src/language/shortText';

describe('a short text', () => {
  it('ends where it must, between whole characters', () => {
    assert.deepEqual(
      ['abc', 'abcd', '🐢🐢🐢', '🐢🐢🐢🐢', 'x'.repeat(1_000_000)].map((text) => shortText(text, 3)),
      ['abc', 'ab…', '🐢🐢🐢', '🐢🐢…', 'xx…'],
    );
  });
});
