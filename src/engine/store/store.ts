/**
 * The store: what is known of experiments, runs and attempts, and all that changes it. Each method is one transaction, durable when it returns,
 * and every change of a status asks the status machine first. Synchronous on purpose: it lives in the store thread.
 */
import { Failure } from '../../base/failure';
import { type AttemptOutcome, decideEnd, retryPauseMs, type StopReason } from '../../model/attemptEnd';
import { formatDuration } from '../../model/duration';
import type { EnvironmentChanges } from '../../model/environmentChanges';
import { newExperimentId, type RunId } from '../../model/ids';
import type { AttemptMemory, Run, RunEvent } from '../../model/run';
import type { RunChange } from '../../model/runChange';
import { isSettled } from '../../model/runStatus';
import type { Arrangement, Submission, SweepExtension } from '../../protocol/engine';
import { arrangeRun } from './arrangeRuns';
import { cancelRuns } from './cancelRuns';
import { changeRuns, forgetEmptyExperiments } from './changeRuns';
import { extendSweep, stopEarly } from './changeSweep';
import { number, optionalNumber, optionalText, type Row, text } from './database';
import {
  beginErasing,
  eraseSome,
  hideRuns,
  runsBeingErased,
  runsOfExperiment,
  type Shown,
  showRuns,
} from './deleteRuns';
import { appendEvents, type IngestBatch, type IngestResult, ingest } from './ingestBatch';
import { insertSubmission } from './insertRuns';
import { noticeSettingName } from './notices';
import { openSoundly } from './openSoundly';
import { forgetEnds } from './untoldEnds';
import { ReadyRuns } from './readyRun';
import { reopenRuns, type ReopenWish } from './reopenRuns';
import { activeSql } from './runFilterSql';
import { readRun, readStatus } from './runRows';
import { hasReuseKey, reuse } from './reuseRuns';
import { findBestAnew, keepBest } from './sweepRows';
import { StreamSeriesStore } from './series/streamSeriesStore';
import { type RunChanges, StatusChanges } from './statusChanges';
import { type ActiveRun, StoreReads } from './storeReads';

/** A run as it is after a transaction, and what else that has changed. */
export interface Changed {
  readonly run: Run;
  readonly changes: RunChanges;
}

/** That an attempt has begun to execute. */
export interface Started {
  readonly pid: number | undefined;
  readonly atMs: number;
  /** On the clock that stands still while the machine sleeps. */
  readonly awakeMs: number;
}

const nothingChanged: RunChanges = { changed: [], ready: [], pausing: [], stopping: [], settledRoots: [] };

export class Store extends StoreReads {
  /** A damaged one is salvaged first: `onSalvage` hears why. */
  static open(file: string, onSalvage?: (why: string) => void): Store {
    const { db, series } = openSoundly(file, (opened) => new StreamSeriesStore(opened), onSalvage);
    return new Store(db, series);
  }

  close(): void {
    try {
      this.seriesStore.close();
    } catch (error) {
      // A full disk, or a broken page: nothing is lost by it.
      if (!(error instanceof Failure)) throw error;
    }
    this.db.close();
  }

  /** Calls of this store's methods that are durable together; see `Database.together`. */
  together<T>(calls: readonly (() => T)[]): PromiseSettledResult<T>[] {
    return this.db.together(calls);
  }

  saveSetting(name: string, value: string): void {
    this.db.run(
      'INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  /** A person has heard it. */
  acknowledgeNotice(id: string): void {
    this.db.run('DELETE FROM setting WHERE name = ?', noticeSettingName(id));
  }

  /** A person was told of these ends. */
  forgetEnds(ids: readonly RunId[]): void {
    this.db.transaction(() => forgetEnds(this.db, ids));
  }

  /** The window to be told first when the run, or what it is a part of, ends. */
  keepWindow(id: RunId, window: string): void {
    const top = 'SELECT coalesce(root, sequence) FROM run WHERE id = ?';
    this.db.run(`UPDATE run SET window = ? WHERE sequence = (${top})`, window, id);
  }

  /** Queues a run with all that it is made of. The same id again gives the run as it is by now: a submission repeated. */
  submit(submission: Submission, nowMs: number): Changed & { readonly isNew: boolean } {
    return this.db.transaction(() => {
      const existing = this.findRun(submission.runId);
      if (existing) return { run: existing, isNew: false, changes: nothingChanged };
      if (this.runsById([submission.runId], true).length > 0) {
        throw new Failure('Conflict', `The run ${submission.name} was submitted before, and deleted since.`);
      }
      const root = insertSubmission(this.db, submission, this.#experimentNamed(submission.experiment, nowMs), nowMs);
      const changes = new StatusChanges(this.db, nowMs);
      changes.open(root);
      changes.markChanged(submission.runId);
      for (const { runId } of submission.tasks ?? []) changes.markChanged(runId);
      return this.#changed(submission.runId, changes, { isNew: true });
    });
  }

  /** A new attempt: queued → pending. Throws `Conflict` when the run is not queued any more, or held. */
  beginAttempt(
    id: RunId,
    attempt: {
      executor: string;
      host: string;
      folder: string;
      reuseKey?: string | undefined;
      gpus?: readonly string[] | undefined;
    },
    nowMs: number,
  ): { readonly active: ActiveRun; readonly changes: RunChanges } {
    return this.db.transaction(() => {
      const row = this.#brief(id);
      this.#refuseHeld(id);
      const next = number(row, 'attempt') + 1;
      this.db.run(
        `INSERT INTO attempt (run, number, executor, host, folder, gpus_json, created_ms, environment)
          SELECT sequence, ?, ?, ?, ?, ?, ?, environment FROM run WHERE id = ?`,
        next,
        attempt.executor,
        attempt.host,
        attempt.folder,
        attempt.gpus ? JSON.stringify(attempt.gpus) : null,
        nowMs,
        id,
      );
      this.db.run(
        'UPDATE run SET attempt = ?, reuse_key = ?, progress_done = NULL, progress_total = NULL WHERE id = ?',
        next,
        attempt.reuseKey ?? null,
        id,
      );
      const changes = new StatusChanges(this.db, nowMs);
      changes.set(row, 'pending', undefined);
      return { changes: changes.finish(), active: this.activeRun(id) };
    });
  }

  /**
   * The queued run takes the result of `from`, and is completed without an attempt. Undefined when `from` is not known by
   * that key any more: it is tried again by hand.
   */
  reuse(id: RunId, { from, key }: { from: RunId; key: string }, nowMs: number): Changed | undefined {
    return this.db.transaction(() => {
      this.#refuseHeld(id);
      if (!hasReuseKey(this.db, from, key)) return undefined;
      const changes = new StatusChanges(this.db, nowMs);
      const sweep = reuse(this.db, this.row(id), this.row(from), changes, (run, metric) =>
        this.seriesStore.extremes(run, metric),
      );
      if (sweep !== undefined) changes.markChanged(sweep);
      return this.#changed(id, changes, {});
    });
  }

  /** Nobody takes the result of its current attempt. Returns the event that says so. */
  refuseReuse(id: RunId, message: string, nowMs: number): RunEvent[] {
    return this.db.transaction(() => {
      const row = this.#brief(id);
      const [run, attempt] = [number(row, 'sequence'), number(row, 'attempt')];
      this.db.run('UPDATE run SET reuse_key = NULL WHERE sequence = ?', run);
      return appendEvents(this.db, run, attempt, [{ timeMs: nowMs, level: 'warning', message }]);
    });
  }

  /** How the environment of the current attempt differs from that of the one before. */
  keepEnvironmentChanges(id: RunId, changes: EnvironmentChanges): void {
    this.db.run(
      `UPDATE attempt SET environment_changes_json = ? WHERE (run, number) = (SELECT sequence, attempt FROM run WHERE id = ?)`,
      JSON.stringify(changes),
      id,
    );
  }

  /** The attempt has begun to execute: pending → running; a run that is being cancelled keeps its status. */
  attemptStarted(id: RunId, started: Started): Pick<Changed, 'changes'> {
    return this.db.transaction(() => {
      const changes = new StatusChanges(this.db, started.atMs);
      this.#start(this.#brief(id), started, changes);
      changes.markChanged(id);
      return { changes: changes.finish() };
    });
  }

  /** Held after it was taken from the queue: it was promised not to start. */
  #refuseHeld(id: RunId): void {
    if (new ReadyRuns(this.db).holderOf(id) !== undefined) throw new Failure('Conflict', `The run ${id} is held.`);
  }

  /** What a change of status needs to know. Reading all of a run, a thousand times, is what a thousand tasks cost. */
  #brief(id: RunId): Row {
    const row = this.db.get('SELECT id, sequence, status, kind, parent, attempt FROM run WHERE id = ?', id);
    return row ?? this.row(id);
  }

  #start(row: Row, started: Started, changes: StatusChanges): void {
    this.db.run(
      'UPDATE attempt SET pid = ?, started_ms = ?, started_awake_ms = ? WHERE run = ? AND number = ?',
      started.pid ?? null,
      started.atMs,
      started.awakeMs,
      number(row, 'sequence'),
      number(row, 'attempt'),
    );
    const sql = 'UPDATE run SET heard_ms = max(coalesce(heard_ms, 0), ?), fresh = 0 WHERE sequence = ?';
    this.db.run(sql, started.atMs, number(row, 'sequence'));
    if (readStatus(row) === 'pending') changes.set(row, 'running', undefined, started.atMs);
  }

  /** Written before our first signal, so that a later exit is known to be ours. */
  stopAttempt(id: RunId, reason: StopReason, nowMs: number): void {
    this.db.transaction(() => {
      const row = this.row(id);
      this.db.run(
        'UPDATE attempt SET stop_reason = ?, stop_ms = ? WHERE run = ? AND number = ? AND stop_ms IS NULL',
        reason,
        nowMs,
        number(row, 'sequence'),
        number(row, 'attempt'),
      );
    });
  }

  /**
   * The attempt has ended; what that means for the run is decided here, with the run as it is in this very transaction.
   * `stop` is set when we signalled the attempt before it had a result; `started` when its start was not told before.
   */
  endAttempt(
    id: RunId,
    outcome: AttemptOutcome,
    stop: StopReason | undefined,
    started?: Started,
  ): Pick<Changed, 'changes'> {
    return this.db.transaction(() => {
      const changes = new StatusChanges(this.db, outcome.atMs);
      if (started) this.#start(this.#brief(id), started, changes);
      const row = this.row(id);
      const end = decideEnd(readRun(row), outcome, stop);
      this.db.run(
        'UPDATE attempt SET ended_ms = ?, exit_code = ?, reason = ?, detail = ? WHERE run = ? AND number = ?',
        end.endedAtMs,
        end.exitCode ?? null,
        end.reason,
        end.detail ?? null,
        number(row, 'sequence'),
        number(row, 'attempt'),
      );
      const usesRetry = end.status === 'queued' && outcome.kind !== 'withdrawn';
      const delayMs = usesRetry
        ? retryPauseMs(optionalNumber(row, 'retry_delay_ms') ?? 0, number(row, 'retries_used'))
        : 0;
      const evidence = delayMs > 0 ? `${end.evidence} in ${formatDuration(delayMs)}` : end.evidence;
      changes.set(row, end.status, evidence, end.endedAtMs);
      if (end.status === 'completed' && optionalNumber(row, 'parent') !== undefined) {
        const run = number(row, 'sequence');
        const sweep = keepBest(this.db, run, (metric) => this.seriesStore.extremes(run, metric));
        if (sweep !== undefined) changes.markChanged(sweep);
      }
      if (outcome.kind === 'withdrawn' && end.status === 'queued') changes.markReady(id);
      if (usesRetry) {
        const readyAtMs = delayMs > 0 ? end.endedAtMs + delayMs : undefined;
        const sql = 'UPDATE run SET retries_used = retries_used + 1, ready_ms = ? WHERE id = ?';
        this.db.run(sql, readyAtMs ?? null, id);
        changes.markReady(id, readyAtMs);
      }
      return { changes: changes.finish() };
    });
  }

  /**
   * A settled run gets another attempt by hand, which uses up none of its retries; see `reopenRuns` for what else is tried
   * again with it. Throws `Conflict` for a run that has not ended. `isNew` is false for a wish whose key was seen before.
   */
  reopen(id: RunId, wish: ReopenWish & { readonly key: string }, nowMs: number): Changed & { readonly isNew: boolean } {
    return this.db.transaction(() => {
      const row = this.row(id);
      if (optionalText(row, 'reopen_key') === wish.key) {
        return { run: this.run(id), isNew: false, changes: nothingChanged };
      }
      const changes = new StatusChanges(this.db, nowMs);
      reopenRuns(this.db, row, wish, changes, nowMs);
      const sweeps = this.db.all(
        `SELECT sweep.sequence, sweep.id FROM run AS sweep JOIN run AS best ON best.sequence = sweep.best_run
          WHERE best.status <> 'completed'`,
      );
      for (const sweep of sweeps) {
        findBestAnew(this.db, number(sweep, 'sequence'), (run, metric) => this.seriesStore.extremes(run, metric));
        changes.markChanged(text(sweep, 'id') as RunId);
      }
      this.db.run('UPDATE run SET reopen_key = ? WHERE id = ?', wish.key, id);
      return this.#changed(id, changes, { isNew: true });
    });
  }

  /** The signal ahead of the limit was sent: it is not sent again by the next engine. Returns the event that says so. */
  warned(id: RunId, message: string, nowMs: number): RunEvent[] {
    return this.db.transaction(() => {
      const row = this.row(id);
      const [run, attempt] = [number(row, 'sequence'), number(row, 'attempt')];
      this.db.run('UPDATE attempt SET warned_ms = ? WHERE run = ? AND number = ?', nowMs, run, attempt);
      return appendEvents(this.db, run, attempt, [{ timeMs: nowMs, level: 'warning', message }]);
    });
  }

  /** The most memory seen so far; a smaller figure changes nothing. */
  /** Of an attempt that did not succeed. */
  attemptMemory(id: RunId, attempt: number, memory: AttemptMemory): void {
    this.db.run(
      'UPDATE attempt SET memory_json = ? WHERE number = ? AND run = (SELECT sequence FROM run WHERE id = ?)',
      JSON.stringify(memory),
      attempt,
      id,
    );
  }

  peakMemory(id: RunId, attempt: number, bytes: number): void {
    this.db.run(
      `UPDATE attempt SET peak_memory_bytes = max(coalesce(peak_memory_bytes, 0), ?)
        WHERE number = ? AND run = (SELECT sequence FROM run WHERE id = ?)`,
      bytes,
      attempt,
      id,
    );
  }

  /**
   * Takes the wish to cancel a run and all that it is made of: what has not been handed over is cancelled at once, the rest
   * becomes cancel-pending. Throws `Conflict` for a settled run, and with `unlessStarted` for one that is under way.
   */
  requestCancel(id: RunId, nowMs: number, unlessStarted = false): Changed {
    return this.db.transaction(() => {
      const row = this.row(id);
      const status = readStatus(row);
      if (isSettled(status)) {
        throw new Failure('Conflict', `The run ${text(row, 'name')} is already ${status}; there is nothing to cancel.`);
      }
      if (unlessStarted && (status === 'running' || status === 'cancel-pending')) {
        throw new Failure('Conflict', `The run ${text(row, 'name')} has started.`);
      }
      const changes = new StatusChanges(this.db, nowMs);
      cancelRuns(this.db, row, changes);
      return this.#changed(id, changes, {});
    });
  }

  /** No further trial of a sweep starts. Throws `Conflict` for what is no sweep, or has ended. */
  stopEarly(id: RunId, nowMs: number): Changed {
    return this.db.transaction(() => {
      const changes = new StatusChanges(this.db, nowMs);
      stopEarly(this.db, this.row(id), changes);
      return this.#changed(id, changes, {});
    });
  }

  /** Holds, releases or puts first; see `arrangeRun`. Throws `Conflict` for a run that has started or ended. */
  arrange(id: RunId, wish: Arrangement, nowMs: number): Changed {
    return this.db.transaction(() => {
      const changes = new StatusChanges(this.db, nowMs);
      arrangeRun(this.db, this.row(id), wish, changes, nowMs);
      return this.#changed(id, changes, {});
    });
  }

  /** The same change for each of the runs, or for none. Returns the experiments that they were filed under before, too. */
  change(
    ids: readonly RunId[],
    change: RunChange,
    nowMs: number,
  ): {
    readonly runs: Run[];
    readonly experiments: readonly string[];
    readonly events: readonly (readonly [RunId, RunEvent[]])[];
  } {
    return this.db.transaction(() => {
      const rows = ids.map((id) => this.row(id));
      const before = new Set(rows.map((row) => text(row, 'experiment_id')));
      const notes = changeRuns(this.db, rows, change, (name) => this.#experimentNamed(name, nowMs), nowMs);
      forgetEmptyExperiments(this.db, before);
      const events = notes.map(
        ({ runId, sequence, attempt, event }) => [runId, appendEvents(this.db, sequence, attempt, [event])] as const,
      );
      return { runs: ids.map((id) => this.run(id)), experiments: [...before], events };
    });
  }

  /** Hides runs, or all of an experiment; see `hideRuns`. */
  hide(which: { readonly runs: readonly RunId[] } | { readonly experimentId: string }, nowMs: number): Shown {
    return this.db.transaction(() => {
      const ids = 'runs' in which ? which.runs : runsOfExperiment(this.db, which.experimentId);
      return hideRuns(this.db, ids, nowMs);
    });
  }

  /** Brings hidden runs back that were deleted at most `undeleteMs` ago. */
  show(references: readonly string[], undeleteMs: number, nowMs: number): Run[] {
    return this.db.transaction(() => {
      const shown = showRuns(this.db, references, nowMs - undeleteMs, undeleteMs);
      return this.runsById(shown.runs);
    });
  }

  /** Runs that are to be removed for good: those that were hidden before `beforeMs`, and what is left of earlier ones. */
  beginErasing(beforeMs: number, limit: number): RunId[] {
    return this.db.transaction(() => {
      beginErasing(this.db, beforeMs);
      return runsBeingErased(this.db, limit);
    });
  }

  /** Removes some rows of a run that is to be removed. True when nothing of it is left. */
  eraseSome(id: RunId): boolean {
    return this.db.transaction(() => eraseSome(this.db, this.seriesStore, id));
  }

  /** More trials for a sweep; those that it has are not added again. Throws `Conflict` for what is no sweep. */
  extendSweep(extension: SweepExtension, environment: number, nowMs: number): Changed & { readonly added: number } {
    return this.db.transaction(() => {
      const changes = new StatusChanges(this.db, nowMs);
      const added = extendSweep(this.db, this.row(extension.runId), extension, environment, changes, nowMs);
      return this.#changed(extension.runId, changes, { added });
    });
  }

  /** What queued runs wait for, in words. Not a change of status. Returns those of which something else was said before. */
  setEvidence(ids: readonly RunId[], evidence: string): RunId[] {
    return this.db.transaction(() =>
      ids.filter((id) => {
        const sql = "UPDATE run SET evidence = ?1 WHERE id = ?2 AND status = 'queued' AND evidence IS NOT ?1";
        return this.db.run(sql, evidence, id).changes > 0;
      }),
    );
  }

  /** Signs of life that came without anything to store. They are kept some time after they came: by then the run may have ended, and stays as it is. */
  heard(times: readonly (readonly [RunId, number])[]): void {
    const sql = `UPDATE run SET heard_ms = max(coalesce(heard_ms, 0), ?) WHERE id = ? AND ${activeSql}`;
    this.db.transaction(() => {
      for (const [id, atMs] of times) this.db.run(sql, atMs, id);
    });
  }

  /** Keeps a part of a run log together with the position after it, so that nothing is read twice or skipped. */
  ingest(batch: IngestBatch): IngestResult {
    return this.db.transaction(() => ingest(this.db, this.seriesStore, this.run(batch.runId).sequence, batch));
  }

  #changed<T extends object>(id: RunId, changes: StatusChanges, more: T): Changed & T {
    const finished = changes.finish();
    return { ...more, run: this.run(id), changes: finished };
  }

  #experimentNamed(name: string, nowMs: number): string {
    const row = this.db.get('SELECT id FROM experiment WHERE name = ?', name);
    if (row) return text(row, 'id');
    const id = newExperimentId();
    this.db.run('INSERT INTO experiment VALUES (?, ?, ?)', id, name, nowMs);
    return id;
  }
}
