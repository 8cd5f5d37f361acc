/** What a chart asks for: how fine, and how much more than it shows. */
import type { Smoothing } from '../../../src/model/chartSettings';
import type { PixelSize, SeriesXAxis } from '../../../src/model/series';
import type { Span } from '../../shared/charts/polyline';
import type { DrawnOn, SeriesWish } from './seriesBoard';

/** A bucket is drawn by four points, as much as two of lowest and highest; its width, a power of two, makes it 0.7 to 1.4. */
const bucketsPerPixel = 1.4;
const [fewestBuckets, mostBuckets] = [100, 2000];
/** Beside what is zoomed to, so that a pan meets curves that are there already. */
const marginShare = 0.25;
/** A smoothed curve leans on what came before: without it, the left end would change with every zoom. */
const marginOfSmoothing = 1;
/** Widths are gathered: charts that differ by a few pixels share a question. */
const widthStepPx = 64;

/** What of a chart's look bears on what is asked for. */
export interface CurveLook {
  readonly axis: SeriesXAxis;
  readonly smoothing: Smoothing;
}

export function wishOf(
  key: string,
  metric: string,
  look: CurveLook,
  zoom: Span | undefined,
  widthPx: number,
): SeriesWish {
  const roundedPx = Math.ceil(widthPx / widthStepPx) * widthStepPx;
  const buckets = Math.min(mostBuckets, Math.max(fewestBuckets, Math.round(bucketsPerPixel * roundedPx)));
  if (!zoom) return { key, metric, axis: look.axis, buckets };
  const { range, share } = askedRange(look, zoom);
  return { key, metric, axis: look.axis, range, buckets: Math.round(buckets * share) };
}

/** The pixels of what was asked for, when what is seen has so many: those of the margins beside them. */
export function drawnOn(look: CurveLook, zoom: Span | undefined, { columns, rows }: PixelSize): DrawnOn {
  if (!zoom) return { range: undefined, pixels: { columns, rows } };
  const { range, share } = askedRange(look, zoom);
  return { range, pixels: { columns: Math.min(20_000, Math.round(columns * share)), rows } };
}

/** `share` is how much of what is seen it is. */
function askedRange(look: CurveLook, zoom: Span): { readonly range: Span; readonly share: number } {
  const length = zoom.to - zoom.from;
  const before = look.smoothing.kind === 'none' ? marginShare : marginOfSmoothing;
  const range = { from: zoom.from - before * length, to: zoom.to + marginShare * length };
  return { range, share: 1 + before + marginShare };
}
