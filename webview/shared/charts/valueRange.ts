/** What the y axis covers: all that is drawn within the range of x, or, on request, without the outliers. */
import { type Polyline, positionOf, type Span, unitedSpans } from './polyline';

/** On request as many of the values as this are left out at each end. */
const outlierShare = 0.05;

export interface ValueRangeOptions {
  readonly ignoreOutliers: boolean;
  /** On a logarithmic axis what is not above zero has no place. */
  readonly isLogarithmic: boolean;
}

/** Lowest and highest of what is drawn in `x`; undefined when nothing is. */
export function valueRange(
  lines: readonly Polyline[],
  x: Span | undefined,
  options: ValueRangeOptions,
): Span | undefined {
  if (options.ignoreOutliers) return withoutOutliers(lines, x, options);
  return unitedSpans(lines.map((line) => extremes(line, x, options.isLogarithmic)));
}

/** First and last x of all lines. */
export function xExtent(lines: readonly Polyline[]): Span | undefined {
  return unitedSpans(
    lines.map(({ xs }) => {
      const [from, to] = [xs[0], xs[xs.length - 1]];
      return from === undefined || to === undefined ? undefined : { from, to };
    }),
  );
}

function extremes(line: Polyline, x: Span | undefined, isLogarithmic: boolean): Span | undefined {
  let [from, to] = [Infinity, -Infinity];
  for (const [first, last] of partsWithin(line, x)) {
    for (let i = first; i < last; i++) {
      const y = line.ys[i] ?? NaN;
      if (isLogarithmic && y <= 0) continue;
      if (y < from) from = y;
      if (y > to) to = y;
    }
  }
  return from <= to ? { from, to } : undefined;
}

function withoutOutliers(
  lines: readonly Polyline[],
  x: Span | undefined,
  { isLogarithmic }: ValueRangeOptions,
): Span | undefined {
  const values: number[] = [];
  for (const line of lines) {
    for (const [first, last] of partsWithin(line, x)) {
      for (let i = first; i < last; i++) {
        const y = line.ys[i] ?? NaN;
        if (Number.isFinite(y) && !(isLogarithmic && y <= 0)) values.push(y);
      }
    }
  }
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { from: at(outlierShare), to: at(1 - outlierShare) };
}

/** The stretch of points in `x`; attempts follow one another, so a line may run through `x` several times. */
function partsWithin(line: Polyline, x: Span | undefined): (readonly [first: number, last: number])[] {
  if (!x) return [[0, line.xs.length]];
  const parts: (readonly [number, number])[] = [];
  for (const [first, last] of ascendingParts(line)) {
    const part = { xs: line.xs.subarray(first, last), ys: line.ys.subarray(first, last) };
    let end = positionOf(part, x.to);
    while (end < part.xs.length && part.xs[end] === x.to) end += 1;
    parts.push([first + positionOf(part, x.from), first + end]);
  }
  return parts;
}

function ascendingParts({ xs }: Polyline): (readonly [first: number, last: number])[] {
  const parts: (readonly [number, number])[] = [];
  let first = 0;
  for (let i = 1; i <= xs.length; i++) {
    if (i < xs.length && (xs[i] ?? NaN) >= (xs[i - 1] ?? NaN)) continue;
    parts.push([first, i]);
    first = i;
  }
  return parts;
}
