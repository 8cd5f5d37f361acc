/** Changes of a sweep by hand: no further trials, or more of them. Inside a transaction of the store. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { isSettled } from '../../model/runStatus';
import { trialKeyOf } from '../../model/sweepTrials';
import type { SweepExtension, TaskSubmission } from '../../protocol/engine';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { insertTasks, sweepJson } from './insertRuns';
import { reopenFrom } from './reopenRuns';
import { readStatus } from './runRows';
import type { StatusChanges } from './statusChanges';
import { readSweepColumn } from './sweepRows';

/** Trials that wait are skipped; those under way go on. Throws `Conflict` for what is no sweep, or has ended. */
export function stopEarly(db: Database, sweep: Row, changes: StatusChanges): void {
  requireSweep(sweep);
  const status = readStatus(sweep);
  if (isSettled(status)) throw new Failure('Conflict', `The sweep ${text(sweep, 'name')} is already ${status}.`);
  const waiting = db.all(
    "SELECT * FROM run WHERE parent = ? AND status IN ('queued', 'created')",
    number(sweep, 'sequence'),
  );
  for (const trial of waiting) changes.skip(trial, 'the sweep was stopped early');
}

/**
 * Adds the trials that the sweep does not have; returns how many. It keeps its best trial, and goes on when it had ended.
 * `environment` is the number of the first of the environments that came with them. Throws `Conflict` for what is no sweep.
 */
export function extendSweep(
  db: Database,
  sweep: Row,
  wanted: SweepExtension,
  environment: number,
  changes: StatusChanges,
  nowMs: number,
): number {
  requireSweep(sweep);
  const status = readStatus(sweep);
  if (status === 'cancel-pending') {
    throw new Failure('Conflict', `The sweep ${text(sweep, 'name')} is being cancelled.`, {
      hint: 'Wait for its end.',
    });
  }
  const sequence = number(sweep, 'sequence');
  db.run(
    'UPDATE run SET sweep_json = ?, at_once = ? WHERE sequence = ?',
    sweepJson(wanted.sweep),
    wanted.sweep.atOnce ?? null,
    sequence,
  );
  changes.markChanged(text(sweep, 'id') as RunId);
  const trials = missingTrials(db, sequence, wanted);
  if (trials.length === 0) return 0;
  const isOpen = status !== 'queued' || number(sweep, 'waits') === 0;
  const numbers = insertTasks(
    db,
    trials,
    {
      root: optionalNumber(sweep, 'root') ?? sequence,
      experimentId: text(sweep, 'experiment_id'),
      runFilePath: optionalText(sweep, 'run_file_path'),
      workspace: optionalText(sweep, 'workspace'),
      environment,
      placed: new Map([[wanted.runId, { sequence, isOpen }]]),
    },
    nowMs,
  );
  if (isSettled(status)) reopenFrom(db, sequence, changes, nowMs);
  for (const { runId, parentId } of trials) {
    changes.markChanged(runId);
    const added = numbers.get(runId);
    if (isOpen && parentId === wanted.runId && added !== undefined) changes.open(added);
  }
  return trials.filter(({ parentId }) => parentId === wanted.runId).length;
}

/** With all that each is made of; under a name that no other trial has. */
function missingTrials(db: Database, sweep: number, { runId, tasks }: SweepExtension): readonly TaskSubmission[] {
  const names = new Set<string>();
  const known = new Set<string>();
  for (const row of db.all('SELECT task, sweep_json FROM run WHERE parent = ?', sweep)) {
    names.add(text(row, 'task'));
    known.add(trialKeyOf(readSweepColumn(row).trial ?? '{}'));
  }
  const chosen = new Set<RunId>();
  return tasks.flatMap((task) => {
    const isTrial = task.parentId === runId;
    if (isTrial ? known.has(trialKeyOf(task.trialJson ?? '{}')) : !chosen.has(task.parentId)) return [];
    chosen.add(task.runId);
    if (!isTrial) return [task];
    const name = freeName(task.task, names);
    names.add(name);
    return [{ ...task, task: name, name: task.name === task.task ? name : task.name }];
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name} (${count})`;
  return free;
}

function requireSweep(row: Row): void {
  if (text(row, 'kind') === 'sweep') return;
  throw new Failure('Conflict', `The run ${text(row, 'name')} is no sweep.`);
}
