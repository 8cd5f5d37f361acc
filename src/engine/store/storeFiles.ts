/**
 * The files beside the store: SQLite's own, and those of a store that is examined or salvaged. All lie in one folder, so
 * that each becomes another by a rename.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';

export const walOf = (file: string): string => `${file}-wal`;
const journalOf = (file: string): string => `${file}-journal`;
const sharedMemoryOf = (file: string): string => `${file}-shm`;
/** A copy that SQLite may open, and change, in place of the original. */
export const examinedFile = (file: string): string => `${file}.examined`;
/** The new store while it is built. */
export const salvagedFile = (file: string): string => `${file}.salvaged`;
/** There while the new store takes the place of the damaged one; holds the time stamp of that. */
const swapFile = (file: string): string => `${file}.swap`;
const swapDraft = (file: string): string => `${swapFile(file)}.new`;
/** There when a damaged page was met in a store that was in use: the next start looks at all of it. */
const suspectFile = (file: string): string => `${file}.suspect`;
export const damagedFile = (file: string, stamp: string): string => `${file}.damaged-${stamp}`;
/** The report while there is nothing yet that it could lie beside. */
export const reportDraft = (file: string): string => `${salvagedFile(file)}.txt`;
export const reportFile = (file: string, stamp: string): string => `${damagedFile(file, stamp)}.txt`;

/** A name that sorts by time and is none yet: "20261121T044500123Z". */
export function newStamp(file: string, nowMs: number): string {
  for (let ms = nowMs; ; ms += 1) {
    const stamp = new Date(ms).toISOString().replace(/[-:.]/g, '');
    if (!existsSync(damagedFile(file, stamp)) && !existsSync(reportFile(file, stamp))) return stamp;
  }
}

export function markSuspect(file: string, why: string): void {
  writeFileSync(suspectFile(file), `${why}\n`, { mode: 0o600 });
}

export const isSuspect = (file: string): boolean => existsSync(suspectFile(file));

export function clearSuspect(file: string): void {
  rmSync(suspectFile(file), { force: true });
}

/** Removes what an examination or a salvage left behind that did not come to its end. */
export function removeWorkFiles(file: string): void {
  for (const work of [examinedFile(file), salvagedFile(file)]) {
    for (const part of [work, walOf(work), journalOf(work), sharedMemoryOf(work)]) rmSync(part, { force: true });
  }
  for (const draft of [reportDraft(file), swapDraft(file)]) rmSync(draft, { force: true });
}

/** From here on the new store, which lies whole in `salvagedFile`, takes the damaged one's place, whoever is killed when. */
export function beginSwap(file: string, stamp: string): void {
  writeFileSync(swapDraft(file), `${stamp}\n`, { mode: 0o600, flush: true });
  renameSync(swapDraft(file), swapFile(file));
  syncFolder(file);
}

/** Finishes a swap that was begun, now or before a crash. Nothing happens without one. Before SQLite opens the store. */
export function finishSwap(file: string): void {
  let stamp: string;
  try {
    stamp = readFileSync(swapFile(file), 'utf8').trim();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw error;
  }
  for (const step of swapSteps(file, stamp)) step();
}

/**
 * Each step can be done again. The logs of the damaged store go first: SQLite would apply them to whatever file bears the
 * store's name.
 */
export function swapSteps(file: string, stamp: string): readonly (() => void)[] {
  const damaged = damagedFile(file, stamp);
  return [
    ...[walOf, journalOf].map((part) => () => {
      if (existsSync(salvagedFile(file))) moveIfThere(part(file), part(damaged));
    }),
    () => {
      if (existsSync(salvagedFile(file)) && !existsSync(damaged)) moveIfThere(file, damaged);
    },
    () => moveIfThere(reportDraft(file), reportFile(file, stamp)),
    () => moveIfThere(salvagedFile(file), file),
    () => {
      syncFolder(file);
      clearSuspect(file);
      rmSync(swapFile(file), { force: true });
    },
  ];
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

/** Makes renames durable. Windows has no such thing for folders. */
function syncFolder(file: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
