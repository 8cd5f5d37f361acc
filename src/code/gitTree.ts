/** The hash of a working tree as of now: the same for the same files, whether they are committed or not. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasErrorCode } from '../base/failure';
import type { Variables } from './askProgram';
import { findRepository, type Repository, splitNul, tellGit, workingFiles } from './git';

export interface GitTreeOptions {
  /** Files that do not count, as git's pathspecs. */
  readonly except?: readonly string[];
}

/**
 * Of the whole repository that `folder` is in: tracked files with their uncommitted changes, and untracked ones that are
 * not ignored. Without submodules it is the hash of the tree that `git add --all` and a commit would make. Throws
 * `InvalidInput` that says what is in the way: no git, no repository, a bare one, one that cannot be read.
 */
export async function gitTreeOf(
  folder: string,
  environment: Variables,
  { except = [] }: GitTreeOptions = {},
): Promise<string> {
  const repository = await findRepository(folder, environment);
  const scratch = await mkdtemp(path.join(tmpdir(), 'sidelab-tree-'));
  try {
    const tree = await writeTree(repository, scratch, except);
    const { nested } = await workingFiles(repository);
    if (nested.length === 0) return tree;
    // The tree knows only which commit a submodule is at.
    const whole = createHash('sha256').update(tree);
    for (const name of [...nested].sort()) {
      whole.update(`\0${name}\0${await gitTreeOf(path.join(repository.root, name), environment, { except })}`);
    }
    return whole.digest('hex');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * With a copy of the index, which knows the unchanged files by their times, so that only changed ones are read. Nothing is
 * written into the repository: of files only hashes are made, and trees go into a folder of their own.
 */
async function writeTree(repository: Repository, scratch: string, except: readonly string[]): Promise<string> {
  const objects = path.join(scratch, 'objects');
  await mkdir(objects);
  const index = path.join(scratch, 'index');
  await copyIndex(repository.indexFile, index);
  const variables = {
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(repository.objects),
  };
  await noticeAll(repository, variables);
  const listed = ['ls-files', '-z', '--modified', '--deleted', '--others', '--exclude-standard'];
  const changed = splitNul(await tellGit(repository, listed, { variables })).filter((name) => !name.endsWith('/'));
  if (changed.length > 0) {
    const update = ['update-index', '-z', '--add', '--remove', '--replace', '--info-only', '--stdin'];
    await tellGit(repository, update, { variables, input: changed.map((name) => `${name}\0`).join('') });
  }
  if (except.length > 0) {
    const remove = ['rm', '--cached', '-r', '-q', '-f', '--ignore-unmatch', '--', ...except];
    await tellGit(repository, remove, { variables });
  }
  return (await tellGit(repository, ['write-tree', '--missing-ok'], { variables })).trim();
}

/** Files that git was told to take for unchanged are looked at too: they are what is executed. */
async function noticeAll(repository: Repository, variables: Readonly<Record<string, string>>): Promise<void> {
  const entries = splitNul(await tellGit(repository, ['ls-files', '-v', '-z'], { variables }));
  const marked = entries.filter((entry) => /^[a-z]|^S/.test(entry)).map((entry) => entry.slice(2));
  // What a sparse checkout left out is no change.
  const there = marked.filter((name) => existsSync(path.join(repository.root, name)));
  if (there.length === 0) return;
  const input = there.map((name) => `${name}\0`).join('');
  for (const mark of ['--no-assume-unchanged', '--no-skip-worktree']) {
    await tellGit(repository, ['update-index', '-z', mark, '--stdin'], { variables, input });
  }
}

/** With the time of the original: a file that changed in the moment in which the index was written is looked into. */
async function copyIndex(from: string, to: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    const seconds = Math.floor(mtimeMs / 1000);
    await utimes(to, seconds, seconds);
  } catch (error) {
    // Nothing was added yet.
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

/** The variable is a list, in which a path may stand in quotes. */
export const quoteAlternate = (folder: string): string =>
  /[":\\]/.test(folder) ? `"${folder.replace(/["\\]/g, '\\$&')}"` : folder;
