/** The one connection to the store's file: pragmas, migrations, transactions, and errors in words. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Failure, messageOf } from '../../base/failure';
import { laterVersion } from './examine';
import { migrations } from './migrations';
import { DamagedBytes } from './series/bytes';
import type { Row } from './rowValues';
import { convertRowSeries } from './series/convertRows';
import { markSuspect } from './storeFiles';

/** What SQL alone cannot do of a migration, before its SQL: by the version that it leads to. */
const conversions: ReadonlyMap<number, (db: Database) => void> = new Map([[5, convertRowSeries]]);

export { blob, number, optionalNumber, optionalText, type Row, text } from './rowValues';

const sqliteFull = 13;
const sqliteIoError = 10;
const sqliteCorrupt = 11;
const sqliteNoDatabase = 26;

/** Holds in memory what transactions write, and so must hear how they end. */
export interface Participant {
  /** The transaction is about to be committed. May write. */
  beforeCommit(): void;
  committed(): void;
  /** Where memory is now, for `takeBack`. */
  mark(): number;
  /** What happened since the mark was taken back; without one, all of the transaction. */
  takeBack(mark?: number): void;
}

export class Database {
  readonly #db: DatabaseSync;
  #participant: Participant | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #file: string;
  #depth = 0;
  readonly #wasExamined: boolean;
  #isDamaged = false;

  private constructor(db: DatabaseSync, file: string, wasExamined: boolean) {
    this.#db = db;
    this.#file = file;
    this.#wasExamined = wasExamined;
  }

  /**
   * Opens or makes the file and brings its schema up to date. Throws `Incompatible` for a file of a later version, and
   * `DamagedStore`. `wasExamined`: all of it has just been looked at, page by page, or is new.
   */
  static open(file: string, wasExamined = false): Database {
    const db = new DatabaseSync(file, { timeout: 1000 });
    try {
      // Exclusive: one connection for the file's whole life, so that no shared-memory file is needed (network homes).
      db.exec('PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
      // Whoever commits when the log is full waits until it is in the file: half as long as by default, twice as often.
      db.exec('PRAGMA wal_autocheckpoint = 500;');
      db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;');
      const database = new Database(db, file, wasExamined);
      database.#migrate(file);
      return database;
    } catch (error) {
      db.close();
      throw asFailure(error, file);
    }
  }

  /** From here on it hears of every transaction. */
  join(participant: Participant): void {
    this.#participant = participant;
  }

  /** True once a broken page was met that the next start mends; one that a start did not mend, none will. */
  get needsRestart(): boolean {
    return this.#isDamaged && !this.#wasExamined;
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.guard(() => this.#statement(sql).get(...values));
  }

  all(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.guard(() => this.#statement(sql).all(...values));
  }

  *iterate(sql: string, ...values: readonly SQLInputValue[]): Iterable<Row> {
    try {
      yield* this.#statement(sql).iterate(...values);
    } catch (error) {
      throw this.#noticeDamage(error);
    }
  }

  /** Returns how many rows changed, and the last row id. */
  run(sql: string, ...values: readonly SQLInputValue[]): { readonly changes: number; readonly lastId: number } {
    const result = this.guard(() => this.#statement(sql).run(...values));
    return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
  }

  /** All of `work` or nothing; durable when it returns. Nested calls join the outer transaction. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#db.exec('BEGIN IMMEDIATE');
    this.#depth = 1;
    try {
      const result = work();
      this.#participant?.beforeCommit();
      this.#db.exec('COMMIT');
      this.#participant?.committed();
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#participant?.takeBack();
      throw asFailure(this.#noticeDamage(error), this.#file);
    } finally {
      this.#depth = 0;
    }
  }

  /**
   * Works one after another that are durable together: one wait for the disk instead of one for each. Each is still all or
   * nothing by itself. When they cannot be committed together, each is done again on its own, and fails on its own.
   */
  together<T>(works: readonly (() => T)[]): PromiseSettledResult<T>[] {
    const settle = (work: () => T): PromiseSettledResult<T> => {
      try {
        return { status: 'fulfilled', value: work() };
      } catch (reason) {
        return { status: 'rejected', reason };
      }
    };
    if (works.length < 2) return works.map(settle);
    try {
      return this.transaction(() => works.map((work) => settle(() => this.#partly(work))));
    } catch {
      return works.map(settle);
    }
  }

  /** Within a transaction: what `work` has changed is taken back when it throws, what was changed before it is not. */
  #partly<T>(work: () => T): T {
    // A savepoint without its transaction would be a transaction of its own, and be done twice.
    if (!this.#db.isTransaction) throw new Error('The common transaction has ended.');
    this.#db.exec('SAVEPOINT part');
    const mark = this.#participant?.mark();
    try {
      return work();
    } catch (error) {
      // A full disk ends the whole transaction by itself.
      if (!this.#db.isTransaction) throw asFailure(error, this.#file);
      this.#db.exec('ROLLBACK TO part');
      this.#participant?.takeBack(mark);
      throw asFailure(this.#noticeDamage(error), this.#file);
    } finally {
      if (this.#db.isTransaction) this.#db.exec('RELEASE part');
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  /** Damage that `work` meets is noticed. */
  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#noticeDamage(error);
    }
  }

  /** Damage that shows only when a page is read: the next start is to look at the whole store. */
  #noticeDamage(error: unknown): unknown {
    if (!isDamage(error)) return error;
    if (!this.#isDamaged) {
      this.#isDamaged = true;
      markSuspect(this.#file, messageOf(error));
    }
    return asFailure(error, this.#file);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #migrate(file: string): void {
    const version = Number(this.#db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version > migrations.length) {
      throw laterVersion(file);
    }
    for (let step = version; step < migrations.length; step += 1) {
      this.transaction(() => {
        conversions.get(step + 1)?.(this);
        this.#db.exec(migrations[step] ?? '');
        this.#db.exec(`PRAGMA user_version = ${step + 1}`);
      });
    }
  }
}

/** A page of the store is broken. */
export class DamagedStore extends Failure {
  constructor(file: string, cause: Error) {
    super('Storage', `The store ${file} is damaged: ${cause.message}.`, {
      hint: 'The engine repairs it at its next start, and says what was lost.',
      cause,
    });
  }
}

function isDamage(error: unknown): error is Error {
  if (error instanceof DamagedBytes) return true;
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  const primary = Number(error.errcode) & 0xff;
  return primary === sqliteCorrupt || primary === sqliteNoDatabase;
}

/** A full or failing disk is something a user can mend; anything else stays the bug that it is. */
function asFailure(error: unknown, file = ''): unknown {
  if (error instanceof DamagedBytes) return new DamagedStore(file, error);
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  const primary = Number(error.errcode) & 0xff;
  if (primary === sqliteFull) {
    return new Failure('Storage', 'The disk that holds the Sidelab home is full.', {
      hint: 'Make room; nothing that was acknowledged is lost.',
      cause: error,
    });
  }
  if (isDamage(error)) return new DamagedStore(file, error);
  if (primary === sqliteIoError) {
    return new Failure('Storage', `The store could not be read or written: ${messageOf(error)}.`, { cause: error });
  }
  return error;
}
