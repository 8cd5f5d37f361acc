/** From values to pixels along one axis, linear or logarithmic: what a scale of chart.js does, without a call per point. */

export type ScaleKind = 'linear' | 'logarithmic';

export interface PixelMap {
  readonly kind: ScaleKind;
  /** pixel = offset + factor × value, or × the value's decimal logarithm. */
  readonly offset: number;
  readonly factor: number;
}

/** `low` and `high` are the ends of the axis in values, at these pixels. */
export function pixelMap(
  kind: ScaleKind,
  [low, lowPx]: readonly [number, number],
  [high, highPx]: readonly [number, number],
): PixelMap {
  const [from, to] = kind === 'logarithmic' ? [Math.log10(low), Math.log10(high)] : [low, high];
  const factor = to === from ? 0 : (highPx - lowPx) / (to - from);
  return { kind, factor, offset: lowPx - factor * from };
}

/** NaN for what has no place on the axis. */
export const pixelOf = ({ kind, offset, factor }: PixelMap, value: number): number =>
  offset + factor * (kind === 'logarithmic' ? Math.log10(value) : value);

export function valueOf({ kind, offset, factor }: PixelMap, pixel: number): number {
  const position = (pixel - offset) / factor;
  return kind === 'logarithmic' ? 10 ** position : position;
}
