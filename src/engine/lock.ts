/**
 * Which engine lives: `engine.lock`, held by an exclusive SQLite transaction for as long as the process does. The
 * operating system lets go of it when the process ends, however it ends; pids only inform.
 *
 * Nothing else in this process may open the file: closing any other descriptor of it drops the lock (POSIX).
 */
import { DatabaseSync } from 'node:sqlite';
import { Failure, messageOf } from '../base/failure';
import type { Disposable } from '../base/lifecycle';

const sqliteBusy = 5;
const sqliteLocked = 6;

export class EngineLock implements Disposable {
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Takes the lock, waiting up to `waitMs` for a holder that is about to end. Throws `Conflict` when another engine holds it. */
  static take(file: string, waitMs: number): EngineLock {
    const db = new DatabaseSync(file, { timeout: waitMs });
    try {
      // A rollback journal beside the lock would be one more file to explain; nothing is ever written.
      db.exec('PRAGMA journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
      return new EngineLock(db);
    } catch (error) {
      db.close();
      if (isBusy(error)) throw new Failure('Conflict', 'Another engine lives in this home.', { cause: error });
      throw new Failure('Storage', `The lock ${file} could not be taken: ${messageOf(error)}`, { cause: error });
    }
  }

  dispose(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return error.errcode === sqliteBusy || error.errcode === sqliteLocked;
}
