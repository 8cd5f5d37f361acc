/**
 * When outputs are compacted: some time after their attempt has ended, one at a time, when none of its processes could
 * write to them any more and no client reads them as they were. What waits is marked by files in the home, so that the next
 * engine goes on with it; only outputs worth it are, so that short attempts cost nothing.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../base/clock';
import { hasErrorCode } from '../../base/failure';
import { DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import { isRunId, type RunId } from '../../model/ids';
import type { Home } from '../home';
import { compactOutput } from './compactOutput';
import { outputBytes } from './outputIndex';

/** Smaller outputs bloat nothing. */
const worthwhileBytes = 64 * 1024;
/** Of what cannot be compacted now. */
const retryMs = 60_000;

export interface OutputCompactionOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  /** Whoever follows the attempt reads its last words meanwhile. */
  readonly delayMs: number;
  /** A client goes on reading it by positions that would not hold any more. */
  readonly isRead: (runId: RunId, attempt: number) => boolean;
  /** A process of the run lives, and may write on. */
  readonly hasProcesses: (runId: RunId, folder: string) => boolean;
}

interface Waiting {
  readonly runId: RunId;
  readonly attempt: number;
  dueMs: number;
}

export class OutputCompaction {
  readonly #options: OutputCompactionOptions;
  readonly #owned = new DisposableStore();
  readonly #stopping = new AbortController();
  readonly #timer = this.#owned.own(new DisposableSlot());
  readonly #waiting = new Map<string, Waiting>();
  #working: Promise<void> | undefined;

  constructor(options: OutputCompactionOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier engine left. */
  start(): void {
    for (const name of this.#marks()) {
      const [runId = '', attempt] = name.split('-');
      if (isRunId(runId) && Number(attempt) > 0) this.#wait(runId, Number(attempt));
    }
  }

  /** True while an output is being compacted. */
  get isBusy(): boolean {
    return this.#working !== undefined;
  }

  /** The attempt's output is whole. Called before its end is in the store, so that none is forgotten. */
  ended(runId: RunId, attempt: number, folder: string): void {
    if (outputBytes(folder) < worthwhileBytes) return;
    const { home } = this.#options;
    mkdirSync(home.path('compact'), { recursive: true, mode: 0o700 });
    writeFileSync(home.path('compact', markOf(runId, attempt)), '');
    this.#wait(runId, attempt);
  }

  /** Gives up what is under way; the next engine begins it anew. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#owned.dispose();
    await this.#working;
  }

  #wait(runId: RunId, attempt: number): void {
    const dueMs = this.#options.clock.nowMs() + this.#options.delayMs;
    this.#waiting.set(markOf(runId, attempt), { runId, attempt, dueMs });
    this.#arm();
  }

  #arm(): void {
    if (this.#owned.isDisposed || this.#timer.current) return;
    this.#timer.set(
      this.#options.clock.after(this.#options.delayMs, () => {
        this.#timer.set(undefined);
        this.#working ??= this.#work().finally(() => {
          this.#working = undefined;
          if (this.#waiting.size > 0) this.#arm();
        });
      }),
    );
  }

  async #work(): Promise<void> {
    const { clock, log, home, isRead, hasProcesses } = this.#options;
    for (const [mark, waiting] of this.#waiting) {
      if (this.#owned.isDisposed) return;
      if (waiting.dueMs > clock.nowMs()) continue;
      const { runId, attempt } = waiting;
      const folder = home.attempt(runId, attempt);
      try {
        if (isRead(runId, attempt)) continue;
        waiting.dueMs = clock.nowMs() + retryMs;
        if (hasProcesses(runId, folder)) continue;
        await compactOutput(folder, this.#stopping.signal);
        this.#waiting.delete(mark);
        rmSync(home.path('compact', mark), { force: true });
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        // Tried again: it is whole as it is, only longer than it need be.
        log.error(`The output of run ${runId} could not be compacted.`, error);
      }
    }
  }

  #marks(): string[] {
    try {
      return readdirSync(this.#options.home.path('compact'));
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw error;
    }
  }
}

const markOf = (runId: RunId, attempt: number): string => `${runId}-${attempt}`;
