/**
 * Past runs of a family, with their parameters and what they reached: asked for while somebody looks at a run file, so it has to be
 * cheap however many runs there are. Indexes lead to the newest of a family; JSON is read of those alone that are answered.
 */
import type { RunId } from '../../model/ids';
import { betterOf } from '../../model/best';
import type { MetricGoal, ParameterHistoryQuery, PastRun, RunFamily } from '../../model/parameterHistory';
import { isSameCommand } from '../../model/sameCommand';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { declaredGoals } from './metricGoals';
import { optional, readStatus, readTags } from './runRows';

/** Runs that are looked at one by one, because no index says what task they are of: those before them are long ago. */
const mostTasks = 5000;
/** The same of commands, which take longer. */
const mostCommands = 1000;
/** Characters of parameters that are answered together. */
const mostParameters = 2_000_000;
const mostMetrics = 20;

/** A run by itself that has executed and is not deleted. The index on what is asked for is of single runs. */
const hasExecuted = `run.kind = 'single' AND run.attempt > 0 AND run.status NOT IN ('created', 'queued', 'pending')
  AND run.deleted_ms IS NULL`;

/** Newest first. `extremesOf` gives the lowest and the highest value of a run's metric. */
export function pastRuns(
  db: Database,
  { family, goals = [], limit }: ParameterHistoryQuery,
  extremesOf: (run: number, metric: string) => readonly number[],
): PastRun[] {
  const above = new Ancestors(db);
  const runs: PastRun[] = [];
  let size = 0;
  for (const sequence of 'algorithm' in family ? ofAlgorithm(db, family, limit) : ofFile(db, above, family, limit)) {
    const row = db.get(
      `SELECT id, name, status, created_ms, parent, root, parameters_json, metrics_json FROM run WHERE sequence = ?`,
      sequence,
    );
    if (!row) continue;
    const parametersJson = text(row, 'parameters_json');
    size += parametersJson.length;
    if (size > mostParameters) break;
    const declared = new Map(declaredGoals(row, above.find(optionalNumber(row, 'parent'))));
    for (const { metric, goal } of goals) declared.set(metric, goal);
    runs.push({
      runId: text(row, 'id') as RunId,
      name: text(row, 'name'),
      ...optional('top', above.nameOf(optionalNumber(row, 'root'))),
      status: readStatus(row),
      createdAtMs: number(row, 'created_ms'),
      parametersJson,
      metrics: Array.from(declared, ([metric, goal]) => ({ metric, goal }))
        .slice(0, mostMetrics)
        .map((known) => ({ ...known, ...optional('best', bestOf(known, extremesOf(sequence, known.metric))) })),
    });
  }
  return runs;
}

function bestOf({ goal }: MetricGoal, extremes: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const value of extremes) best = betterOf(goal, best, value);
  return best;
}

function ofAlgorithm(
  db: Database,
  { algorithm, workspace, experiment }: Extract<RunFamily, { readonly algorithm: string }>,
  limit: number,
): number[] {
  return db
    .all(
      `SELECT run.sequence FROM run JOIN experiment ON experiment.id = run.experiment_id
        WHERE run.algorithm_json IS NOT NULL AND run.algorithm_json ->> 'name' = ?1 AND ${hasExecuted}
          AND (?2 IS NULL OR run.workspace IS NULL OR run.workspace = ?2 OR experiment.name = ?3)
        ORDER BY run.sequence DESC LIMIT ?4`,
      algorithm,
      workspace ?? null,
      experiment ?? null,
      limit,
    )
    .map((row) => number(row, 'sequence'));
}

function ofFile(
  db: Database,
  above: Ancestors,
  family: Extract<RunFamily, { readonly runFile: string }>,
  limit: number,
): number[] {
  const { runFile, command, task = [] } = family;
  const experiment = db.get('SELECT id FROM experiment WHERE name = ?', family.experiment);
  if (!experiment) return [];
  const newestFirst = `AND ${hasExecuted} ORDER BY run.sequence DESC LIMIT`;
  const take = (rows: Iterable<Row>, isOfFamily: (row: Row) => boolean): number[] => {
    const taken: number[] = [];
    for (const row of rows) {
      if (taken.length >= limit) break;
      if (isOfFamily(row)) taken.push(number(row, 'sequence'));
    }
    return taken;
  };
  const id = text(experiment, 'id');
  const fromFile = take(
    db.iterate(
      `SELECT run.sequence, run.parent, run.task FROM run
        WHERE run.experiment_id = ? AND run.run_file_path = ? ${newestFirst} ${mostTasks}`,
      id,
      runFile,
    ),
    (row) => task.length === 0 || above.isWithin(row, task),
  );
  if (!command) return fromFile;
  // Of another file a task may have another name.
  const fromOthers = take(
    db.iterate(
      `SELECT run.sequence, run.command_json FROM run
        WHERE run.experiment_id = ? AND run.run_file_path IS NOT ? ${newestFirst} ${mostCommands}`,
      id,
      runFile,
    ),
    (row) => isSameCommand(command, readTags(text(row, 'command_json'))),
  );
  return [...fromFile, ...fromOthers].sort((a, b) => b - a).slice(0, limit);
}

/** Runs that others are a part of: of many trials the same few. */
class Ancestors {
  readonly #db: Database;
  readonly #rows = new Map<number, Row | undefined>();
  readonly #paths = new Map<number, readonly string[]>();

  constructor(db: Database) {
    this.#db = db;
  }

  find(sequence: number | undefined): Row | undefined {
    if (sequence === undefined) return undefined;
    if (!this.#rows.has(sequence)) {
      const sql = 'SELECT name, kind, parent, task, sweep_json FROM run WHERE sequence = ?';
      this.#rows.set(sequence, this.#db.get(sql, sequence));
    }
    return this.#rows.get(sequence);
  }

  nameOf(sequence: number | undefined): string | undefined {
    const row = this.find(sequence);
    return row && text(row, 'name');
  }

  /** Whether the run is the task of that name from the top on, or a part of it. */
  isWithin(row: Row, task: readonly string[]): boolean {
    const path = this.#pathOf(row);
    return task.every((name, index) => path[index] === name);
  }

  /** Names of tasks on the way from the top to the run; which trial of a sweep it is or is in does not count. */
  #pathOf(row: Row): readonly string[] {
    const parent = optionalNumber(row, 'parent');
    const above = this.find(parent);
    if (parent === undefined || !above) return [];
    let path = this.#paths.get(parent);
    if (!path) this.#paths.set(parent, (path = this.#pathOf(above)));
    const task = optionalText(row, 'task');
    return text(above, 'kind') === 'sweep' || task === undefined ? path : [...path, task];
  }
}
