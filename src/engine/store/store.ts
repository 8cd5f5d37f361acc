/**
 * The store: what is known of experiments, runs and attempts, and all that changes it. Each method is one transaction, durable when it returns,
 * and every change of a status asks the status machine first. Synchronous on purpose: it lives in the store thread.
 */
import { Failure } from '../../base/failure';
import { type AttemptOutcome, decideEnd, retryPauseMs, type StopReason } from '../../model/attemptEnd';
import { formatDuration } from '../../model/duration';
import { newExperimentId, type RunId } from '../../model/ids';
import type { Run, RunEvent } from '../../model/run';
import { advance, isSettled, reopen, type RunStatus } from '../../model/runStatus';
import type { Submission } from '../../protocol/engine';
import { Database, number, optionalNumber, optionalText, type Row, text } from './database';
import { appendEvents, type IngestBatch, type IngestResult, ingest } from './ingestBatch';
import { readRun, readStatus } from './runRows';
import { RowSeriesStore } from './rowSeriesStore';
import { type ActiveRun, StoreReads } from './storeReads';

export class Store extends StoreReads {
  static open(file: string): Store {
    const db = Database.open(file);
    return new Store(db, new RowSeriesStore(db));
  }

  close(): void {
    this.db.close();
  }

  saveSetting(name: string, value: string): void {
    this.db.run(
      'INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  /** Queues a run. The same id again gives the run as it is by now: a submission repeated after a lost answer. */
  submit(submission: Submission, nowMs: number): { readonly run: Run; readonly isNew: boolean } {
    return this.db.transaction(() => {
      const existing = this.findRun(submission.runId);
      if (existing) return { run: existing, isNew: false };
      this.db.run(
        `INSERT INTO run (id, experiment_id, name, description, tags_json, metadata_json, parameters_json, command_json,
          cwd, timeout_ms, retries, retry_delay_ms, grace_ms, tty, signal_name, signal_before_ms, run_file_path,
          run_file_text, workspace, status, status_ms, created_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)`,
        submission.runId,
        this.#experimentNamed(submission.experiment, nowMs),
        submission.name,
        submission.description ?? null,
        JSON.stringify([...new Set(submission.tags)]),
        submission.metadataJson,
        submission.parametersJson,
        JSON.stringify(submission.command),
        submission.cwd,
        submission.timeoutMs ?? null,
        submission.retries,
        submission.retryDelayMs ?? null,
        submission.graceMs ?? null,
        submission.tty ? 1 : 0,
        submission.signal?.name ?? null,
        submission.signal?.beforeMs ?? null,
        submission.runFile?.path ?? null,
        submission.runFile?.text ?? null,
        submission.workspace ?? null,
        nowMs,
        nowMs,
      );
      return { run: this.run(submission.runId), isNew: true };
    });
  }

  /** A new attempt: queued → pending. Throws `Conflict` when the run is not queued any more. */
  beginAttempt(id: RunId, attempt: { executor: string; host: string; folder: string }, nowMs: number): ActiveRun {
    return this.db.transaction(() => {
      const row = this.row(id);
      const next = number(row, 'attempt') + 1;
      this.db.run(
        'INSERT INTO attempt (run, number, executor, host, folder, created_ms) VALUES (?, ?, ?, ?, ?, ?)',
        number(row, 'sequence'),
        next,
        attempt.executor,
        attempt.host,
        attempt.folder,
        nowMs,
      );
      this.db.run('UPDATE run SET attempt = ?, progress_done = NULL, progress_total = NULL WHERE id = ?', next, id);
      this.#setStatus(row, 'pending', undefined, nowMs);
      return this.activeRun(id);
    });
  }

  /** The attempt has begun to execute: pending → running; a run that is being cancelled keeps its status. */
  attemptStarted(id: RunId, started: { pid: number | undefined; atMs: number; awakeMs: number }): Run {
    return this.db.transaction(() => {
      const row = this.row(id);
      this.db.run(
        'UPDATE attempt SET pid = ?, started_ms = ?, started_awake_ms = ? WHERE run = ? AND number = ?',
        started.pid ?? null,
        started.atMs,
        started.awakeMs,
        number(row, 'sequence'),
        number(row, 'attempt'),
      );
      this.db.run('UPDATE run SET heard_ms = max(coalesce(heard_ms, 0), ?), fresh = 0 WHERE id = ?', started.atMs, id);
      if (readStatus(row) === 'pending') this.#setStatus(row, 'running', undefined, started.atMs);
      return this.run(id);
    });
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
   * `stop` is set when we signalled the attempt before it had a result.
   */
  endAttempt(id: RunId, outcome: AttemptOutcome, stop: StopReason | undefined): Run {
    return this.db.transaction(() => {
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
      if (end.status === 'queued') {
        const delayMs = retryPauseMs(optionalNumber(row, 'retry_delay_ms') ?? 0, number(row, 'retries_used'));
        this.db.run(
          'UPDATE run SET retries_used = retries_used + 1, ready_ms = ? WHERE id = ?',
          delayMs > 0 ? end.endedAtMs + delayMs : null,
          id,
        );
        const evidence = delayMs > 0 ? `${end.evidence} in ${formatDuration(delayMs)}` : end.evidence;
        this.#setStatus(row, 'queued', evidence, end.endedAtMs);
      } else {
        this.#setStatus(row, end.status, end.evidence, end.endedAtMs);
      }
      return this.run(id);
    });
  }

  /**
   * A settled run gets another attempt by hand, which uses up none of its retries. Throws `Conflict` for a run that has not
   * ended. `isNew` is false for a wish whose key was seen before.
   */
  reopen(
    id: RunId,
    { checkpoints, key }: { checkpoints: 'empty' | 'kept'; key: string },
    nowMs: number,
  ): { readonly run: Run; readonly isNew: boolean } {
    return this.db.transaction(() => {
      const row = this.row(id);
      if (optionalText(row, 'reopen_key') === key) return { run: this.run(id), isNew: false };
      const status = reopen(readStatus(row));
      this.db.run(
        `UPDATE run SET status = ?, status_ms = ?, evidence = ?, ready_ms = NULL, fresh = ?, reopen_key = ?,
          progress_done = NULL, progress_total = NULL WHERE id = ?`,
        status,
        nowMs,
        checkpoints === 'kept' ? 'resumed by hand' : 'retried by hand',
        checkpoints === 'kept' ? 0 : 1,
        key,
        id,
      );
      return { run: this.run(id), isNew: true };
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
   * Takes the wish to cancel: what has not been handed over is cancelled at once, the rest becomes cancel-pending.
   * Throws `Conflict` for a settled run.
   */
  requestCancel(id: RunId, nowMs: number): Run {
    return this.db.transaction(() => {
      const row = this.row(id);
      const status = readStatus(row);
      if (isSettled(status)) {
        throw new Failure('Conflict', `The run ${text(row, 'name')} is already ${status}; there is nothing to cancel.`);
      }
      if (status === 'created') {
        this.#setStatus(row, 'cancelled', 'before it started', nowMs);
      } else if (status === 'queued') {
        this.#setStatus(row, 'cancel-pending', undefined, nowMs);
        this.#setStatus(this.row(id), 'cancelled', 'while it waited', nowMs);
      } else if (status !== 'cancel-pending') {
        this.#setStatus(row, 'cancel-pending', 'asked to stop', nowMs);
      }
      return this.run(id);
    });
  }

  /** What a queued run waits for, in words. Not a change of status. */
  setEvidence(id: RunId, evidence: string | undefined): void {
    this.db.run("UPDATE run SET evidence = ? WHERE id = ? AND status = 'queued'", evidence ?? null, id);
  }

  /** Signs of life that came without anything to store. */
  heard(times: readonly (readonly [RunId, number])[]): void {
    this.db.transaction(() => {
      for (const [id, atMs] of times) {
        this.db.run('UPDATE run SET heard_ms = max(coalesce(heard_ms, 0), ?) WHERE id = ?', atMs, id);
      }
    });
  }

  /** Keeps a part of a run log together with the position after it, so that nothing is read twice or skipped. */
  ingest(batch: IngestBatch): IngestResult {
    return this.db.transaction(() => ingest(this.db, this.seriesStore, this.run(batch.runId).sequence, batch));
  }

  #setStatus(row: Row, next: RunStatus, evidence: string | undefined, nowMs: number): void {
    const status = advance(readStatus(row), next);
    this.db.run(
      'UPDATE run SET status = ?, status_ms = ?, evidence = ? WHERE id = ?',
      status,
      nowMs,
      evidence ?? null,
      text(row, 'id'),
    );
  }

  #experimentNamed(name: string, nowMs: number): string {
    const row = this.db.get('SELECT id FROM experiment WHERE name = ?', name);
    if (row) return text(row, 'id');
    const id = newExperimentId();
    this.db.run('INSERT INTO experiment VALUES (?, ?, ?)', id, name, nowMs);
    return id;
  }
}
