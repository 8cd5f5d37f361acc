/**
 * The values of ranges, as people write them: three steps of 0.1 from 0 are 0.3, not 0.30000000000000004. Sums and
 * products are therefore of decimal digits in big integers; only their result becomes a double.
 */

/** Values that are made when asked for: a range may be longer than anyone would want to build. */
export interface Values {
  readonly size: number;
  at(index: number): unknown;
}

/** From `from` by `step`, `to` included when a step meets it. Nothing when the step leads away from `to`. */
export function stepRange(from: number, to: number, step: number): Values {
  const places = Math.max(decimalPlaces(from), decimalPlaces(to), decimalPlaces(step));
  const [first, last, distance] = [scaled(from, places), scaled(to, places), scaled(step, places)];
  const way = last - first;
  const leadsThere = distance !== 0n && (way === 0n || way > 0n === distance > 0n);
  return {
    size: leadsThere ? Number(way / distance) + 1 : 0,
    at: (index) => unscaled(first + BigInt(index) * distance, places),
  };
}

/** `count` values with equal differences, both ends included. One value is `from`. */
export function linearRange(from: number, to: number, count: number): Values {
  const places = Math.max(decimalPlaces(from), decimalPlaces(to));
  const [first, last, gaps] = [scaled(from, places), scaled(to, places), BigInt(count - 1)];
  return {
    size: count,
    at: (index) => {
      if (index === 0) return from;
      const sum = first * (gaps - BigInt(index)) + last * BigInt(index);
      return unscaled((sum * 10n ** BigInt(furtherPlaces)) / gaps, places + furtherPlaces);
    },
  };
}

/** `count` values with equal factors, both ends included. One value is `from`. */
export function logRange(from: number, to: number, count: number): Values {
  return {
    size: count,
    at: (index) => {
      if (index === 0) return from;
      if (index === count - 1) return to;
      const part = index / (count - 1);
      return settledDigits(Math.exp(Math.log(from) * (1 - part) + Math.log(to) * part));
    },
  };
}

/**
 * Twelve digits of what functions such as `exp` gave. Their last bits may differ between machines and versions, and
 * nobody wants to read 0.010000000000000002.
 */
export const settledDigits = (value: number): number => Number(value.toPrecision(12));

/** Decimals of a quotient beyond those of its range: a double has no more digits. */
const furtherPlaces = 20;

/** Digits after the point of the shortest text that means the number. */
function decimalPlaces(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent));
}

/** The number times 10 to the power of `places`, which is at least its `decimalPlaces`. */
function scaled(value: number, places: number): bigint {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  return BigInt(whole + decimals) * 10n ** BigInt(places + Number(exponent) - decimals.length);
}

const unscaled = (value: bigint, places: number): number => Number(`${value}e-${places}`);
