import assert from 'node:assert/strict';
import { fewest } from '../../../src/language/completion/fewest';
import { nameItems } from '../../../src/language/completion/nameItems';
import { placeAt } from './support/asking';

const offered = (
  text: string,
  count: number,
): { readonly labels: readonly string[]; readonly isIncomplete: boolean } => {
  const { document, offset, position } = placeAt(text);
  const start = document.text.indexOf('"');
  const names = Array.from({ length: count }, (_, index) => ({ name: `task-${index}` }));
  const items = nameItems(document, { offset: start, length: offset - start }, [...names, { name: 'other' }]);
  const list = fewest(items, document, position);
  return { labels: list.items.map(({ label }) => label), isIncomplete: list.isIncomplete };
};

describe('completions', () => {
  it('are all there where they are not many', () => {
    const { labels, isIncomplete } = offered('["x|"]', 100);
    assert.deepEqual([labels.length, isIncomplete], [101, false]);
  });

  it('are the likeliest of thousands, and others when more is typed', () => {
    const nothing = offered('["|"]', 8000);
    assert.deepEqual([nothing.labels.length, nothing.labels[0], nothing.isIncomplete], [200, '"task-0"', true]);
    assert.equal(offered('["task-7999|"]', 8000).labels[0], '"task-7999"');
    assert.deepEqual(offered('["othr|"]', 8000).labels, ['"other"']);
    assert.equal(offered('["7999|"]', 8000).labels[0], '"task-7999"');
    assert.deepEqual(offered('["zzz|"]', 8000).labels, []);
  });
});
