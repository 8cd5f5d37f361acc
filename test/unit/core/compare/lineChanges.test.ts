import assert from 'node:assert/strict';
import { lineChanges } from '../../../../src/core/compare/lineChanges';

describe('changes of lines', () => {
  it('are told with what stands around them, and nothing is told of equal texts', () => {
    assert.deepEqual(lineChanges('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nD\ne\nf\n', 1), ['  c', '- d', '+ D', '  e']);
    assert.deepEqual(lineChanges('a\n', 'a\n'), []);
    assert.deepEqual(lineChanges('', 'a\nb'), ['+ a', '+ b']);
  });

  it('keep what both have, in its order', () => {
    const changes = lineChanges('a\nb\nc\n', 'b\nc\na\n', 9);
    assert.deepEqual(changes, ['- a', '  b', '  c', '+ a']);
  });
});
