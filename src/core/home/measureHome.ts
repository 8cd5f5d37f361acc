/** How much room the parts of a home take on the disk. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { type HomePart, homeParts, partOfHome } from '../../protocol/homeParts';

export interface HomeSizes {
  /** In bytes; all of them, in the order of `homeParts`. */
  readonly parts: readonly { readonly what: HomePart; readonly sizeBytes: number }[];
  readonly totalBytes: number;
  /** There was no time for all of it: it is at least so much. */
  readonly isPartial: boolean;
}

/** Looks for at most `limitMs`, and follows no links. A home that is not there has nothing. */
export async function measureHome(home: string, limitMs: number): Promise<HomeSizes> {
  const endMs = Date.now() + limitMs;
  const sizes = new Map<HomePart, number>();
  let isPartial = false;
  const add = async (file: string, what: HomePart): Promise<void> => {
    if (Date.now() > endMs) {
      isPartial = true;
      return;
    }
    const status = await unlessGone(lstat(file));
    if (!status) return;
    sizes.set(what, (sizes.get(what) ?? 0) + status.size);
    if (!status.isDirectory()) return;
    // One after another: a home of a million files must not take the window's memory.
    for (const name of (await unlessGone(readdir(file))) ?? []) await add(path.join(file, name), what);
  };
  for (const name of (await unlessGone(readdir(home))) ?? []) {
    const what = partOfHome(name);
    if (what !== undefined) await add(path.join(home, name), what);
  }
  const parts = homeParts.map(({ what }) => ({ what, sizeBytes: sizes.get(what) ?? 0 }));
  return { parts, totalBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), isPartial };
}

/** Removed meanwhile, or not to be looked into: nothing that could be counted. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
