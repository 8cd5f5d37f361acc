/** What the row of a metric says, apart from how VS Code draws it. */
import { formatValue } from '../../model/metricValue';
import type { MetricValue } from './runDetails';

/** "0.0312 · step 300 · best 0.03". */
export function describeMetric({ last, lastStep, best }: MetricValue): string {
  const parts = [formatValue(last)];
  if (Number.isFinite(lastStep)) parts.push(`step ${formatValue(lastStep)}`);
  if (!Number.isNaN(best)) parts.push(`best ${formatValue(best)}`);
  return parts.join(' · ');
}

/** Names and values for the tooltip, in reading order. */
export function metricFacts({ last, lastStep, min, max, best }: MetricValue): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, number])[] = [
    ['Last', last],
    ['Step', lastStep],
    ['Lowest', min],
    ['Highest', max],
    ['Best', best],
  ];
  return facts
    .filter(([name, value]) => name === 'Last' || !Number.isNaN(value))
    .map(([name, value]) => [name, formatValue(value)]);
}
