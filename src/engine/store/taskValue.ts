/** What one task of a graph can refer to of another: its outputs folder, or a parameter of its sweep's best trial. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { parameterPaths } from '../../model/parameterPaths';
import type { TaskReference } from '../../model/references';
import type { OutputsOf } from '../../protocol/gatheredOutputs';
import { type Database, number, optionalNumber, type Row, text } from './database';
import { ownerOfResults } from './reuseRuns';
import { findBest } from './sweepRows';

/** Outputs are given as the runs that have them: where their folders are, the home knows. */
export type TaskValue = { readonly outputsOf: OutputsOf } | { readonly json: string };

/** Names are looked up among the siblings of the run first, then among those of its parents. Throws `InvalidInput`. */
export function findTaskValue(db: Database, row: Row, { task, what }: TaskReference): TaskValue {
  const found = findTask(db, row, task);
  if (!found) throw new Failure('InvalidInput', `There is no task ${task} beside ${text(row, 'name')} or its parents.`);
  if (what.kind === 'outputs') return { outputsOf: outputsOf(db, found) };
  const best = findBest(db, found);
  if (!best) throw new Failure('InvalidInput', `${task} has no best trial: none has a value of the declared metric.`);
  const parameters: unknown = JSON.parse(text(best, 'parameters_json'));
  const values = parameterPaths(parameters as Readonly<Record<string, unknown>>);
  if (!values.has(what.parameter)) {
    throw new Failure('InvalidInput', `The best trial of ${task} has no parameter ${what.parameter}.`);
  }
  return { json: JSON.stringify(values.get(what.parameter) ?? null) };
}

function outputsOf(db: Database, row: Row): OutputsOf {
  const id = text(row, 'id') as RunId;
  if (text(row, 'kind') === 'single') return { runId: ownerOfResults(db, id) };
  const children = db.all(
    'SELECT id, sequence, kind, task FROM run WHERE parent = ? ORDER BY sequence',
    number(row, 'sequence'),
  );
  return { runId: id, parts: children.map((child) => ({ ...outputsOf(db, child), name: text(child, 'task') })) };
}

function findTask(db: Database, row: Row, task: string): Row | undefined {
  let parent = optionalNumber(row, 'parent');
  while (parent !== undefined) {
    const found = db.get('SELECT * FROM run WHERE parent = ? AND task = ?', parent, task);
    if (found) return found;
    const above = db.get('SELECT parent FROM run WHERE sequence = ?', parent);
    parent = above && optionalNumber(above, 'parent');
  }
  return undefined;
}
