import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { Failure } from '../../../src/base/failure';
import { silentLog } from '../../../src/base/log';
import { RunLogReader } from '../../../src/engine/ingest/runLogReader';
import type { IngestBatch, LogPosition } from '../../../src/engine/store/ingestBatch';
import type { RunId } from '../../../src/model/ids';
import { SeededRandom } from '../../support/seededRandom';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporaryFolder';

const start: LogPosition = { offsetBytes: 0, lines: 0, nextStep: 0, warnings: 0 };

/** A reader with a store that now and then has no room. */
class Reading {
  readonly kept: IngestBatch[] = [];
  position = start;
  reader: RunLogReader;
  static readonly #all: RunLogReader[] = [];
  readonly #file: string;
  readonly #fails: () => boolean;

  constructor(file: string, fails: () => boolean = () => false) {
    this.#file = file;
    this.#fails = fails;
    this.reader = this.again();
  }

  /** As an engine that has just started. */
  again(): RunLogReader {
    const reader = new RunLogReader({
      file: this.#file,
      runId: 'aaaaaaaaaaaaaaaa' as RunId,
      attempt: 1,
      startedAtMs: 1e12,
      position: this.position,
      nowMs: () => 1e12 + 5000,
      keep: async (batch) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#fails()) throw new Failure('Storage', 'full');
        this.kept.push(batch);
        this.position = batch.position;
        return { revisions: batch.points.metrics.map(() => 0), events: [], metadataJson: undefined, runChanged: false };
      },
      onKept: () => undefined,
      isGivenUp: () => false,
      log: silentLog,
    });
    Reading.#all.push(reader);
    return (this.reader = reader);
  }

  static closeAll(): void {
    for (const reader of Reading.#all.splice(0)) reader.dispose();
  }

  async drain(final: boolean): Promise<void> {
    for (;;) {
      try {
        while (await this.reader.drain(final));
        return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
  }

  /** Values of a metric in the order in which they were kept. */
  values(metric: string): number[] {
    return this.kept.flatMap(({ points: { metrics, counts, value } }) => {
      const index = metrics.indexOf(metric);
      const from = counts.slice(0, Math.max(0, index)).reduce((sum, count) => sum + count, 0);
      return index < 0 ? [] : Array.from(value.subarray(from, from + (counts[index] ?? 0)));
    });
  }

  get events(): string[] {
    return this.kept.flatMap(({ events }) => events.map(({ message }) => message));
  }
}

function rubbish(random: SeededRandom, good: string): Buffer {
  const bytes = Buffer.from(good);
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length));
    case 1:
      bytes[random.below(bytes.length)] = random.below(256);
      return Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte)));
    case 2:
      return Buffer.from(
        Array.from({ length: random.below(300) }, () => random.below(256)).filter((byte) => byte !== 10),
      );
    case 3:
      return Buffer.from(`${'['.repeat(random.below(3000))}`);
    case 4:
      return Buffer.from('{"metrics":{"m":"text","":1,"x":null},"step":"seven","event":5,"level":[]}');
    case 5:
      return Buffer.from(`{"metadata":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`);
    case 6:
      return Buffer.from([0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x99]);
    case 7:
      return Buffer.from('{"progress":{"done":-1,"total":"x"},"artifact":{},"tags":[1,2],"timestamp":"soon"}');
    default:
      return Buffer.from('"'.repeat(random.below(5000)));
  }
}

describe('a run log that is anything', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    Reading.closeAll();
    folder.remove();
  });

  it('is read to its end, and every valid line of it is kept once, whatever stands between and however it grows', async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 25; seed += 1) {
      const random = new SeededRandom(seed);
      const file = folder.join(`log-${seed}`);
      const parts: Buffer[] = [];
      const expected: number[] = [];
      for (let i = 0; i < 400; i += 1) {
        const value = random.pick([random.next(), NaN, Infinity, -Infinity, -0, 1e308]) ?? 0;
        const text = Number.isFinite(value) ? (Object.is(value, -0) ? '-0.0' : String(value)) : String(value);
        const good = `{"step":${i / 2},"time":${i / 8},"metrics":{"valid":${text},"ünï":${i}}}`;
        if (random.below(3) === 0)
          parts.push(Buffer.concat([rubbish(random, good.replace('valid', 'other')), Buffer.from('\n')]));
        parts.push(Buffer.from(`${good}${random.pick(['\n', '\r\n', '  \n'])}`));
        expected.push(value);
      }
      const bytes = Buffer.concat(parts);
      const reading = new Reading(file, () => random.below(10) === 0);
      writeFileSync(file, '');
      for (let at = 0; at < bytes.length;) {
        const end = Math.min(bytes.length, at + 1 + random.below(3000));
        appendFileSync(file, bytes.subarray(at, end));
        at = end;
        if (random.below(3) === 0) await reading.drain(false);
        if (random.below(12) === 0) reading.again();
      }
      await reading.drain(true);
      assert.deepEqual(reading.values('valid'), expected, `seed ${seed}`);
      assert.equal(reading.position.offsetBytes, bytes.length);
    }
  });

  it('that was cut off is read anew from its beginning, and so is one that was put in its place', async () => {
    const file = folder.join('log');
    const reading = new Reading(file);
    const line = (value: number): string => `{"metrics":{"m":${value}}}\n`;
    writeFileSync(file, line(1) + line(2) + line(3));
    await reading.drain(false);
    truncateSync(file, 0);
    appendFileSync(file, line(4));
    await reading.drain(false);
    assert.deepEqual(reading.values('m'), [1, 2, 3, 4]);
    // Longer than what was read: only that it is another file tells.
    writeFileSync(folder.join('next'), line(5) + line(6) + line(7));
    renameSync(folder.join('next'), file);
    await reading.drain(false);
    appendFileSync(file, '{"metrics":{"m":8}}');
    await reading.drain(true);
    assert.deepEqual(reading.values('m'), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(
      reading.events.map((message) => message.split(';')[0]),
      ['The run log became shorter', 'The run log was replaced by another file'],
    );
  });

  it('that is rotated by renaming is read to its end, what was written after the last look and after the renaming too', async () => {
    const file = folder.join('log');
    const reading = new Reading(file);
    const line = (value: number): string => `{"metrics":{"m":${value}}}\n`;
    writeFileSync(file, line(1));
    await reading.drain(false);
    appendFileSync(file, line(2));
    renameSync(file, folder.join('log.1'));
    appendFileSync(folder.join('log.1'), line(3));
    await reading.drain(false);
    assert.deepEqual(reading.values('m'), [1, 2, 3]);
    appendFileSync(folder.join('log.1'), `${line(4)}{"metrics":{"m":5}}`);
    writeFileSync(file, line(6) + line(7) + line(8) + line(9) + line(10));
    rmSync(folder.join('log.1'));
    await reading.drain(true);
    assert.deepEqual(reading.values('m'), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('that is rotated again and again while the store has no room now and then loses no line and doubles none', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new SeededRandom(seed);
      const file = folder.join(`rotated-${seed}`);
      const reading = new Reading(file, () => random.below(4) === 0);
      const expected: number[] = [];
      for (let i = 0; i < 200; i += 1) {
        appendFileSync(file, `{"metrics":{"m":${i}}}\n`);
        expected.push(i);
        // A second renaming between two looks would hide a file that nobody has seen.
        if (random.below(10) !== 0) continue;
        await reading.drain(false);
        if (random.below(2) === 0) renameSync(file, `${file}.1`);
      }
      await reading.drain(true);
      assert.deepEqual(reading.values('m'), expected, `seed ${seed}`);
    }
  });

  it('gives the same whether its lines have points only or something beside them, with steps and times or without', async () => {
    const texts = Array.from({ length: 300 }, (_, i) => {
      const step = i % 3 === 0 ? [] : [`"step":${i % 7 === 0 ? '1e400' : i / 4}`];
      const time = i % 4 === 0 ? [] : [`"time":${i % 11 === 0 ? '1e300' : i % 13 === 0 ? -5 : i / 8}`];
      const metrics = i % 17 === 0 ? [] : [`"metrics":{"a":${i},"b":${i % 5 === 0 ? 'NaN' : -0.1 * i}}`];
      return [...step, ...time, ...metrics, ...(i % 20 === 0 ? ['"event":"e"'] : [])];
    });
    const keptOf = async (name: string, more: readonly string[]): Promise<object> => {
      const reading = new Reading(folder.join(name));
      writeFileSync(folder.join(name), texts.map((members) => `{${[...members, ...more].join(',')}}\n`).join(''));
      await reading.drain(true);
      const [first, ...others] = reading.kept;
      assert.ok(first && others.length === 0);
      return { ...first, position: { ...first.position, offsetBytes: 0 } };
    };
    assert.deepEqual(await keptOf('plain', []), await keptOf('more', ['"tags":[]']));
  });

  it('keeps moments to the microsecond', async () => {
    const file = folder.join('log');
    const reading = new Reading(file);
    writeFileSync(
      file,
      '{"time":0.000001,"metrics":{"m":1}}\n{"timestamp":"2001-09-09 01:46:40.123456","metrics":{"m":2}}\n',
    );
    await reading.drain(true);
    const columns = reading.kept[0]?.points;
    assert.deepEqual(
      [...(columns?.time ?? [])].map((time) => Math.round(time * 1e6)),
      [1, 123_456],
    );
    assert.deepEqual([...(columns?.wall ?? [])], [1e12 + 0.001, 1e12 + 123.456]);
  });
});
