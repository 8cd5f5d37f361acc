/** Files that git was not told of, out of the snapshot that a run executed from: nothing else keeps them. */
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { findRepository, ignoredAmong } from '../../code/git';
import type { KeptCode } from '../../model/code';
import type { Environment } from '../runFiles/environment';

/** More is what a run has written, not code. */
const mostFiles = 10_000;

/**
 * Copies what the snapshot has and the worktree has not, ignored files and links apart; returns how many. Files of the run
 * itself that lie there are among them: nobody knows them apart.
 */
export async function copyUntracked(
  { snapshotFolder }: Pick<KeptCode, 'snapshotFolder'>,
  worktree: string,
  environment: Environment,
): Promise<number> {
  if (snapshotFolder === undefined) return 0;
  const missing: string[] = [];
  await addMissing(snapshotFolder, worktree, '', missing);
  if (missing.length === 0) return 0;
  const ignored = new Set(await ignoredAmong(await findRepository(worktree, environment), missing));
  let copied = 0;
  for (const name of missing) {
    if (ignored.has(name)) continue;
    await mkdir(path.join(worktree, path.dirname(name)), { recursive: true });
    await copyFile(path.join(snapshotFolder, name), path.join(worktree, name), constants.COPYFILE_FICLONE);
    copied += 1;
  }
  return copied;
}

async function addMissing(snapshot: string, worktree: string, below: string, missing: string[]): Promise<void> {
  for (const entry of await readdir(path.join(snapshot, below), { withFileTypes: true })) {
    if (missing.length >= mostFiles) return;
    const name = path.join(below, entry.name);
    if (entry.name === '__pycache__' || entry.name === '.git') continue;
    if (entry.isDirectory()) await addMissing(snapshot, worktree, name, missing);
    else if (entry.isFile() && !(await isThere(path.join(worktree, name)))) missing.push(name);
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
