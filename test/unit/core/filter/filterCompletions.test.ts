import assert from 'node:assert/strict';
import { filterCompletions, type KnownWords } from '../../../../src/core/filter/filterCompletions';

const known: KnownWords = {
  tags: ['baseline', 'two words', 'a,b'],
  folders: ['exp/one'],
  parameters: [
    ['lr', '0.1'],
    ['model.width', '256'],
  ],
  experiments: ['ising', 'spin glass'],
};
const texts = (text: string): string[] => filterCompletions(text, known).map((completion) => completion.text);

describe('what can be written next in a filter', () => {
  it('is keys and parameters, those that begin with what is typed first', () => {
    assert.deepEqual(texts('').slice(0, 2), ['status:', 'tag:']);
    assert.deepEqual(texts('st'), ['status:']);
    assert.deepEqual(texts('tag:x -st'), ['tag:x -status:']);
    assert.deepEqual(texts('l'), ['lr=', 'folder:', 'model.width=']);
    assert.equal(texts('tag:x ')[0], 'tag:x status:');
  });

  it('is values of a key, in quotes where they need them, and further ones behind a comma', () => {
    assert.deepEqual(texts('tag:'), ['tag:baseline', 'tag:"two words"', 'tag:"a,b"']);
    assert.deepEqual(texts('status:fai'), ['status:failed']);
    assert.deepEqual(texts('tag:baseline,'), ['tag:baseline,"two words"', 'tag:baseline,"a,b"']);
    assert.deepEqual(texts('lr>0.5 tag:baseline,tw'), ['lr>0.5 tag:baseline,"two words"']);
    assert.deepEqual(texts('experiment:"sp'), ['experiment:"spin glass"']);
    assert.deepEqual(texts('-is:'), ['-is:pinned']);
    assert.deepEqual(texts('lr='), ['lr=0.1']);
  });

  it('is nothing where nothing is known', () => {
    assert.deepEqual(texts('note:x'), []);
    assert.deepEqual(texts('nothing like it'), []);
    assert.deepEqual(texts('__proto__:'), []);
  });
});
