/**
 * The user's git, asked about a repository. It never changes what the user can see of one: no lock is taken that a command
 * in a terminal would stumble over, no hook runs, the index is read only, or a copy of it is used.
 */
import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../base/failure';
import { type Answer, askProgram, type Variables } from './askProgram';

export interface Repository {
  /** Top folder of the working tree. */
  readonly root: string;
  readonly indexFile: string;
  readonly objects: string;
  /** That git is called with. */
  readonly environment: Variables;
}

/** Files of a working tree as git sees them, relative to its root. */
export interface WorkingFiles {
  /** Tracked ones (some may have been deleted) and untracked ones that are not ignored. */
  readonly files: readonly string[];
  /** Repositories inside this one: submodules, and folders that git was told nothing of. */
  readonly nested: readonly string[];
}

/** A listing of half a million files fits. */
const listMaxBytes = 64 * 1024 * 1024;
const timeLimitMs = 60_000;

/**
 * What must hold whatever the user's settings are: no hooks, no daemon, no shared index beside the user's, no paths in
 * quotes, no colours.
 */
const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.splitIndex=false', 'color.ui=false'];

export interface GitOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly maxBytes?: number;
  readonly timeLimitMs?: number;
}

export async function askGit(
  folder: string,
  environment: Variables,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Answer> {
  const variables = new Map(environment);
  // Set by a hook, or for another repository.
  for (const name of [...variables.keys()]) if (/^GIT_(?!EXEC_PATH$|SSH|CONFIG_)/.test(name)) variables.delete(name);
  for (const [name, value] of Object.entries({ GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...options.variables })) {
    variables.set(name, value);
  }
  return askProgram({
    program: 'git',
    args: [...settings.flatMap((setting) => ['-c', setting]), ...args],
    cwd: folder,
    environment: variables,
    timeLimitMs: options.timeLimitMs ?? timeLimitMs,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  });
}

/** The repository whose working tree `folder` is in. Throws `InvalidInput` that says what is in the way. */
export async function findRepository(folder: string, environment: Variables): Promise<Repository> {
  const args = [
    'rev-parse',
    '--is-inside-work-tree',
    '--git-path',
    'index',
    '--git-path',
    'objects',
    '--show-toplevel',
  ];
  const answer = await askGit(folder, environment, args);
  const [isInside, index, objects, root] = answer.stdout.trimEnd().split('\n');
  if (answer.end === 'succeeded' && isInside === 'true' && index && objects && root) {
    const absolute = (file: string): string => path.resolve(folder, file);
    return { root: path.resolve(root), indexFile: absolute(index), objects: absolute(objects), environment };
  }
  throw whyNoRepository(folder, answer, isInside === 'false');
}

export const noRepository = (folder: string): Failure =>
  new Failure('InvalidInput', `${folder} is in no git repository.`, { hint: 'Make one with: git init' });

/** The folder that has `.git`, without asking git: what is none needs no program. */
export async function repositoryAbove(folder: string): Promise<string | undefined> {
  for (let at = await realpath(folder).catch(() => path.resolve(folder)); ; at = path.dirname(at)) {
    const isThere = await stat(path.join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isThere) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

function whyNoRepository(folder: string, { end, stderr }: Answer, isBare: boolean): Failure {
  if (end === 'time limit') return new Failure('InvalidInput', `git gave no answer about ${folder}.`);
  if (/ENOENT/.test(stderr)) {
    return new Failure('InvalidInput', 'git was not found.', { hint: 'Install it, or add its folder to PATH.' });
  }
  if (/dubious ownership|unsafe repository/.test(stderr)) {
    return new Failure('InvalidInput', `git does not trust the repository of ${folder}: it belongs to another user.`, {
      hint: `Where you do: git config --global --add safe.directory ${/safe\.directory (.+)/.exec(stderr)?.[1] ?? folder}`,
    });
  }
  if (isBare || /work tree/.test(stderr)) {
    return new Failure('InvalidInput', `The repository of ${folder} has no working tree there.`, {
      hint: 'Use a clone that is not bare.',
    });
  }
  if (/not a git repository/.test(stderr)) return noRepository(folder);
  return gitFailure('was not understood', { stderr });
}

export function gitFailure(what: string, { stderr }: Pick<Answer, 'stderr'>): Failure {
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  return new Failure('InvalidInput', `git ${what}: ${said || 'it failed without a word'}`);
}

/** What git answers. Throws `InvalidInput` when it does not, `TooLarge` for more than can be taken. */
export async function tellGit(
  { root, environment }: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const answer = await askGit(root, environment, args, { maxBytes: listMaxBytes, ...options });
  if (answer.end === 'time limit') throw new Failure('TooLarge', `git needs too long for the repository ${root}.`);
  if (answer.isCut) throw new Failure('TooLarge', `The repository ${root} has too many files.`);
  if (answer.end === 'failed') throw gitFailure(args[0] ?? '', answer);
  return answer.stdout;
}

/** Ends of names that are no UTF-8 are not kept apart: git and Node would call them by different names. */
export const splitNul = (text: string): string[] => text.split('\0').filter((part) => part !== '');

export async function workingFiles(repository: Repository): Promise<WorkingFiles> {
  const [tracked, others] = await Promise.all([
    tellGit(repository, ['ls-files', '-z', '--stage']),
    tellGit(repository, ['ls-files', '-z', '--others', '--exclude-standard']),
  ]);
  // A file in conflict has several stages.
  const files = new Set<string>();
  const nested: string[] = [];
  for (const entry of splitNul(tracked)) {
    const name = entry.slice(entry.indexOf('\t') + 1);
    if (entry.startsWith('160000 ')) nested.push(name);
    else files.add(name);
  }
  for (const name of splitNul(others)) {
    if (name.endsWith('/')) nested.push(name.slice(0, -1));
    else files.add(name);
  }
  return { files: [...files], nested: await repositoriesAmong(repository.root, nested) };
}

/** A submodule that was not fetched is an empty folder: asked about it, git would speak of the repository around it. */
async function repositoriesAmong(root: string, folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const has = await lstat(path.join(root, folder, '.git')).then(
      () => true,
      () => false,
    );
    if (has) found.push(folder);
  }
  return found;
}

/** Ignored files and folders; of a folder with nothing else in it only the folder. */
export async function ignoredFiles(repository: Repository): Promise<readonly string[]> {
  const kinds = ['--ignored=traditional', '--untracked-files=normal', '--ignore-submodules=all'];
  const entries = splitNul(await tellGit(repository, ['status', '--porcelain=v1', '-z', '--no-renames', ...kinds]));
  return entries.filter((entry) => entry.startsWith('!! ')).map((entry) => entry.slice(3).replace(/\/$/, ''));
}

/** Which of these, relative to the root, git would ignore; a folder need not have anything in it. */
export async function ignoredAmong(repository: Repository, names: readonly string[]): Promise<readonly string[]> {
  const { root, environment } = repository;
  const input = names.map((name) => `${name}\0`).join('');
  const answer = await askGit(root, environment, ['check-ignore', '-z', '--stdin'], { input, maxBytes: listMaxBytes });
  if (answer.end === 'time limit') throw new Failure('TooLarge', `git needs too long for the repository ${root}.`);
  // It fails when there are none, without a word.
  if (answer.end === 'failed' && answer.stderr !== '') throw gitFailure('check-ignore', answer);
  return splitNul(answer.stdout);
}
