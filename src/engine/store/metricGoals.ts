/** Which values of a run's metrics are best, as far as its run file or its sweep says. */
import type { Goal } from '../../model/best';
import { type Database, optionalNumber, optionalText, type Row } from './database';
import { readSweepColumn } from './sweepRows';

/** `run` has all columns. */
export function goalsOf(db: Database, run: Row): (metric: string) => Goal | undefined {
  const parent = optionalNumber(run, 'parent');
  const sweep = parent === undefined ? undefined : db.get('SELECT sweep_json FROM run WHERE sequence = ?', parent);
  const goals = declaredGoals(run, sweep);
  return (metric) => goals.get(metric);
}

/** By metric. `run` has `metrics_json`, and what it is a part of has `sweep_json`, whose goal counts first. */
export function declaredGoals(run: Row, parent: Row | undefined): ReadonlyMap<string, Goal> {
  const goals = new Map<string, Goal>();
  const declared: unknown = JSON.parse(optionalText(run, 'metrics_json') ?? '{}');
  for (const [metric, known] of Object.entries(isObject(declared) ? declared : {})) {
    const goal = isObject(known) ? known['goal'] : undefined;
    if (goal === 'minimize' || goal === 'maximize') goals.set(metric, goal);
  }
  const best = parent && readSweepColumn(parent).best;
  if (best) goals.set(best.metric, best.goal);
  return goals;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
