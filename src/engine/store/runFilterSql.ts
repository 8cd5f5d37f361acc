/** A filter of runs as conditions of SQL on `run`; `matchesFilter` of the model says the same of a run that is at hand. */
import { shortestId } from '../../model/ids';
import type { FilterTerm, NamedThing, RunFilter } from '../../model/runFilter';
import { isActive, isSettled, runStatuses } from '../../model/runStatus';

export type SqlValue = string | number;

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Of lists of runs: those that are no part of another, and not deleted. What it says is what the index `run_listed` is of. */
export const listed = 'run.parent IS NULL AND run.deleted_ms IS NULL';

/** Holds for no run. A constant would do away with all conditions, and then SQLite refuses an index that is named ("no query solution"). */
const never = 'run.sequence < 0';

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
export const activeSql = `run.status IN (${quoted(runStatuses.filter(isActive))})`;
export const settledSql = `run.status IN (${quoted(runStatuses.filter(isSettled))})`;

/** The folder of its run file inside its origin. */
export const folderSql = `CASE WHEN substr(run.place, 1, length(run.origin) + 1) = run.origin || '/'
  THEN substr(run.place, length(run.origin) + 2) ELSE '' END`;

export const filterConditions = (filter: RunFilter): readonly Condition[] => filter.map(conditionOf);

function conditionOf(term: FilterTerm): Condition {
  const condition = positive(term);
  const isNot = 'not' in term && term.not === true;
  // What is unknown is not so.
  return isNot ? { ...condition, sql: `NOT coalesce(${condition.sql}, 0)` } : condition;
}

function positive(term: FilterTerm): Condition {
  switch (term.kind) {
    case 'status':
      return oneOf(term.statuses.map((status) => ({ sql: 'run.status = ?', values: [status] })));
    case 'pinned':
      return { sql: 'run.pinned = 1', values: [] };
    case 'created':
      return allOf([
        ...(term.fromMs === undefined ? [] : [{ sql: 'run.created_ms >= ?', values: [term.fromMs] }]),
        ...(term.toMs === undefined ? [] : [{ sql: 'run.created_ms < ?', values: [term.toMs] }]),
      ]);
    case 'place':
      // "0" is what comes behind a slash.
      return oneOf(
        term.places.map((place) => ({
          sql: '(run.place = ? OR (run.place > ? AND run.place < ?))',
          values: [place, `${place}/`, `${place}0`],
        })),
      );
    case 'parameter':
      return parameterCondition(term);
    case 'text':
      return textCondition(term.text);
    default:
      return oneOf(term.patterns.map((pattern) => ({ sql: namedSql[term.kind], values: [likePattern(pattern)] })));
  }
}

const like = String.raw`LIKE ? ESCAPE '\'`;

const namedSql: Readonly<Record<NamedThing, string>> = {
  tag: `EXISTS (SELECT 1 FROM json_each(run.tags_json) AS tag WHERE tag.value ${like})`,
  experiment: `run.experiment_id IN (SELECT id FROM experiment WHERE name ${like})`,
  name: `run.name ${like}`,
  note: `coalesce(run.note, '') ${like}`,
  folder: `${folderSql} ${like}`,
};

const escaped = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);
const likePattern = (pattern: string): string => escaped(pattern).replaceAll('*', '%');

function textCondition(text: string): Condition {
  const within = `%${escaped(text)}%`;
  // A quote or a backslash inside JSON is written otherwise.
  const inJson = `%${escaped(JSON.stringify(text).slice(1, -1))}%`;
  return oneOf([
    ...[namedSql.name, namedSql.note, namedSql.experiment].map((sql) => ({ sql, values: [within] })),
    ...['run.tags_json', 'run.parameters_json'].map((column) => ({ sql: `${column} ${like}`, values: [inJson] })),
    ...(text.length < shortestId ? [] : [{ sql: `run.id ${like}`, values: [`${escaped(text)}%`] }]),
  ]);
}

/** The JSON path of nested keys and that of a key with dots in it; none where a key cannot be said in a path. */
export function jsonPaths(path: string): readonly string[] {
  if (/["\\]/.test(path)) return [];
  return [
    ...new Set([
      `$.${path
        .split('.')
        .map((key) => `"${key}"`)
        .join('.')}`,
      `$."${path}"`,
    ]),
  ];
}

function parameterCondition({ path, comparison, value }: Extract<FilterTerm, { kind: 'parameter' }>): Condition {
  const paths = jsonPaths(path);
  if (paths.length === 0) return { sql: never, values: [] };
  const isSame = oneOf(paths.map((at) => sameAs(at, value)));
  if (comparison === '=') return isSame;
  if (comparison === '!=') return { ...isSame, sql: `NOT coalesce(${isSame.sql}, 0)` };
  return oneOf(
    paths.map((at) => ({
      sql: `(json_type(run.parameters_json, ?) IN ('integer', 'real') AND json_extract(run.parameters_json, ?) ${comparison} ?)`,
      values: [at, at, Number(value)],
    })),
  );
}

function sameAs(at: string, value: number | string | boolean): Condition {
  if (typeof value === 'boolean') {
    return { sql: 'json_type(run.parameters_json, ?) = ?', values: [at, String(value)] };
  }
  const text = { sql: `json_extract(run.parameters_json, ?) ${like}`, values: [at, likePattern(String(value))] };
  if (typeof value === 'string') return text;
  const number = `json_type(run.parameters_json, ?) IN ('integer', 'real') AND json_extract(run.parameters_json, ?) = ?`;
  return oneOf([{ sql: `(${number})`, values: [at, at, value] }, text]);
}

const oneOf = (conditions: readonly Condition[]): Condition => joined(conditions, ' OR ', never);
const allOf = (conditions: readonly Condition[]): Condition => joined(conditions, ' AND ', '1');

const joined = (conditions: readonly Condition[], word: string, none: string): Condition => ({
  sql: conditions.length === 0 ? none : `(${conditions.map(({ sql }) => sql).join(word)})`,
  values: conditions.flatMap(({ values }) => values),
});
