/** What a filter can ask for, of the newest runs: gathered when somebody begins to write one. */
import { parameterPaths, parameterText } from '../../model/parameterPaths';
import { type Database, text } from './database';
import { folderSql, listed } from './runFilterSql';

export interface FilterWords {
  readonly tags: string[];
  readonly folders: string[];
  /** With a value that some run has. */
  readonly parameters: [path: string, value: string][];
}

/** More than anyone reads through; older runs have what newer ones have. */
const runsLookedAt = 1000;
const parametersLookedAt = 100;
const most = 200;
const longestValue = 100;

export function filterWords(db: Database): FilterWords {
  const newest = `SELECT sequence FROM run WHERE ${listed} ORDER BY run.sequence DESC LIMIT`;
  const rows = (sql: string, count: number): string[] =>
    db
      .all(
        `SELECT word FROM (${sql}) WHERE word <> '' GROUP BY word ORDER BY max(sequence) DESC, word LIMIT ?`,
        count,
        most,
      )
      .map((row) => text(row, 'word'));
  const tags = rows(
    `SELECT tag.value AS word, run.sequence FROM run, json_each(run.tags_json) AS tag WHERE run.sequence IN (${newest} ?)`,
    runsLookedAt,
  );
  const folders = rows(
    `SELECT ${folderSql} AS word, run.sequence FROM run WHERE run.sequence IN (${newest} ?)`,
    runsLookedAt,
  );
  const parameters = new Map<string, string>();
  const sql = `SELECT run.parameters_json FROM run WHERE ${listed} AND run.parameters_json <> '{}'
    ORDER BY run.sequence DESC LIMIT ?`;
  for (const row of db.iterate(sql, parametersLookedAt)) {
    const values: unknown = JSON.parse(text(row, 'parameters_json'));
    if (typeof values !== 'object' || values === null) continue;
    for (const [path, value] of parameterPaths(values as Readonly<Record<string, unknown>>)) {
      if (parameters.size >= most) break;
      if (parameters.has(path) || (typeof value === 'object' && value !== null)) continue;
      parameters.set(path, parameterText(value).slice(0, longestValue));
    }
  }
  return { tags, folders, parameters: [...parameters] };
}
