/**
 * Runs are deleted in two steps: first they are hidden, with all that they are made of, and can be brought back; later their
 * rows are removed for good, some with each transaction. Inside a transaction of the store.
 */
import { Failure } from '../../base/failure';
import { formatDuration } from '../../model/duration';
import { isIdPrefix, type RunId, shortId } from '../../model/ids';
import { type Database, number, optionalNumber, type Row, text } from './database';
import { forgetEmptyExperiments } from './changeRuns';
import type { SeriesStore } from './seriesStore';

const active = `('created', 'queued', 'pending', 'running', 'cancel-pending')`;
/** The run number ?1 and all that it is made of. */
const inTree = '(run.sequence = ?1 OR run.root = ?1)';

/** `deleted_ms` of what cannot be brought back any more. */
const beingErased = 0;

/** What is hidden or there again: runs at the top of their tree. */
export interface Shown {
  readonly runs: readonly RunId[];
  readonly experiments: readonly string[];
}

/** Runs of an experiment that are not hidden; where there are none, those that were hidden last: asked again, it is the same. */
export function runsOfExperiment(db: Database, experimentId: string): RunId[] {
  const runsWith = (condition: string): RunId[] =>
    db
      .all(`SELECT id FROM run WHERE experiment_id = ?1 AND parent IS NULL AND ${condition}`, experimentId)
      .map((row) => text(row, 'id') as RunId);
  const there = runsWith('deleted_ms IS NULL');
  const runs =
    there.length > 0 ? there : runsWith('deleted_ms = (SELECT max(deleted_ms) FROM run WHERE experiment_id = ?1)');
  if (runs.length === 0) throw new Failure('NotFound', 'There is no such experiment any more.');
  return runs;
}

/**
 * All of them or none; what is hidden already stays so. Throws `NotFound`, and `Conflict` for a run that has not ended, is a part of
 * another, or has a result that runs outside of them took.
 */
export function hideRuns(db: Database, ids: readonly RunId[], nowMs: number): Shown {
  const rows = ids.map((id) => anyRow(db, id)).filter((row) => optionalNumber(row, 'deleted_ms') === undefined);
  for (const row of rows) {
    mustBeWhole(db, row);
    mustHaveEnded(db, row);
    db.run(`UPDATE run SET deleted_ms = ?2 WHERE ${inTree}`, number(row, 'sequence'), nowMs);
  }
  for (const row of rows) mustBeUnused(db, row);
  return { ...shownOf(rows), runs: ids };
}

/**
 * What was hidden is there again. Throws `NotFound` for what is gone, or was hidden before `sinceMs`, and `Conflict` for a run that took
 * the result of one that is still hidden.
 */
export function showRuns(db: Database, references: readonly string[], sinceMs: number, undeleteMs: number): Shown {
  const rows = references.map((reference) => anyRow(db, findHidden(db, reference)));
  const hidden = rows.filter((row) => optionalNumber(row, 'deleted_ms') !== undefined);
  for (const row of hidden) {
    mustBeWhole(db, row);
    if ((optionalNumber(row, 'deleted_ms') ?? beingErased) < sinceMs) {
      const limit = formatDuration(undeleteMs);
      throw new Failure('NotFound', `The run ${text(row, 'name')} was deleted more than ${limit} ago: it is gone.`);
    }
    db.run(`UPDATE run SET deleted_ms = NULL WHERE ${inTree}`, number(row, 'sequence'));
  }
  for (const row of hidden) mustHaveItsResult(db, row);
  return shownOf(rows);
}

const shownOf = (rows: readonly Row[]): Shown => ({
  runs: rows.map((row) => text(row, 'id') as RunId),
  experiments: [...new Set(rows.map((row) => text(row, 'experiment_id')))],
});

/** Hidden or not. */
function anyRow(db: Database, id: RunId): Row {
  const row = db.get('SELECT id, sequence, name, parent, root, experiment_id, deleted_ms FROM run WHERE id = ?', id);
  if (!row) throw new Failure('NotFound', `There is no run ${id}.`, { hint: 'It may have been deleted for good.' });
  return row;
}

/** By its id, a unique prefix of one, or its name; of equal names the one that was deleted last. */
function findHidden(db: Database, reference: string): RunId {
  const exact = db.get('SELECT id FROM run WHERE id = ?', reference);
  if (exact) return text(exact, 'id') as RunId;
  const hidden = 'parent IS NULL AND deleted_ms IS NOT NULL';
  const named = db.get(`SELECT id FROM run WHERE ${hidden} AND name = ? ORDER BY deleted_ms DESC LIMIT 1`, reference);
  if (named) return text(named, 'id') as RunId;
  const fitting = isIdPrefix(reference)
    ? db.all(`SELECT id FROM run WHERE ${hidden} AND id >= ? AND id < ? LIMIT 2`, reference, `${reference}~`)
    : [];
  const [first, second] = fitting;
  if (!first) throw new Failure('NotFound', `No run that can be brought back is called ${reference}.`);
  if (second) {
    throw new Failure('InvalidInput', `"${reference}" fits more than one deleted run.`, {
      hint: 'Write more of the id.',
    });
  }
  return text(first, 'id') as RunId;
}

function mustBeWhole(db: Database, row: Row): void {
  const root = optionalNumber(row, 'root');
  if (root === undefined) return;
  const top = db.get('SELECT id, name FROM run WHERE sequence = ?', root);
  const whole = top ? nameOf(top) : 'another run';
  throw new Failure('Conflict', `The run ${text(row, 'name')} is a part of ${whole}: only the whole can be deleted.`);
}

function mustHaveEnded(db: Database, row: Row): void {
  const under = db.get(
    `SELECT id, name, status FROM run WHERE ${inTree} AND status IN ${active} ORDER BY sequence LIMIT 1`,
    number(row, 'sequence'),
  );
  if (!under) return;
  throw new Failure('Conflict', `The run ${nameOf(under)} is still ${text(under, 'status')}.`, {
    hint: 'Cancel it first, or wait for its end.',
  });
}

/** Those that took a result rely on its files. */
function mustBeUnused(db: Database, row: Row): void {
  const used = db.get(
    `SELECT user.id, user.name FROM run JOIN run AS user ON user.reused_from = run.id
      WHERE ${inTree} AND user.deleted_ms IS NULL ORDER BY user.sequence LIMIT 1`,
    number(row, 'sequence'),
  );
  if (!used) return;
  throw new Failure('Conflict', `The result of ${text(row, 'name')} is used by ${nameOf(used)}, which has no other.`, {
    hint: 'Delete that too, or keep both.',
  });
}

function mustHaveItsResult(db: Database, row: Row): void {
  const origin = db.get(
    `SELECT origin.id, origin.name FROM run JOIN run AS origin ON origin.id = run.reused_from
      WHERE ${inTree} AND origin.deleted_ms IS NOT NULL LIMIT 1`,
    number(row, 'sequence'),
  );
  if (!origin) return;
  throw new Failure('Conflict', `The run ${text(row, 'name')} has the result of ${nameOf(origin)}, which is deleted.`, {
    hint: 'Bring that back too.',
  });
}

const nameOf = (row: Row): string => `${text(row, 'name')} (${shortId(text(row, 'id') as RunId)})`;

/** From here on nobody brings back what was hidden before `beforeMs`: its files may be removed. */
export function beginErasing(db: Database, beforeMs: number): void {
  const due = db.all(
    `SELECT sequence FROM run WHERE deleted_ms <> ${beingErased} AND deleted_ms < ? AND parent IS NULL`,
    beforeMs,
  );
  for (const row of due) {
    const sequence = number(row, 'sequence');
    // Found again by a salvage, an attempt may be under way after all.
    if (db.get(`SELECT 1 FROM run WHERE ${inTree} AND status IN ${active} LIMIT 1`, sequence)) continue;
    db.run(`UPDATE run SET deleted_ms = ${beingErased} WHERE ${inTree}`, sequence);
  }
}

/** What is to be removed, parts before the whole. */
export const runsBeingErased = (db: Database, limit: number): RunId[] =>
  db
    .all(`SELECT id FROM run WHERE deleted_ms = ${beingErased} ORDER BY sequence DESC LIMIT ?`, limit)
    .map((row) => text(row, 'id') as RunId);

/** Rows of one run that are removed with one transaction. */
const mostRows = 5000;
const mostStreams = 500;

/** Removes some rows of a run that is being erased. True when nothing of it is left. */
export function eraseSome(db: Database, series: SeriesStore, id: RunId): boolean {
  const row = db.get(`SELECT sequence, experiment_id FROM run WHERE id = ? AND deleted_ms = ${beingErased}`, id);
  if (!row) return true;
  const run = number(row, 'sequence');
  if (series.erase(run, mostStreams) === mostStreams) return false;
  const events = db.run(
    'DELETE FROM event WHERE run = ?1 AND sequence IN (SELECT sequence FROM event WHERE run = ?1 LIMIT ?2)',
    run,
    mostRows,
  );
  if (events.changes === mostRows) return false;
  db.run('DELETE FROM artifact WHERE run = ?', run);
  db.run('DELETE FROM attempt WHERE run = ?', run);
  db.run('DELETE FROM untold_end WHERE run = ?', run);
  db.run('DELETE FROM dependency WHERE run = ?1 OR depends_on = ?1', run);
  db.run('UPDATE run SET best_run = NULL, best_value = NULL WHERE best_run = ?', run);
  db.run('DELETE FROM run WHERE sequence = ?', run);
  forgetEmptyExperiments(db, [text(row, 'experiment_id')]);
  return true;
}
