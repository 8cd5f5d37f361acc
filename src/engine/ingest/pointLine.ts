/**
 * Lines of points, the most of a run log, read from its bytes: `{"step":3,"time":1.5,"metrics":{"loss":0.2}}`, each key once at
 * most, in any order. What it reads of a line is what `parseRunLogLine` says of it, to the last bit; whatever is not as
 * plain as that is left to it.
 */
import { readDecimal } from './decimalBytes';
import { type MetricName, MetricNames } from './metricNames';

const [tab, newline, carriageReturn, space, quote, comma, colon] = [9, 10, 13, 32, 34, 44, 58];
const [open, close] = [123, 125];

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const stepKey = ascii('"step"');
const timeKey = ascii('"time"');
const metricsKey = ascii('"metrics"');
/** Python's, as values of metrics. */
const words = [
  [ascii('NaN'), NaN],
  [ascii('Infinity'), Infinity],
  [ascii('-Infinity'), -Infinity],
] as const;

/** In places of `numbers`. */
const [stepAt, timeAt] = [0, 1];

export class PointLine {
  /** Of the line that was read last. */
  count = 0;
  readonly metrics: string[] = [];
  values = new Float64Array(16);
  readonly #numbers = new Float64Array(2);
  readonly #names = new MetricNames();
  #line = 0;

  get step(): number | undefined {
    return orUndefined(this.#numbers[stepAt]);
  }

  get timeSeconds(): number | undefined {
    return orUndefined(this.#numbers[timeAt]);
  }

  /** Reads the line at `at`, which has its line end. Returns where the next one begins, or -1 for a line of another kind. */
  read(bytes: Buffer, at: number): number {
    this.#names.trim();
    this.#line += 1;
    this.count = 0;
    this.#numbers.fill(NaN);
    let hasMetrics = false;
    let next = afterSpace(bytes, at);
    if (bytes[next] !== open) return -1;
    do {
      next = afterSpace(bytes, next + 1);
      const [key, number] =
        bytes[next + 1] === stepKey[1]
          ? [stepKey, stepAt]
          : bytes[next + 1] === timeKey[1]
            ? [timeKey, timeAt]
            : [metricsKey, -1];
      if (!isAt(key, bytes, next)) return -1;
      next = afterSpace(bytes, next + key.length);
      if (bytes[next] !== colon) return -1;
      next = afterSpace(bytes, next + 1);
      if (number < 0) {
        if (hasMetrics) return -1;
        hasMetrics = true;
        next = this.#readMetrics(bytes, next);
      } else {
        if (this.#numbers[number] === this.#numbers[number]) return -1;
        next = readDecimal(bytes, next, this.#numbers, number);
        if (!Number.isFinite(this.#numbers[number])) return -1;
      }
      if (next < 0) return -1;
      next = afterSpace(bytes, next);
    } while (bytes[next] === comma);
    if (bytes[next] !== close) return -1;
    next = afterSpace(bytes, next + 1);
    return bytes[next] === newline ? next + 1 : -1;
  }

  /** Returns what is behind them, or -1. */
  #readMetrics(bytes: Buffer, at: number): number {
    if (bytes[at] !== open) return -1;
    let next = afterSpace(bytes, at + 1);
    if (bytes[next] === close) return next + 1;
    for (;;) {
      if (bytes[next] !== quote) return -1;
      const name = this.#names.read(bytes, next + 1);
      // Of two values of one name the last would count, at the place of the first.
      if (!name || name.line === this.#line) return -1;
      name.line = this.#line;
      next = afterSpace(bytes, next + 1 + name.bytes.length);
      if (bytes[next] !== colon) return -1;
      next = this.#readValue(bytes, afterSpace(bytes, next + 1), name);
      if (next < 0) return -1;
      next = afterSpace(bytes, next);
      if (bytes[next] === close) return next + 1;
      if (bytes[next] !== comma) return -1;
      next = afterSpace(bytes, next + 1);
    }
  }

  #readValue(bytes: Buffer, at: number, { text }: MetricName): number {
    if (this.count === this.values.length) this.#grow();
    const slot = this.count++;
    this.metrics[slot] = text;
    const next = readDecimal(bytes, at, this.values, slot);
    return next < 0 ? this.#readWord(bytes, at, slot) : next;
  }

  #readWord(bytes: Buffer, at: number, slot: number): number {
    for (const [word, value] of words) {
      if (!isAt(word, bytes, at)) continue;
      this.values[slot] = value;
      return at + word.length;
    }
    return -1;
  }

  #grow(): void {
    const values = new Float64Array(2 * this.values.length);
    values.set(this.values);
    this.values = values;
  }
}

const orUndefined = (number: number | undefined): number | undefined =>
  number === undefined || number !== number ? undefined : number;

/** The space of JSON. */
function afterSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  for (let byte = bytes[next]; byte === space || byte === tab || byte === carriageReturn; byte = bytes[next]) next += 1;
  return next;
}

function isAt(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
}
