/** What is kept of the code of every run that comes from a git repository: commit, branch, and what was not committed. */
import type { Code } from '../../model/code';
import { type Environment, findVariable } from '../runFiles/environment';
import { askGit, repositoryAbove, splitNul } from '../../code/git';

/** A longer patch is data, or a snapshot's business. */
const patchMaxBytes = 1024 * 1024;

/** A submission does not wait longer for what is only nice to know. */
const timeLimitMs = 3000;

/** Files that git was not told of, by name. */
const shownUntracked = 20;

export interface GitState {
  readonly code: Omit<Code, 'isSnapshot'>;
  /** Changes of tracked files, staged or not, as `git apply` takes them. */
  readonly patch: string | undefined;
}

/** Undefined where no repository is, or where git does not tell. Of one with too many files only where it is at. */
export async function gitState(folder: string, environment: Environment): Promise<GitState | undefined> {
  // Most folders without a repository are known without asking a program.
  const repository = findVariable(environment, 'PATH') ? await repositoryAbove(folder) : undefined;
  if (repository === undefined) return undefined;
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--no-renames', '--untracked-files=normal'];
  const status = await askGit(repository, environment, args, { timeLimitMs });
  // A long list of changes is cut, which says enough.
  if (status.end === 'time limit') return whereOf(repository, environment);
  if (status.end !== 'succeeded') return undefined;
  const entries = splitNul(status.stdout);
  const header = (name: string): string | undefined =>
    entries.find((entry) => entry.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
  const [oid, head] = [header('oid'), header('head')];
  const changes = entries.filter((entry) => !entry.startsWith('# '));
  const untracked = changes.flatMap((entry) => /^\? (.+)$/s.exec(entry)?.[1] ?? []);
  const commit = oid === '(initial)' ? undefined : oid;
  const isTrackedChanged = changes.some((entry) => /^[12u] /.test(entry));
  const patch = commit !== undefined && isTrackedChanged ? await patchOf(repository, environment) : undefined;
  return {
    code: {
      repository,
      ...(commit === undefined ? {} : { commit }),
      ...(head === undefined || head === '(detached)' ? {} : { branch: head }),
      isChanged: changes.length > 0,
      ...(untracked.length === 0
        ? {}
        : { untracked: { count: untracked.length, names: untracked.slice(0, shownUntracked) } }),
      ...(patch === undefined ? {} : { patch: patch === 'too large' ? patch : 'kept' }),
    },
    patch: patch === undefined || patch === 'too large' ? undefined : patch.text,
  };
}

async function whereOf(repository: string, environment: Environment): Promise<GitState | undefined> {
  const [commit, branch] = await Promise.all(
    [
      ['rev-parse', '--verify', '--quiet', 'HEAD'],
      ['symbolic-ref', '--short', '--quiet', 'HEAD'],
    ].map(async (args) => {
      const answer = await askGit(repository, environment, args, { timeLimitMs });
      return answer.end === 'succeeded' ? answer.stdout.trim() : '';
    }),
  );
  return { code: { repository, ...(commit ? { commit } : {}), ...(branch ? { branch } : {}) }, patch: undefined };
}

async function patchOf(
  repository: string,
  environment: Environment,
): Promise<{ readonly text: string } | 'too large' | undefined> {
  const plain = ['--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  const args = ['diff', '--binary', ...plain, 'HEAD'];
  const answer = await askGit(repository, environment, args, { timeLimitMs, maxBytes: patchMaxBytes });
  if (answer.isCut) return 'too large';
  return answer.end === 'succeeded' && answer.stdout !== '' ? { text: answer.stdout } : undefined;
}
