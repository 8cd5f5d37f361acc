/** Numbers as people read them in charts and captions: the same in every locale, because the words around are English. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const groupedFraction = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** "1,200,000" */
export const formatCount = (count: number): string => grouped.format(count);

/** "1 point", "1,024 points" */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** At most five significant digits, an exponent only where the zeros would hide the number: "0.01234", "1.2e-7", "NaN". */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '∞';
  if (value === -Infinity) return '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return formatCount(value);
  if (size >= 1e9 || size < 1e-4) return trimExponent(value.toExponential(4));
  return size >= 1e5 ? formatCount(value) : groupedFraction.format(Number(value.toPrecision(5)));
}

/** "1.2000e-7" says no more than "1.2e-7". */
const trimExponent = (text: string): string => text.replace(/\.?0*e\+?/, 'e');
