/** The order of the queue by hand: hold, release, put first. Inside a transaction of the store. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { isSettled } from '../../model/runStatus';
import type { Arrangement } from '../../protocol/engine';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { ReadyRuns } from './readyRun';
import { readStatus } from './runRows';
import type { StatusChanges } from './statusChanges';

/**
 * Of a run made of runs it is about all below it that has not started. Throws `Conflict` when there is nothing left to
 * arrange: the run has started, or ended.
 */
export function arrangeRun(db: Database, row: Row, wish: Arrangement, changes: StatusChanges, nowMs: number): void {
  mustBePossible(db, row, wish);
  const sequence = number(row, 'sequence');
  switch (wish) {
    case 'hold':
      db.run('UPDATE run SET held = 1, promoted_ms = NULL WHERE sequence = ?', sequence);
      break;
    case 'release':
      db.run('UPDATE run SET held = 0 WHERE sequence = ?', sequence);
      break;
    case 'next': {
      // Later than any other, whatever the clock says.
      const newest = db.get(
        `SELECT max(promoted_ms) AS newest FROM run WHERE status IN ('queued', 'pending', 'running', 'cancel-pending')`,
      );
      const promotedMs = Math.max(nowMs, (newest ? (optionalNumber(newest, 'newest') ?? 0) : 0) + 1);
      // It waits for nothing but room, and for what it depends on.
      const sql = 'UPDATE run SET promoted_ms = ?, held = 0, ready_ms = NULL WHERE sequence = ?';
      db.run(sql, promotedMs, sequence);
    }
  }
  changes.markChanged(text(row, 'id') as RunId);
  markWaiting(db, sequence, changes, nowMs);
}

function mustBePossible(db: Database, row: Row, wish: Arrangement): void {
  const status = readStatus(row);
  const name = text(row, 'name');
  const isMade = text(row, 'kind') !== 'single';
  const isWaiting = status === 'queued' || (isMade && status === 'running');
  const verb = { hold: 'hold', release: 'release', next: 'put first' }[wish];
  if (isSettled(status)) throw new Failure('Conflict', `The run ${name} is ${status}: there is nothing to ${verb}.`);
  if (!isWaiting) {
    const hint = wish === 'hold' ? 'Only what has not started can be held; cancel it to end it.' : undefined;
    const message = `The run ${name} is ${status}: there is nothing to ${verb} any more.`;
    throw new Failure('Conflict', message, hint === undefined ? {} : { hint });
  }
  const isHeld = number(row, 'held') === 1;
  if (wish === 'hold' || (wish === 'release' && isHeld)) return;
  const above = db.get('SELECT id FROM run WHERE sequence = ?', optionalNumber(row, 'parent') ?? -1);
  const asked = isHeld ? above && text(above, 'id') : text(row, 'id');
  const holder = asked === undefined ? undefined : new ReadyRuns(db).holderOf(asked as RunId);
  if (wish === 'next' && holder === undefined) return;
  if (holder === undefined) throw new Failure('Conflict', `The run ${name} is not held.`);
  throw new Failure('Conflict', `The run ${name} is held with ${holder}, which it is a part of.`, {
    hint: `Release ${holder}.`,
  });
}

/** All that is ready, the run or what is below it, is looked at anew: it is taken off the queue, or put there. */
function markWaiting(db: Database, sequence: number, changes: StatusChanges, nowMs: number): void {
  // As it is by now.
  const rows = db.all('SELECT * FROM run WHERE sequence = ?', sequence);
  for (let row = rows.pop(); row; row = rows.pop()) {
    const status = readStatus(row);
    if (text(row, 'kind') !== 'single') {
      if (isSettled(status)) continue;
      rows.push(...db.all('SELECT * FROM run WHERE parent = ?', number(row, 'sequence')));
    } else if (status === 'queued' && number(row, 'waits') === 0) {
      const id = text(row, 'id') as RunId;
      // What was said of its waiting is said anew.
      const held = optionalText(row, 'evidence')?.startsWith('held') ?? false;
      if (held) db.run('UPDATE run SET evidence = NULL WHERE sequence = ?', number(row, 'sequence'));
      changes.markChanged(id);
      const readyMs = optionalNumber(row, 'ready_ms');
      changes.markReady(id, readyMs !== undefined && readyMs > nowMs ? readyMs : undefined);
    }
  }
}
