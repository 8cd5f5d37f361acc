/**
 * Which series the charts of a panel will ask for first, as far as that can be known before there is a panel: those of its first
 * charts, whole. Guessing wrong costs a question more, guessing right saves a way there and back before anything is drawn.
 */
import { layOutCharts } from '../../model/chartLayout';
import type { ChartSettings } from '../../model/chartSettings';
import type { SeriesXAxis } from '../../model/series';

/** A large screen of charts. */
const mostSeries = 18;
/** Enough for a chart in a column of three on a large screen, and for one that has the panel for itself. */
const [bucketsOfMany, bucketsAlone] = [800, 2000];

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
  const first = new Set(shown.filter(({ choice }) => !choice.x).flatMap((chart) => chart.metrics));
  if (first.size === 0) return undefined;
  const buckets = alone ? bucketsAlone : bucketsOfMany;
  return { metrics: [...first].slice(0, mostSeries), axis: settings.axis, buckets };
}
