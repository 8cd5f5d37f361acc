/**
 * Removes what was deleted so long ago that nobody can bring it back: rows and folders, at the engine's start and from time to time, in
 * the background. A folder is first taken out of sight under another name, then the rows go, some with each transaction, then the folder:
 * whoever is killed in between, the next engine goes on where this one stopped, and no client ever sees a half of it.
 */
import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, every } from '../base/clock';
import { hasErrorCode, messageOf } from '../base/failure';
import type { Disposable } from '../base/lifecycle';
import type { Log } from '../base/log';
import { isRunId, type RunId } from '../model/ids';
import type { Home } from './home';
import type { AsyncStore } from './store/asyncStore';

export interface ErasureOptions {
  readonly home: Home;
  readonly store: Pick<AsyncStore, 'beginErasing' | 'eraseSome'>;
  readonly clock: Clock;
  readonly log: Log;
  /** So long what was deleted can be brought back. */
  readonly undeleteMs: number;
}

const longestPeriodMs = 5 * 60 * 1000;
const shortestPeriodMs = 100;
/** Runs that are looked up together. */
const mostAtOnce = 100;

/** Not the id of a run: nobody takes it for the folder of one. */
const outOfSight = 'deleted-';

export class Erasure {
  readonly #options: ErasureOptions;
  readonly #stopped = new AbortController();
  #timer: Disposable | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: ErasureOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, log, undeleteMs } = this.#options;
    const begin = (): void => {
      this.#sweeping = this.#sweeping
        .then(async () => this.sweep())
        .catch((error: unknown) => log.error('Deleted runs were not removed.', error));
    };
    const periodMs = Math.min(longestPeriodMs, Math.max(shortestPeriodMs, undeleteMs / 4));
    this.#timer = every(clock, periodMs, begin);
    begin();
  }

  /** Ends a sweep between two transactions. */
  async stop(): Promise<void> {
    this.#timer?.dispose();
    this.#stopped.abort();
    await this.#sweeping;
  }

  /** Once. What cannot be removed from the disk is logged, and tried again the next time. */
  async sweep(): Promise<void> {
    const { store, clock, undeleteMs } = this.#options;
    for (;;) {
      const runs = await store.beginErasing(clock.nowMs() - undeleteMs, mostAtOnce);
      for (const id of runs) {
        if (this.#stopped.signal.aborted) return;
        if (!(await this.#hideFolder(id))) return this.#removeHidden();
        while (!(await store.eraseSome(id))) if (this.#stopped.signal.aborted) return;
      }
      if (runs.length === 0) break;
    }
    await this.#removeHidden();
  }

  /** False when it cannot be done now: then its rows stay too, since they are all that tells of it. */
  async #hideFolder(id: RunId): Promise<boolean> {
    const { home, log } = this.#options;
    try {
      await rename(home.run(id), home.path('runs', `${outOfSight}${id}`));
    } catch (error) {
      // Of a run made of runs, of one that never started, or taken out of sight by an engine before.
      if (hasErrorCode(error, 'ENOENT')) return true;
      if (!(error instanceof Error) || !('code' in error)) throw error;
      log.warn('The folder of a deleted run cannot be removed.', { runId: id, reason: messageOf(error) });
      return false;
    }
    return true;
  }

  async #removeHidden(): Promise<void> {
    const { home, log } = this.#options;
    for (const name of await readdir(home.path('runs'))) {
      if (this.#stopped.signal.aborted) return;
      if (!name.startsWith(outOfSight) || !isRunId(name.slice(outOfSight.length))) continue;
      try {
        await removeTree(home.path('runs', name));
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        log.warn('The folder of a deleted run cannot be removed.', { name, reason: messageOf(error) });
      }
    }
  }
}

/** Links in it are removed, and what they lead to stays. A program may have taken its own right to write. */
async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 });
  } catch (error) {
    if (!hasErrorCode(error, 'EACCES', 'EPERM')) throw error;
    await allowWriting(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 2 });
  }
}

async function allowWriting(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) return;
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await allowWriting(path.join(folder, entry.name));
  }
}
