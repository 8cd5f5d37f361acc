import assert from 'node:assert/strict';
import { diagnose } from '../../../src/language/diagnostics/runFileDiagnostics';
import { EditedDocument } from '../../../src/language/editedDocument';
import { features } from '../../../src/language/features';
import { complete, hover, placeAt, surroundings } from './support/asking';

const depth = 5000;

describe('a run file that nests too deeply', () => {
  const nested = (inner: string): string => `${'{ "a": '.repeat(depth)}${inner}${' }'.repeat(depth)}`;

  it('is told so at the bracket, and nothing else is said of it', async () => {
    for (const name of ['a.run.json', '.sidelab/algorithms/a.json']) {
      const document = new EditedDocument(`file:///nowhere/${name}`, nested('1'));
      const found = await diagnose(document, surroundings());
      assert.deepEqual(
        found.map(({ code, range }) => [code, document.lines.offsetAt(range.start)]),
        [['too-deep', 200 * '{ "a": '.length]],
      );
    }
  });

  it('answers whoever types in it', async () => {
    assert.ok(Array.isArray(await complete(nested('"|"'))));
    assert.deepEqual(await hover(nested('"|x"')), []);
    const { document, ...place } = placeAt(nested('"|x"'));
    for (const feature of features) {
      await feature.links?.(document, surroundings());
      await feature.lenses?.(document);
      await feature.highlights?.({ document, ...place });
      await feature.actions?.(document, document.rangeOf({ offset: 0, length: 1 }), surroundings(), place.signal);
    }
  });
});
