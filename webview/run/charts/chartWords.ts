/** What a chart's card says in words: its caption, its values, what it is for those who cannot see it. */
import { summaryColumn } from '../../../src/model/series';
import { readingAt } from '../../shared/charts/readings';
import { formatValue } from '../../shared/numbers';
import { chartCaption, chartSummary, zoomedCaption } from './chartCaption';
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { ChartedSeries } from './chartScene';
import type { ChartsSurroundings } from './surroundings';

/** How much of the series is drawn; of several metrics, of the first. */
export function captionOf(
  { model, session }: Pick<ChartsSurroundings, 'model' | 'session'>,
  plan: ChartPlan,
  series: readonly ChartedSeries[],
): string {
  const [first, ...others] = series;
  if (!first) return '';
  const range = model.zoomOf(plan).x;
  const total = session.view?.findSummary(first.metric)?.count ?? first.picture.pointCount;
  const { line, pointCount, nanCount } = first.picture;
  const text = range ? zoomedCaption(first.picture, range, total) : chartCaption(line, pointCount, nanCount);
  return others.length === 0 ? text : `${first.metric}: ${text}`;
}

export function spokenSummary({ session, model }: ChartsSurroundings, metric: string): string {
  const summary = session.view?.findSummary(metric);
  return summary ? chartSummary(summary, model.settings.axis) : metric;
}

/** Where the cursor is, else the last one. */
export function shownValue(
  { session, cursor }: Pick<ChartsSurroundings, 'session' | 'cursor'>,
  series: readonly ChartedSeries[],
  metric: string,
): string {
  const charted = cursor.place && series.find((one) => one.metric === metric);
  const reading = charted && cursor.place && readingAt(charted.picture.window, cursor.place.x);
  if (reading) return formatValue(reading.value);
  const summary = session.view?.findSummary(metric);
  return summary && summary.count > 0 ? formatValue(summary.values[summaryColumn.lastValue] ?? NaN) : '';
}
