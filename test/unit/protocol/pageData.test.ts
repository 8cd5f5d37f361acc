import assert from 'node:assert/strict';
import { fromPageText, toPageText } from '../../../src/protocol/pageData';

describe('what a page is given', () => {
  it('arrives as it was: numbers that JSON has not, names with markup, columns of any length', () => {
    const value = {
      '</script><script>alert(1)</script>': '<!-- & "quotes" \u2028',
      columns: [Float64Array.of(NaN, -0, Infinity, -Infinity, 1e-300, 2 ** 53), new Float64Array(0)],
      long: Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i)),
      nested: [{ none: null, yes: true, text: 'Ω' }],
    };
    const text = toPageText(value);
    assert.ok(!text.includes('<'));
    assert.deepEqual(fromPageText(text), value);
  });

  it('is a part of a column when a part was written', () => {
    const part = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    assert.deepEqual(fromPageText(toPageText(part)), Float64Array.of(2, 3));
  });
});
