/** Rows for runs of which a salvage knows little more than that they were: all that can be said of them without their own. */
import type { SQLInputValue } from 'node:sqlite';
import { newExperimentId } from '../../model/ids';

/** As `Database.run`, for whichever connection. */
export type RunSql = (sql: string, ...values: SQLInputValue[]) => { readonly changes: number | bigint };

export interface RecoveredRun {
  /** Absent: the next free one. */
  readonly sequence?: number;
  readonly id: string;
  readonly atMs: number;
  /** Where it stands in its tree, by numbers of runs. */
  readonly above?: { readonly parent: number; readonly root: number; readonly task: string };
  readonly evidence?: string;
}

const experiment = 'recovered';
/** Tried again by hand, such a run must fail with a word, not complete as an empty command does. */
const lostCommand = JSON.stringify(['(the command was lost with the damaged store)']);

/** As `lost`, in an experiment of its own. False when its number or its id is taken. */
export function insertRecovered(run: RunSql, { sequence, id, atMs, above, evidence }: RecoveredRun): boolean {
  // Named columns of the first schema only, where there is no tree: a salvage begins with the schema of the damaged store.
  const tree = above ? ', parent, root, task' : '';
  const values = above ? [above.parent, above.root, above.task] : [];
  run('INSERT OR IGNORE INTO experiment VALUES (?, ?, ?)', newExperimentId(), experiment, atMs);
  const experimentId = above
    ? `(SELECT experiment_id FROM run WHERE sequence = ${above.root})`
    : `(SELECT id FROM experiment WHERE name = '${experiment}')`;
  const { changes } = run(
    `INSERT OR IGNORE INTO run (sequence, id, experiment_id, name, tags_json, metadata_json, parameters_json, command_json,
      cwd, retries, status, status_ms, created_ms, evidence${tree})
    VALUES (?, ?, ${experimentId}, ?, '[]', '{}', '{}', ?, '/', 0, 'lost', ?, ?, ?${', ?'.repeat(values.length)})`,
    sequence ?? null,
    id,
    `recovered-${id.slice(0, 6)}`,
    lostCommand,
    atMs,
    atMs,
    evidence ?? null,
    ...values,
  );
  return Number(changes) === 1;
}
