/**
 * Two states of a repository's code, each a commit with what was not committed on top, side by side. Both are made as trees in
 * a folder of their own, by the kept patch: the repository and its working tree stay as they are.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Variables } from './askProgram';
import { askGit, findRepository, type Repository, splitNul, tellGit } from './git';
import { quoteAlternate } from './gitTree';

export interface CodeState {
  readonly commit: string;
  /** As `git apply` takes it. */
  readonly patch?: string | undefined;
}

export interface ChangedFile {
  /** Relative to the root. */
  readonly name: string;
  /** Absent where there is no such file, or no text in it. */
  readonly before?: string;
  readonly now?: string;
  /** Why there are no texts. */
  readonly withoutText?: 'binary' | 'too large';
}

export interface CodeComparison {
  readonly files: readonly ChangedFile[];
  /** Of how many files there are no texts because there are too many. */
  readonly further: number;
  /** All of it, as git writes it. */
  readonly unified: string;
}

const mostFiles = 200;
const mostBytes = 512 * 1024;
const unifiedMaxBytes = 4 * 1024 * 1024;
const plain = ['--no-ext-diff', '--no-textconv', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];

/** Whether the repository has the commit. False too where git is missing or the folder is gone. */
export async function hasCommit(folder: string, environment: Variables, commit: string): Promise<boolean> {
  // An object that is not there may be fetched by a partial clone: nobody has asked for that.
  const variables = { GIT_NO_LAZY_FETCH: '1' };
  const { end } = await askGit(folder, environment, ['cat-file', '-e', `${commit}^{commit}`], { variables });
  return end === 'succeeded';
}

/** The commits that one has and the other has not, newest first, each as a line; undefined where git does not tell. */
export async function commitsBetween(
  folder: string,
  environment: Variables,
  range: { readonly before: string; readonly now: string; readonly limit: number },
): Promise<readonly string[] | undefined> {
  const args = ['log', '--no-show-signature', '--format=%h %s', `--max-count=${range.limit}`];
  const answer = await askGit(folder, environment, [...args, `${range.before}..${range.now}`, '--']);
  return answer.end === 'succeeded' ? answer.stdout.split('\n').filter((line) => line !== '') : undefined;
}

/** The repository has both commits. Throws `InvalidInput` when a patch does not fit its commit. */
export async function compareStates(
  folder: string,
  environment: Variables,
  states: { readonly before: CodeState; readonly now: CodeState },
): Promise<CodeComparison> {
  const repository = await findRepository(folder, environment);
  const scratch = await mkdtemp(path.join(tmpdir(), 'sidelab-states-'));
  try {
    const objects = path.join(scratch, 'objects');
    await mkdir(objects);
    const variables = {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(repository.objects),
      GIT_NO_LAZY_FETCH: '1',
    };
    const trees: Trees = {
      repository,
      variables,
      before: await writeTree(repository, states.before, {
        ...variables,
        GIT_INDEX_FILE: path.join(scratch, 'before'),
      }),
      now: await writeTree(repository, states.now, { ...variables, GIT_INDEX_FILE: path.join(scratch, 'now') }),
    };
    return await compareTrees(trees);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Trees {
  readonly repository: Repository;
  readonly variables: Readonly<Record<string, string>>;
  readonly before: string;
  readonly now: string;
}

async function writeTree(
  repository: Repository,
  { commit, patch }: CodeState,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  await tellGit(repository, ['read-tree', commit], { variables });
  if (patch) await tellGit(repository, ['apply', '--cached', '--whitespace=nowarn', '-'], { variables, input: patch });
  return (await tellGit(repository, ['write-tree', '--missing-ok'], { variables })).trim();
}

async function compareTrees({ repository, variables, before, now }: Trees): Promise<CodeComparison> {
  const names = splitNul(
    await tellGit(repository, ['diff', ...plain, '--name-only', '-z', before, now], { variables }),
  );
  const files: ChangedFile[] = [];
  for (const name of names.slice(0, mostFiles)) {
    const [a, b] = await Promise.all([before, now].map(async (tree) => textIn({ repository, variables }, tree, name)));
    const odd = [a, b].find((text) => typeof text === 'object');
    files.push({
      name,
      ...(odd ? { withoutText: odd.without } : {}),
      ...(!odd && typeof a === 'string' ? { before: a } : {}),
      ...(!odd && typeof b === 'string' ? { now: b } : {}),
    });
  }
  const { root, environment } = repository;
  const unified = await askGit(root, environment, ['diff', ...plain, before, now], {
    variables,
    maxBytes: unifiedMaxBytes,
  });
  return {
    files,
    further: Math.max(0, names.length - mostFiles),
    unified: unified.isCut ? `${unified.stdout}\n… and more\n` : unified.stdout,
  };
}

/** Undefined where there is no such file. */
async function textIn(
  { repository: { root, environment }, variables }: Pick<Trees, 'repository' | 'variables'>,
  tree: string,
  name: string,
): Promise<string | { readonly without: 'binary' | 'too large' } | undefined> {
  const answer = await askGit(root, environment, ['cat-file', 'blob', `${tree}:${name}`], {
    variables,
    maxBytes: mostBytes,
  });
  if (answer.isCut) return { without: 'too large' };
  if (answer.end !== 'succeeded') return undefined;
  return answer.stdout.includes('\0') ? { without: 'binary' } : answer.stdout;
}
