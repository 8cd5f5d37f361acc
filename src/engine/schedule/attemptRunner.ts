/**
 * Carries one attempt from launch to its settled end: tells the store of its start, reads its run log, holds its time
 * limit, ends it when asked to. What the executor tells arrives at any moment; it is worked off one after another, in
 * short steps, so that a program which logs without end keeps nothing else waiting.
 */
import type { Clock } from '../../base/clock';
import { Emitter } from '../../base/event';
import { Failure, hasErrorCode } from '../../base/failure';
import { DisposableSlot, DisposableStore } from '../../base/lifecycle';
import type { Log } from '../../base/log';
import type { AttemptOutcome, StopReason } from '../../model/attemptEnd';
import { formatDuration } from '../../model/duration';
import type { RunId } from '../../model/ids';
import type { RunEvent } from '../../model/run';
import type { WarningSignal } from '../../model/runFileKeys';
import type { AwakeClock } from '../awakeClock';
import type { AttemptHandle, Executor } from '../execute/executor';
import { runLogFile } from '../../protocol/runFolders';
import { OutputIndexWriter } from '../ingest/outputIndex';
import { OutputTimesWriter } from '../ingest/outputTimes';
import { type KeptBatch, RunLogReader } from '../ingest/runLogReader';
import type { AsyncStore } from '../store/asyncStore';
import type { RunChanges } from '../store/statusChanges';
import type { Started } from '../store/store';
import type { ActiveRun } from '../store/storeReads';

/** How long room on the disk, or a free descriptor, is waited for before the next try. */
const shortageMs = 1000;

export interface AttemptContext {
  readonly store: AsyncStore;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts time limits: stands still while the machine sleeps. */
  readonly awakeMs: AwakeClock;
  /** Between the request to end and the end by force, where the run does not say. */
  readonly graceMs: number;
  readonly onIngest: (runId: RunId, kept: KeptBatch) => void;
  readonly onOutput: (runId: RunId, atMs: number) => void;
  readonly onEvents: (runId: RunId, events: readonly RunEvent[]) => void;
  readonly onChanges: (changes: RunChanges) => void;
  /** A program has succeeded, which is not in the store yet; what this throws is logged. */
  readonly beforeEnd?: () => Promise<void>;
  /** Its output is whole; what it throws is logged. */
  readonly onOutputEnd: (runId: RunId, attempt: number, folder: string) => void;
}

export class AttemptRunner {
  readonly #active: ActiveRun;
  readonly #env: Readonly<Record<string, string>>;
  readonly #context: AttemptContext;
  readonly #owned = new DisposableStore();
  readonly #didEnd = this.#owned.own(new Emitter<void>());
  readonly #didSettle = this.#owned.own(new Emitter<void>());
  readonly #limit = this.#owned.own(new DisposableSlot());
  readonly #warning = this.#owned.own(new DisposableSlot());
  readonly #grace = this.#owned.own(new DisposableSlot());
  #handle: AttemptHandle | undefined;
  #reader: RunLogReader | undefined;
  #output: OutputIndexWriter | undefined;
  #outputTimes: OutputTimesWriter | undefined;
  /** Asked for before there was anything to end. */
  #wanted: StopReason | undefined;
  /** Set when we decided to end it before it had a result; its first signal follows. */
  #stop: StopReason | undefined;
  /** Seen, and not in the store yet. */
  #start: Started | undefined;
  #outcome: AttemptOutcome | undefined;
  #work: Promise<void> = Promise.resolve();
  #drainWaits = false;

  /** `active` has a current attempt; `env` is the attempt's whole environment. */
  constructor(active: ActiveRun, env: Readonly<Record<string, string>>, context: AttemptContext) {
    this.#active = active;
    this.#env = env;
    this.#context = context;
  }

  /** Fires when its processes have ended: it takes no room any more, though its end is not in the store yet. */
  readonly onDidEnd = (listener: () => void): { dispose(): void } => this.#didEnd.event(listener);

  /** Fires when the attempt's end is in the store. */
  readonly onDidSettle = (listener: () => void): { dispose(): void } => this.#didSettle.event(listener);

  async start(): Promise<void> {
    const { run, command, cwd, tty, stop } = this.#active;
    const attempt = run.attempt;
    if (!attempt) throw new Error(`The run ${run.id} has no attempt to execute.`);
    const { store, clock, executor, log } = this.#context;
    this.#output = new OutputIndexWriter(attempt.folder);
    this.#outputTimes = new OutputTimesWriter(attempt.folder);
    this.#reader = new RunLogReader({
      file: runLogFile(attempt.folder),
      runId: run.id,
      attempt: attempt.number,
      startedAtMs: attempt.startedAtMs ?? attempt.createdAtMs,
      position: this.#active.logPosition,
      nowMs: () => clock.nowMs(),
      keep: async (batch) => this.#persist(async () => store.ingest(batch)),
      onKept: (kept) => this.#context.onIngest(run.id, kept),
      isGivenUp: () => this.#owned.isDisposed,
      log,
    });
    if (this.#owned.isDisposed) return;
    this.#owned.own(this.#reader);
    const { startedAwakeMs } = this.#active;
    if (startedAwakeMs !== undefined) this.#armLimit(startedAwakeMs);
    this.#handle = executor.attach(
      {
        runId: run.id,
        attempt: attempt.number,
        folder: attempt.folder,
        command,
        cwd,
        env: this.#env,
        tty,
        hasStarted: attempt.startedAtMs !== undefined,
      },
      {
        onStart: (start) => {
          // Not in its turn: a limit must hold however long what waits before it takes.
          const awakeMs = startedAwakeMs ?? this.#context.awakeMs() - Math.max(0, clock.nowMs() - start.atMs);
          this.#armLimit(awakeMs);
          this.#start = { ...start, awakeMs };
          this.#reader?.startedAt(start.atMs);
          this.#enqueue(async () => this.#started());
        },
        onPeakMemory: (bytes) => this.#enqueue(async () => store.peakMemory(run.id, attempt.number, bytes)),
        onMemory: (memory) => this.#enqueue(async () => store.attemptMemory(run.id, attempt.number, memory)),
        onTouch: () => this.#touched(),
        onEnd: (outcome) => {
          this.#outcome = outcome;
          this.#didEnd.fire();
          this.#enqueue(async () => this.#ended(outcome));
        },
      },
    );
    this.#owned.own(this.#handle);
    this.#touched();
    if (stop) this.#endNow(stop.reason);
    else if (run.status === 'cancel-pending') await this.stop('cancelled');
    else if (this.#wanted) await this.stop(this.#wanted);
  }

  /** Ends the attempt: asks, waits, kills. Nothing happens when it has a result already: that result wins. */
  async stop(reason: StopReason): Promise<void> {
    const { store, clock } = this.#context;
    const { id } = this.#active.run;
    this.#wanted ??= reason;
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
    this.#grace.set(
      this.#context.clock.after(this.#active.graceMs ?? this.#context.graceMs, () => this.#handle?.kill()),
    );
  }

  #armLimit(startedAwakeMs: number): void {
    const { run, warning } = this.#active;
    if (run.timeoutMs === undefined) return;
    const { clock, log, awakeMs } = this.#context;
    const leftMs = run.timeoutMs - (awakeMs() - startedAwakeMs);
    this.#limit.set(
      clock.after(leftMs, () => {
        this.stop('timed out').catch((error: unknown) => log.error('A time limit was not held.', error));
      }),
    );
    if (!warning || warning.wasSent) return;
    this.#warning.set(clock.after(leftMs - warning.beforeMs, () => this.#warn(warning.signal, warning.beforeMs)));
  }

  /** Sent before it is noted: a program that is warned twice, after a crash of ours, is better off than one that never is. */
  #warn(signal: WarningSignal, beforeMs: number): void {
    if (this.#stop !== undefined || this.#handle?.hasResult() !== false) return;
    const { store, clock, onEvents } = this.#context;
    const { id } = this.#active.run;
    this.#handle.signal(`SIG${signal}`);
    const message = `Sent SIG${signal}: ${formatDuration(beforeMs)} left of the time limit.`;
    this.#enqueue(async () => onEvents(id, await this.#persist(async () => store.warned(id, message, clock.nowMs()))));
  }

  async #started(): Promise<void> {
    const start = this.#start;
    // What has ended by now is told with its end, in one transaction.
    if (!start || this.#outcome) return;
    const { store, onChanges } = this.#context;
    const { changes } = await this.#persist(async () => store.attemptStarted(this.#active.run.id, start));
    this.#start = undefined;
    onChanges(changes);
  }

  #touched(): void {
    if (this.#drainWaits) return;
    this.#drainWaits = true;
    this.#enqueue(async () => {
      this.#drainWaits = false;
      await this.#lookAtOutput(false);
      // A part at a time: what else waits gets its turn in between.
      if (await this.#reader?.drain(false)) this.#touched();
    });
  }

  /** The index is a convenience: output is whole without it, so nothing waits for it or fails with it. */
  async #lookAtOutput(final: boolean): Promise<void> {
    const { clock, log, onOutput } = this.#context;
    try {
      if (!this.#output) return;
      const hasGrown = await this.#output.look(final);
      const nowMs = clock.nowMs();
      if (hasGrown) onOutput(this.#active.run.id, nowMs);
      if (hasGrown || final) await this.#outputTimes?.take(nowMs, this.#output.covered, final);
    } catch (error) {
      if (!isShortage(error)) log.error(`The output of run ${this.#active.run.id} could not be indexed.`, error);
    }
  }

  async #ended(outcome: AttemptOutcome): Promise<void> {
    const { store, log, onChanges } = this.#context;
    const { id } = this.#active.run;
    this.#limit.dispose();
    this.#warning.dispose();
    this.#grace.dispose();
    await this.#lookAtOutput(true);
    try {
      await this.#readLast();
    } catch (error) {
      // An unreadable log must not keep the run from its end.
      log.error(`The last lines of run ${id} could not be read.`, error);
    }
    this.#outputEnded();
    if (outcome.kind === 'exited' && outcome.exitCode === 0) await this.#beforeEnd();
    const { changes } = await this.#persist(async () => store.endAttempt(id, outcome, this.#stop, this.#start));
    this.#didSettle.fire();
    onChanges(changes);
    this.#owned.dispose();
  }

  #outputEnded(): void {
    const { run } = this.#active;
    if (!run.attempt) return;
    try {
      this.#context.onOutputEnd(run.id, run.attempt.number, run.attempt.folder);
    } catch (error) {
      if (!isShortage(error)) this.#context.log.error(`The output of run ${run.id} could not be marked.`, error);
    }
  }

  async #beforeEnd(): Promise<void> {
    const { beforeEnd, log } = this.#context;
    if (!beforeEnd) return;
    try {
      await this.#persist(beforeEnd);
    } catch (error) {
      // It must not keep the run from its end.
      log.error(`What run ${this.#active.run.id} depends on could not be looked at.`, error);
    }
  }

  async #readLast(): Promise<void> {
    for (;;) {
      try {
        while (await this.#reader?.drain(true)) if (this.#owned.isDisposed) return;
        return;
      } catch (error) {
        if (!isShortage(error) || this.#owned.isDisposed) throw error;
        await this.#pause();
      }
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#owned.isDisposed) return;
      try {
        await work();
      } catch (error) {
        if (!this.#owned.isDisposed) this.#context.log.error(`A step of run ${this.#active.run.id} failed.`, error);
      }
    });
  }

  /** Writes, and waits for room when the disk is full: what happened is not lost because it could not be written at once. */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    let hasWarned = false;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'Storage' || this.#owned.isDisposed) throw error;
        if (!hasWarned) this.#context.log.warn(error.message);
        hasWarned = true;
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#context.clock.after(shortageMs, resolve);
    });
  }
}

const isShortage = (error: unknown): boolean => hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO');
