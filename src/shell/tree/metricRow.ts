/** What the row of a metric says, apart from how VS Code draws it. */
import { l10n } from 'vscode';
import { formatValue } from '../../model/metricValue';
import type { MetricValue } from './runDetails';

/** "0.0312 · step 300 · best 0.03". */
export function describeMetric({ last, lastStep, best }: MetricValue): string {
  const parts = [formatValue(last)];
  if (Number.isFinite(lastStep)) parts.push(l10n.t('step {0}', formatValue(lastStep)));
  if (!Number.isNaN(best)) parts.push(l10n.t('best {0}', formatValue(best)));
  return parts.join(' · ');
}

/** Names and values for the tooltip, in reading order. */
export function metricFacts({ last, lastStep, min, max, best }: MetricValue): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, number])[] = [
    [l10n.t('Last'), last],
    [l10n.t('Step'), lastStep],
    [l10n.t('Lowest'), min],
    [l10n.t('Highest'), max],
    [l10n.t('Best'), best],
  ];
  return facts
    .filter(([, value], at) => at === 0 || !Number.isNaN(value))
    .map(([name, value]) => [name, formatValue(value)]);
}
