import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type Line, LineSplitter, maxLineBytes } from '../../../src/engine/ingest/lineSplitter';
import { OutputIndexWriter, readOutput } from '../../../src/engine/ingest/outputIndex';
import { outputAt, OutputTimesWriter, readTimes } from '../../../src/engine/ingest/outputTimes';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

describe('lines of a growing file', () => {
  const pushed = (splitter: LineSplitter, bytes: Buffer): Line[] => {
    const lines: Line[] = [];
    splitter.push(bytes, (line) => lines.push(line));
    return lines;
  };

  it('are the same wherever the reads cut, inside characters and between CR and LF too', () => {
    const text = 'first\r\nsecond ä€🙂\n\nthird';
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const splitter = new LineSplitter();
      const lines = [...pushed(splitter, bytes.subarray(0, cut)), ...pushed(splitter, bytes.subarray(cut))];
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
    for (let i = 0; i < 10; i += 1) pushed(splitter, part);
    const [line] = pushed(splitter, Buffer.from('\n'));
    assert.deepEqual([line?.cut, line?.text.length, line?.sizeBytes], [true, maxLineBytes, 10 * 1024 * 1024 + 1]);
    assert.deepEqual(pushed(splitter, Buffer.from('next\n')), [{ text: 'next', sizeBytes: 5, cut: false }]);
  });
});

describe('when output had grown to where', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const places = async (...times: number[]): Promise<(number | undefined)[]> =>
    Promise.all(times.map(async (timeMs) => (await outputAt(folder.path, 'both', timeMs))?.position));

  it('is known of both streams and of each', async () => {
    const writer = new OutputTimesWriter(folder.path);
    await writer.take(10_000, { stdout: 100, stderr: 0 }, false);
    await writer.take(60_000, { stdout: 100, stderr: 30 }, false);
    await writer.take(90_000, { stdout: 500, stderr: 30 }, true);
    assert.deepEqual(
      await places(0, 9999, 10_000, 59_999, 60_000, 89_999, 90_000, 1e12),
      [0, 0, 100, 100, 130, 130, 530, 530],
    );
    const at = async (stream: 'stdout' | 'stderr') => outputAt(folder.path, stream, 60_000);
    assert.deepEqual(await Promise.all([at('stdout'), at('stderr')]), [
      { position: 100, edition: 0 },
      { position: 30, edition: 0 },
    ]);
  });

  it('is not known of an attempt without a list of times', async () => {
    assert.equal(await outputAt(folder.path, 'both', 1), undefined);
  });

  it('is taken down once a second at most, and evenly in between', async () => {
    const writer = new OutputTimesWriter(folder.path);
    for (let timeMs = 0; timeMs <= 10_000; timeMs += 50) {
      await writer.take(timeMs, { stdout: timeMs, stderr: 0 }, timeMs === 10_000);
    }
    const records = await readTimes(folder.path);
    assert.ok(records.length <= 12, `${records.length} records`);
    for (const timeMs of [300, 2525, 4999, 9000]) {
      const [place = NaN] = await places(timeMs);
      assert.ok(Math.abs(place - timeMs) <= 100, `${place} at ${timeMs}`);
    }
  });

  it('is right about growth in the second after a record, though a silent minute came next', async () => {
    const writer = new OutputTimesWriter(folder.path);
    await writer.take(0, { stdout: 10, stderr: 0 }, false);
    await writer.take(300, { stdout: 20, stderr: 0 }, false);
    await writer.take(60_000, { stdout: 30, stderr: 0 }, false);
    assert.deepEqual(await places(100, 30_000, 59_999, 60_000), [10, 20, 20, 30]);
  });

  it('stays short however long an attempt goes on, goes on after a crash, and never goes back with the clock', async () => {
    let writer = new OutputTimesWriter(folder.path, 64);
    for (let second = 0; second < 1000; second += 1) {
      if (second % 300 === 299) {
        appendFileSync(folder.join('output.times'), '0000');
        writer = new OutputTimesWriter(folder.path, 64);
      }
      await writer.take(second * 1000, { stdout: second * 10, stderr: second }, second === 999);
    }
    const records = await readTimes(folder.path);
    assert.ok(records.length <= 65 && records.length > 20, `${records.length} records`);
    for (const second of [50, 400, 998]) {
      const [place = NaN] = await places(second * 1000);
      assert.ok(Math.abs(place - second * 11) <= 40 * 11, `${place} at ${second} s`);
    }
    await writer.take(0, { stdout: 20_000, stderr: 1000 }, true);
    const times = (await readTimes(folder.path)).map(({ timeMs }) => timeMs);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.deepEqual(await places(1e9), [21_000]);
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
