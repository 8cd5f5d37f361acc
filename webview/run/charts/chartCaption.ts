/** The words under and behind a chart: how much of the series is drawn, and what the picture says to who cannot see it. */
import { type MetricSummary, type SeriesAxis, type SeriesXAxis, summaryColumn } from '../../../src/model/series';
import type { Line } from '../../shared/charts/lineOfWindow';
import type { Span } from '../../shared/charts/polyline';
import { countOf, formatCount, formatValue } from '../../shared/numbers';
import { formatX } from '../../shared/axisText';
import type { SeriesPicture } from './metricSeries';

/** "1,024 points", "1,980 of 1,200,000 points · 3 NaN · at least 1 infinite" */
export function chartCaption(line: Line, pointCount: number, nanCount: number): string {
  const missing = nanCount + line.infiniteCount;
  const parts =
    line.drawnCount + missing >= pointCount
      ? [countOf(pointCount, 'point')]
      : [`${formatCount(line.drawnCount)} of ${countOf(pointCount, 'point')}`];
  if (nanCount > 0) parts.push(`${formatCount(nanCount)} NaN`);
  if (line.infiniteCount > 0) {
    parts.push(`${line.infiniteCountIsExact ? '' : 'at least '}${formatCount(line.infiniteCount)} infinite`);
  }
  if (line.superseded.length > 0) parts.push('grey: done again by a later attempt');
  return parts.join(' · ');
}

/** Of a zoomed chart: "1,980 of 40,000 points, of 1,200,000 in all". */
export function zoomedCaption({ window, line }: SeriesPicture, range: Span, totalCount: number): string {
  let inRange = 0;
  for (let i = 0; i < window.count.length; i++) {
    if ((window.lastX[i] ?? NaN) >= range.from && (window.firstX[i] ?? NaN) <= range.to)
      inRange += window.count[i] ?? 0;
  }
  let drawn = 0;
  for (const { xs, ys } of [line.points, ...line.superseded.map(({ points }) => points)]) {
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] ?? NaN;
      if (x >= range.from && x <= range.to && !Number.isNaN(ys[i])) drawn += 1;
    }
  }
  const part = drawn >= inRange ? countOf(inRange, 'point') : `${formatCount(drawn)} of ${countOf(inRange, 'point')}`;
  return `${part} in view, ${formatCount(totalCount)} in all`;
}

/** "loss: last 0.12 at step 1,024, lowest 0.1, highest 2.3" */
export function chartSummary(summary: MetricSummary, axis: SeriesXAxis): string {
  const value = (column: keyof typeof summaryColumn): number => summary.values[summaryColumn[column]] ?? NaN;
  if (summary.count === 0) return `${summary.metric}: no points yet`;
  const lastAxis: SeriesAxis = typeof axis === 'object' ? 'step' : axis;
  const lastX = value(lastAxis === 'step' ? 'lastStep' : lastAxis === 'time' ? 'lastTime' : 'lastWall');
  const at = Number.isFinite(lastX) ? ` at ${formatX(lastAxis, lastX)}` : '';
  const range = Number.isNaN(value('min'))
    ? ''
    : `, lowest ${formatValue(value('min'))}, highest ${formatValue(value('max'))}`;
  return `${summary.metric}: last ${formatValue(value('lastValue'))}${at}${range}`;
}
