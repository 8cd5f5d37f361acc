/** Which trial of a sweep is best, by the goal of a metric. */

export type Goal = 'minimize' | 'maximize';

/** The better of two values; of equal ones the first. Absent, infinite and NaN are no values. */
export function betterOf(goal: Goal, a: number | undefined, b: number | undefined): number | undefined {
  if (!isValue(b)) return isValue(a) ? a : undefined;
  if (!isValue(a)) return b;
  return (goal === 'minimize' ? b < a : b > a) ? b : a;
}

export interface BestTrial {
  /** Place of the trial among those of its sweep. */
  readonly order: number;
  readonly value: number;
}

/**
 * The best trial so far, after one of them has completed. A metric counts for the best value that it ever had in the trial,
 * not for its last. Of equal ones the first.
 */
export function bestWith(
  goal: Goal,
  best: BestTrial | undefined,
  order: number,
  values: Iterable<number>,
): BestTrial | undefined {
  let reached: number | undefined;
  for (const value of values) reached = betterOf(goal, reached, value);
  if (reached === undefined) return best;
  if (!best) return { order, value: reached };
  if (reached === best.value) return order < best.order ? { order, value: reached } : best;
  return betterOf(goal, best.value, reached) === reached ? { order, value: reached } : best;
}

const isValue = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);
