/** The wish to cancel a run, and with it all that it is made of. Inside a transaction of the store. */
import { type Database, number, type Row, text } from './database';
import { readStatus } from './runRows';
import type { StatusChanges } from './statusChanges';

/**
 * All of them get the wish before anything follows from it: what waits for a task that is cancelled here must not be
 * released by it, being cancelled too.
 */
export function cancelRuns(db: Database, top: Row, changes: StatusChanges): void {
  const rows = [top];
  for (let row = rows.pop(); row; row = rows.pop()) {
    const status = readStatus(row);
    const isMade = text(row, 'kind') !== 'single';
    if (status === 'created') changes.set(row, 'cancelled', 'before it started');
    else if (status === 'queued') {
      changes.set(row, 'cancel-pending', undefined);
      const wished = db.get('SELECT * FROM run WHERE sequence = ?', number(row, 'sequence'));
      if (wished && !isMade) changes.set(wished, 'cancelled', 'while it waited');
    } else if (status === 'pending' || status === 'running') changes.set(row, 'cancel-pending', 'asked to stop');
    else continue;
    if (isMade) rows.push(...db.all('SELECT * FROM run WHERE parent = ?', number(row, 'sequence')));
  }
}
