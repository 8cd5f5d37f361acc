/**
 * Snapshots of code that runs with `"packaging": "git"` execute from, one for each submission, below its run's folder. One
 * is kept while a run of its tree is active and for `keptMs` after the end, in which the run can be tried again; then it
 * is removed, and the run's folder says so.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, every } from '../../base/clock';
import { Failure, hasErrorCode, messageOf } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { Code, KeptCode } from '../../model/code';
import { isRunId, type RunId } from '../../model/ids';
import { codeReference, fillReferences, textParts } from '../../model/references';
import type { RunDetail } from '../../model/run';
import { isSettled } from '../../model/runStatus';
import { patchFile, snapshotDigestFile, snapshotFolder, snapshotRemovedMark } from '../../protocol/codeFiles';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';

const dayMs = 24 * 60 * 60 * 1000;

/** After the end of its run. */
export const snapshotKeptDays = 14;
const keptMs = snapshotKeptDays * dayMs;

/** What a client left that ended in the middle of a submission; none takes as long. */
const orphanMs = dayMs;

/** Throws `InvalidInput` when the texts of a launch refer to a snapshot that is not there. */
export function requireSnapshotOf(home: Home, tree: RunId, texts: readonly string[]): void {
  if (texts.some(refersToCode)) requireSnapshot(home, tree);
}

/** Throws `InvalidInput` where there is none. It is there whole, or not at all. */
export function requireSnapshot({ folder }: Home, tree: RunId): void {
  if (existsSync(snapshotFolder(folder, tree))) return;
  throw new Failure('InvalidInput', `There is no snapshot of the code in ${snapshotFolder(folder, tree)}.`, {
    hint: 'Submit the run file again.',
  });
}

/** Throws `Conflict` for a tree whose snapshot was removed: it cannot execute once more what it executed. */
export function refuseWithoutSnapshot({ folder }: Home, tree: RunId): void {
  if (!existsSync(snapshotRemovedMark(folder, tree)) || existsSync(snapshotFolder(folder, tree))) return;
  throw new Failure(
    'Conflict',
    `The snapshot of the code that this run executed was removed ${snapshotKeptDays} days after its end.`,
    { hint: 'Submit its run file again: it takes the code as it is now.' },
  );
}

export function refersToCode(text: string): boolean {
  if (!text.includes(codeReference)) return false;
  for (const part of textParts(text)) if (part.kind === 'reference' && part.name === codeReference) return true;
  return false;
}

/** A run as it is told to clients, with what there is of its code in the home, and the paths that it has there. */
export function withKeptCode<R extends Pick<RunDetail, 'command' | 'cwd'> & { readonly code?: Code | undefined }>(
  { folder }: Home,
  tree: RunId,
  { code, ...detail }: R,
): Omit<R, 'code'> & { readonly code?: KeptCode } {
  if (!code) return detail;
  const [patch, snapshot] = [patchFile(folder, tree), snapshotFolder(folder, tree)];
  const fill = (text: string): string =>
    fillReferences(text, (name) => (name === codeReference ? snapshot : undefined));
  return {
    ...detail,
    command: detail.command.map(fill),
    cwd: fill(detail.cwd),
    code: {
      ...code,
      ...(existsSync(patch) ? { patchFile: patch } : {}),
      ...(existsSync(snapshot) ? { snapshotFolder: snapshot } : {}),
    },
  };
}

export interface SnapshotRetentionOptions {
  readonly home: Home;
  readonly store: Pick<AsyncStore, 'runsById'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Removes the snapshots that nobody needs any more: at the engine's start and once a day, in the background. */
export class SnapshotRetention {
  readonly #options: SnapshotRetentionOptions;
  readonly #stopped = new AbortController();
  #timer: Disposable | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: SnapshotRetentionOptions) {
    this.#options = options;
  }

  start(): void {
    const begin = (): void => {
      this.#sweeping = this.#sweeping
        .then(async () => this.sweep())
        .catch((error: unknown) => this.#options.log.error('Snapshots were not swept.', error));
    };
    this.#timer = every(this.#options.clock, dayMs, begin);
    begin();
  }

  /** Ends a sweep between two runs. */
  async stop(): Promise<void> {
    this.#timer?.dispose();
    this.#stopped.abort();
    await this.#sweeping;
  }

  /** Once. Throws nothing but bugs: what cannot be removed is logged, and tried again the next time. */
  async sweep(): Promise<void> {
    const { home, log } = this.#options;
    for (const name of await readdir(home.path('runs'))) {
      if (this.#stopped.signal.aborted) return;
      if (!isRunId(name)) continue;
      try {
        await sweepRun(this.#options, name, this.#stopped.signal);
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EBUSY', 'ENOTEMPTY', 'ENOSPC', 'EROFS')) throw error;
        // Its run was deleted meanwhile, and its folder is removed.
        if (!existsSync(home.run(name))) continue;
        log.warn('A snapshot cannot be removed.', { runId: name, reason: messageOf(error) });
      }
    }
  }
}

async function sweepRun(
  { home, store, clock }: SnapshotRetentionOptions,
  tree: RunId,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = clock.nowMs();
  const folder = home.run(tree);
  const leftovers = (await readdir(folder)).filter((name) => /^code\.(new|old)-/.test(name));
  for (const name of leftovers) {
    const file = path.join(folder, name);
    if (name.startsWith('code.old-') || (await isOlder(file, nowMs - orphanMs))) await removeTree(file);
  }
  const snapshot = snapshotFolder(home.folder, tree);
  const patch = patchFile(home.folder, tree);
  if (!existsSync(snapshot) && !existsSync(patch)) return;
  if (signal.aborted) return;
  // One that is deleted may be brought back.
  const [run] = await store.runsById([tree], true);
  if (!run) {
    // It never reached the store, or its submission is under way.
    if (!(await isOlder(folder, nowMs - orphanMs))) return;
    await removeTree(snapshot);
    for (const file of [patch, snapshotDigestFile(home.folder, tree)]) await rm(file, { force: true });
    if ((await readdir(folder)).length === 0) await rmdir(folder);
    return;
  }
  if (!isSettled(run.status) || run.statusAtMs > nowMs - keptMs || !existsSync(snapshot)) return;
  // From here on nobody can begin to use it; who did so just before gets it back.
  const old = path.join(folder, `code.old-${nowMs}`);
  const mark = snapshotRemovedMark(home.folder, tree);
  await writeFile(mark, '');
  await rename(snapshot, old);
  const [again] = signal.aborted ? [] : await store.runsById([tree], true);
  if (again && isSettled(again.status)) {
    await removeTree(old);
    return;
  }
  await rename(old, snapshot);
  await rm(mark, { force: true });
}

async function isOlder(file: string, thanMs: number): Promise<boolean> {
  return (await stat(file)).mtimeMs < thanMs;
}

/** Links in it are removed, and what they lead to stays. A program may have taken its own right to write. */
async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 2 });
}
