import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { LineSplitter, maxLineBytes } from '../../../src/engine/ingest/lineSplitter';
import { OutputIndexWriter, readOutput } from '../../../src/engine/ingest/outputIndex';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

describe('lines of a growing file', () => {
  it('are the same wherever the reads cut, inside characters and between CR and LF too', () => {
    const text = 'first\r\nsecond ä€🙂\n\nthird';
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const splitter = new LineSplitter();
      const lines = [...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))];
      const last = splitter.end();
      assert.deepEqual(
        [...lines, ...(last ? [last] : [])].map((line) => line.text),
        ['first', 'second ä€🙂', '', 'third'],
        `cut at ${cut}`,
      );
      assert.equal(
        [...lines, ...(last ? [last] : [])].reduce((sum, line) => sum + line.sizeBytes, 0),
        bytes.length,
      );
    }
  });

  it('that are too long are cut instead of filling the memory, and counted whole', () => {
    const splitter = new LineSplitter();
    const part = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 10; i += 1) splitter.push(part);
    const [line] = splitter.push(Buffer.from('\n'));
    assert.deepEqual([line?.cut, line?.text.length, line?.sizeBytes], [true, maxLineBytes, 10 * 1024 * 1024 + 1]);
    assert.deepEqual(splitter.push(Buffer.from('next\n')), [{ text: 'next', sizeBytes: 5, cut: false }]);
  });
});

describe('output of an attempt', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const read = async (stream: 'both' | 'stdout' | 'stderr', range = {}): Promise<string> => {
    const part = await readOutput(folder.path, { stream, from: 0, maxBytes: 1000, isFinal: true, ...range });
    return Buffer.from(part.bytes).toString();
  };

  it('is read in the order in which the streams grew, or each stream by itself', async () => {
    const index = new OutputIndexWriter(folder.path);
    appendFileSync(folder.join('stdout'), 'one\n');
    await index.look(false);
    appendFileSync(folder.join('stderr'), 'oops\n');
    await index.look(false);
    appendFileSync(folder.join('stdout'), 'two\nthr');
    await index.look(false);
    assert.equal(await read('both'), 'one\noops\ntwo\nthr');
    appendFileSync(folder.join('stdout'), 'ee\n');
    await index.look(true);
    assert.equal(await read('both'), 'one\noops\ntwo\nthree\n');
    assert.equal(await read('stdout'), 'one\ntwo\nthree\n');
    assert.equal(await read('stderr'), 'oops\n');
  });

  it('is read from its end, and in parts that join', async () => {
    writeFileSync(folder.join('stdout'), 'abcdefgh');
    writeFileSync(folder.join('stderr'), 'XYZ');
    assert.equal(await read('both', { from: -5 }), 'ghXYZ');
    const parts = [0, 4, 8].map(async (from) => read('both', { from, maxBytes: 4 }));
    assert.equal((await Promise.all(parts)).join(''), 'abcdefghXYZ');
    assert.equal(await read('both', { from: 100 }), '');
  });

  it('that has been read once never moves while the program goes on', async () => {
    const index = new OutputIndexWriter(folder.path);
    let seen = '';
    for (let i = 0; i < 200; i += 1) {
      if (i % 3 !== 0) appendFileSync(folder.join('stdout'), i % 5 === 0 ? `out ${i}` : `out ${i}\n`);
      if (i % 7 !== 0) appendFileSync(folder.join('stderr'), i % 4 === 0 ? `err ${i}` : `err ${i}\n`);
      if (i % 2 === 0) await index.look(false);
      seen += await read('both', { from: seen.length, isFinal: false });
    }
    await index.look(true);
    seen += await read('both', { from: seen.length });
    const streams = readFileSync(folder.join('stdout'), 'utf8') + readFileSync(folder.join('stderr'), 'utf8');
    assert.equal(seen, await read('both', { maxBytes: 100_000 }));
    assert.equal([...seen].sort().join(''), [...streams].sort().join(''));
  });

  it('of one stream keeps its index at one record, however often it is looked at', async () => {
    const index = new OutputIndexWriter(folder.path);
    for (let i = 0; i < 100; i += 1) {
      appendFileSync(folder.join('stdout'), `line ${i}\n`);
      await index.look(false);
    }
    assert.equal(readFileSync(folder.join('output.index'), 'utf8').split('\n').length, 2);
    assert.equal(await read('both', { isFinal: false }), readFileSync(folder.join('stdout'), 'utf8').slice(0, 1000));
  });

  it('that was indexed by an engine that died is indexed further by the next one', async () => {
    appendFileSync(folder.join('stdout'), 'a\n');
    await new OutputIndexWriter(folder.path).look(false);
    appendFileSync(folder.join('output.index'), '2 0000');
    appendFileSync(folder.join('stderr'), 'b\n');
    assert.equal(await read('both'), 'a\nb\n');
    await new OutputIndexWriter(folder.path).look(true);
    appendFileSync(folder.join('stdout'), 'c\n');
    await new OutputIndexWriter(folder.path).look(true);
    assert.equal(await read('both', { isFinal: false }), 'a\nb\nc\n');
  });
});
