/** Which trial of a sweep is best, by the goal of a metric. */

export type Goal = 'minimize' | 'maximize';

/** The better of two values; of equal ones the first. Absent, infinite and NaN are no values. */
export function betterOf(goal: Goal, a: number | undefined, b: number | undefined): number | undefined {
  if (!isValue(b)) return isValue(a) ? a : undefined;
  if (!isValue(a)) return b;
  return (goal === 'minimize' ? b < a : b > a) ? b : a;
}

/** What a metric counts for: the best value that it ever had, not its last. Undefined when that is no finite number. */
export function valueByGoal(goal: Goal, extremes: { readonly min: number; readonly max: number }): number | undefined {
  const value = goal === 'minimize' ? extremes.min : extremes.max;
  return isValue(value) ? value : undefined;
}

export interface JudgedTrial<Id> {
  readonly id: Id;
  /** By `valueByGoal`; left out while there is none, or when the trial is not to count. */
  readonly value?: number | undefined;
  /** Nothing of it changes any more. */
  readonly settled: boolean;
}

export interface BestTrial<Id> {
  readonly id: Id;
  readonly value: number;
  /** No trial is left that could become better: until then it is the best so far. */
  readonly final: boolean;
}

/**
 * The best trial so far, in one pass; of equal ones the first. A trial that still runs counts as well: by its best value
 * it can only become better, so what it has reached is not taken back.
 */
export function bestTrial<Id>(goal: Goal, trials: Iterable<JudgedTrial<Id>>): BestTrial<Id> | undefined {
  let best: { readonly id: Id; readonly value: number } | undefined;
  let final = true;
  for (const { id, value, settled } of trials) {
    final &&= settled;
    if (!isValue(value) || (best && betterOf(goal, best.value, value) === best.value)) continue;
    best = { id, value };
  }
  return best && { ...best, final };
}

const isValue = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);
