/** From the series of a chart and how it is looked at to what its plot draws. */
import { type ChartSettings, type Smoothing, smoothingOf } from '../../../src/model/chartSettings';
import type { SeriesXAxis } from '../../../src/model/series';
import { type Curve, linesOf } from '../../shared/charts/curve';
import type { Scene } from '../../shared/charts/plot';
import type { Span } from '../../shared/charts/polyline';
import { meanLine, smoothedLine } from '../../shared/charts/smoothing';
import { valueRange, xExtent } from '../../shared/charts/valueRange';
import type { Theme } from '../../shared/theme';
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { ChartZoom } from './chartsModel';
import type { SeriesPicture } from './metricSeries';

/** Told apart after the colours have been used up, also by those who see none. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

/** Buckets of fewer points than this on average are as readable as their points. */
const leastPointsForMean = 3;

export interface ChartedSeries {
  readonly metric: string;
  /** Its place among all metrics of the run, for its colour. */
  readonly place: number;
  readonly picture: SeriesPicture;
}

export interface SceneParts {
  readonly plan: ChartPlan;
  readonly settings: ChartSettings;
  readonly zoom: ChartZoom;
  readonly series: readonly ChartedSeries[];
  readonly theme: Theme;
}

/** The axis is that of what was answered, which is the old one for a moment after another was chosen. */
export function sceneOf({ plan, settings, zoom, series, theme }: SceneParts): Scene {
  const axis = series[0]?.picture.axis ?? settings.axis;
  const xKind = plan.choice.xScale ?? settings.xScale;
  const yKind = plan.choice.yScale ?? settings.yScale;
  const extent = xExtent(series.flatMap(({ picture }) => allLines(picture)));
  const smoothing = smoothingOf(settings, plan.choice);
  const curves = series.map((one, at) => curveOf(one, series.length > 1 ? at : one.place, smoothing, extent, theme));
  const x = zoom.x ?? (xKind === 'logarithmic' ? aboveZero(extent, series) : withSteps(axis, extent));
  const options = { ignoreOutliers: settings.ignoreOutliers, isLogarithmic: yKind === 'logarithmic' };
  const drawn = curves.flatMap((curve) => linesOf(curve));
  const y = zoom.y ?? valueRange(drawn, x, options);
  return {
    axis,
    x: { kind: canBe(xKind, x), span: x, isExact: true },
    y: { kind: canBe(yKind, y), span: y, isExact: zoom.y !== undefined },
    curves,
  };
}

export function seriesColor(theme: Theme, place: number): string {
  return theme.series[place % theme.series.length] ?? theme.foreground;
}

function curveOf(
  { metric, picture }: ChartedSeries,
  place: number,
  smoothing: Smoothing,
  extent: Span | undefined,
  theme: Theme,
): Curve {
  const { window, line } = picture;
  const isDense = window.width > 0 && picture.pointCount >= leastPointsForMean * window.count.length;
  const smooth =
    smoothing.kind !== 'none' && smoothing.weight > 0
      ? smoothedLine(window, smoothing, extent ? extent.to - extent.from : 0)
      : isDense
        ? meanLine(window)
        : undefined;
  const dash = dashes[Math.floor(place / theme.series.length) % dashes.length] ?? [];
  return { name: metric, color: seriesColor(theme, place), dash, line, smooth };
}

const allLines = ({ line }: SeriesPicture): readonly { xs: Float64Array; ys: Float64Array }[] => [
  line.points,
  ...line.superseded.map(({ points }) => points),
];

/** Around a single step there are others, and no fractions of it. */
const withSteps = (axis: SeriesXAxis, extent: Span | undefined): Span | undefined =>
  axis === 'step' && extent && extent.from === extent.to ? { from: extent.from - 1, to: extent.to + 1 } : extent;

/** A logarithmic axis begins at the first x above zero. */
function aboveZero(extent: Span | undefined, series: readonly ChartedSeries[]): Span | undefined {
  if (!extent || extent.from > 0) return extent;
  let from = Infinity;
  for (const { picture } of series) {
    for (const { xs } of allLines(picture)) for (const x of xs) if (x > 0 && x < from) from = x;
  }
  return from <= extent.to ? { from, to: extent.to } : undefined;
}

/** Where nothing is above zero the axis stays linear: an empty plot would not say why. */
const canBe = (kind: 'linear' | 'logarithmic', span: Span | undefined): 'linear' | 'logarithmic' =>
  kind === 'logarithmic' && span && span.from > 0 ? 'logarithmic' : 'linear';
