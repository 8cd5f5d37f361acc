/**
 * Which series the charts of a panel will ask for first, as far as that can be known before there is a panel: those of its first
 * charts, whole. Guessing wrong costs a question more, guessing right saves a way there and back before anything is drawn.
 */
import { type ChartPlan, layOutCharts } from '../../model/chartLayout';
import type { ChartSettings } from '../../model/chartSettings';
import type { SeriesXAxis } from '../../model/series';

/** Most of a screen of charts. More would come later, and all of them with it; the others are asked for meanwhile. */
const mostSeries = 6;
/** Of a chart in a column of three, and of one that has the panel for itself; they are made exact when they have been drawn. */
const [bucketsOfMany, bucketsAlone] = [400, 1000];

export interface FirstSeries {
  readonly metrics: string[];
  readonly axis: SeriesXAxis;
  readonly buckets: number;
}

/** Undefined when the charts show a part of their range, or nothing: they ask themselves. */
export function firstSeries(metrics: readonly string[], settings: ChartSettings): FirstSeries | undefined {
  if (settings.x || typeof settings.axis === 'object') return undefined;
  const { groups } = layOutCharts(metrics, settings);
  const charts = groups.filter(({ isClosed }) => !isClosed).flatMap((group) => group.charts);
  const alone = settings.alone === undefined ? undefined : groups.flatMap((group) => group.charts);
  const shown = alone?.filter(({ id }) => id === settings.alone) ?? charts;
  // By columns of pixels, which a logarithmic axis has not, what comes first is made exact.
  const isPlain = ({ choice }: ChartPlan): boolean => !choice.x && (choice.xScale ?? settings.xScale) === 'linear';
  const first = new Set(shown.filter(isPlain).flatMap((chart) => chart.metrics));
  if (first.size === 0) return undefined;
  const buckets = alone ? bucketsAlone : bucketsOfMany;
  return { metrics: [...first].slice(0, mostSeries), axis: settings.axis, buckets };
}
