/**
 * *Reproduce*: the code of a run as it was, in a git worktree of its own: its commit, what was not committed on top, and its run
 * file as it was submitted. The user's own working tree stays as it is; of the repository git notes the worktree, which
 * `git worktree remove` takes back.
 */
import { lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import { hasCommit } from '../../code/codeStates';
import { askGit, findRepository, gitFailure, type Repository, splitNul, tellGit } from '../../code/git';
import type { KeptCode } from '../../model/code';
import { type Run, type RunDetail } from '../../model/run';
import { shortId } from '../../model/ids';
import { readPatch } from '../compare/compareCode';
import type { Environment } from '../runFiles/environment';
import type { SubmittedFile } from '../source';
import { copyUntracked } from './copyUntracked';

export interface Reproduced {
  /** The worktree. */
  readonly folder: string;
  /** Where the run file is in it; absent for a run without one. */
  readonly runFile?: string;
  /** What is not as it was, or not known to be, a sentence each. */
  readonly gaps: readonly string[];
}

/** A checkout of a large repository takes its time. */
const checkoutMs = 10 * 60_000;

/** What can be reproduced of a run. Throws `InvalidInput`, `NotFound` or `Conflict` that says why nothing can. */
export function reproducible({ run, code }: Pick<RunDetail, 'run' | 'code'>): KeptCode & { readonly commit: string } {
  const { name } = run;
  if (!code) {
    throw new Failure('Conflict', `The run "${name}" comes from no git repository: its code is not kept.`, {
      hint: 'Runs whose run file lies in a git repository can be reproduced.',
    });
  }
  const { commit } = code;
  if (commit === undefined) {
    throw new Failure('Conflict', `The run "${name}" was submitted before the first commit of ${code.repository}.`, {
      hint: 'Commit before you submit: then there is something to go back to.',
    });
  }
  return { ...code, commit };
}

/** Beside the repository, named after it and the run. */
export function defaultFolder(run: Run, { repository }: Pick<KeptCode, 'repository'>): string {
  const name = run.name.replaceAll(/[^\w.-]+/g, '-').slice(0, 60);
  return path.join(path.dirname(repository), `${path.basename(repository)}-${name}-${shortId(run.id)}`);
}

/**
 * `folder` is made. Throws `Conflict` when it is there, `NotFound` when the repository or the commit is gone, `InvalidInput`
 * when git is missing or the patch does not fit; nothing is left then.
 */
export async function reproduceRun(
  { detail, runFile: submitted }: { readonly detail: RunDetail; readonly runFile: SubmittedFile | undefined },
  folder: string,
  environment: Environment,
): Promise<Reproduced> {
  const code = reproducible(detail);
  await refuseExisting(folder);
  const repository = await findKept(code, environment);
  if (!(await hasCommit(repository.root, environment, code.commit))) {
    throw new Failure('NotFound', `${repository.root} has no commit ${code.commit.slice(0, 12)} any more.`, {
      hint: 'It may be in another clone, or on the server: fetch it, and try again.',
    });
  }
  const patch = await readPatch(code);
  await mkdir(path.dirname(folder), { recursive: true });
  const variables = { GIT_LFS_SKIP_SMUDGE: '1' };
  const added = await askGit(repository.root, environment, ['worktree', 'add', '--detach', folder, code.commit], {
    variables,
    timeLimitMs: checkoutMs,
  });
  try {
    if (added.end !== 'succeeded') throw gitFailure('could not make the worktree', added);
    if (patch !== undefined) await applyPatch(folder, environment, patch);
    const untracked = await copyUntracked(code, folder, environment);
    const runFile = await writeRunFile(submitted, code, folder);
    const gaps = [
      ...patchGaps(code, patch),
      ...untrackedGaps(code, untracked, submitted),
      ...(runFile?.gap ?? []),
      ...(await notCovered(repository, code.commit)),
    ];
    return { folder, gaps, ...(runFile && { runFile: runFile.file }) };
  } catch (error) {
    await askGit(repository.root, environment, ['worktree', 'remove', '--force', folder]);
    await rm(folder, { recursive: true, force: true });
    await askGit(repository.root, environment, ['worktree', 'prune']);
    throw error;
  }
}

async function refuseExisting(folder: string): Promise<void> {
  try {
    await lstat(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    if (hasErrorCode(error, 'ENOTDIR'))
      throw new Failure('InvalidInput', `${folder} lies in no folder.`, { cause: error });
    throw error;
  }
  throw new Failure('Conflict', `${folder} is there already.`, { hint: 'Name a folder that does not exist yet.' });
}

async function findKept({ repository }: KeptCode, environment: Environment): Promise<Repository> {
  const isThere = await lstat(repository).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    throw new Failure(
      'NotFound',
      `The repository ${repository} that the run was submitted from is not there any more.`,
      {
        hint: 'Move it back, or clone it there.',
      },
    );
  }
  return findRepository(repository, environment);
}

async function applyPatch(folder: string, environment: Environment, patch: string): Promise<void> {
  const answer = await askGit(folder, environment, ['apply', '--whitespace=nowarn', '-'], { input: patch });
  if (answer.end !== 'succeeded') throw gitFailure('could not apply what was not committed', answer);
}

/** At its place in the repository; one that lay elsewhere comes to the top. */
async function writeRunFile(
  runFile: SubmittedFile | undefined,
  { repository }: KeptCode,
  folder: string,
): Promise<{ readonly file: string; readonly gap?: readonly string[] } | undefined> {
  if (!runFile) return undefined;
  const place = path.relative(repository, await throughLinks(runFile.path));
  const isInside = place !== '' && !place.startsWith('..') && !path.isAbsolute(place);
  const file = path.join(folder, isInside ? place : path.basename(runFile.path));
  await mkdir(path.dirname(file), { recursive: true });
  // Never through a link of the worktree to somewhere else.
  await rm(file, { force: true });
  await writeFile(file, runFile.text);
  const gap = `The run file lay outside of the repository, at ${runFile.path}: it is at the top here.`;
  return { file, ...(isInside ? {} : { gap: [gap] }) };
}

/** The repository is known by its real path. */
async function throughLinks(file: string): Promise<string> {
  const folder = await realpath(path.dirname(file)).catch(() => path.dirname(file));
  return path.join(folder, path.basename(file));
}

function patchGaps(code: KeptCode, patch: string | undefined): readonly string[] {
  if (code.patch === 'too large') return ['What was not committed was too large to keep: only the commit is here.'];
  if (code.patch === 'kept' && patch === undefined) return ['The patch of what was not committed is gone.'];
  return [];
}

/** The run file is written as it was, whether git was told of it or not. */
function untrackedGaps(
  { untracked, repository, isSnapshot, snapshotFolder }: KeptCode,
  copied: number,
  runFile: SubmittedFile | undefined,
): readonly string[] {
  if (copied > 0) {
    const files = copied === 1 ? '1 file' : `${copied} files`;
    return [
      `${files} that git was not told of are from the run's snapshot; the run may have written some of them itself.`,
    ];
  }
  const names = (untracked?.names ?? []).filter((name) => path.join(repository, name) !== runFile?.path);
  const count = (untracked?.count ?? 0) - ((untracked?.names.length ?? 0) - names.length);
  if (count <= 0) return [];
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const gone = isSnapshot && snapshotFolder === undefined ? ' Its snapshot, which had them, has been removed.' : '';
  return [`Files that git was not told of are not kept: ${names.join(', ')}${more}.${gone}`];
}

/** What a worktree does not bring along. */
async function notCovered(repository: Repository, commit: string): Promise<readonly string[]> {
  const gaps: string[] = [];
  const entries = splitNul(await tellGit(repository, ['ls-tree', '-r', '-z', commit]));
  const submodules = entries.filter((entry) => entry.startsWith('160000 ')).map((entry) => entry.split('\t')[1] ?? '');
  if (submodules.length > 0) {
    gaps.push(`Submodules are empty: ${submodules.join(', ')}. Fetch them there with: git submodule update --init`);
  }
  const args = ['grep', '-l', '-z', '-e', 'filter=lfs', commit, '--', '.gitattributes', '*/.gitattributes'];
  const attributes = await askGit(repository.root, repository.environment, args);
  if (attributes.end === 'succeeded') {
    gaps.push('Files of Git LFS are pointers only. Fetch them there with: git lfs pull');
  }
  return gaps;
}
