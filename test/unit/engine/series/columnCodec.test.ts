import assert from 'node:assert/strict';
import { SeededRandom } from '../../../support/seededRandom';
import { ByteReader, ByteWriter, DamagedBytes } from '../../../../src/engine/store/series/bytes';
import { decodeColumn, decodeWall, encodeColumn, encodeWall } from '../../../../src/engine/store/series/columnCodec';

const specials = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  5e-324,
  -5e-324,
  2.2e-308,
  1e308,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 60),
  0.1,
];

/** Columns as programs write them, and such as nobody would. */
function column(random: SeededRandom, n: number): Float64Array {
  const kind = random.below(14);
  const start = random.pick([0, 1, -7, 1e6, 2 ** 40, 2 ** 53 - 5]) ?? 0;
  const stride = random.pick([1, 10, 0, -3, 0.5, 0.001]) ?? 1;
  const digits = 10 ** random.below(8);
  let sum = start;
  const values = Float64Array.from({ length: n }, (_, i) => {
    switch (kind) {
      case 0:
        return start + stride * i;
      case 1:
        return (sum += random.below(300));
      case 2:
        return (sum += random.below(3) - 1);
      case 3:
        return Math.fround(random.next() * 10 - 5);
      case 4:
        return random.next() - 0.5;
      case 5:
        return Math.round(random.next() * digits) / digits;
      case 6:
        return Number(`${random.below(1000)}.${random.below(1_000_000)}`);
      case 7:
        return random.below(2) === 0 ? -0 : 0;
      case 8:
        return start;
      case 9:
        return random.below(2 ** 32) * 2 ** 21 + random.below(2 ** 21);
      case 10:
        return (random.next() - 0.5) * 10 ** (random.below(600) - 300);
      case 11:
        return -random.below(5) / digits;
      case 12:
        return random.pick(specials) ?? 0;
      default:
        return Math.floor(i / 10) * 10;
    }
  });
  // A few of anything else among them.
  if (random.below(3) === 0) {
    for (let k = random.below(4); k > 0; k -= 1) values[random.below(n)] = random.pick(specials) ?? NaN;
  }
  return values;
}

const bitsOf = (values: Float64Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

describe('columns of numbers', () => {
  it('come back bit by bit, whatever they hold', function () {
    this.timeout(120_000);
    const random = new SeededRandom(11);
    const out = new ByteWriter();
    const kinds = new Set<number>();
    for (let round = 0; round < 24_000; round += 1) {
      const values = column(random, 1 + random.below(round % 40 === 0 ? 3000 : 60));
      out.clear();
      encodeColumn(out, values);
      const bytes = out.sealed();
      kinds.add(bytes[0] ?? 9);
      const read = decodeColumn(new ByteReader(bytes, 'A column'), values.length);
      if (bitsOf(read) !== bitsOf(values)) assert.deepEqual([...read], [...values], `round ${round}`);
    }
    assert.deepEqual([...kinds].sort(), [0, 1, 2], 'each way was taken');
  });

  it('give wall clocks back bit by bit, and need nothing for those that follow from the seconds', () => {
    const random = new SeededRandom(12);
    const out = new ByteWriter();
    let nothing = 0;
    for (let round = 0; round < 5000; round += 1) {
      const n = 1 + random.below(50);
      const started = 1.7e12 + random.below(1e9) + (round % 2) * random.next();
      const seconds =
        round % 5 === 0 ? column(random, n) : Float64Array.from({ length: n }, (_, i) => i / 7 + random.next());
      const wall = Float64Array.from(seconds, (time) => {
        const ms = started + time * 1000;
        return round % 7 === 0 ? Math.round(ms) : round % 11 === 0 ? ms + (random.below(5) - 2) * 2 ** -12 : ms;
      });
      if (round % 13 === 0) wall[random.below(n)] = random.pick(specials) ?? 0;
      const given = round % 3 === 0 ? column(random, n) : wall;
      out.clear();
      encodeWall(out, given, seconds);
      if (out.length === 10) nothing += 1;
      const read = decodeWall(new ByteReader(out.sealed(), 'A column'), seconds);
      if (bitsOf(read) !== bitsOf(given)) assert.deepEqual([...read], [...given], `round ${round}`);
    }
    assert.ok(nothing > 1000, `${nothing} of 5000 needed no byte a point`);
  });

  it('take few bytes for what programs log', () => {
    const bytesPerPoint = (make: (i: number) => number): number => {
      const out = new ByteWriter();
      encodeColumn(
        out,
        Float64Array.from({ length: 2048 }, (_, i) => make(i)),
      );
      return Math.ceil((10 * out.length) / 2048) / 10;
    };
    const random = new SeededRandom(13);
    assert.deepEqual(
      {
        steps: bytesPerPoint((i) => 5 + 10 * i),
        seconds: bytesPerPoint((i) => Math.round(i * 31.4 + random.below(20)) / 1000),
        floats: bytesPerPoint(() => Math.fround(random.next())),
        digits: bytesPerPoint(() => Math.round(random.next() * 1000) / 1000),
        doubles: bytesPerPoint(() => random.next()),
        constant: bytesPerPoint(() => 0.1),
      },
      { steps: 0.1, seconds: 1.1, floats: 4.1, digits: 2.1, doubles: 8.1, constant: 0.1 },
    );
  });

  it('are refused when a bit of them is another', () => {
    const out = new ByteWriter();
    encodeColumn(out, Float64Array.from([1, 2, 3.5]));
    const bytes = out.sealed();
    bytes[3] = (bytes[3] ?? 0) ^ 4;
    assert.throws(() => new ByteReader(bytes, 'A column'), DamagedBytes);
  });
});
