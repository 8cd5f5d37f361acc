/**
 * What graphs and sweeps need to go on after a salvage in which some of their runs were lost. What is submitted as one has
 * numbers without a gap, and dependencies name both of their ends: by that it is known which tasks are missing. Each gets a row that says so; what waits for it is cancelled, and the rest goes on.
 */
import { Check } from '@sinclair/typebox/value';
import { newRunId } from '../../model/ids';
import { isActive } from '../../model/runStatus';
import { SweepSchema } from '../../model/sweep';
import { countTrials } from '../../model/sweepTrials';
import { type Database, number, optionalNumber, type Row, text } from './database';
import { countUnmet } from './reopenRuns';
import { readStatus } from './runRows';
import { insertRecovered } from './salvageRecovered';
import type { Strays } from './salvageStrays';
import { StatusChanges } from './statusChanges';
import { storedExtremes } from './series/salvageSeries';
import { findBestAnew, readSweepColumn } from './sweepRows';

/** What damage has made of a number is not counted up to. */
const mostLost = 10_000;

/** Inside a transaction of the new store. Says what it did. */
export function mendTrees(db: Database, strays: Strays, nowMs: number): string[] {
  const trees = new SalvagedTrees(db, nowMs);
  trees.place(strays);
  trees.fillGaps(strays);
  trees.keepDependencies(strays);
  trees.fillSweeps();
  trees.keepBests();
  trees.goOn();
  return trees.said;
}

class SalvagedTrees {
  readonly said: string[] = [];
  readonly #db: Database;
  readonly #nowMs: number;
  /** Runs by number that were part of a tree whose top is lost. */
  readonly #cutOff = new Set<number>();

  /** Runs by number of which nothing is left but that they were. */
  readonly #lost = new Set<number>();
  /** What was the best trial of a sweep. */
  readonly #bests = new Map<number, number>();

  constructor(db: Database, nowMs: number) {
    this.#db = db;
    this.#nowMs = nowMs;
  }

  /** Runs get their places back; those whose parent is lost come up to the top of the tree, or stand alone. */
  place({ places }: Strays): void {
    for (const [sequence, { parent, root, best }] of [...places].sort(([a], [b]) => a - b)) {
      if (best !== undefined) this.#bests.set(sequence, best);
      if (parent === undefined && root === undefined) continue;
      const isAbove = (above: number | undefined): boolean => above !== undefined && above < sequence;
      const above = (isAbove(parent) ? this.#row(parent) : undefined) ?? (isAbove(root) ? this.#row(root) : undefined);
      if (above && text(above, 'kind') !== 'single') this.#putBelow(sequence, above);
      else this.#cutOff.add(sequence);
    }
  }

  /** Between two runs of one tree that were made in the same moment every number belongs to it. */
  fillGaps({ found }: Strays): void {
    const filled: { readonly sequence: number; readonly tree: number }[] = [];
    let last: { readonly sequence: number; readonly tree: number; readonly createdMs: number } | undefined;
    const sql = 'SELECT sequence, coalesce(root, sequence) AS tree, created_ms FROM run ORDER BY sequence';
    for (const row of this.#db.all(sql)) {
      const [sequence, tree, createdMs] = [number(row, 'sequence'), number(row, 'tree'), number(row, 'created_ms')];
      const here = { sequence, tree, createdMs };
      if (found.has(here.sequence)) continue;
      // What a sweep got later, other runs may lie before.
      const isTogether = last?.tree === tree && last.createdMs === createdMs;
      if (last && isTogether && here.sequence - last.sequence <= mostLost) {
        for (let sequence = last.sequence + 1; sequence < here.sequence; sequence += 1) {
          filled.push({ sequence, tree: here.tree });
        }
      }
      last = here;
    }
    for (const { sequence, tree } of filled) this.#fill(sequence, tree);
  }

  /** Behind the last run of a tree that is left, what others wait for tells of lost ones. */
  keepDependencies({ dependencies }: Strays): void {
    for (const { run, dependsOn, condition } of dependencies) {
      const tree = this.#treeOf(run) ?? this.#treeOf(dependsOn);
      if (tree === undefined) continue;
      for (const sequence of [run, dependsOn]) if (sequence > tree) this.#fill(sequence, tree);
      if (this.#treeOf(run) !== tree || this.#treeOf(dependsOn) !== tree) continue;
      this.#db.run(
        'INSERT OR IGNORE INTO dependency (run, depends_on, condition) VALUES (?, ?, ?)',
        run,
        dependsOn,
        condition,
      );
    }
  }

  /** A sweep knows how many trials it has, and a run made of runs has one at least. */
  fillSweeps(): void {
    for (const row of this.#db.all("SELECT * FROM run WHERE kind <> 'single'")) {
      const sequence = number(row, 'sequence');
      const children = this.#db.get('SELECT count(*) AS count FROM run WHERE parent = ?', sequence);
      const expected = Math.min(mostLost, Math.max(isActive(readStatus(row)) ? 1 : 0, trialsOf(row)));
      for (let n = children ? number(children, 'count') : 0; n < expected; n += 1) this.#insertLost(undefined, row);
    }
  }

  /** The best trial of each sweep; where that is lost, the best of those that are left. */
  keepBests(): void {
    for (const [sweep, best] of this.#bests) {
      const row = this.#lost.has(best) ? undefined : this.#row(best);
      if (row && optionalNumber(row, 'parent') === sweep && readStatus(row) === 'completed') {
        this.#db.run('UPDATE run SET best_run = ? WHERE sequence = ?', best, sweep);
        continue;
      }
      findBestAnew(this.#db, sweep, (run, metric) => storedExtremes(this.#db, run, metric));
    }
  }

  /** What waits for something that will never come is cancelled; what nothing is waited for any more is settled. */
  goOn(): void {
    const changes = new StatusChanges(this.#db, this.#nowMs);
    const cancelled = new Set<number>();
    const queued =
      "SELECT * FROM run WHERE status = 'queued' AND (parent IS NOT NULL OR waits > 0 OR sequence IN (SELECT value FROM json_each(?))) ORDER BY sequence";
    for (const row of this.#db.all(queued, JSON.stringify([...this.#cutOff]))) {
      const sequence = number(row, 'sequence');
      const why = this.#hopelessness(row, cancelled);
      if (why === undefined) continue;
      cancelled.add(sequence);
      // Not skipped: a graph whose tasks are all completed or skipped counts as completed.
      changes.set(row, 'cancel-pending', why);
      const wished = text(row, 'kind') === 'single' ? this.#row(sequence) : undefined;
      if (wished) changes.set(wished, 'cancelled', why);
      this.said.push(`Run ${text(row, 'id')} was cancelled: ${why}.`);
    }
    for (const row of this.#db.all("SELECT sequence FROM run WHERE kind <> 'single'")) {
      changes.followChildrenOf(number(row, 'sequence'));
    }
    changes.finish();
  }

  /** Why the queued run cannot go on; undefined when it can. Corrects how much it waits for. */
  #hopelessness(row: Row, cancelled: ReadonlySet<number>): string | undefined {
    const sequence = number(row, 'sequence');
    const parent = optionalNumber(row, 'parent');
    const root = optionalNumber(row, 'root');
    // Its environment was kept with the run at the top.
    if (this.#cutOff.has(root ?? sequence)) return 'what it was a part of was lost with the damaged store';
    if (parent !== undefined && cancelled.has(parent)) return 'what it is a part of was cancelled';
    const above = parent === undefined ? undefined : this.#row(parent);
    const known = countUnmet(this.#db, sequence) + (above && number(above, 'waits') > 0 ? 1 : 0);
    const waits = number(row, 'waits');
    if (waits > known) return 'something that it waited for was lost with the damaged store';
    if (waits < known && waits > 0) this.#db.run('UPDATE run SET waits = ? WHERE sequence = ?', known, sequence);
    return undefined;
  }

  /** The number becomes a run of the tree: a lost one, unless there is one that was found again. */
  #fill(sequence: number, tree: number): void {
    const top = this.#row(tree);
    if (!top || text(top, 'kind') === 'single') return;
    const there = this.#row(sequence);
    if (!there) this.#insertLost(sequence, top);
    else if (optionalNumber(there, 'root') === undefined && text(there, 'kind') === 'single')
      this.#putBelow(sequence, top);
  }

  #insertLost(sequence: number | undefined, above: Row): void {
    const [parent, root] = [number(above, 'sequence'), optionalNumber(above, 'root') ?? number(above, 'sequence')];
    const run = { id: newRunId(), atMs: this.#nowMs, evidence: 'lost with the damaged store' };
    const task = `lost-${run.id.slice(0, 6)}`;
    if (sequence !== undefined) this.#lost.add(sequence);
    insertRecovered((sql, ...values) => this.#db.run(sql, ...values), {
      ...run,
      ...(sequence === undefined ? {} : { sequence }),
      above: { parent, root, task },
    });
    this.said.push(`A task of ${text(above, 'name')} (${text(above, 'id')}) is lost, and shown as ${task}.`);
  }

  #putBelow(sequence: number, above: Row): void {
    const parent = number(above, 'sequence');
    this.#db.run(
      'UPDATE run SET parent = ?, root = ?, task = coalesce(task, name) WHERE sequence = ?',
      parent,
      optionalNumber(above, 'root') ?? parent,
      sequence,
    );
  }

  #treeOf(sequence: number): number | undefined {
    const row = this.#row(sequence);
    return row && (optionalNumber(row, 'root') ?? (text(row, 'kind') === 'single' ? undefined : sequence));
  }

  #row(sequence: number | undefined): Row | undefined {
    return sequence === undefined ? undefined : this.#db.get('SELECT * FROM run WHERE sequence = ?', sequence);
  }
}

/** 0 for what is no sweep. */
function trialsOf(row: Row): number {
  const { spec } = readSweepColumn(row);
  if (text(row, 'kind') !== 'sweep' || spec === undefined) return 0;
  const sweep: unknown = JSON.parse(spec);
  return Check(SweepSchema, sweep) ? countTrials(sweep) : 0;
}
