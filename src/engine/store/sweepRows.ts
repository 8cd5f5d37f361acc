/** What is kept of sweeps and trials, and which trial is best by now. */
import { Type } from '@sinclair/typebox';
import { Decode } from '@sinclair/typebox/value';
import { bestWith, type Goal } from '../../model/best';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';

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
  return json === undefined ? {} : Decode(SweepColumn, JSON.parse(json));
}

/** `run` with its best trial so far, when it is a sweep with a goal and a trial has a value. */
export function withBest(db: Database, row: Row, run: Run): Run {
  const column = readSweepColumn(row);
  if (column.trial !== undefined) return { ...run, trialJson: column.trial };
  const best = findBest(db, row);
  if (!best || !column.best) return run;
  const { metric } = column.best;
  return {
    ...run,
    best: { runId: text(best, 'id') as RunId, name: text(best, 'name'), metric, value: number(row, 'best_value') },
  };
}

/** The row of a sweep's best trial. `sweep` has all columns. */
export function findBest(db: Database, sweep: Row): Row | undefined {
  const best = optionalNumber(sweep, 'best_run');
  return best === undefined ? undefined : db.get('SELECT * FROM run WHERE sequence = ?', best);
}

/**
 * A run has completed, or got points after that: when it is a trial that becomes the best by them, or better than it was,
 * that is kept. Of a run that has not completed nothing is: what a failed or an unfinished trial reached is no result.
 * Returns the sweep whose best has changed. `valuesOf` gives the new values of a metric, or the lowest and the highest.
 */
export function keepBest(db: Database, run: number, valuesOf: (metric: string) => Iterable<number>): RunId | undefined {
  const sweep = db.get(
    `SELECT sweep.sequence, sweep.id, sweep.sweep_json, sweep.best_run, sweep.best_value FROM run
      JOIN run AS sweep ON sweep.sequence = run.parent AND sweep.kind = 'sweep'
      WHERE run.sequence = ? AND run.status = 'completed'`,
    run,
  );
  const wanted = sweep && readSweepColumn(sweep).best;
  if (!wanted) return undefined;
  const [order, value] = [optionalNumber(sweep, 'best_run'), optionalNumber(sweep, 'best_value')];
  const before = order === undefined || value === undefined ? undefined : { order, value };
  const best = bestWith(wanted.goal, before, run, valuesOf(wanted.metric));
  if (!best || (best.order === order && best.value === value)) return undefined;
  db.run(
    'UPDATE run SET best_run = ?, best_value = ? WHERE sequence = ?',
    best.order,
    best.value,
    number(sweep, 'sequence'),
  );
  return text(sweep, 'id') as RunId;
}

/** Finds the best trial of a sweep from the start: the one that was may have ceased to be completed. */
export function findBestAnew(
  db: Database,
  sweep: number,
  extremesOf: (run: number, metric: string) => readonly number[],
): void {
  db.run('UPDATE run SET best_run = NULL, best_value = NULL WHERE sequence = ?', sweep);
  const trials = db.all(
    `SELECT trial.sequence, coalesce(origin.sequence, trial.sequence) AS owner FROM run AS trial
      LEFT JOIN run AS origin ON origin.id = trial.reused_from
      WHERE trial.parent = ? AND trial.status = 'completed' ORDER BY trial.sequence`,
    sweep,
  );
  for (const trial of trials) {
    keepBest(db, number(trial, 'sequence'), (metric) => extremesOf(number(trial, 'owner'), metric));
  }
}
