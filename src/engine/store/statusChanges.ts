/**
 * The changes of statuses within one transaction: of a run, and what follows from it. When a run settles, those that
 * depend on it become ready or are skipped, and a run made of runs takes its status from them. Every change asks the rules
 * of the model; what follows is worked off one after another, so that a chain of thousands needs no deep stack.
 */
import type { RunId } from '../../model/ids';
import { advance, advanceParent, isSettled, type RunStatus } from '../../model/runStatus';
import { dependencyConditions, dependencyState, type DependencyCondition, parentStatus } from '../../model/taskGraph';
import { type Database, number, optionalNumber, type Row, text } from './database';
import { type ReadyRun, ReadyRuns } from './readyRun';
import { readStatus } from './runRows';
import { isWorthTelling, keepEnd } from './untoldEnds';

/** What a transaction has changed, for those who act on it and those who are told. */
export interface RunChanges {
  /** Runs whose status changed, parents and dependents included. */
  readonly changed: readonly RunId[];
  /** Runs that nothing is waited for any more but room. */
  readonly ready: readonly ReadyRun[];
  /** Runs that are ready, but not before that moment. */
  readonly pausing: readonly { readonly runId: RunId; readonly untilMs: number }[];
  /** Runs with an attempt that is to be ended. */
  readonly stopping: readonly RunId[];
  /** Runs at the top of their tree that are settled now: their environments are needed no longer. */
  readonly settledRoots: readonly RunId[];
}

const columns = 'sequence, id, name, kind, parent, status, waits';

export class StatusChanges {
  readonly #db: Database;
  readonly #nowMs: number;
  readonly #changed = new Set<RunId>();
  readonly #ready = new Set<RunId>();
  readonly #pausing = new Map<RunId, number>();
  readonly #stopping = new Set<RunId>();
  readonly #settledRoots = new Set<RunId>();
  readonly #settled: number[] = [];
  readonly #parents = new Set<number>();

  constructor(db: Database, nowMs: number) {
    this.#db = db;
    this.#nowMs = nowMs;
  }

  /** `row` has the run as it was. What follows waits for `finish`. Throws `Conflict` when the status may not follow. */
  set(row: Row, next: RunStatus, evidence: string | undefined, atMs: number = this.#nowMs): void {
    this.#write(row, advance(readStatus(row), next), evidence, atMs);
  }

  /** The run waits for nothing any more: it is ready, or its children are looked at in its stead. */
  open(sequence: number): void {
    const opened = [sequence];
    for (let at = opened.pop(); at !== undefined; at = opened.pop()) {
      const row = this.#row(at);
      if (readStatus(row) !== 'queued') continue;
      if (text(row, 'kind') === 'single') {
        this.#ready.add(text(row, 'id') as RunId);
        continue;
      }
      // Held, it may stay queued for long: what it waited for is no longer why.
      const clear = "UPDATE run SET evidence = NULL WHERE sequence = ? AND evidence LIKE 'waits for %'";
      if (this.#db.run(clear, at).changes > 0) this.#changed.add(text(row, 'id') as RunId);
      const children = this.#db.all('SELECT sequence, status FROM run WHERE parent = ? ORDER BY sequence', at);
      for (const child of children.reverse()) {
        if (readStatus(child) !== 'queued') continue;
        if (this.#waitLess(number(child, 'sequence')) === 0) opened.push(number(child, 'sequence'));
      }
    }
  }

  /** Queued with nothing to wait for, but a pause until `atMs` where that is given. */
  markReady(id: RunId, atMs?: number): void {
    if (atMs === undefined) this.#ready.add(id);
    else this.#pausing.set(id, atMs);
  }

  markChanged(id: RunId): void {
    this.#changed.add(id);
  }

  /** The run's children are not what they were: its own status follows from them anew. */
  followChildrenOf(sequence: number): void {
    this.#parents.add(sequence);
  }

  /** Works off all that follows, and says what has changed. */
  finish(): RunChanges {
    for (;;) {
      const settled = this.#settled.shift();
      if (settled !== undefined) {
        this.#releaseDependents(this.#row(settled));
        continue;
      }
      const [parent] = this.#parents;
      if (parent === undefined) break;
      this.#parents.delete(parent);
      this.#followChildren(this.#row(parent));
    }
    const readyRuns = new ReadyRuns(this.#db);
    return {
      changed: [...this.#changed],
      ready: Array.from(this.#ready, (id) => readyRuns.find(id) ?? this.#sayHeld(id, readyRuns)).filter(
        (run) => run !== undefined,
      ),
      pausing: Array.from(this.#pausing, ([runId, untilMs]) => ({ runId, untilMs })),
      stopping: [...this.#stopping],
      settledRoots: [...this.#settledRoots],
    };
  }

  /** What is ready and yet does not go on says why. */
  #sayHeld(id: RunId, readyRuns: ReadyRuns): undefined {
    const holder = readyRuns.holderOf(id);
    if (holder === undefined) return;
    const own = "UPDATE run SET evidence = CASE held WHEN 1 THEN 'held' ELSE ? END WHERE id = ?";
    this.#db.run(own, `held with ${holder}`, id);
    this.#changed.add(id);
  }

  #write(row: Row, status: RunStatus, evidence: string | undefined, atMs: number): void {
    const id = text(row, 'id') as RunId;
    const sequence = number(row, 'sequence');
    this.#db.run(
      'UPDATE run SET status = ?, status_ms = ?, evidence = ? WHERE sequence = ?',
      status,
      atMs,
      evidence ?? null,
      sequence,
    );
    this.#changed.add(id);
    this.#ready.delete(id);
    if (status === 'cancel-pending' && text(row, 'kind') === 'single') this.#stopping.add(id);
    else this.#stopping.delete(id);
    const parent = optionalNumber(row, 'parent');
    if (isSettled(status)) {
      if (parent === undefined) {
        this.#settledRoots.add(id);
        if (isWorthTelling(status)) keepEnd(this.#db, sequence);
      } else this.#settled.push(sequence);
    }
    if (parent !== undefined) this.#parents.add(parent);
  }

  #releaseDependents(row: Row): void {
    const status = readStatus(row);
    const dependents = this.#db.all(
      'SELECT run, condition FROM dependency WHERE depends_on = ?',
      number(row, 'sequence'),
    );
    for (const dependent of dependents) {
      const sequence = number(dependent, 'run');
      const waiting = this.#row(sequence);
      // Started or skipped before, or tried again by hand without waiting.
      if (readStatus(waiting) !== 'queued' || number(waiting, 'waits') === 0) continue;
      const condition = readCondition(text(dependent, 'condition'));
      if (dependencyState(condition, status) === 'impossible') {
        this.skip(waiting, `needs ${text(row, 'name')} ${condition}, which was ${status}`);
      } else if (this.#waitLess(sequence) === 0) this.open(sequence);
    }
  }

  /** Of a queued run, with all that it is made of. */
  skip(row: Row, evidence: string): void {
    this.set(row, 'skipped', evidence);
    if (text(row, 'kind') === 'single') return;
    for (const child of this.#db.all(`SELECT ${columns} FROM run WHERE parent = ?`, number(row, 'sequence'))) {
      if (readStatus(child) === 'queued') this.skip(child, evidence);
    }
  }

  #followChildren(row: Row): void {
    const status = readStatus(row);
    const sequence = number(row, 'sequence');
    // Most changes leave others active: then there is nothing to count.
    const isActive = this.#db.get(
      `SELECT 1 AS one FROM run WHERE parent = ? AND status IN ('created', 'queued', 'pending', 'running', 'cancel-pending')
        LIMIT 1`,
      sequence,
    );
    if (isActive && (status === 'running' || status === 'cancel-pending')) return;
    if (isSettled(status)) return;
    const counts = childCounts(this.#db, sequence);
    const hasUnhandledFailure = this.#firstUnhandled(sequence);
    const next = parentStatus({ counts, hasUnhandledFailure: hasUnhandledFailure !== undefined });
    if (next === status || (status === 'cancel-pending' && !isSettled(next))) return;
    // A wish to cancel is granted when there was something to cancel; a result that came first stays a result.
    this.#write(row, advanceParent(status, next), next === 'failed' ? hasUnhandledFailure : undefined, this.#nowMs);
  }

  /** "train failed first: exit code 1": of the failures that no dependent ran for, the earliest. */
  #firstUnhandled(parent: number): string | undefined {
    const failed = this.#db.get(
      `SELECT name, status, evidence FROM run AS child WHERE parent = ? AND status IN ('failed', 'lost') AND NOT EXISTS (
          SELECT 1 FROM dependency JOIN run AS handler ON handler.sequence = dependency.run
          WHERE dependency.depends_on = child.sequence AND dependency.condition IN ('failed', 'finished')
            AND handler.status <> 'skipped')
        ORDER BY status_ms, sequence LIMIT 1`,
      parent,
    );
    if (!failed) return undefined;
    const word = text(failed, 'status') === 'lost' ? 'was lost' : 'failed';
    const evidence = failed['evidence'];
    return `${text(failed, 'name')} ${word} first${typeof evidence === 'string' ? `: ${evidence}` : ''}`;
  }

  /** How many remain. */
  #waitLess(sequence: number): number {
    const row = this.#db.get('UPDATE run SET waits = waits - 1 WHERE sequence = ? RETURNING waits', sequence);
    return row ? number(row, 'waits') : 0;
  }

  #row(sequence: number): Row {
    const row = this.#db.get(`SELECT ${columns} FROM run WHERE sequence = ?`, sequence);
    if (!row) throw new Error(`The run number ${sequence} vanished.`);
    return row;
  }
}

/** How many children of the run have which status. */
export function childCounts(db: Database, parent: number): Partial<Record<RunStatus, number>> {
  const rows = db.all('SELECT status, count(*) AS count FROM run WHERE parent = ? GROUP BY status', parent);
  return Object.fromEntries(rows.map((row) => [readStatus(row), number(row, 'count')]));
}

export function readCondition(word: string): DependencyCondition {
  const condition = dependencyConditions.find((known) => known === word);
  if (!condition) throw new Error(`The store holds the unknown condition ${word}.`);
  return condition;
}
