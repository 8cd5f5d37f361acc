/** Results that are used again: which runs have the key of another, and what becomes of the one that need not execute. */
import type { RunId } from '../../model/ids';
import { shortId } from '../../model/ids';
import { type Database, number, optionalText, type Row, text } from './database';
import type { StatusChanges } from './statusChanges';
import { keepBest } from './sweepRows';

/** Of completed runs that executed, the newest first. */
export function runsWithReuseKey(db: Database, key: string): RunId[] {
  return db
    .all(
      `SELECT id FROM run WHERE reuse_key = ? AND status = 'completed' AND reused_from IS NULL AND deleted_ms IS NULL
        ORDER BY sequence DESC LIMIT 20`,
      key,
    )
    .map((row) => text(row, 'id') as RunId);
}

/** Whether its result may be taken under that key now. */
export const hasReuseKey = (db: Database, id: RunId, key: string): boolean =>
  db.get(
    "SELECT 1 FROM run WHERE id = ? AND reuse_key = ? AND status = 'completed' AND deleted_ms IS NULL",
    id,
    key,
  ) !== undefined;

/** Those that took the result of this one, the oldest first. */
export const runsThatReuse = (db: Database, id: RunId): Row[] =>
  db.all('SELECT * FROM run WHERE reused_from = ? ORDER BY sequence', id);

/** The run that has the outputs, points and lines of this one: itself, unless it took another's. */
export function ownerOfResults(db: Database, id: RunId): RunId {
  const row = db.get('SELECT reused_from FROM run WHERE id = ?', id);
  return ((row && optionalText(row, 'reused_from')) as RunId | undefined) ?? id;
}

/**
 * The queued run is completed without an attempt. A trial counts by the values that the other has: `extremesOf` gives its
 * lowest and its highest.
 */
export function reuse(
  db: Database,
  row: Row,
  from: Row,
  changes: StatusChanges,
  extremesOf: (run: number, metric: string) => readonly number[],
): RunId | undefined {
  const origin = text(from, 'id') as RunId;
  db.run('UPDATE run SET reused_from = ? WHERE sequence = ?', origin, number(row, 'sequence'));
  changes.set(row, 'completed', `reused from run ${text(from, 'name')} (${shortId(origin)})`);
  return keepBest(db, number(row, 'sequence'), (metric) => extremesOf(number(from, 'sequence'), metric));
}
