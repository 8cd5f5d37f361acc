/** One parameter in past runs: the values that it had, and what they led to. */
import { betterOf } from '../../model/best';
import { canonicalJson } from '../../model/canonicalJson';
import type { MetricGoal, PastRun } from '../../model/parameterHistory';
import { parameterPaths } from '../../model/parameterPaths';

/** The best value of a metric in the runs that had some value of a parameter. */
export interface Reached {
  readonly value: number;
  readonly run: PastRun;
}

/** A value that a parameter had. */
export interface PastValue {
  readonly value: unknown;
  /** The same for equal values. */
  readonly json: string;
  /** How many runs had it, trials of sweeps included. */
  readonly runs: number;
  readonly newest: PastRun;
  /** By metric, as far as a run has a value of it. */
  readonly reached: ReadonlyMap<string, Reached>;
}

/**
 * The values of a parameter (`model.width`), newest first; `runs` are too. Objects are left out: what is in them are parameters of
 * their own.
 */
export function pastValues(runs: readonly PastRun[], parameter: string): readonly PastValue[] {
  const values = new Map<string, PastValue & { runs: number; readonly reached: Map<string, Reached> }>();
  for (const run of runs) {
    const parameters: unknown = JSON.parse(run.parametersJson);
    const paths = isObject(parameters) ? parameterPaths(parameters) : new Map<string, unknown>();
    const value = paths.get(parameter);
    if (value === undefined || isObject(value)) continue;
    const json = canonicalJson(value);
    let known = values.get(json);
    if (!known) values.set(json, (known = { value, json, runs: 0, newest: run, reached: new Map<string, Reached>() }));
    known.runs += 1;
    for (const { metric, goal, best } of run.metrics) {
      if (best === undefined) continue;
      const before = known.reached.get(metric);
      if (!before || isBetter(goal, before, { value: best, run })) known.reached.set(metric, { value: best, run });
    }
  }
  return [...values.values()];
}

/** The value that led to the best of a metric. What a failed or an unfinished run reached is no result. */
export function bestValue(
  values: readonly PastValue[],
  { metric, goal }: MetricGoal,
): { readonly value: PastValue; readonly reached: Reached } | undefined {
  let best: { readonly value: PastValue; readonly reached: Reached } | undefined;
  for (const value of values) {
    const reached = value.reached.get(metric);
    if (!reached || !isResult(reached)) continue;
    if (!best || isBetter(goal, best.reached, reached)) best = { value, reached };
  }
  return best;
}

/** What a completed run reached; of others it may change, or is what was left when they ended. */
export const isResult = ({ run }: Reached): boolean => run.status === 'completed';

/** The metrics that the newest run with any had goals for: what its run file or its algorithm declared. */
export const goalsOfNewest = (runs: readonly PastRun[]): readonly MetricGoal[] =>
  runs.find(({ metrics }) => metrics.length > 0)?.metrics ?? [];

function isBetter(goal: MetricGoal['goal'], before: Reached, after: Reached): boolean {
  if (isResult(before) !== isResult(after)) return isResult(after);
  // Of equal ones the newest, which comes first.
  return before.value !== after.value && betterOf(goal, before.value, after.value) === after.value;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
