/** What is kept of sweeps and trials, and which trial is best by now. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { bestTrial, type Goal, valueByGoal } from '../../model/best';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { readStatus } from './runRows';

const SweepColumn = Type.Object({
  spec: Type.Optional(Type.String()),
  trial: Type.Optional(Type.String()),
  best: Type.Optional(
    Type.Object({
      metric: Type.String(),
      goal: Type.Unsafe<Goal>(Type.Union([Type.Literal('minimize'), Type.Literal('maximize')])),
    }),
  ),
});

/** The column `sweep_json` of a run, decoded; empty for a run that is neither sweep nor trial. */
export function readSweepColumn(row: Row): typeof SweepColumn.static {
  const json = optionalText(row, 'sweep_json');
  return json === undefined ? {} : Value.Decode(SweepColumn, JSON.parse(json));
}

/** `run` with its best trial so far, when it is a sweep with a goal and a trial has a value. */
export function withBest(db: Database, row: Row, run: Run): Run {
  const column = readSweepColumn(row);
  if (column.trial !== undefined) return { ...run, trialJson: column.trial };
  const best = column.best && findBest(db, run.sequence, column.best);
  return best && column.best ? { ...run, best: { ...best, metric: column.best.metric } } : run;
}

/** Trials that failed, or still run, count by what they have reached. */
export function findBest(
  db: Database,
  sweep: number,
  { metric, goal }: { readonly metric: string; readonly goal: Goal },
): { readonly runId: RunId; readonly name: string; readonly value: number } | undefined {
  const rows = db.all(
    `SELECT run.sequence, run.id, run.name, run.status, series.min, series.max FROM run
      JOIN series ON series.run = run.sequence AND series.metric = ? WHERE run.parent = ? ORDER BY run.sequence`,
    metric,
    sweep,
  );
  const trials = rows.map((row) => ({
    id: number(row, 'sequence'),
    value: valueByGoal(goal, { min: optionalNumber(row, 'min') ?? NaN, max: optionalNumber(row, 'max') ?? NaN }),
    settled: isSettled(readStatus(row)),
  }));
  const best = bestTrial(goal, trials);
  const row = best && rows.find((each) => number(each, 'sequence') === best.id);
  return row && best ? { runId: text(row, 'id') as RunId, name: text(row, 'name'), value: best.value } : undefined;
}
