/**
 * Ends of runs that no person was told of yet: written in the transaction that settles a run, removed when a window has shown them.
 * Only of runs at the top of their tree, and not of those that somebody cancelled: who did that knows.
 */
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';
import { type Database, number, optionalText, text } from './database';
import { optional, readRun, readStatus, selectRuns } from './runRows';

export interface UntoldEnd {
  readonly run: Run;
  /** The window that has submitted it, or tried it again. */
  readonly window?: string;
}

export interface UntoldEnds {
  /** The newest, in the order of their ends. */
  readonly ends: readonly UntoldEnd[];
  /** Further ones: older, and more than anyone reads. */
  readonly older: readonly { readonly id: RunId; readonly status: Run['status'] }[];
}

export const isWorthTelling = (status: RunStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'lost';

const isTold = "run.status IN ('completed', 'failed', 'lost') AND run.deleted_ms IS NULL";

export const keepEnd = (db: Database, sequence: number): void =>
  void db.run('INSERT OR IGNORE INTO untold_end VALUES (?)', sequence);

/** What was deleted or tried again meanwhile is not among them. */
export function readUntoldEnds(db: Database, limit: number): UntoldEnds {
  const order = 'ORDER BY run.status_ms DESC, run.sequence DESC LIMIT ?';
  const among = `run.sequence IN (SELECT run FROM untold_end) AND ${isTold}`;
  const rows = db.all(`${selectRuns} WHERE ${among} ${order}`, limit);
  const ends = rows.map((row) => ({ run: readRun(row), ...optional('window', optionalText(row, 'window')) }));
  if (rows.length < limit) return { ends: ends.reverse(), older: [] };
  const older = db.all(`SELECT run.id, run.status FROM run WHERE ${among} ${order} OFFSET ?`, -1, limit);
  return {
    ends: ends.reverse(),
    older: older.map((row) => ({ id: text(row, 'id') as RunId, status: readStatus(row) })),
  };
}

export function forgetEnds(db: Database, ids: readonly RunId[]): void {
  for (const id of ids) db.run('DELETE FROM untold_end WHERE run = (SELECT sequence FROM run WHERE id = ?)', id);
}

export function countUntoldEnds(db: Database): number {
  const row = db.get(
    `SELECT count(*) AS count FROM untold_end JOIN run ON run.sequence = untold_end.run WHERE ${isTold}`,
  );
  return row ? number(row, 'count') : 0;
}
