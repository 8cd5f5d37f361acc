/** How the runs stand that a run is made of, in words: the same in every surface. */
import { formatValue } from './metricValue';
import type { Run, RunKind } from './run';
import { isActive, type RunStatus } from './runStatus';

const partWords: Record<RunKind, readonly [one: string, several: string]> = {
  single: ['part', 'parts'],
  graph: ['task', 'tasks'],
  group: ['member', 'members'],
  sweep: ['trial', 'trials'],
};

/**
 * "3 of 5 completed, 1 failed: train", "5 tasks" where all have completed; undefined for a run that is made of none.
 * `isNamed`: what failed first is named here; not where the evidence beside it says so.
 */
export function describeChildren(run: Run, isNamed = true): string | undefined {
  const { children, kind = 'single', best, failedChild } = run;
  if (children === undefined) return undefined;
  const count = (status: RunStatus): number => children[status] ?? 0;
  const total = Object.values(children).reduce((sum, each) => sum + each, 0);
  const all = `${total} ${partWords[kind][total === 1 ? 0 : 1]}`;
  const parts = [count('completed') === total ? all : `${count('completed')} of ${total} completed`];
  let name = isNamed ? failedChild : undefined;
  for (const status of ['failed', 'lost'] as const) {
    if (count(status) === 0) continue;
    parts.push(`${count(status)} ${status}${name === undefined ? '' : `: ${name}`}`);
    // Said once: the first to fail may as well be the one that was lost.
    name = undefined;
  }
  for (const status of ['cancelled', 'skipped'] as const) {
    if (count(status) > 0) parts.push(`${count(status)} ${status}`);
  }
  if (isActive(run.status) && count('running') > 0) parts.push(`${count('running')} running`);
  if (best) parts.push(`best ${best.metric} ${formatValue(best.value)}: ${best.name}`);
  return parts.join(', ');
}
