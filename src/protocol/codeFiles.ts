/** Where code is kept in a home: the submitter puts it there, the engine executes it and removes it after a time. */
import path from 'node:path';
import type { RunId } from '../model/ids';
import { runFolder } from './runFolders';

/** The snapshot of a run with all that it is made of. */
export const snapshotFolder = (home: string, tree: RunId): string => path.join(runFolder(home, tree), 'code');

/** There when runs may reuse results: what is in the snapshot, as one digest. The snapshot itself changes as runs write into it. */
export const snapshotDigestFile = (home: string, tree: RunId): string =>
  path.join(runFolder(home, tree), 'code.digest');

/** What was not committed, as `git apply` takes it. */
export const patchFile = (home: string, tree: RunId): string => path.join(runFolder(home, tree), 'code.patch');

/** There once the snapshot was removed because nobody had asked for the run for so long. */
export const snapshotRemovedMark = (home: string, tree: RunId): string =>
  path.join(runFolder(home, tree), 'code.removed');
