/** How the code of two runs differs: their commits, and what was not committed, by the patches that are kept of it. */
import { readFile } from 'node:fs/promises';
import { Failure, hasErrorCode } from '../../base/failure';
import { type ChangedFile, commitsBetween, compareStates, hasCommit } from '../../code/codeStates';
import { describeCode, type KeptCode } from '../../model/code';
import type { Environment } from '../runFiles/environment';
import type { PartState } from './comparison';

export interface CodeDifference {
  readonly state: PartState;
  /** What differs, a line each. */
  readonly changes: readonly string[];
  /** What is not known, or not compared. */
  readonly note?: string;
  readonly files: readonly ChangedFile[];
  /** As git writes it. */
  readonly unified?: string;
}

export interface CodeQuestion {
  /** Absent where git may not be asked: a repository's own settings make it execute programs. */
  readonly environment: Environment | undefined;
  /** Whether texts of files are wanted. */
  readonly withFiles: boolean;
}

const shownCommits = 5;

interface KnownCode extends KeptCode {
  readonly patchText: string | undefined;
}

export async function compareCode(
  given: { readonly before: KeptCode | undefined; readonly now: KeptCode | undefined },
  question: CodeQuestion,
): Promise<CodeDifference> {
  if (!given.before && !given.now) return unknown('Neither run comes from a git repository: code is not compared.');
  if (!given.before || !given.now) {
    const which = given.before ? 'second' : 'first';
    return unknown(`The ${which} run comes from no git repository: code is not compared.`);
  }
  const before = { ...given.before, patchText: await readPatch(given.before) };
  const now = { ...given.now, patchText: await readPatch(given.now) };
  const changes: string[] = [];
  if (before.commit !== now.commit) changes.push(...(await describeCommits(before, now, question.environment)));
  if (before.patchText !== now.patchText) changes.push(describePatches(before, now));
  if (before.repository !== now.repository) changes.push(`repository: ${before.repository} → ${now.repository}`);
  const gaps = [...gapsOf(before, now)];
  const isSame = before.commit === now.commit && before.patchText === now.patchText;
  const isWhole = ![before, now].some(({ patch, patchText }) => patch !== undefined && patchText === undefined);
  if (isSame && !isWhole) {
    return { ...unknown(['The commit is the same.', ...gaps].join(' ')), changes };
  }
  const files = isSame || !question.withFiles ? undefined : await filesOf(before, now, question.environment, gaps);
  return {
    state: isSame ? 'equal' : 'differs',
    changes,
    files: files?.files ?? [],
    ...(files === undefined ? {} : { unified: files.unified }),
    ...(gaps.length === 0 ? {} : { note: gaps.join(' ') }),
  };
}

const unknown = (note: string): CodeDifference => ({ state: 'unknown', changes: [], note, files: [] });

async function describeCommits(
  before: KnownCode,
  now: KnownCode,
  environment: Environment | undefined,
): Promise<string[]> {
  // Whether there was more than the commit is said by its own line.
  const at = (code: KnownCode): string => describeCode({ ...code, isChanged: false });
  const lines = [`commit: ${at(before)} → ${at(now)}`];
  if (!environment || before.commit === undefined || now.commit === undefined) return lines;
  const range = { before: before.commit, now: now.commit, limit: shownCommits + 1 };
  const commits = (await commitsBetween(now.repository, environment, range).catch(() => undefined)) ?? [];
  lines.push(...commits.slice(0, shownCommits).map((commit) => `  ${commit}`));
  if (commits.length > shownCommits) lines.push('  and earlier ones');
  return lines;
}

function describePatches(before: KnownCode, now: KnownCode): string {
  const named = ({ patchText, patch }: KnownCode): string => {
    if (patchText !== undefined) return `changes in ${filesIn(patchText).join(', ')}`;
    return patch === undefined ? 'none' : 'changes that are not kept';
  };
  return `not committed: ${named(before)} → ${named(now)}`;
}

/** The first few names in a patch. */
function filesIn(patch: string): string[] {
  const names = Array.from(patch.matchAll(/^diff --git a\/(.+) b\/\1$/gm), (match) => match[1] ?? '');
  return names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more files`] : names;
}

function* gapsOf(before: KnownCode, now: KnownCode): Generator<string> {
  for (const [which, { patch, patchText }] of [
    ['first', before],
    ['second', now],
  ] as const) {
    if (patch === 'too large') yield `What was not committed in the ${which} run was too large to keep.`;
    else if (patch === 'kept' && patchText === undefined) yield `The patch of the ${which} run is gone.`;
  }
  if (before.untracked || now.untracked) yield 'Files that git was not told of are not kept, and not compared.';
}

async function filesOf(
  before: KnownCode,
  now: KnownCode,
  environment: Environment | undefined,
  gaps: string[],
): Promise<{ readonly files: readonly ChangedFile[]; readonly unified: string } | undefined> {
  if (!environment) {
    gaps.push('In a workspace that is not trusted git is not asked: files are not compared.');
    return undefined;
  }
  if (before.commit === undefined || now.commit === undefined) {
    gaps.push('One of the runs was submitted before the first commit: files are not compared.');
    return undefined;
  }
  const states = {
    before: { commit: before.commit, patch: before.patchText },
    now: { commit: now.commit, patch: now.patchText },
  };
  for (const repository of new Set([now.repository, before.repository])) {
    const [a, b] = await Promise.all(
      [before.commit, now.commit].map(async (commit) => hasCommit(repository, environment, commit)),
    );
    if (!a || !b) continue;
    try {
      const { files, further, unified } = await compareStates(repository, environment, states);
      if (further > 0) gaps.push(`Of ${further} further files only the names were compared.`);
      return { files, unified };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      gaps.push(`Files are not compared: ${error.message}`);
      return undefined;
    }
  }
  gaps.push(`Files are not compared: git is missing, or ${now.repository} has not both commits any more.`);
  return undefined;
}

/** Undefined where there is none, or where it is gone. */
export async function readPatch({ patchFile }: Pick<KeptCode, 'patchFile'>): Promise<string | undefined> {
  if (patchFile === undefined) return undefined;
  try {
    return await readFile(patchFile, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
