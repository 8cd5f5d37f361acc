/**
 * Reads a table of a damaged store as far as it can be read. A scan ends at the first page that is broken; so a table is
 * read from both ends, and what lies between is halved again and again, around what is broken.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { isSqliteError } from './examine';

export type Values = readonly SQLOutputValue[];

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** What orders the table: its row id, or the columns of its primary key. */
  readonly keys: readonly string[];
}

/** So many reads in a row that gave nothing: what is left of the table is gone. */
const patience = 200;
/** A gap is halved so often; a page holds more rows than what is left of it then. */
const maxDepth = 14;

/**
 * Calls `take` with each row that can be read: its columns, then its keys. A row may come more than once. False when some
 * could not be read.
 */
export function readDamaged(db: DatabaseSync, table: TableShape, take: (row: Values) => void): boolean {
  const reader = new DamagedTable(db, table, take);
  if (reader.scan([], undefined, 'ASC')) return true;
  reader.readAround([]);
  return false;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

class DamagedTable {
  readonly #db: DatabaseSync;
  readonly #table: TableShape;
  readonly #take: (row: Values) => void;
  #fruitless = 0;
  #rows = 0;
  /** Value, within the prefix of the newest scan, of the key after it, in the last row that was read. */
  #last: SQLOutputValue | undefined;

  constructor(db: DatabaseSync, table: TableShape, take: (row: Values) => void) {
    this.#db = db;
    this.#table = table;
    this.#take = take;
  }

  /** Rows whose first keys are `prefix`, and whose next key lies in the range, until one cannot be read: false then. */
  scan(prefix: readonly number[], range: Range | undefined, order: 'ASC' | 'DESC'): boolean {
    const { name, columns, keys } = this.#table;
    const next = keys[prefix.length];
    const conditions = prefix.map((_value, i) => `${quote(keys[i])} = ?`);
    const values: SQLInputValue[] = [...prefix];
    if (range) {
      conditions.push(`${quote(next)} BETWEEN ? AND ?`);
      values.push(range.low, range.high);
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const by = keys.map((key) => `${quote(key)} ${order}`).join(', ');
    const selected = [...columns, ...keys].map(quote).join(', ');
    this.#last = undefined;
    this.#fruitless += 1;
    let isTaking = false;
    try {
      const statement = this.#db.prepare(`SELECT ${selected} FROM ${quote(name)} ${where} ORDER BY ${by}`);
      statement.setReturnArrays(true);
      // What damage has made of a number may be beyond what a double holds exactly.
      statement.setReadBigInts(true);
      for (const row of statement.iterate(...values)) {
        const read = row as unknown as Values;
        this.#rows += 1;
        this.#fruitless = 0;
        this.#last = read[columns.length + prefix.length];
        isTaking = true;
        this.#take(read);
        isTaking = false;
      }
      return true;
    } catch (error) {
      // Where it is put, there is no damage: no room at most.
      if (!isTaking && isSqliteError(error)) return false;
      throw error;
    }
  }

  /** After a forward scan below `prefix` has failed. */
  readAround(prefix: readonly number[]): void {
    const first = asNumber(this.#last);
    const rowsBefore = this.#rows;
    if (this.scan(prefix, undefined, 'DESC')) return;
    const last = asNumber(this.#last);
    if (this.#last !== undefined && last === undefined) return; // Ordered by texts: both ends are all there is.
    const low = first ?? 0;
    // Where the far end is broken too, nobody knows how far it is: as far again as what is known, and some.
    const high = last ?? low + 2 * Math.max(1000, rowsBefore);
    for (const end of new Set([first, last])) if (end !== undefined) this.#readWithin(prefix, end);
    this.#halve(prefix, { low: low + (first === undefined ? 0 : 1), high: high - (last === undefined ? 0 : 1) }, 0);
  }

  #halve(prefix: readonly number[], { low, high }: Range, depth: number): void {
    if (low > high || depth > maxDepth || this.#fruitless > patience) return;
    if (this.scan(prefix, { low, high }, 'ASC')) return;
    const first = asNumber(this.#last);
    if (this.scan(prefix, { low, high }, 'DESC')) return;
    const last = asNumber(this.#last);
    for (const end of new Set([first, last, ...(low === high ? [low] : [])])) {
      if (end !== undefined) this.#readWithin(prefix, end);
    }
    const [from, to] = [first === undefined ? low : first + 1, last === undefined ? high : last - 1];
    if (low === high || from > to) return;
    const middle = Math.floor((from + to) / 2);
    this.#halve(prefix, { low: from, high: middle }, depth + 1);
    this.#halve(prefix, { low: middle + 1, high: to }, depth + 1);
  }

  /** Rows of one value of a key, where another key follows. */
  #readWithin(prefix: readonly number[], value: number): void {
    const inner = [...prefix, value];
    if (inner.length >= this.#table.keys.length || this.#fruitless > patience) return;
    if (!this.scan(inner, undefined, 'ASC')) this.readAround(inner);
  }
}

function asNumber(value: SQLOutputValue | undefined): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

export const quote = (name: string | undefined): string => `"${(name ?? '').replaceAll('"', '""')}"`;
