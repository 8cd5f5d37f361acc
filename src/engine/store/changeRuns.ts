/** What a person changes of runs that are there: names, tags, notes, favourites, experiments. Inside a transaction of the store. */
import { Failure } from '../../base/failure';
import type { RunId } from '../../model/ids';
import { changedTags, changeProblem, mostTags, type RunChange } from '../../model/runChange';
import { type Database, number, optionalNumber, type Row, text } from './database';
import type { NewEvent } from './ingestBatch';
import { readTags } from './runRows';

/** What was written down of a change among a run's events. */
export interface ChangeNote {
  readonly runId: RunId;
  readonly sequence: number;
  readonly attempt: number;
  readonly event: NewEvent;
}

/**
 * The same change for each of `rows`, which have the columns of `selectRuns`. `experimentNamed` gives the id of an experiment, made
 * when there is none. Throws `InvalidInput` for what cannot be kept, and `Conflict` for a part of a run that is to be moved alone.
 */
export function changeRuns(
  db: Database,
  rows: readonly Row[],
  change: RunChange,
  experimentNamed: (name: string) => string,
  nowMs: number,
): readonly ChangeNote[] {
  const problem = changeProblem(change);
  if (problem !== undefined) throw new Failure('InvalidInput', problem);
  const notes: ChangeNote[] = [];
  for (const row of rows) {
    const note = (message: string): void => {
      // Not among what charts mark: it says nothing of what the program did.
      const event = { timeMs: nowMs, level: 'debug', message } as const;
      const runId = text(row, 'id') as RunId;
      notes.push({ runId, sequence: number(row, 'sequence'), attempt: number(row, 'attempt'), event });
    };
    rename(db, row, change.name, note);
    move(db, row, change.experiment, experimentNamed, note);
    setTags(db, row, change);
    const sequence = number(row, 'sequence');
    if (change.note !== undefined) {
      const kept = change.note.trim() === '' ? null : change.note;
      db.run('UPDATE run SET note = ? WHERE sequence = ?', kept, sequence);
    }
    if (change.pinned !== undefined) {
      db.run('UPDATE run SET pinned = ? WHERE sequence = ?', change.pinned ? 1 : 0, sequence);
    }
  }
  return notes;
}

function rename(db: Database, row: Row, name: string | undefined, note: (message: string) => void): void {
  const [before, after] = [text(row, 'name'), name?.trim()];
  if (after === undefined || after === before) return;
  db.run('UPDATE run SET name = ? WHERE sequence = ?', after, number(row, 'sequence'));
  note(`Renamed: it was called "${before}".`);
}

function move(
  db: Database,
  row: Row,
  experiment: string | undefined,
  experimentNamed: (name: string) => string,
  note: (message: string) => void,
): void {
  const [before, after] = [text(row, 'experiment'), experiment?.trim()];
  if (after === undefined || after === before) return;
  const above = optionalNumber(row, 'root');
  if (above !== undefined) {
    const top = db.get('SELECT name FROM run WHERE sequence = ?', above);
    const whole = top ? text(top, 'name') : 'another run';
    throw new Failure('Conflict', `The run ${text(row, 'name')} is a part of ${whole}, and is moved with it only.`);
  }
  const sequence = number(row, 'sequence');
  db.run('UPDATE run SET experiment_id = ?1 WHERE sequence = ?2 OR root = ?2', experimentNamed(after), sequence);
  note(`Moved here from the experiment "${before}".`);
}

function setTags(db: Database, row: Row, change: RunChange): void {
  if (!change.tags && !change.addTags && !change.removeTags) return;
  const tags = changedTags(readTags(text(row, 'tags_json')), change);
  if (tags.length > mostTags) {
    throw new Failure('TooLarge', `The run ${text(row, 'name')} would have more than ${mostTags} tags.`);
  }
  db.run('UPDATE run SET tags_json = ? WHERE sequence = ?', JSON.stringify(tags), number(row, 'sequence'));
}

/** What no run is filed under any more; of hidden runs the experiment stays. */
export function forgetEmptyExperiments(db: Database, ids: Iterable<string>): void {
  for (const id of ids) {
    db.run('DELETE FROM experiment WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE experiment_id = ?1)', id);
  }
}
