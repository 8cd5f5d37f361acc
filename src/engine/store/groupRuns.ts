/** The groups of runs that a filter leaves, with how many are in each: one walk over the index `run_listed`. */
import type { RunFilter } from '../../model/runFilter';
import type { RunGroup, RunGrouping } from '../../model/runGroups';
import { type Database, number, type Row, text } from './database';
import { activeSql, filterConditions, folderSql, listed } from './runFilterSql';
import { optional } from './runRows';

/** The key of a run's group. A tag is one of several. */
export const groupExpressions: Readonly<Record<Exclude<RunGrouping, 'tag'>, string>> = {
  experiment: 'run.experiment_id',
  status: 'run.status',
  day: `date(run.created_ms / 1000, 'unixepoch', 'localtime')`,
  folder: `coalesce(run.place, '')`,
  workspace: `coalesce(run.origin, '')`,
  none: `''`,
};

const counts = `max(run.sequence) AS newest, count(*) AS runs, sum(${activeSql}) AS active,
  sum(run.status IN ('failed', 'lost')) AS failed`;

export function groupRuns(db: Database, by: RunGrouping, filter: RunFilter): RunGroup[] {
  const conditions = [{ sql: listed, values: [] }, ...filterConditions(filter)];
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const values = conditions.flatMap((condition) => condition.values);
  if (by === 'tag') {
    // A run without tags stays, with none.
    const sql = `SELECT coalesce(tag.value, '') AS word, ${counts} FROM run INDEXED BY run_listed
      LEFT JOIN json_each(run.tags_json) AS tag WHERE ${where} GROUP BY word`;
    return db.all(sql, ...values).map((row) => readGroup(row));
  }
  const label = by === 'folder' ? folderSql : groupExpressions[by];
  const sql = `SELECT ${groupExpressions[by]} AS word, ${label} AS label, ${counts}
    FROM run INDEXED BY run_listed WHERE ${where} GROUP BY word`;
  const groups = db.all(sql, ...values).map((row) => readGroup(row, text(row, 'label')));
  return by === 'experiment' ? withNames(db, groups, filter) : groups;
}

function readGroup(row: Row, label = text(row, 'word')): RunGroup {
  return {
    key: text(row, 'word'),
    label,
    newestSequence: number(row, 'newest'),
    runCount: number(row, 'runs'),
    activeCount: number(row, 'active'),
    failedCount: number(row, 'failed'),
  };
}

/** Their names, and how many runs each has besides. */
function withNames(db: Database, groups: readonly RunGroup[], filter: RunFilter): RunGroup[] {
  const names = new Map(
    db.all('SELECT id, name FROM experiment').map((row) => [text(row, 'id'), text(row, 'name')] as const),
  );
  const all = new Map(
    filter.length === 0
      ? []
      : db
          .all(
            `SELECT run.experiment_id AS id, count(*) AS runs FROM run INDEXED BY run_listed WHERE ${listed} GROUP BY run.experiment_id`,
          )
          .map((row) => [text(row, 'id'), number(row, 'runs')] as const),
  );
  return groups.map((group) => {
    const hidden = (all.get(group.key) ?? group.runCount) - group.runCount;
    return { ...group, label: names.get(group.key) ?? '', ...optional('hiddenCount', hidden || undefined) };
  });
}
