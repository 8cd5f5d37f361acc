/**
 * Carries one attempt from launch to its settled end: tells the store of its start, reads its run log, holds its time
 * limit, ends it when asked to. What the executor tells arrives at any moment; it is worked off one after another.
 */
import { type Clock } from '../../base/clock';
import { Emitter } from '../../base/event';
import { Failure } from '../../base/failure';
import { DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { AttemptHandle, AttemptOutcome, AttemptStart, Executor } from '../execute/executor';
import { runLogFile } from '../execute/local/attemptFolder';
import { OutputIndexWriter } from '../ingest/outputIndex';
import { RunLogReader } from '../ingest/runLogReader';
import type { AsyncStore } from '../store/asyncStore';
import type { IngestResult } from '../store/ingestBatch';
import type { ActiveRun, StopReason } from '../store/store';
import { decideEnd } from './attemptEnd';

/** How long a full disk is waited for before the next try. */
const storageRetryMs = 1000;

export interface AttemptContext {
  readonly store: AsyncStore;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly log: Log;
  /** Between the request to end and the end by force. */
  readonly graceMs: number;
  readonly onIngest: (runId: RunId, result: IngestResult) => void;
  readonly onOutput: (runId: RunId, atMs: number) => void;
  readonly onChange: (runId: RunId) => void;
}

export class AttemptRunner {
  readonly #active: ActiveRun;
  readonly #env: Readonly<Record<string, string>>;
  readonly #context: AttemptContext;
  readonly #owned = new DisposableStore();
  readonly #didSettle = this.#owned.own(new Emitter<void>());
  readonly #limit = this.#owned.own(new DisposableSlot());
  readonly #grace = this.#owned.own(new DisposableSlot());
  #handle: AttemptHandle | undefined;
  #reader: RunLogReader | undefined;
  #output: OutputIndexWriter | undefined;
  #stop: StopReason | undefined;
  #work: Promise<void> = Promise.resolve();
  #drainWaits = false;

  /** `active` has a current attempt; `env` is the attempt's whole environment. */
  constructor(active: ActiveRun, env: Readonly<Record<string, string>>, context: AttemptContext) {
    this.#active = active;
    this.#env = env;
    this.#context = context;
  }

  /** Fires when the attempt's end is in the store. */
  readonly onDidSettle = (listener: () => void): { dispose(): void } => this.#didSettle.event(listener);

  async start(): Promise<void> {
    const { run, command, cwd } = this.#active;
    const attempt = run.attempt;
    if (!attempt) throw new Error(`The run ${run.id} has no attempt to execute.`);
    const { store, clock } = this.#context;
    this.#output = new OutputIndexWriter(attempt.folder);
    this.#reader = new RunLogReader({
      file: runLogFile(attempt.folder),
      runId: run.id,
      attempt: attempt.number,
      startedAtMs: attempt.startedAtMs ?? attempt.createdAtMs,
      position: await store.logPosition(run.id, attempt.number),
      nowMs: () => clock.nowMs(),
      keep: async (batch) => this.#context.onIngest(run.id, await this.#persist(async () => store.ingest(batch))),
    });
    if (this.#owned.isDisposed) return;
    this.#handle = this.#context.executor.attach(
      { runId: run.id, attempt: attempt.number, folder: attempt.folder, command, cwd, env: this.#env },
      {
        onStart: (start) => this.#enqueue(async () => this.#started(start)),
        onTouch: () => this.#touched(),
        onEnd: (outcome) => this.#enqueue(async () => this.#ended(outcome)),
      },
    );
    this.#owned.own(this.#handle);
    this.#touched();
    if (this.#active.stop) this.#endNow(this.#active.stop.reason);
    else if (run.status === 'cancel-pending') await this.stop('cancelled');
  }

  /** Ends the attempt: asks, waits, kills. Nothing happens when it has a result already: that result wins. */
  async stop(reason: StopReason): Promise<void> {
    const { store, clock } = this.#context;
    const { id } = this.#active.run;
    if (this.#stop !== undefined || !this.#handle || this.#handle.hasResult()) return;
    await this.#persist(async () => store.stopAttempt(id, reason, clock.nowMs()));
    if (this.#handle.hasResult()) return;
    this.#endNow(reason);
  }

  /** True when the attempt has ended by itself, settled or not. */
  get hasResult(): boolean {
    return this.#handle?.hasResult() ?? false;
  }

  /** Lets go of the attempt; it goes on without us. Resolves when nothing of ours is under way. */
  async letGo(): Promise<void> {
    this.#owned.dispose();
    await this.#work;
  }

  #endNow(reason: StopReason): void {
    this.#stop = reason;
    this.#handle?.terminate();
    this.#grace.set(this.#context.clock.after(this.#context.graceMs, () => this.#handle?.kill()));
  }

  async #started(start: AttemptStart): Promise<void> {
    const { run } = this.#active;
    this.#reader?.startedAt(start.atMs);
    await this.#persist(async () => this.#context.store.attemptStarted(run.id, start));
    this.#context.onChange(run.id);
    if (run.timeoutMs === undefined) return;
    const leftMs = run.timeoutMs - (this.#context.clock.nowMs() - start.atMs);
    this.#limit.set(
      this.#context.clock.after(leftMs, () => {
        this.stop('timed out').catch((error: unknown) => this.#context.log.error('A time limit was not held.', error));
      }),
    );
  }

  #touched(): void {
    if (this.#drainWaits) return;
    this.#drainWaits = true;
    this.#enqueue(async () => {
      this.#drainWaits = false;
      await this.#drain(false);
    });
  }

  async #drain(final: boolean): Promise<void> {
    if (await this.#output?.look(final)) this.#context.onOutput(this.#active.run.id, this.#context.clock.nowMs());
    await this.#reader?.drain(final);
  }

  async #ended(outcome: AttemptOutcome): Promise<void> {
    const { store, log, onChange } = this.#context;
    const { id } = this.#active.run;
    this.#limit.dispose();
    this.#grace.dispose();
    try {
      await this.#drain(true);
    } catch (error) {
      // An unreadable log must not keep the run from its end.
      log.error(`The last lines of run ${id} could not be read.`, error);
    }
    await this.#persist(async () => {
      const { run } = await store.activeRun(id);
      return store.endAttempt(id, decideEnd(run, outcome, this.#stop));
    });
    onChange(id);
    this.#didSettle.fire();
    this.#owned.dispose();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#owned.isDisposed) return;
      try {
        await work();
      } catch (error) {
        this.#context.log.error(`A step of run ${this.#active.run.id} failed.`, error);
      }
    });
  }

  /** Writes, and waits for room when the disk is full: what happened is not lost because it could not be written at once. */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'Storage' || this.#owned.isDisposed) throw error;
        this.#context.log.warn(error.message);
        await new Promise<void>((resolve) => {
          this.#context.clock.after(storageRetryMs, resolve);
        });
      }
    }
  }
}
