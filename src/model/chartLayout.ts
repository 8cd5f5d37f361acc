/** Which charts there are, in which groups and order: from the metrics of the run and what was chosen for them. */
import type { ChartChoice, ChartSettings } from './chartSettings';

export interface ChartPlan {
  readonly id: string;
  /** In the order in which they were put together; at least one. */
  readonly metrics: readonly string[];
  readonly choice: ChartChoice;
}

export interface ChartGroup {
  /** What stands before the first slash of its metrics' names. */
  readonly name: string;
  readonly kind: 'pinned' | 'prefix' | 'others';
  readonly isClosed: boolean;
  readonly charts: readonly ChartPlan[];
}

export interface ChartLayout {
  readonly groups: readonly ChartGroup[];
  /** Of all charts, those that the filter hides included. */
  readonly ids: ReadonlySet<string>;
  /** Charts that the filter hides. */
  readonly hiddenCount: number;
  /** Why the filter finds nothing by itself: it is no regular expression. */
  readonly filterProblem: string | undefined;
}

export const emptyLayout: ChartLayout = { groups: [], ids: new Set(), hiddenCount: 0, filterProblem: undefined };

export const pinnedName = 'Pinned';
export const othersName = 'Others';

export function layOutCharts(metrics: readonly string[], settings: ChartSettings): ChartLayout {
  const { matches, problem } = matcherOf(settings.filter);
  const plans = sortByOrder(plansOf(metrics, settings.charts), settings.order);
  const shown = plans.filter((plan) => plan.metrics.some(matches));
  const isClosed = (name: string): boolean => settings.closedGroups.includes(name);
  const groups = new Map<string, { name: string; kind: ChartGroup['kind']; charts: ChartPlan[] }>();
  const hasPrefixes = shown.some((plan) => prefixOf(plan) !== undefined);
  for (const plan of shown) {
    const prefix = prefixOf(plan);
    const kind = plan.choice.isPinned ? 'pinned' : prefix === undefined ? 'others' : 'prefix';
    const name = kind === 'pinned' ? pinnedName : (prefix ?? (hasPrefixes ? othersName : 'Metrics'));
    const key = `${kind} ${name}`;
    const group = groups.get(key);
    if (group) group.charts.push(plan);
    else groups.set(key, { name, kind, charts: [plan] });
  }
  const rank = { pinned: 0, prefix: 1, others: 2 } as const;
  return {
    groups: [...groups.values()]
      .sort((a, b) => rank[a.kind] - rank[b.kind])
      .map((group) => ({ ...group, isClosed: isClosed(group.name) })),
    ids: new Set(plans.map(({ id }) => id)),
    hiddenCount: plans.length - shown.length,
    filterProblem: problem,
  };
}

/** A chart a metric, but those that were put together are shown together only. */
function plansOf(metrics: readonly string[], choices: readonly ChartChoice[]): readonly ChartPlan[] {
  const known = new Set(metrics);
  const together = choices
    .filter((choice) => choice.metrics !== undefined)
    .map((choice) => ({ choice, metrics: (choice.metrics ?? []).filter((metric) => known.has(metric)) }))
    .filter(({ metrics: present }) => present.length > 0);
  const homes = new Map<string, ChartPlan>();
  for (const { choice, metrics: present } of together) {
    const plan = { id: choice.id, metrics: present, choice };
    for (const metric of present) homes.set(metric, plan);
  }
  const byId = new Map(choices.map((choice) => [choice.id, choice]));
  const plans = new Set<ChartPlan>();
  for (const metric of metrics) {
    plans.add(homes.get(metric) ?? { id: metric, metrics: [metric], choice: byId.get(metric) ?? { id: metric } });
  }
  return [...plans];
}

/** Stable: what was never moved stays where it came, after those before which it was never put. */
function sortByOrder(plans: readonly ChartPlan[], order: readonly string[]): readonly ChartPlan[] {
  const places = new Map(order.map((id, at) => [id, at]));
  const place = ({ id }: ChartPlan): number => places.get(id) ?? order.length;
  return [...plans].sort((a, b) => place(a) - place(b));
}

function prefixOf({ metrics }: ChartPlan): string | undefined {
  const [first = ''] = metrics;
  const slash = first.indexOf('/');
  return slash > 0 ? first.slice(0, slash) : undefined;
}

interface Matcher {
  readonly matches: (metric: string) => boolean;
  readonly problem: string | undefined;
}

/** Not case-sensitive. While a regular expression is half typed, it is taken as the text that it is. */
export function matcherOf(filter: string): Matcher {
  if (filter === '') return { matches: () => true, problem: undefined };
  try {
    const expression = new RegExp(filter, 'iu');
    return { matches: (metric) => expression.test(metric), problem: undefined };
  } catch (error) {
    const text = filter.toLowerCase();
    const problem = error instanceof Error ? error.message : String(error);
    return { matches: (metric) => metric.toLowerCase().includes(text), problem };
  }
}
