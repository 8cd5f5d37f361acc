/** Trying again by hand: which runs of a tree begin anew, and what they wait for then. Inside a transaction of the store. */
import { Failure } from '../../base/failure';
import { type RunId, shortId } from '../../model/ids';
import { isSettled, reopen, type RunStatus } from '../../model/runStatus';
import { dependencyState } from '../../model/taskGraph';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { runsThatReuse } from './reuseRuns';
import { readStatus } from './runRows';
import { readCondition, type StatusChanges } from './statusChanges';

export interface ReopenWish {
  readonly checkpoints: 'empty' | 'kept';
  /** `onward`: the task and all that comes after it in its graph. */
  readonly scope?: 'one' | 'onward' | undefined;
  /** Which of the environments kept with the tree's top run they get, by the path of their names from there. */
  readonly environmentOf: EnvironmentChoice;
}

export interface EnvironmentChoice {
  readonly base: number;
  /** Keys are `taskPathKey`s; a run that is not listed gets `base`. */
  readonly byPath: ReadonlyMap<string, number>;
}

export const taskPathKey = (names: readonly string[]): string => JSON.stringify(names);

/**
 * `one`: the run; of a run made of runs, all below it that did not complete. `onward`: also all that depends on it, or on
 * what it is a part of, directly or by others, whatever became of it. Parents above become active again. Throws `Conflict`
 * when one of them has not ended, or has a result that runs outside of them took.
 */
export function reopenRuns(db: Database, top: Row, wish: ReopenWish, changes: StatusChanges, nowMs: number): void {
  reopen(readStatus(top));
  const chosen = new Map<number, Row>();
  // Of a graph that completed, everything is wanted once more.
  choose(db, top, readStatus(top) === 'completed' || wish.scope === 'onward', chosen);
  const waiting = wish.scope === 'onward' ? chooseDependents(db, withParents(db, top), chosen) : [];
  const ordered = [...chosen].sort(([a], [b]) => a - b);
  refuseUsedResults(db, new Map(ordered));
  for (const [sequence, row] of ordered) {
    waitAgain(db, sequence, readStatus(row), changes);
    db.run(
      `UPDATE run SET status = 'queued', status_ms = ?, evidence = ?, ready_ms = NULL, fresh = ?, waits = 0, reused_from = NULL, reuse_key = NULL,
        reuse_static = NULL, environment = ?,
         held = 0, promoted_ms = NULL,
        progress_done = NULL, progress_total = NULL WHERE sequence = ?`,
      nowMs,
      wish.checkpoints === 'kept' ? 'resumed by hand' : 'retried by hand',
      wish.checkpoints === 'kept' ? 0 : 1,
      wish.environmentOf.byPath.get(taskPathKey(taskPath(db, row))) ?? wish.environmentOf.base,
      sequence,
    );
    changes.markChanged(text(row, 'id') as RunId);
  }
  // Before anything is counted: what depends on a parent waits for it again.
  reopenFrom(db, optionalNumber(top, 'parent'), changes, nowMs);
  // Parents come before their children, so what a child waits for is known when it is looked at.
  const waitsOf = new Map<number, number>();
  for (const [sequence, row] of ordered) {
    const waits = countUnmet(db, sequence) + (isWaiting(optionalNumber(row, 'parent'), waitsOf) ? 1 : 0);
    waitsOf.set(sequence, waits);
    db.run('UPDATE run SET waits = ? WHERE sequence = ?', waits, sequence);
    if (waits === 0 && text(row, 'kind') === 'single') changes.markReady(text(row, 'id') as RunId);
  }
  for (const sequence of waiting)
    db.run('UPDATE run SET waits = ? WHERE sequence = ?', countUnmet(db, sequence), sequence);
}

/** Another attempt writes to the outputs of the one before, and those who took them rely on what they were told. */
function refuseUsedResults(db: Database, chosen: ReadonlyMap<number, Row>): void {
  for (const row of chosen.values()) {
    const users = runsThatReuse(db, text(row, 'id') as RunId).filter((user) => !chosen.has(number(user, 'sequence')));
    const [user] = users;
    if (!user) continue;
    const name = `${text(user, 'name')} (${shortId(text(user, 'id') as RunId)})`;
    const others = users.length > 1 ? ` and ${users.length - 1} more` : '';
    throw new Failure(
      'Conflict',
      `The result of ${text(row, 'name')} is used by ${name}${others}: it stays as it is.`,
      {
        hint: 'To execute it once more, retry a run that uses it, or submit the run file again with "reuse": false.',
      },
    );
  }
}

/** The run and all that it is a part of. */
function withParents(db: Database, top: Row): readonly number[] {
  const sequences = [number(top, 'sequence')];
  let at = optionalNumber(top, 'parent');
  while (at !== undefined) {
    sequences.push(at);
    const parent = db.get('SELECT parent FROM run WHERE sequence = ?', at);
    at = parent && optionalNumber(parent, 'parent');
  }
  return sequences;
}

/** The run and what is below it: all of that, or what did not complete. */
function choose(db: Database, top: Row, all: boolean, chosen: Map<number, Row>): void {
  const rows = [top];
  for (let row = rows.pop(); row; row = rows.pop()) {
    const status = readStatus(row);
    if (!isSettled(status)) {
      throw new Failure('Conflict', `${text(row, 'name')}, which would be tried again too, is still ${status}.`, {
        hint: 'Cancel it first, or wait for its end.',
      });
    }
    chosen.set(number(row, 'sequence'), row);
    const children = db.all('SELECT * FROM run WHERE parent = ?', number(row, 'sequence'));
    const wanted = all ? children : children.filter((child) => readStatus(child) !== 'completed');
    rows.push(...(wanted.length > 0 ? wanted : children));
  }
}

/** Returns those that still wait for others and had counted a task of the chosen ones as ended: they wait for it again. */
function chooseDependents(db: Database, from: readonly number[], chosen: Map<number, Row>): readonly number[] {
  const seen = new Set<number>();
  const waiting: number[] = [];
  const reached = [...from];
  for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
    const dependents = db.all(
      'SELECT run.* FROM dependency JOIN run ON run.sequence = dependency.run WHERE dependency.depends_on = ?',
      at,
    );
    for (const dependent of dependents) {
      const sequence = number(dependent, 'sequence');
      if (seen.has(sequence)) continue;
      seen.add(sequence);
      if (readStatus(dependent) === 'queued' && number(dependent, 'waits') > 0) {
        waiting.push(sequence);
        continue;
      }
      choose(db, dependent, true, chosen);
      reached.push(sequence);
    }
  }
  return waiting;
}

/** What has not started, and counted this one as ended, waits for it once more. */
function waitAgain(db: Database, reopened: number, ended: RunStatus, changes: StatusChanges): void {
  const dependents = db.all(
    `SELECT run.sequence, run.id, run.kind, run.attempt, run.waits, dependency.condition FROM dependency
      JOIN run ON run.sequence = dependency.run WHERE dependency.depends_on = ? AND run.status = 'queued'`,
    reopened,
  );
  for (const dependent of dependents) {
    if (dependencyState(readCondition(text(dependent, 'condition')), ended) !== 'met') continue;
    const isReady = number(dependent, 'waits') === 0;
    // Tried again by hand, or begun: it does not wait any more.
    if (isReady && (text(dependent, 'kind') !== 'single' || number(dependent, 'attempt') > 0)) continue;
    db.run('UPDATE run SET waits = waits + 1 WHERE sequence = ?', number(dependent, 'sequence'));
    // Off the queue.
    if (isReady) changes.markChanged(text(dependent, 'id') as RunId);
  }
}

const isWaiting = (parent: number | undefined, waitsOf: ReadonlyMap<number, number>): boolean =>
  parent !== undefined && (waitsOf.get(parent) ?? 0) > 0;

/** What has ended, however it did, is waited for no longer: trying again by hand is a decision to go on with it. */
export function countUnmet(db: Database, sequence: number): number {
  const rows = db.all(
    `SELECT dependency.condition, run.status FROM dependency JOIN run ON run.sequence = dependency.depends_on
      WHERE dependency.run = ?`,
    sequence,
  );
  return rows.filter((row) => dependencyState(readCondition(text(row, 'condition')), readStatus(row)) === 'waiting')
    .length;
}

/** Names from below the top run to this one. */
function taskPath(db: Database, row: Row): readonly string[] {
  const names: string[] = [];
  let at: Row | undefined = row;
  while (at && optionalNumber(at, 'parent') !== undefined) {
    names.unshift(optionalText(at, 'task') ?? '');
    at = db.get('SELECT task, parent FROM run WHERE sequence = ?', number(at, 'parent'));
  }
  return names;
}

/** A settled parent is running again, with all above it, and waits for nothing, since it had begun. */
export function reopenFrom(db: Database, parent: number | undefined, changes: StatusChanges, nowMs: number): void {
  let at = parent;
  while (at !== undefined) {
    const row = db.get('SELECT * FROM run WHERE sequence = ?', at);
    if (!row) return;
    if (isSettled(readStatus(row))) {
      waitAgain(db, at, readStatus(row), changes);
      db.run(
        "UPDATE run SET status = 'running', status_ms = ?, evidence = NULL, waits = 0, held = 0 WHERE sequence = ?",
        nowMs,
        at,
      );
      changes.markChanged(text(row, 'id') as RunId);
    }
    at = optionalNumber(row, 'parent');
  }
}
