/**
 * A copy of a repository's working tree, for a run to execute from: tracked files as they are on the disk, untracked ones
 * that are not ignored, repositories inside it likewise. What is ignored (data, environments, what was built) is linked:
 * it is large, and it is no code.
 *
 * Files are copied rather than checked out: so they have the bytes that the user sees, whatever filters git has, nothing
 * is written into the repository, and file systems that can share what is equal do so.
 */
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, stat, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import type { Environment } from '../runFiles/environment';
import { findEmptyFolders } from './emptyFolders';
import { findRepository, ignoredFiles, workingFiles } from '../../code/git';

/** More is data that git should ignore. */
const maxFiles = 100_000;
const maxBytes = 2 * 1024 ** 3;

/** The operating system works on some at once; more of them would only wait. */
const atOnce = 16;

export interface SnapshotRequest {
  /** In the repository. */
  readonly folder: string;
  /** Is made. */
  readonly target: string;
  readonly environment: Environment;
  /** A folder that is passed over: the home, which may lie in the repository. */
  readonly leaveOut: string;
}

interface Entry {
  /** Relative to the root. */
  readonly name: string;
  readonly kind: 'file' | 'link';
  readonly bytes: number;
  readonly modified: Date;
}

interface Content {
  readonly names: string[];
  readonly ignored: string[];
  /** With no file in them. */
  readonly folders: string[];
}

/**
 * Returns the names of what was copied, links among it. Throws `InvalidInput` without a repository, `TooLarge` for one with
 * too much in it.
 */
export async function takeSnapshot({
  folder,
  target,
  environment,
  leaveOut,
}: SnapshotRequest): Promise<readonly string[]> {
  const { root } = await findRepository(folder, environment);
  const left = path.relative(root, leaveOut);
  const isLeftOut = (name: string): boolean => left !== '' && (name === left || name.startsWith(left + path.sep));
  const content: Content = { names: [], ignored: [], folders: [] };
  await listContent(root, '', environment, content);
  const entries = await describeAll(
    root,
    content.names.filter((name) => !isLeftOut(name)),
  );
  checkSize(root, entries);
  await mkdir(target, { mode: 0o700 });
  await makeFolders(
    target,
    entries,
    content.folders.filter((name) => !isLeftOut(name)),
  );
  const copied: string[] = [];
  await inTurn(entries, async (entry) => {
    if (await copyEntry(root, target, entry)) copied.push(entry.name);
  });
  const linked = content.ignored.filter((name) => !isLeftOut(name) && !isMadeAnew(name));
  await inTurn(linked, async (name) => linkInto(path.join(root, name), path.join(target, name)));
  return copied;
}

/** Python compares it with the files beside it, and would mix those of two versions of the code. */
const isMadeAnew = (name: string): boolean => path.basename(name) === '__pycache__' || name.endsWith('.pyc');

async function listContent(root: string, below: string, environment: Environment, content: Content): Promise<void> {
  const repository = await findRepository(path.join(root, below), environment);
  const [{ files, nested }, ignored] = await Promise.all([workingFiles(repository), ignoredFiles(repository)]);
  const inRoot = (name: string): string => path.join(below, name);
  for (const name of files) content.names.push(inRoot(name));
  for (const name of ignored) content.ignored.push(inRoot(name));
  const empty = await findEmptyFolders(repository, files, new Set([...ignored, ...nested]));
  for (const name of empty.folders) content.folders.push(inRoot(name));
  for (const name of empty.ignored) content.ignored.push(inRoot(name));
  for (const name of nested) await listContent(root, inRoot(name), environment, content);
}

/** What has been deleted, or lies behind a link by now, is not there. */
async function describeAll(root: string, names: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  await inTurn(names, async (name) => {
    try {
      const { size, mtime, ...stats } = await lstat(path.join(root, name)).then((found) => ({
        size: found.size,
        mtime: found.mtime,
        isFile: found.isFile(),
        isLink: found.isSymbolicLink(),
      }));
      if (stats.isLink) entries.push({ name, kind: 'link', bytes: 0, modified: mtime });
      else if (stats.isFile) entries.push({ name, kind: 'file', bytes: size, modified: mtime });
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw error;
      if (name.includes('\uFFFD')) throw notUtf8(root, name);
    }
  });
  const links = new Set(entries.filter(({ kind }) => kind === 'link').map(({ name }) => name));
  return links.size === 0 ? entries : entries.filter(({ name }) => !foldersAbove(name).some((at) => links.has(at)));
}

/** It was not deleted: its name was lost on the way here. */
const notUtf8 = (root: string, name: string): Failure =>
  new Failure('InvalidInput', `The name of ${path.join(root, name)} is no UTF-8.`, { hint: 'Rename it.' });

function checkSize(root: string, entries: readonly Entry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const hint = 'Add data to .gitignore: ignored files are linked into the snapshot, and not copied.';
  if (entries.length > maxFiles) {
    const message = `A snapshot of ${root} would have ${entries.length} files, more than ${maxFiles}.`;
    throw new Failure('TooLarge', message, { hint });
  }
  if (bytes > maxBytes) {
    const largest = entries.reduce((most, entry) => (entry.bytes > most.bytes ? entry : most));
    const size = `${(bytes / 1024 ** 3).toFixed(1)} GiB, more than ${maxBytes / 1024 ** 3} GiB`;
    const message = `A snapshot of ${root} would have ${size}; the largest file is ${largest.name}.`;
    throw new Failure('TooLarge', message, { hint });
  }
}

async function makeFolders(target: string, entries: readonly Entry[], empty: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const name of empty) for (const folder of [name, ...foldersAbove(name)]) folders.add(folder);
  for (const { name } of entries) for (const folder of foldersAbove(name)) folders.add(folder);
  // Those above come first.
  for (const folder of [...folders].sort((a, b) => a.length - b.length)) await mkdir(path.join(target, folder));
}

function foldersAbove(name: string): string[] {
  const folders: string[] = [];
  for (let at = path.dirname(name); at !== '.'; at = path.dirname(at)) folders.push(at);
  return folders;
}

/** False when it has gone since. */
async function copyEntry(root: string, target: string, { name, kind, modified }: Entry): Promise<boolean> {
  const [from, to] = [path.join(root, name), path.join(target, name)];
  try {
    if (kind === 'link') {
      await symlink(linkText(root, name, await readlink(from)), to);
      return true;
    }
    // Keeps who may read and execute it.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    // What is built only when it is older than its sources is not built anew.
    await utimes(to, modified, modified);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    if (!hasErrorCode(error, 'EACCES', 'EPERM')) throw error;
    throw new Failure('InvalidInput', `${from} cannot be read.`, { hint: 'Its permissions forbid it.', cause: error });
  }
}

/** A link within the repository leads to the same place in the snapshot; one that leads out of it, to where it did. */
function linkText(root: string, name: string, text: string): string {
  const folder = path.join(root, path.dirname(name));
  const leadsTo = path.resolve(folder, text);
  const isWithin = leadsTo === root || leadsTo.startsWith(root + path.sep);
  return isWithin ? path.relative(folder, leadsTo) || '.' : leadsTo;
}

/** Only the top-most folder is linked, unless the snapshot has something in it. */
async function linkInto(from: string, to: string): Promise<void> {
  if (isMadeAnew(from)) return;
  const there = await lstat(to).catch(() => undefined);
  if (there?.isDirectory()) {
    for (const name of await readdir(from)) {
      if (name !== '.git') await linkInto(path.join(from, name), path.join(to, name));
    }
    return;
  }
  if (there) return;
  try {
    const isFolder = (await stat(from)).isDirectory();
    await mkdir(path.dirname(to), { recursive: true });
    await symlink(from, to, isFolder ? 'junction' : 'file');
  } catch (error) {
    // Gone since, or a link that leads nowhere; or behind a link that has just been made.
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EEXIST', 'ELOOP')) throw error;
  }
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
