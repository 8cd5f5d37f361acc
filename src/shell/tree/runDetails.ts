/** Metrics and parameters of one run as rows that last: a value that comes replaces what its row holds. It knows nothing of the editor. */
import { parameterPaths, parameterText } from '../../model/parameterPaths';
import { type MetricSummary, type SeriesAppend, summaryColumn } from '../../model/series';
import { MetricNode, ParameterNode, type RunNode, SectionNode } from './nodes';

/** Of a metric, as its row tells it. */
export interface MetricValue {
  readonly name: string;
  /** Points that it is told of. */
  readonly count: number;
  readonly last: number;
  readonly lastStep: number;
  readonly min: number;
  readonly max: number;
  /** NaN where nobody has said what is best. */
  readonly best: number;
}

/** Rows whose value has changed; `isNew`: there are others, too. */
export interface DetailsChange {
  readonly rows: readonly MetricNode[];
  readonly isNew: boolean;
}

const longestValue = 1000;

export class RunDetails {
  readonly #metrics: SectionNode<MetricNode>;
  readonly #parameters: SectionNode<ParameterNode>;
  readonly #byName = new Map<string, MetricNode>();

  constructor(run: RunNode) {
    this.#metrics = new SectionNode(run, 'metrics');
    this.#parameters = new SectionNode(run, 'parameters');
  }

  /** Those that have something in them. */
  get sections(): readonly SectionNode[] {
    return [this.#metrics, this.#parameters].filter(({ count }) => count > 0);
  }

  /** All of it, as it was read. */
  replace(summaries: readonly MetricSummary[], parametersJson: string): DetailsChange {
    const before = this.#metrics.count + this.#parameters.count;
    const rows: MetricNode[] = [];
    for (const { metric, count, values } of summaries) {
      if (count === 0) continue;
      const value = valueOf(metric, count, values);
      const known = this.#byName.get(metric);
      // What was pushed since it was asked for is newer.
      if (known && known.metric.count > count) continue;
      if (known && !isSame(known.metric, value)) rows.push(known);
      this.#put(value);
    }
    this.#metrics.rows = sorted(this.#byName.values());
    const known = new Map(this.#parameters.rows.map((row) => [row.path, row]));
    this.#parameters.rows = leavesOf(parametersJson).map(([path, value]) => {
      const row = known.get(path) ?? new ParameterNode(this.#parameters, path, value);
      row.value = value;
      return row;
    });
    return { rows, isNew: before !== this.#metrics.count + this.#parameters.count };
  }

  append(series: readonly SeriesAppend[]): DetailsChange {
    const rows = new Set<MetricNode>();
    let isNew = false;
    for (const { metric, from, step, value } of series) {
      const known = this.#byName.get(metric);
      isNew ||= known === undefined;
      const row = this.#put(grown(known?.metric ?? unknownValue(metric), from, step, value));
      if (known) rows.add(row);
    }
    if (isNew) this.#metrics.rows = sorted(this.#byName.values());
    return { rows: [...rows], isNew };
  }

  #put(metric: MetricValue): MetricNode {
    let row = this.#byName.get(metric.name);
    if (row) row.metric = metric;
    else this.#byName.set(metric.name, (row = new MetricNode(this.#metrics, metric)));
    return row;
  }
}

const isSame = (a: MetricValue, b: MetricValue): boolean =>
  (['last', 'lastStep', 'min', 'max', 'best'] as const).every((key) => Object.is(a[key], b[key]));

const sorted = (rows: Iterable<MetricNode>): readonly MetricNode[] =>
  [...rows].sort((a, b) => a.metric.name.localeCompare(b.metric.name, undefined, { numeric: true }));

function valueOf(name: string, count: number, values: Float64Array): MetricValue {
  const at = (column: number): number => values[column] ?? NaN;
  const { lastValue, lastStep, min, max, best } = summaryColumn;
  return { name, count, last: at(lastValue), lastStep: at(lastStep), min: at(min), max: at(max), best: at(best) };
}

const unknownValue = (name: string): MetricValue => ({
  name,
  count: 0,
  last: NaN,
  lastStep: NaN,
  min: NaN,
  max: NaN,
  best: NaN,
});

/** `best` stays what it was: by which goal it is told is known to the source alone. */
function grown(before: MetricValue, from: number, step: Float64Array, value: Float64Array): MetricValue {
  let { min, max } = before;
  for (const one of value) {
    if (Number.isNaN(one)) continue;
    if (!(min <= one)) min = one;
    if (!(max >= one)) max = one;
  }
  const count = Math.max(before.count, from + value.length);
  return { ...before, count, last: value.at(-1) ?? before.last, lastStep: step.at(-1) ?? before.lastStep, min, max };
}

/** Values by dotted path; objects by what is in them. */
function leavesOf(parametersJson: string): readonly (readonly [path: string, value: string])[] {
  const values: unknown = JSON.parse(parametersJson);
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [];
  const isInner = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  return Array.from(parameterPaths(values as Readonly<Record<string, unknown>>))
    .filter(([, value]) => !isInner(value))
    .map(([path, value]) => [path, parameterText(value).slice(0, longestValue)] as const);
}
