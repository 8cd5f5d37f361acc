/**
 * A damaged store gives what it still holds to a new one. The damaged files are never written to and never deleted: they
 * are kept beside the new store. Whoever is killed when: the new store is built under another name, and takes its place
 * only when it is whole.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';
import { examine, isSqliteError, laterVersion, openDamaged } from './examine';
import { migrations } from './migrations';
import { noticeSetting } from './notices';
import { Database } from './database';
import { mendSeries } from './series/salvageSeries';
import { describeSalvage, reportSalvage, type Salvaged } from './salvageReport';
import { mendDeleted } from './salvageDeleted';
import { copyTables, type Kept } from './salvageRows';
import { mendAttempts, mendFound, readLogsAgain, recoverFolders, unknownRuns } from './salvageRuns';
import { mendTrees } from './salvageTrees';
import {
  beginSwap,
  clearSuspect,
  damagedFile,
  finishSwap,
  newStamp,
  removeWorkFiles,
  reportDraft,
  reportFile,
  salvagedFile,
  walOf,
} from './storeFiles';

const sqliteFull = 13;
const sqliteIoError = 10;

/**
 * Makes the files fit to be opened: finishes what a salvage that was killed has begun, looks at them, and salvages them
 * when they are damaged. True when they were salvaged, or all of them was checked. Throws `Incompatible` for a store of a
 * later version, which is left as it is.
 */
export function prepareStore(file: string, nowMs: number, onSalvage: (why: string) => void): boolean {
  finishSwap(file);
  removeWorkFiles(file);
  const examination = examine(file, migrations.length);
  if (examination.kind === 'damaged') {
    onSalvage(examination.why);
    salvage(file, examination.why, nowMs);
    return true;
  }
  if (examination.checked) clearSuspect(file);
  return examination.checked;
}

/**
 * Throws `Storage`, with everything as it was, when the new store cannot be written, or when there is nothing to put into
 * it: a person decides then. No connection to the store is open.
 */
export function salvage(file: string, why: string, nowMs: number): void {
  const stamp = newStamp(file, nowMs);
  const report = reportFile(file, stamp);
  try {
    removeWorkFiles(file);
    const facts = { why, damaged: damagedFile(file, stamp), atMs: nowMs, kept: complete(file, copy(file, why), nowMs) };
    writeFileSync(reportDraft(file), reportSalvage(facts), { mode: 0o600, flush: true });
    inNewStore(file, (db) => {
      const { name, value } = noticeSetting({ id: stamp, atMs: nowMs, message: describeSalvage(facts), file: report });
      db.run('INSERT INTO setting VALUES (?, ?)', name, value);
    });
    beginSwap(file, stamp);
  } catch (error) {
    removeWorkFiles(file);
    throw asFailure(error, file, why);
  }
  finishSwap(file);
  removeWorkFiles(file);
}

/** All that can be read, to a new store with the schema of the damaged one: what its rows mean only that tells. */
function copy(file: string, why: string): Kept {
  const source = openSource(file);
  try {
    const version = source ? readVersion(source) : 0;
    if (version > migrations.length) throw laterVersion(file);
    if (version === 0 && isThere(file)) throw nothingToSalvage(file, why);
    const target = new DatabaseSync(salvagedFile(file));
    try {
      target.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL');
      target.exec('PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
      const schema = version === 0 ? migrations.length : version;
      for (const step of migrations.slice(0, schema)) target.exec(step);
      target.exec(`PRAGMA user_version = ${schema}`);
      const kept = copyTables(source, target);
      target.exec('COMMIT');
      return kept;
    } finally {
      target.close();
    }
  } finally {
    source?.close();
  }
}

/** The new store, up to date and with all that folders still tell of what is missing. */
function complete(file: string, { tables, strays }: Kept, nowMs: number): Salvaged {
  const runsFolder = path.join(path.dirname(file), 'runs');
  return inNewStore(file, (db) => {
    const series = mendSeries(db);
    const mended = [
      ...series,
      ...mendFound(db, runsFolder, strays.found),
      ...mendAttempts(db, runsFolder),
      ...mendTrees(db, strays, nowMs),
    ];
    mendDeleted(db, nowMs);
    const recovered = recoverFolders(db, runsFolder);
    const isWhole = tables.every(
      ({ table, whole, orphans, unsound }) => !pointTables.includes(table) || (whole && orphans + unsound === 0),
    );
    readLogsAgain(db, !isWhole || series.length > 0);
    const found = strays.found.size + recovered.length;
    return { tables, found, mended: [...mended, ...recovered], unknownRuns: unknownRuns(db, runsFolder) };
  });
}

/** Tables, of this schema or an earlier one, whose rows run logs can bring back. */
const pointTables = ['point', 'series', 'event', 'stream', 'chunk', 'tail', 'journal'];

/** In one transaction; it is on the disk, in the one file, afterwards. */
function inNewStore<T>(file: string, work: (db: Database) => T): T {
  const db = Database.open(salvagedFile(file), true);
  let result: T;
  try {
    result = db.transaction(() => work(db));
  } finally {
    db.close();
  }
  // SQLite keeps to itself that it could not fold the log into the file.
  if (existsSync(walOf(salvagedFile(file)))) throw new NoRoom();
  return result;
}

class NoRoom extends Error {}

const isThere = (file: string): boolean => existsSync(file) && statSync(file).size > 0;

const nothingToSalvage = (file: string, why: string): Failure =>
  new Failure('Storage', `The store ${file} is damaged, and nothing in it can be read: ${why}.`, {
    hint: 'It is left as it is. Put a copy of the store in its place, or move it aside to begin with an empty one.',
  });

function openSource(file: string): DatabaseSync | undefined {
  const hasLog = existsSync(walOf(file));
  if (!hasLog && !existsSync(file)) return undefined;
  try {
    return openDamaged(file, hasLog);
  } catch (error) {
    if (isSqliteError(error) && error.errcode !== sqliteFull) return undefined;
    throw error;
  }
}

/** 0 when nothing can be read. */
function readVersion(source: DatabaseSync): number {
  try {
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    return Number(source.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  } catch (error) {
    if (isSqliteError(error)) return 0;
    throw error;
  }
}

function asFailure(error: unknown, file: string, why: string): unknown {
  const cause = error instanceof Failure && error.code === 'Storage' ? (error.cause ?? error) : error;
  const primary = isSqliteError(cause) ? cause.errcode & 0xff : undefined;
  const noRoom = primary === sqliteFull || hasErrorCode(cause, 'ENOSPC', 'EDQUOT') || cause instanceof NoRoom;
  if (!noRoom && primary !== sqliteIoError && !hasErrorCode(cause, 'EACCES', 'EROFS', 'EIO', 'EPERM')) return error;
  const reason = noRoom ? 'there is no room for a new one' : messageOf(cause);
  return new Failure('Storage', `The store ${file} is damaged (${why}), and it could not be repaired: ${reason}.`, {
    hint: noRoom
      ? `Make room for a file as big, and try again; the store is left as it is until then.`
      : 'The store is left as it is.',
    cause,
  });
}
