/** Copies every table that the schema knows, parents before children, as far as its rows can be read and are sound. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { isRunId } from '../../model/ids';
import { runStatuses } from '../../model/runStatus';
import { isSqliteError } from './examine';
import { quote, readDamaged, type TableShape, type Values } from './readDamaged';
import { Strays } from './salvageStrays';

const sqliteConstraint = 19;
const foreignKey = 787;

export interface TableCounts {
  readonly table: string;
  readonly rows: number;
  /** Rows that belong to one that is lost. */
  readonly orphans: number;
  /** Rows that could be read and hold what cannot be. */
  readonly unsound: number;
  /** False when a part of the table could not be read. */
  readonly whole: boolean;
}

export interface Kept {
  readonly tables: readonly TableCounts[];
  /** Rows that refer to what is lost, for what can be made of them. */
  readonly strays: Strays;
}

/** Inside a transaction of `target`, whose foreign keys are checked. */
export function copyTables(source: DatabaseSync | undefined, target: DatabaseSync): Kept {
  const strays = new Strays(target);
  const tables = tablesOf(target).map((table) => copyTable(source, target, table, strays));
  if (source) keepSequences(source, target);
  return { tables, strays };
}

function copyTable(source: DatabaseSync | undefined, target: DatabaseSync, name: string, strays: Strays): TableCounts {
  const shape = source && shapeOf(source, target, name);
  const counts = { table: name, rows: 0, orphans: 0, unsound: 0, whole: shape !== undefined };
  if (!source || !shape) return counts;
  const { columns } = shape;
  const insert = target.prepare(
    // A row that is read twice is the same row.
    `INSERT OR IGNORE INTO ${quote(name)} (${columns.map(quote).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const isSound = soundness(name, columns);
  const put = (row: Values): void => {
    counts.rows += Number(insert.run(...(row.slice(0, columns.length) as SQLInputValue[])).changes);
  };
  counts.whole = readDamaged(source, shape, (row) => {
    if (!isSound(row)) {
      counts.unsound += 1;
      return;
    }
    try {
      put(row);
    } catch (error) {
      if (!isConstraint(error)) throw error;
      if (error.errcode !== foreignKey) {
        counts.unsound += 1;
        return;
      }
      const mended = strays.mend(name, columns, row);
      try {
        if (mended) put(mended);
        else counts.orphans += 1;
      } catch (again) {
        if (!isConstraint(again)) throw again;
        counts.orphans += 1;
      }
    }
  });
  return counts;
}

const isConstraint = (error: unknown): error is Error & { readonly errcode: number } =>
  isSqliteError(error) && (error.errcode & 0xff) === sqliteConstraint;

/** Where damage spared a page's structure, only its content tells. Types are checked by the new table itself. */
function soundness(table: string, columns: readonly string[]): (row: Values) => boolean {
  const at = (row: Values, column: string): unknown => row[columns.indexOf(column)];
  const isId = (value: unknown): boolean => typeof value === 'string' && isRunId(value);
  if (table === 'experiment') return (row) => isId(at(row, 'id')) && at(row, 'name') !== '';
  if (table !== 'run') return () => true;
  const json = columns.filter((column) => column.endsWith('_json'));
  return (row) =>
    isId(at(row, 'id')) &&
    isNumber(at(row, 'sequence')) &&
    runStatuses.some((status) => status === at(row, 'status')) &&
    json.every((column) => isJson(at(row, column), column === 'tags_json' || column === 'command_json'));
}

/** More than this is what damage has made of a number. */
const highestNumber = 2n ** 40n;
const isNumber = (value: unknown): boolean => typeof value === 'bigint' && value > 0n && value <= highestNumber;

function isJson(text: unknown, isList: boolean): boolean {
  if (typeof text !== 'string') return text === null;
  try {
    const value: unknown = JSON.parse(text);
    if (isList) return Array.isArray(value) && value.every((item) => typeof item === 'string');
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Numbers of rows that are gone are not given to others. */
function keepSequences(source: DatabaseSync, target: DatabaseSync): void {
  const table = 'sqlite_sequence';
  readDamaged(source, { name: table, columns: ['name', 'seq'], keys: ['rowid'] }, ([name, seq]) => {
    if (typeof name !== 'string' || typeof seq !== 'bigint' || seq < 0n || seq > highestNumber) return;
    if (target.prepare(`UPDATE ${table} SET seq = max(seq, ?) WHERE name = ?`).run(seq, name).changes === 0) {
      target.prepare(`INSERT INTO ${table} (name, seq) VALUES (?, ?)`).run(name, seq);
    }
  });
}

/** Each after the tables that it refers to; attempts before all else of a run, since a lost run is found again by them. */
function tablesOf(target: DatabaseSync): string[] {
  const names = texts(target, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").filter(
    (name) => !name.startsWith('sqlite_'),
  );
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (ordered.includes(name)) return;
    const parents = texts(target, `SELECT "table" AS name FROM pragma_foreign_key_list(${literal(name)})`);
    for (const parent of parents) if (parent !== name) visit(parent);
    ordered.push(name);
  };
  for (const name of ['attempt', ...names.sort()]) visit(name);
  return ordered;
}

/** Undefined when the damaged store's own list of tables cannot be read, or has no such table. */
function shapeOf(source: DatabaseSync, target: DatabaseSync, name: string): TableShape | undefined {
  const columnsOf = (db: DatabaseSync): string[] => texts(db, `SELECT name FROM pragma_table_info(${literal(name)})`);
  try {
    const theirs = new Set(columnsOf(source));
    if (theirs.size === 0) return undefined;
    const columns = columnsOf(target).filter((column) => theirs.has(column));
    const keys = texts(target, `SELECT name FROM pragma_table_info(${literal(name)}) WHERE pk > 0 ORDER BY pk`);
    const list = target.prepare(`SELECT wr FROM pragma_table_list(${literal(name)}) WHERE schema = 'main'`).get();
    return { name, columns, keys: Number(list?.['wr']) === 1 ? keys : ['rowid'] };
  } catch (error) {
    if (isSqliteError(error)) return undefined;
    throw error;
  }
}

function texts(db: DatabaseSync, sql: string): string[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => String(row['name']));
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
