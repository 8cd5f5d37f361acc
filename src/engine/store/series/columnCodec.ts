/**
 * A column of doubles in as few bytes as a cheap look at it allows; what comes back is what went in, bit by bit (but for the
 * payload of a NaN, which JavaScript does not keep either).
 *
 *     0  doubles                        8 bytes each
 *     1  floats, where all are exact    4 bytes each
 *     2  whole numbers of a decimal place (value = k / 10^d): k as differences from the one before it or from the lowest,
 *        in 0, 1, 2 or 4 bytes each; what is none (a NaN, -0, an odd one out) lies behind them as it is
 *     3  predicted: a wall clock that is `base + 1000 * seconds`, up to some units in the last place
 */
import type { ByteReader, ByteWriter } from './bytes';

const asDoubles = 0;
const asFloats = 1;
const asWhole = 2;
const asPredicted = 3;

const byDifference = 0;
const byLowest = 1;

const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;
/** Beyond it differences of whole numbers are not exact. */
const largestWhole = 2 ** 52;

let whole = new Float64Array(4096);
let odd = new Uint32Array(4096);
const float = new Float32Array(1);
/** Of two doubles. */
const guess = new Float64Array(2);
const guessBits = new Uint32Array(guess.buffer);

let room = new ArrayBuffer(64 * 1024);

/** For a column on its way into the bytes. */
function roomFor(bytes: number): ArrayBuffer {
  if (room.byteLength < bytes) room = new ArrayBuffer(2 * bytes);
  return room;
}

export function encodeColumn(out: ByteWriter, values: Float64Array): void {
  const n = values.length;
  const scale = n === 0 ? -1 : likelyScale(values);
  const plan = scale < 0 ? undefined : planWhole(values, scale);
  if (plan && plan.bytes <= 2 * n + 32) return writeWhole(out, values, plan);
  if (areFloats(values)) {
    if (plan && plan.bytes < 4 * n) return writeWhole(out, values, plan);
    out.u8(asFloats);
    const floats = new Float32Array(roomFor(4 * n), 0, n);
    floats.set(values);
    out.raw(floats);
    return;
  }
  if (plan && plan.bytes < 8 * n) return writeWhole(out, values, plan);
  out.u8(asDoubles);
  out.raw(values);
}

/** Into `values`, when given: so many as that has room for. */
export function decodeColumn(input: ByteReader, n: number, values: Float64Array = new Float64Array(n)): Float64Array {
  const kind = input.u8();
  if (kind === asDoubles) new Uint8Array(values.buffer, values.byteOffset, 8 * n).set(input.take(8 * n));
  else if (kind === asFloats) values.set(new Float32Array(aligned(input.take(4 * n))));
  else if (kind === asWhole) readWhole(input, values);
  else throw new Error(`There is no column of kind ${kind} without another one.`);
  return values;
}

/** A wall clock in ms beside the same moments in seconds since some start. */
export function encodeWall(out: ByteWriter, wall: Float64Array, seconds: Float64Array): void {
  const n = wall.length;
  const exact = (wall[0] ?? 0) - (seconds[0] ?? 0) * 1000;
  for (const base of new Set([Math.round(exact), exact])) {
    const width = n === 0 ? undefined : predict(wall, seconds, base);
    if (width === undefined) continue;
    out.u8(asPredicted);
    out.f64(base);
    out.u8(width);
    if (width === 1) out.raw(units.subarray(0, n));
    return;
  }
  encodeColumn(out, wall);
}

export function decodeWall(input: ByteReader, seconds: Float64Array): Float64Array {
  const start = input.take(1)[0];
  if (start !== asPredicted) {
    input.skip(-1);
    return decodeColumn(input, seconds.length);
  }
  const base = input.f64();
  const wall = new Float64Array(seconds.length);
  for (let i = 0; i < wall.length; i += 1) wall[i] = base + (seconds[i] ?? 0) * 1000;
  if (input.u8() === 1) {
    const bits = new Uint32Array(wall.buffer);
    const off = new Int8Array(aligned(input.take(wall.length)));
    for (let i = 0; i < off.length; i += 1) {
      const low = (bits[2 * i] ?? 0) + (off[i] ?? 0);
      bits[2 * i] = low;
      bits[2 * i + 1] = (bits[2 * i + 1] ?? 0) + (low < 0 ? -1 : low > 0xffffffff ? 1 : 0);
    }
  }
  return wall;
}

let units = new Int8Array(4096);

/** Fills `units` with what a prediction is off by; how many bytes each needs, or undefined when it is too far off. */
function predict(wall: Float64Array, seconds: Float64Array, base: number): 0 | 1 | undefined {
  const n = wall.length;
  if (units.length < n) units = new Int8Array(2 * n);
  const bits = guessBits;
  let width: 0 | 1 = 0;
  for (let i = 0; i < n; i += 1) {
    const actual = wall[i] ?? NaN;
    const expected = base + (seconds[i] ?? NaN) * 1000;
    units[i] = 0;
    if (actual === expected && actual !== 0) continue;
    // Only of positive numbers do neighbours have neighbouring bits.
    if (!(actual > 0 && expected > 0 && actual < Infinity && expected < Infinity)) return undefined;
    guess[0] = actual;
    guess[1] = expected;
    const off = ((bits[1] ?? 0) - (bits[3] ?? 0)) * 2 ** 32 + ((bits[0] ?? 0) - (bits[2] ?? 0));
    if (off < -128 || off > 127) return undefined;
    units[i] = off;
    width = 1;
  }
  return width;
}

/** The decimal place that a few of the values point to; -1 when they are no whole numbers of any. */
function likelyScale(values: Float64Array): number {
  const n = values.length;
  const stride = Math.max(1, Math.floor(n / 8));
  let scale = 0;
  let misses = 0;
  let looked = 0;
  for (let i = 0; i < n; i += stride) {
    const value = values[i] ?? NaN;
    looked += 1;
    let s = scale;
    while (s < powers.length && !isWhole(value, powers[s] ?? 1)) s += 1;
    if (s < powers.length) scale = s;
    else misses += 1;
  }
  return misses > looked / 4 ? -1 : scale;
}

function isWhole(value: number, power: number): boolean {
  const k = Math.round(value * power);
  return k / power === value && k <= largestWhole && k >= -largestWhole && !Object.is(value, -0);
}

interface WholePlan {
  readonly scale: number;
  readonly odd: number;
  readonly kind: number;
  readonly width: number;
  /** First whole number, or the lowest. */
  readonly base: number;
  /** The lowest difference. */
  readonly lowest: number;
  readonly bytes: number;
}

/** Fills `whole` and `odd`. */
function planWhole(values: Float64Array, scale: number): WholePlan | undefined {
  const n = values.length;
  if (whole.length < n) {
    whole = new Float64Array(2 * n);
    odd = new Uint32Array(2 * n);
  }
  const power = powers[scale] ?? 1;
  const mostOdd = Math.max(1, n >> 5);
  let oddCount = 0;
  let [low, high, lowest, highest] = [Infinity, -Infinity, Infinity, -Infinity];
  let before = NaN;
  for (let i = 0; i < n; i += 1) {
    const value = values[i] ?? NaN;
    let k = Math.round(value * power);
    if (!(k / power === value && k <= largestWhole && k >= -largestWhole) || (k === 0 && 1 / value < 0)) {
      if (oddCount === mostOdd) return undefined;
      odd[oddCount++] = i;
      k = before;
    }
    whole[i] = k;
    if (k !== k) continue;
    // Odd ones at the beginning take the first that is none.
    if (before !== before) for (let j = 0; j < i; j += 1) whole[j] = k;
    else {
      const difference = k - before;
      if (difference < lowest) lowest = difference;
      if (difference > highest) highest = difference;
    }
    if (k < low) low = k;
    if (k > high) high = k;
    before = k;
  }
  if (before !== before) return undefined;
  // An odd one is no step at all.
  if (oddCount > 0) {
    lowest = Math.min(lowest, 0);
    highest = Math.max(highest, 0);
  }
  if (lowest === Infinity) lowest = highest = 0;
  const byStep = widthOf(highest - lowest);
  const byLow = widthOf(high - low);
  const isByLow = byLow < byStep || (byLow === 0 && byStep === 0);
  const width = isByLow ? byLow : byStep;
  if (width > 4) return undefined;
  return {
    scale,
    odd: oddCount,
    kind: isByLow ? byLowest : byDifference,
    width,
    base: isByLow ? low : (whole[0] ?? 0),
    lowest: isByLow ? 0 : lowest,
    bytes: 21 + width * n + 12 * oddCount,
  };
}

const widthOf = (range: number): number =>
  range === 0 ? 0 : range < 256 ? 1 : range < 65536 ? 2 : range < 2 ** 32 ? 4 : 8;

function writeWhole(out: ByteWriter, values: Float64Array, plan: WholePlan): void {
  const n = values.length;
  out.u8(asWhole);
  out.u8(plan.scale);
  out.u8(plan.kind);
  out.u8(plan.width);
  out.u16(plan.odd > 0xffff ? 0xffff : plan.odd);
  if (plan.odd >= 0xffff) out.u32(plan.odd);
  out.f64(plan.base);
  if (plan.kind === byDifference) out.f64(plan.lowest);
  if (plan.width > 0) {
    const Packed = plan.width === 1 ? Uint8Array : plan.width === 2 ? Uint16Array : Uint32Array;
    const packed = new Packed(roomFor(plan.width * n), 0, n);
    if (plan.kind === byLowest) for (let i = 0; i < n; i += 1) packed[i] = (whole[i] ?? 0) - plan.base;
    else {
      packed[0] = 0;
      for (let i = 1; i < n; i += 1) packed[i] = (whole[i] ?? 0) - (whole[i - 1] ?? 0) - plan.lowest;
    }
    out.raw(packed);
  }
  for (let i = 0; i < plan.odd; i += 1) {
    out.u32(odd[i] ?? 0);
    out.f64(values[odd[i] ?? 0] ?? NaN);
  }
}

function readWhole(input: ByteReader, values: Float64Array): void {
  const n = values.length;
  const power = powers[input.u8()] ?? 1;
  const kind = input.u8();
  const width = input.u8();
  let oddCount = input.u16();
  if (oddCount === 0xffff) oddCount = input.u32();
  const base = input.f64();
  const lowest = kind === byDifference ? input.f64() : 0;
  const packed = width === 0 ? undefined : unpack(input.take(width * n), width);
  if (kind === byLowest) {
    if (!packed) values.fill(base / power);
    else if (power === 1) for (let i = 0; i < n; i += 1) values[i] = base + (packed[i] ?? 0);
    else for (let i = 0; i < n; i += 1) values[i] = (base + (packed[i] ?? 0)) / power;
  } else {
    let k = base;
    if (n > 0) values[0] = k / power;
    for (let i = 1; i < n; i += 1) {
      k += lowest + (packed ? (packed[i] ?? 0) : 0);
      values[i] = power === 1 ? k : k / power;
    }
  }
  for (let i = 0; i < oddCount; i += 1) {
    const at = input.u32();
    values[at] = input.f64();
  }
}

function unpack(bytes: Uint8Array, width: number): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return bytes;
  return width === 2 ? new Uint16Array(aligned(bytes)) : new Uint32Array(aligned(bytes));
}

/** Typed arrays cannot begin at any byte. */
const aligned = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

function areFloats(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    float[0] = value;
    // A minus zero is one as a float too.
    if (float[0] !== value && value === value) return false;
  }
  return true;
}
