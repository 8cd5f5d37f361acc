/**
 * Folders of a working tree that git has nothing to say of, because no file is in them. A run that starts in one, or writes
 * into one, needs it in its snapshot too.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { ignoredAmong, type Repository } from '../../code/git';

/** Relative to the repository's root. */
export interface EmptyFolders {
  /** Those above come first. */
  readonly folders: readonly string[];
  /** Those that git would ignore with all that came into them; of nested ones only the top-most. */
  readonly ignored: readonly string[];
}

/** What is passed over: folders that git has told of as a whole, ignored or a repository themselves. */
export async function findEmptyFolders(
  repository: Repository,
  files: readonly string[],
  passedOver: ReadonlySet<string>,
): Promise<EmptyFolders> {
  const known = new Set(['.']);
  for (const name of files) addAbove(known, name);
  const folders: string[] = [];
  const ignored: string[] = [];
  // A level at a time, so that git is asked once for each, and not at all where there are none.
  for (let level: readonly string[] = ['.']; level.length > 0;) {
    const below = (await foldersIn(repository.root, level)).filter((name) => !passedOver.has(name));
    const unknown = below.filter((name) => !known.has(name));
    const out = new Set(unknown.length > 0 ? await ignoredAmong(repository, unknown) : []);
    for (const name of unknown) (out.has(name) ? ignored : folders).push(name);
    level = below.filter((name) => !out.has(name));
  }
  return { folders, ignored };
}

function addAbove(known: Set<string>, name: string): void {
  for (let at = path.dirname(name); !known.has(at); at = path.dirname(at)) known.add(at);
}

async function foldersIn(root: string, level: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of level) {
    try {
      for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
        if (entry.isDirectory() && entry.name !== '.git') found.push(path.join(folder, entry.name));
      }
    } catch (error) {
      // Gone meanwhile, or nobody's to look into.
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) throw error;
    }
  }
  return found;
}
