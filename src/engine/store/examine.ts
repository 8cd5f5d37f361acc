/**
 * A look at the store's files before SQLite opens them. It costs a healthy store that was closed two small reads, however
 * big it is: the header says how long the file must be. After an unclean end the log is read too, and a small store is
 * checked page by page, on a copy: SQLite would fold a log into a damaged file, and delete it.
 */
import { closeSync, constants, copyFileSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';
import { findUnsoundRow } from './series/salvageSeries';
import { examinedFile, isSuspect, removeWorkFiles, walOf } from './storeFiles';
import { readWal, type WalContent } from './walFile';

/** A check of so much takes a tenth of a second; what is bigger is opened as it is, and checked when a read of it fails. */
const smallBytes = 32 * 1024 * 1024;

const magic = 'SQLite format 3\0';
/** The page at this offset is never used: SQLite's locks lie there. */
const lockOffset = 0x40000000;

export type Examination =
  { readonly kind: 'whole'; readonly checked: boolean } | { readonly kind: 'damaged'; readonly why: string };

/** Throws `Incompatible` for a store of a schema later than `newestVersion`. */
export function examine(file: string, newestVersion: number): Examination {
  const header = readHeader(file);
  const pageBytes = header?.pageBytes ?? 8192;
  const wal = readWal(walOf(file), pageBytes);
  if (!header || header.sizeBytes === 0) {
    if (!wal) return { kind: 'whole', checked: false };
    return damaged(header ? 'the file is empty, but its log is not' : 'the file is gone, but its log is not');
  }
  if (!header.isDatabase) return damaged('the file is no database');
  if (header.version > newestVersion) throw laterVersion(file);
  if (wal && wal.droppedCommits > 0)
    return damaged(`its log is damaged before the last ${wal.droppedCommits + 1} changes`);
  const missing = missingBytes(header, wal);
  if (missing > 0)
    return damaged(`the file ends after ${header.sizeBytes} of ${header.sizeBytes + missing} or more bytes`);
  const thorough = isSuspect(file);
  if (!thorough && (!wal || header.sizeBytes > smallBytes)) return { kind: 'whole', checked: false };
  const problem = check(file, wal !== undefined, thorough);
  return problem === undefined ? { kind: 'whole', checked: thorough } : damaged(problem);
}

export const laterVersion = (file: string): Failure =>
  new Failure('Incompatible', `The store ${file} was written by a later version of Sidelab.`, {
    hint: 'Update the extension; the store is left as it is.',
  });

/** Opens the store to read what can be read of it, damaged as it may be: itself where nothing can change it, or a copy. */
export function openDamaged(file: string, hasLog: boolean): DatabaseSync {
  // A file that is no database in any way opens too: only its first read says so.
  let db: DatabaseSync;
  if (hasLog) {
    removeWorkFiles(file);
    copy(file, examinedFile(file));
    copy(walOf(file), walOf(examinedFile(file)));
    db = new DatabaseSync(examinedFile(file), { defensive: false });
  } else {
    // Without locks, and without a look for a log. SQLite's only way to open a file that it cannot write to by any path.
    const url = pathToFileURL(file);
    url.searchParams.set('immutable', '1');
    db = new DatabaseSync(url, { readOnly: true, defensive: false });
  }
  // With this, SQLite opens a file that is shorter than its header says. Exclusive: the copy's log needs no shared memory.
  db.exec('PRAGMA writable_schema = ON; PRAGMA locking_mode = EXCLUSIVE');
  return db;
}

function check(file: string, hasLog: boolean, thorough: boolean): string | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = openDamaged(file, hasLog);
    const row = db.prepare(`PRAGMA ${thorough ? 'integrity_check' : 'quick_check'} (1)`).get();
    const answer = Object.values(row ?? {})[0];
    // The lines before the last say which database, which is the only one.
    if (answer !== 'ok') return String(answer).trim().split('\n').at(-1);
    return thorough ? findUnsoundRow(db) : undefined;
  } catch (error) {
    if (isSqliteError(error)) return messageOf(error);
    // No room for the copy: most likely nothing is wrong, and what is will show.
    if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) return undefined;
    throw error;
  } finally {
    db?.close();
    removeWorkFiles(file);
  }
}

interface Header {
  readonly sizeBytes: number;
  readonly isDatabase: boolean;
  readonly pageBytes: number;
  /** Undefined where an old SQLite did not keep it. */
  readonly pages: number | undefined;
  readonly version: number;
}

/** Undefined when there is no file. */
function readHeader(file: string): Header | undefined {
  try {
    const sizeBytes = statSync(file).size;
    const bytes = Buffer.alloc(100);
    const handle = openSync(file, 'r');
    try {
      readSync(handle, bytes, 0, bytes.byteLength, 0);
    } finally {
      closeSync(handle);
    }
    const pageBytes = bytes.readUInt16BE(16) === 1 ? 65536 : bytes.readUInt16BE(16);
    return {
      sizeBytes,
      isDatabase: bytes.toString('latin1', 0, magic.length) === magic && isPageSize(pageBytes),
      pageBytes: isPageSize(pageBytes) ? pageBytes : 8192,
      pages: bytes.readUInt32BE(24) === bytes.readUInt32BE(92) ? bytes.readUInt32BE(28) : undefined,
      version: bytes.readUInt32BE(60),
    };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const isPageSize = (bytes: number): boolean => bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) === 0;

/** What the file lacks: pages behind its end that its log does not hold either. */
function missingBytes({ sizeBytes, pageBytes, pages }: Header, wal: WalContent | undefined): number {
  const needed = wal?.databasePages ?? pages ?? 0;
  for (let page = Math.floor(sizeBytes / pageBytes) + 1; page <= needed; page += 1) {
    const isLockPage = page === Math.floor(lockOffset / pageBytes) + 1;
    if (!isLockPage && !wal?.pages.has(page)) return needed * pageBytes - sizeBytes;
  }
  return 0;
}

/** A clone where the file system can make one. */
function copy(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // A log whose database is gone.
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

const damaged = (why: string): Examination => ({ kind: 'damaged', why });

export const isSqliteError = (error: unknown): error is Error & { readonly errcode: number } =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
