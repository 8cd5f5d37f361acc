/**
 * What a home keeps of the code of a submission, before the engine hears of it: the snapshot that it executes from, where
 * it asks for one, and the patch of what was not committed.
 */
import { access, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import { isCode } from '../../code/codeEndings';
import { Fingerprints } from '../../code/fingerprint';
import type { Submission } from '../../protocol/engine';
import { patchFile, snapshotDigestFile, snapshotFolder } from '../../protocol/codeFiles';
import { cleanEnvironment, type Environment } from '../runFiles/environment';
import { atKey } from '../runFiles/runToResolve';
import { gitState } from './gitState';
import { takeSnapshot } from './takeSnapshot';

/** The submission with what is known of its code. Throws `InvalidInput`, `TooLarge` or `Storage` at the key `packaging`. */
export async function keepCode(home: string, submission: Submission, given: NodeJS.ProcessEnv): Promise<Submission> {
  const { code, runFile, runId, workspace } = submission;
  const folder = code?.repository ?? (runFile ? path.dirname(runFile.path) : workspace);
  // What has executed already had its code kept before.
  if (folder === undefined || (code && !code.isSnapshot)) return submission;
  const environment = cleanEnvironment(given);
  const mayReuse = [submission, ...(submission.tasks ?? [])].some(({ reuse }) => reuse !== undefined);
  const target = snapshotFolder(home, runId);
  const digestFile = mayReuse ? snapshotDigestFile(home, runId) : undefined;
  const take = async (): Promise<void> => keepSnapshot(folder, { home, environment, target, digestFile });
  if (code?.isSnapshot) {
    await (runFile ? atKey(runFile, ['packaging'], async () => orStorageFailure(home, take)) : take());
  }
  const state = await gitState(folder, environment);
  if (!state) return submission;
  const patch = state.patch;
  if (patch !== undefined) {
    await orStorageFailure(home, async () => {
      const file = patchFile(home, runId);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, patch, { mode: 0o600 });
    });
  }
  return { ...submission, code: { ...state.code, ...code } };
}

/** Whole, or not at all; and once: a run may execute from it already when the same submission comes again. */
async function keepSnapshot(
  folder: string,
  {
    home,
    environment,
    target,
    digestFile,
  }: {
    readonly home: string;
    readonly environment: Environment;
    readonly target: string;
    /** Gets a digest of what is in it. */
    readonly digestFile: string | undefined;
  },
): Promise<void> {
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  const begun = `${target}.new-${process.pid}-${Date.now()}`;
  try {
    const names = await takeSnapshot({ folder, target: begun, environment, leaveOut: await realpath(home) });
    // Of the copy, not of the working tree, which may have changed meanwhile.
    const code = names.filter(isCode);
    const digest = digestFile === undefined ? undefined : await new Fingerprints().ofFiles(begun, code);
    await rename(begun, target);
    // Last: it must not be that of a snapshot which somebody else has put there. Without it nothing is reused.
    if (digestFile !== undefined && digest !== undefined) await writeFile(digestFile, digest, { mode: 0o600 });
  } catch (error) {
    await rm(begun, { recursive: true, force: true });
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

async function orStorageFailure<T>(home: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES')) throw error;
    throw new Failure('Storage', `The code cannot be kept in ${home}: ${error instanceof Error ? error.message : ''}`, {
      hint: 'Make room, or set SIDELAB_HOME to a folder that can be written to.',
      cause: error,
    });
  }
}
