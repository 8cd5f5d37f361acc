import assert from 'node:assert/strict';
import { readDecimal } from '../../../src/engine/ingest/decimalBytes';
import { type Line, LineSplitter } from '../../../src/engine/ingest/lineSplitter';
import { PointLine } from '../../../src/engine/ingest/pointLine';
import { parseRunLogLine } from '../../../src/model/runLogLine';
import { SeededRandom } from '../../support/seededRandom';

/** What the bytes are read as; undefined when they are left to the parser. */
function readNumber(text: string): number | undefined {
  const into = new Float64Array(1);
  const bytes = Buffer.from(`${text}\n`);
  return readDecimal(bytes, 0, into, 0) === bytes.length - 1 ? into[0] : undefined;
}

const bits = new DataView(new ArrayBuffer(8));

function anyDouble(random: SeededRandom): number {
  bits.setUint32(0, random.below(2 ** 32));
  bits.setUint32(4, random.below(2 ** 32));
  const value = bits.getFloat64(0);
  return Number.isFinite(value) ? value : 0.5;
}

/** Of sizes that are met in run logs. */
const usualDouble = (random: SeededRandom): number =>
  (random.next() - 0.5) * 10 ** (random.below(24) - 12) * (random.below(3) === 0 ? random.next() : 1);

function digits(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.below(10)).join('');
}

/** Exactly between the value and the next double, or a last digit beside it; for doubles that have some decimals only. */
function aroundMiddle(random: SeededRandom): string {
  const shift = random.below(12);
  const doubled = 2n * (2n ** 52n + BigInt(random.below(2 ** 31))) + 1n;
  // (doubled / 2) / 2^shift, as decimals: digits of doubled · 5^(shift + 1).
  const whole = String(doubled * 5n ** BigInt(shift + 1) + BigInt(random.below(3) - 1));
  return `${whole.slice(0, -shift - 1) || '0'}.${whole.slice(-shift - 1).padStart(shift + 1, '0')}`;
}

function numberText(random: SeededRandom): string {
  const value = random.below(3) === 0 ? anyDouble(random) : usualDouble(random);
  switch (random.below(12)) {
    case 0:
      return value.toExponential(random.below(20));
    case 1:
      return value.toPrecision(1 + random.below(21));
    case 2:
      return Math.abs(value) < 1e21 ? value.toFixed(random.below(25)) : String(value);
    case 3:
      return String(random.below(1e9));
    case 4:
      return `${1 + random.below(9)}${digits(random, random.below(30))}`;
    case 5:
      return `0.${'0'.repeat(random.below(30))}${digits(random, 1 + random.below(22))}`;
    case 6:
      return `-${1 + random.below(9)}.${digits(random, 1 + random.below(20))}E${random.pick(['', '+', '-'])}${random.below(40)}`;
    case 7:
      return aroundMiddle(random);
    case 8:
      return (
        random.pick(['-0', '-0.0', '0e5', '-0E-7', '1e400', '-1e400', '1e-400', '5e-324', '0.0', '1E22', '1e23']) ?? '0'
      );
    case 9:
      return String(2n ** 53n + BigInt(random.below(2 ** 31)) * BigInt(1 + random.below(1000)));
    default:
      return String(value);
  }
}

describe('a number in the bytes of a run log', () => {
  it('is the very double that JSON makes of it', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new SeededRandom(seed);
      for (let i = 0; i < 10_000; i += 1) {
        const text = numberText(random);
        const expected = JSON.parse(text) as number;
        const read = readNumber(text);
        assert.ok(Object.is(read, expected), `${text} was read as ${read}, and is ${expected}`);
      }
    }
  });

  it('is not read where JSON has none', () => {
    for (const text of [
      '',
      '-',
      '+1',
      '.5',
      '1.',
      '01',
      '-01',
      '1e',
      '1e+',
      '0x10',
      'NaN',
      '1_000',
      '--1',
      '1.e5',
      '٣',
      'null',
      '1.5.2',
    ]) {
      assert.equal(readNumber(text), undefined, text);
    }
  });
});

/** What the slow way says of a line, or that it has more to say than points. */
function parsed(bytes: Buffer): unknown {
  const lines: Line[] = [];
  new LineSplitter().push(bytes, (line) => lines.push(line));
  assert.equal(lines.length, 1);
  return parseRunLogLine(lines[0]?.text ?? '');
}

function read(line: PointLine, bytes: Buffer): unknown {
  // Behind other bytes, and before others.
  const all = Buffer.concat([Buffer.from('{"step'), bytes, Buffer.from('{"step":1}')]);
  const next = line.read(all, 6);
  if (next < 0) return undefined;
  assert.equal(next, 6 + bytes.length);
  const metrics = Array.from({ length: line.count }, (_, i) => [line.metrics[i], line.values[i]]);
  return { ...parseRunLogLine('{}'), step: line.step, timeSeconds: line.timeSeconds, metrics };
}

const names = [
  'loss',
  'val/loss',
  'ünï',
  'naïve 漢字 🙂',
  'a b',
  '',
  '0',
  '12',
  '007',
  'x1',
  '1x',
  '-1',
  '__proto__',
  'constructor',
  'NaN',
  'step',
  'Infinity',
  "it's",
  'x'.repeat(250),
  'x'.repeat(251),
  'é'.repeat(250),
  '\uFEFFbom',
  '\uFFFD',
  '\u2028',
];
const odd = [
  '"NaN"',
  'null',
  'true',
  '[1]',
  '{"a":1}',
  '"1"',
  'nan',
  '-NaN',
  'Infinit',
  'NaNN',
  'NaN1',
  '+Infinity',
  '01',
  '1.',
  '.1',
  '0x1',
  '',
];

function anyLine(random: SeededRandom): string {
  const space = (): string =>
    random.below(8) === 0 ? (random.pick([' ', '  ', '\t', '\r', ' \t ', '\u00A0', '\f']) ?? '') : '';
  const name = (): string => {
    const text = random.pick(names) ?? '';
    return random.below(30) === 0
      ? (random.pick(['\\u0061', 'a\\"b', 'a\\\\b', 'tab\there', '\u0001', 'a\\nb']) ?? '')
      : text;
  };
  const value = (): string =>
    random.below(25) === 0
      ? (random.pick(odd) ?? '')
      : random.below(10) === 0
        ? (random.pick(['NaN', 'Infinity', '-Infinity']) ?? '')
        : numberText(random);
  const number = (): string => (random.below(12) === 0 ? value() : numberText(random));
  const metrics = (): string => {
    const pairs = Array.from(
      { length: random.below(6) },
      () => `${space()}"${name()}"${space()}:${space()}${value()}${space()}`,
    );
    return `{${pairs.length === 0 ? space() : pairs.join(',')}}`;
  };
  const members = [
    ...(random.below(4) > 0 ? [`"step"${space()}:${space()}${number()}`] : []),
    ...(random.below(3) > 0 ? [`"time":${space()}${number()}`] : []),
    ...(random.below(12) > 0 ? [`"metrics"${space()}:${space()}${metrics()}`] : []),
    ...(random.below(15) === 0
      ? [
          random.pick([
            '"metrics":{"again":1}',
            '"step":4',
            '"time":null',
            '"tags":["a"]',
            '"event":"x"',
            '"stepp":1',
            '"st\\u0065p":1',
            '"timestamp":5',
            '"metrics":[]',
          ]) ?? '',
        ]
      : []),
  ];
  if (random.below(2) === 0) members.reverse();
  const end = random.below(25) === 0 ? (random.pick(['', '}', ',', ' x', ',}']) ?? '') : '}';
  return `${space()}{${space()}${members.map((member) => `${member}${space()}`).join(`,${space()}`)}${end}${space()}`;
}

/** A byte changed, left out, put in or doubled; some of them leave no UTF-8. */
function mutated(random: SeededRandom, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const byte =
    random.below(3) === 0 ? random.below(256) : '{}[]",:\\eE+-.0129 \t\rN"'.charCodeAt(random.below(22)) || 32;
  const insert = Buffer.from([byte === 10 ? 32 : byte]);
  const skip = random.below(3);
  return Buffer.concat([
    bytes.subarray(0, at),
    random.below(4) === 0 ? Buffer.alloc(0) : insert,
    bytes.subarray(at + skip),
  ]);
}

describe('a line of points read from its bytes', () => {
  it('says what the parser says of it, or is left to the parser, whatever it is', () => {
    let [plain, left] = [0, 0];
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = new SeededRandom(seed);
      // Many lines by one reader: it knows the names of those before.
      const line = new PointLine();
      for (let i = 0; i < 2000; i += 1) {
        let bytes: Buffer = Buffer.from(anyLine(random));
        for (let times = random.below(4) - 1; times > 0; times -= 1) bytes = mutated(random, bytes);
        bytes = Buffer.concat([bytes, Buffer.from(random.pick(['\n', '\r\n', ' \n']) ?? '\n')]);
        const said = read(line, bytes);
        if (said === undefined) left += 1;
        else {
          plain += 1;
          assert.deepEqual(said, parsed(bytes), `seed ${seed}, line ${i}: ${JSON.stringify(bytes.toString('latin1'))}`);
        }
      }
    }
    assert.ok(plain > 10_000 && left > 10_000, `${plain} read, ${left} left`);
  });

  it('is what programs mostly write', () => {
    const line = new PointLine();
    for (const text of [
      '{"step":3,"metrics":{"loss":0.2}}',
      '{"metrics": {"loss": 0.2, "accuracy": NaN}, "step": 3, "time": 1.25}',
      '{"step": 10, "metrics": {"grad": 1.2345678901234567e-30, "learning rate": 5e-05, "ünï": -Infinity}}',
      '{"metrics":{}}',
    ]) {
      assert.notEqual(read(line, Buffer.from(`${text}\n`)), undefined, text);
    }
  });

  it('may have more names than are remembered, in one line and over many', () => {
    const line = new PointLine();
    for (let i = 0; i < 30; i += 1) {
      const many = Array.from({ length: 3000 }, (_, n) => `"metric ${i % 7} ${n}":${n}`);
      const bytes = Buffer.from(`{"metrics":{${many.join(',')}}}\n`);
      assert.deepEqual(read(line, bytes), parsed(bytes));
      const doubled = Buffer.from(`{"metrics":{${many.join(',')},"metric ${i % 7} 0":5}}\n`);
      assert.equal(read(line, doubled), undefined);
    }
  });
});
