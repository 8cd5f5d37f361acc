/** The words under and behind a chart: how much of the series is drawn, and what the picture says to who cannot see it. */
import { type MetricSummary, type SeriesAxis, summaryColumn } from '../../src/model/series';
import { countOf, formatCount, formatValue } from '../shared/numbers';
import { formatX } from './axisText';
import type { Line } from './lineOfWindow';

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

/** "loss: last 0.12 at step 1,024, lowest 0.1, highest 2.3" */
export function chartSummary(summary: MetricSummary, axis: SeriesAxis): string {
  const value = (column: keyof typeof summaryColumn): number => summary.values[summaryColumn[column]] ?? NaN;
  if (summary.count === 0) return `${summary.metric}: no points yet`;
  const lastX = value(axis === 'step' ? 'lastStep' : axis === 'time' ? 'lastTime' : 'lastWall');
  const at = Number.isFinite(lastX) ? ` at ${formatX(axis, lastX)}` : '';
  const range = Number.isNaN(value('min'))
    ? ''
    : `, lowest ${formatValue(value('min'))}, highest ${formatValue(value('max'))}`;
  return `${summary.metric}: last ${formatValue(value('lastValue'))}${at}${range}`;
}
