import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { Fingerprints } from '../../../src/code/fingerprint';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

describe('the fingerprint of files', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['a', 'a/sub', 'b', 'far']) mkdirSync(folder.join(name));
  });
  afterEach(() => folder.remove());

  it('is that of their content, wherever they lie and whenever they were written', async () => {
    const fingerprints = new Fingerprints();
    for (const name of ['a', 'b']) writeFileSync(folder.join(`${name}/data`), 'one');
    utimesSync(folder.join('b/data'), 1, 1);
    assert.equal(await fingerprints.of(folder.join('a')), await fingerprints.of(folder.join('b')));
    // The same size, in the same moment.
    const seen = new Set<string>();
    for (const text of ['two', 'six', 'ten']) {
      writeFileSync(folder.join('a/data'), text);
      seen.add(await fingerprints.of(folder.join('a')));
    }
    assert.equal(seen.size, 3);
  });

  it('sees what links lead to, and ends where they lead around in a circle', async () => {
    const fingerprints = new Fingerprints();
    writeFileSync(folder.join('far/data'), 'one');
    symlinkSync(folder.join('far'), folder.join('a/far'));
    symlinkSync('../far/data', folder.join('a/data'));
    symlinkSync('..', folder.join('a/sub/up'));
    symlinkSync(folder.join('a'), folder.join('far/back'));
    symlinkSync('nowhere', folder.join('a/dangling'));
    const before = await fingerprints.of(folder.join('a'));
    assert.equal(await fingerprints.of(folder.join('a')), before);
    writeFileSync(folder.join('far/data'), 'two');
    assert.notEqual(await fingerprints.of(folder.join('a')), before);
  });

  it('is that of very many files, which are read some at a time', async () => {
    for (let i = 0; i < 3000; i += 1) writeFileSync(folder.join(`a/${i}`), String(i));
    assert.match(await new Fingerprints().of(folder.join('a')), /^[0-9a-f]{64}$/);
  });
});
