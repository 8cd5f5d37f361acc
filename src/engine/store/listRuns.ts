/**
 * A page of runs as a person wants to see them. The index `run_listed` has what most lists are filtered and ordered by, so that the rows
 * of runs, which are long, are read of the page's runs alone.
 */
import type { RunId } from '../../model/ids';
import type { RunFilter } from '../../model/runFilter';
import type { GroupKey } from '../../model/runGroups';
import {
  isDescending,
  lastNumber,
  lastText,
  type OrderKey,
  type RunOrder,
  type RunPlaceInOrder,
  unendedKey,
} from '../../model/runOrder';
import { type Database, number, type Row } from './database';
import { groupExpressions } from './groupRuns';
import { type Condition, filterConditions, jsonPaths, listed, settledSql, type SqlValue } from './runFilterSql';

export interface PageQuery {
  readonly order: RunOrder;
  readonly filter: RunFilter;
  readonly group?: GroupKey;
  readonly only?: readonly RunId[];
  readonly after?: RunPlaceInOrder;
  readonly limit: number;
}

export interface ListedRuns {
  readonly places: readonly { readonly sequence: number; readonly key: OrderKey }[];
  readonly more: boolean;
}

export function listRuns(db: Database, { order, filter, group, only, after, limit }: PageQuery): ListedRuns {
  const key = keyOf(order);
  const conditions: Condition[] = [{ sql: listed, values: [] }, ...filterConditions(filter)];
  if (group && group.by !== 'none') conditions.push(inGroup(group));
  if (only) conditions.push({ sql: `run.id IN (${only.map(() => '?').join(', ')})`, values: only });
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const values = conditions.flatMap((condition) => condition.values);
  const newer = order.by === 'oldest' ? 'ASC' : 'DESC';
  const way = isDescending(order) ? 'DESC' : 'ASC';
  const behind = after && behindOf(after, order);
  // In that index all other lists are found; few ids are found by themselves.
  const index = only ? '' : 'INDEXED BY run_listed';
  const rows = db.all(
    `SELECT * FROM (
       SELECT run.sequence AS sequence, run.pinned AS pinned, ${key.sql} AS key FROM run ${index} WHERE ${where}
     ) ${behind ? `WHERE ${behind.sql}` : ''}
     ORDER BY pinned DESC, key ${way}, sequence ${newer} LIMIT ?`,
    ...key.values,
    ...values,
    ...(behind?.values ?? []),
    limit + 1,
  );
  const places = rows.slice(0, limit).map((row) => ({ sequence: number(row, 'sequence'), key: readKey(row) }));
  return { places, more: rows.length > limit };
}

function inGroup({ by, key }: GroupKey): Condition {
  if (by === 'tag') {
    const any = 'EXISTS (SELECT 1 FROM json_each(run.tags_json) AS tag WHERE tag.value = ?)';
    return key === '' ? { sql: "run.tags_json = '[]'", values: [] } : { sql: any, values: [key] };
  }
  // The same as asking for the day of each run, and much cheaper.
  if (by === 'day') return { sql: 'run.created_ms >= ? AND run.created_ms < ?', values: [...rangeOfDay(key)] };
  return { sql: `${groupExpressions[by]} = ?`, values: [key] };
}

/** From its beginning to that of the next, here. */
function rangeOfDay(day: string): readonly [fromMs: number, toMs: number] {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const begin = (of: number): number => new Date(year, month - 1, of).getTime() || 0;
  return [begin(date), begin(date + 1)];
}

/** By what runs are ordered; a run has it, or comes last. */
function keyOf(order: RunOrder): Condition {
  switch (order.by) {
    case 'newest':
    case 'oldest':
      return { sql: 'run.sequence', values: [] };
    case 'name':
      return { sql: 'lower(run.name)', values: [] };
    case 'changed':
      return { sql: 'run.status_ms', values: [] };
    case 'duration':
      return { sql: durationSql, values: [unendedKey] };
    case 'parameter': {
      const paths = jsonPaths(order.path);
      const all = [...paths.map(() => scalarSql), '?'];
      const last: SqlValue = order.descending ? lastNumber : lastText;
      const sql = all.length === 1 ? '?' : `coalesce(${all.join(', ')})`;
      return { sql, values: [...paths.flatMap((path) => [path, path]), last] };
    }
  }
}

/** Objects and lists have no order. */
const scalarSql = `CASE WHEN json_type(run.parameters_json, ?) NOT IN ('object', 'array')
  THEN json_extract(run.parameters_json, ?) END`;

const durationSql = `coalesce((
  SELECT CASE WHEN attempt.started_ms IS NULL THEN -1
    WHEN ${settledSql} AND attempt.ended_ms IS NOT NULL THEN attempt.ended_ms - attempt.started_ms ELSE ? END
  FROM attempt WHERE attempt.run = run.sequence AND attempt.number = run.attempt), -1)`;

function behindOf({ pinned, key, sequence }: RunPlaceInOrder, order: RunOrder): Condition {
  const [after, older] = [isDescending(order) ? '<' : '>', order.by === 'oldest' ? '>' : '<'];
  const isPinned = pinned ? 1 : 0;
  return {
    sql: `(pinned < ? OR (pinned = ? AND (key ${after} ? OR (key = ? AND sequence ${older} ?))))`,
    values: [isPinned, isPinned, key, key, sequence],
  };
}

function readKey(row: Row): OrderKey {
  const { key } = row;
  return typeof key === 'string' || typeof key === 'number' ? key : 0;
}
