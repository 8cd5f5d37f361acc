/**
 * Numbers as JSON writes them, read from bytes: exactly the double that `JSON.parse` makes of them. A text of its own for each
 * number would cost more than the rest of its line.
 */
const [zero, nine, dot, minus, plus] = [48, 57, 46, 45, 43];
const [bigE, smallE] = [69, 101];

/** Powers of ten that are doubles without rounding, and each as a sum of two halves whose products with others are exact. */
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const splitter = 2 ** 27 + 1;
const high = (value: number): number => splitter * value - (splitter * value - value);
const powersHigh = powers.map(high);
const powersLow = powers.map((power, i) => power - (powersHigh[i] ?? NaN));

/** The last digit of an error that is known to some 2^-52 only. */
const slack = 2 ** -50;

/**
 * Reads the number at `from` into `into[slot]`. Returns where it ends, or -1 when none stands there. The bytes must go on
 * behind the number: with the end of the line, for one.
 */
export function readDecimal(bytes: Buffer, from: number, into: Float64Array, slot: number): number {
  let at = from;
  let byte = bytes[at] ?? 0;
  const isNegative = byte === minus;
  if (isNegative) byte = bytes[++at] ?? 0;
  // Up to nine digits, and up to nine more: both fit into whole numbers of 32 bits.
  let [first, second, digits, decimals] = [0, 0, 0, 0];
  if (byte === zero) byte = bytes[++at] ?? 0;
  else {
    if (!(byte > zero && byte <= nine)) return -1;
    for (; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0) {
      if (digits < 9) first = (10 * first + byte - zero) | 0;
      else if (digits < 18) second = (10 * second + byte - zero) | 0;
      digits += 1;
    }
  }
  if (byte === dot) {
    const point = at;
    byte = bytes[++at] ?? 0;
    if (!(byte >= zero && byte <= nine)) return -1;
    if (digits === 0) while (byte === zero) byte = bytes[++at] ?? 0;
    for (; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0) {
      if (digits < 9) first = (10 * first + byte - zero) | 0;
      else if (digits < 18) second = (10 * second + byte - zero) | 0;
      digits += 1;
    }
    decimals = at - point - 1;
  }
  if (byte === bigE || byte === smallE) {
    byte = bytes[++at] ?? 0;
    const isSmall = byte === minus;
    if (isSmall || byte === plus) byte = bytes[++at] ?? 0;
    if (!(byte >= zero && byte <= nine)) return -1;
    let exponent = 0;
    for (; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0) {
      if (exponent < 10_000) exponent = 10 * exponent + byte - zero;
    }
    decimals += isSmall ? exponent : -exponent;
  }
  const value = digits <= 18 ? scaled(first, second, Math.max(0, digits - 9), decimals) : NaN;
  // As text: more digits, higher exponents, and what lies too close to the middle between two doubles.
  if (value !== value) into[slot] = Number(bytes.toString('latin1', from, at));
  else into[slot] = isNegative ? -value : value;
  return at;
}

/** (first · 10^more + second) / 10^decimals, rounded once; NaN where this is not certain. */
function scaled(first: number, second: number, more: number, decimals: number): number {
  if (decimals > 22 || decimals < -22) return NaN;
  // The digits as a sum of two doubles: each product here has less than 53 bits.
  const power = powers[more] ?? NaN;
  const upper = (first >> 15) * power * 32_768;
  const lower = (first & 32_767) * power + second;
  const whole = upper + lower;
  const rest = lower - (whole - upper);
  if (decimals === 0) return whole;
  if (decimals < 0) return rest === 0 ? whole * (powers[-decimals] ?? NaN) : NaN;
  const divisor = powers[decimals] ?? NaN;
  const quotient = whole / divisor;
  if (rest === 0) return quotient;
  // What the quotient lacks: its product with the divisor, without rounding, taken from the digits.
  const [divisorHigh, divisorLow] = [powersHigh[decimals] ?? NaN, powersLow[decimals] ?? NaN];
  const quotientHigh = high(quotient);
  const quotientLow = quotient - quotientHigh;
  const product = quotient * divisor;
  const productRest =
    quotientLow * divisorLow -
    (product - quotientHigh * divisorHigh - quotientLow * divisorHigh - quotientHigh * divisorLow);
  const lacking = (whole - product - productRest + rest) / divisor;
  const [least, most] = [quotient + lacking * (1 - slack), quotient + lacking * (1 + slack)];
  return least === most ? least : NaN;
}
