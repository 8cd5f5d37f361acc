/**
 * What the code of a run comes to now: the working trees of the repositories that its folders are in, or the snapshot that
 * it executes from, and those files that its command names.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import { type Fingerprints } from '../../code/fingerprint';
import { repositoryAbove } from '../../code/git';
import { isRunReference, textParts, unescapeLate } from '../../model/references';
import { snapshotDigestFile } from '../../protocol/codeFiles';
import type { Home } from '../home';
import type { ActiveRun } from '../store/storeReads';
import { fillPaths } from './inputs';
import type { FindTaskValue } from './launchTexts';
import { refersToCode } from './snapshots';
import type { WorkingTrees } from './workingTrees';

export interface CodeContext {
  readonly home: Home;
  readonly fingerprints: Fingerprints;
  readonly workingTrees: WorkingTrees;
}

/** `env` is the run's. Throws `InvalidInput` where that cannot be told. */
export async function codeDigest(
  context: CodeContext,
  active: ActiveRun,
  codeFolders: readonly string[],
  env: Readonly<Record<string, string>>,
  findTaskValue: FindTaskValue | undefined,
): Promise<string> {
  const { home, workingTrees } = context;
  const trees = new Map<string, string>();
  const roots: string[] = [];
  for (const text of codeFolders) {
    if (refersToCode(text)) {
      trees.set('', trees.get('') ?? (await snapshotDigest(home, active)));
      continue;
    }
    const root = await repositoryAbove(unescapeLate(text));
    // By their order: the same repository may lie elsewhere.
    if (root !== undefined && !roots.includes(root)) roots.push(root);
  }
  const variables = new Map(Object.entries(env));
  for (const root of roots) trees.set(root, await workingTrees.hashOf(root, variables));
  return JSON.stringify([[...trees.values()], await namedFiles(context, active, findTaskValue)]);
}

/** Left by who took the snapshot. */
async function snapshotDigest(home: Home, { environment }: ActiveRun): Promise<string> {
  try {
    return await readFile(snapshotDigestFile(home.folder, environment.runId), 'utf8');
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    throw new Failure('InvalidInput', 'What is in the snapshot of its code was not noted.');
  }
}

/** Of each word of the command; what is made by the run itself is none of its code. */
async function namedFiles(
  { home, fingerprints }: CodeContext,
  { run, command, cwd, environment }: ActiveRun,
  findTaskValue: FindTaskValue | undefined,
): Promise<readonly string[]> {
  const isAbsolute = !refersToRun(cwd);
  const words = command.filter((word) => !refersToRun(word));
  const filledFor = { runId: run.id, tree: environment.runId };
  const [folder = '', ...filled] = await fillPaths(home, filledFor, [cwd, ...words], findTaskValue);
  // `--config=FILE` names one too.
  const named = filled.flatMap((word) => (word.includes('=') ? [word, word.slice(word.indexOf('=') + 1)] : [word]));
  const files = named.filter((word) => isAbsolute || path.isAbsolute(word));
  return Promise.all(
    files.map(async (word) => {
      const file = path.resolve(folder, word);
      try {
        return (await stat(file)).isFile() ? await fingerprints.of(file) : '';
      } catch (error) {
        // A word of a command need not be a file.
        if (error instanceof Error && 'code' in error) return '';
        throw error;
      }
    }),
  );
}

function refersToRun(text: string): boolean {
  for (const part of textParts(text)) if (part.kind === 'reference' && isRunReference(part.name)) return true;
  return false;
}
