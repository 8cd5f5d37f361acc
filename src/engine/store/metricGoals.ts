/** Which values of a run's metrics are best, as far as its run file or its sweep says. */
import type { Goal } from '../../model/best';
import { type Database, optionalNumber, optionalText, type Row } from './database';
import { readSweepColumn } from './sweepRows';

/** `run` has all columns. */
export function goalsOf(db: Database, run: Row): (metric: string) => Goal | undefined {
  const parent = optionalNumber(run, 'parent');
  const sweep = parent === undefined ? undefined : db.get('SELECT sweep_json FROM run WHERE sequence = ?', parent);
  const best = sweep && readSweepColumn(sweep).best;
  const declared: unknown = JSON.parse(optionalText(run, 'metrics_json') ?? '{}');
  return (metric) => {
    if (best?.metric === metric) return best.goal;
    if (typeof declared !== 'object' || declared === null || !Object.hasOwn(declared, metric)) return undefined;
    const { goal } = (declared as Readonly<Record<string, { readonly goal?: unknown } | undefined>>)[metric] ?? {};
    return goal === 'minimize' || goal === 'maximize' ? goal : undefined;
  };
}
