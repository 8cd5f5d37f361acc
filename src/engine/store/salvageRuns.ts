/**
 * What runs need to go on after a salvage: the folders of attempts tell what the damaged store does not any more. An
 * attempt that has begun becomes one under way: the engine reads its end and its run log from its folder, as it does after
 * any crash, and never starts it a second time.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { isRunId } from '../../model/ids';
import { isActive } from '../../model/runStatus';
import { type Database, number, optionalNumber, optionalText, text } from './database';
import { readStatus } from './runRows';
import { insertRecovered } from './salvageRecovered';
import { SeriesRows } from './series/seriesRows';

/** Mends runs whose attempts are lost or half lost; says what it did. */
export function mendAttempts(db: Database, runsFolder: string): string[] {
  const said: string[] = [];
  for (const run of db.all('SELECT sequence, id, status, status_ms, attempt FROM run WHERE attempt > 0')) {
    const [sequence, id, newest] = [number(run, 'sequence'), text(run, 'id'), number(run, 'attempt')];
    const status = readStatus(run);
    // A number that damage has made is not counted up to.
    for (let attempt = newest; attempt > Math.max(0, newest - 1000); attempt -= 1) {
      if (db.get('SELECT 1 FROM attempt WHERE run = ? AND number = ?', sequence, attempt)) continue;
      const folder = attemptFolder(runsFolder, id, attempt);
      const isCurrent = attempt === newest && isActive(status) && status !== 'queued';
      if (!isCurrent && !existsSync(folder)) continue;
      const atMs = number(run, 'status_ms');
      const begun = isCurrent && status !== 'pending';
      insertAttempt(db, {
        run: sequence,
        number: attempt,
        folder,
        createdMs: atMs,
        startedMs: begun ? atMs : undefined,
        endedMs: isCurrent ? undefined : atMs,
      });
      said.push(`Attempt ${attempt} of run ${id} was found again by its folder.`);
    }
  }
  return said;
}

/** Says by their attempts what became of runs that are lost themselves. */
export function mendFound(db: Database, runsFolder: string, found: Iterable<number>): string[] {
  return Array.from(found, (sequence) => {
    const run = db.get('SELECT id FROM run WHERE sequence = ?', sequence);
    const id = run ? text(run, 'id') : '';
    const newest = db.get('SELECT * FROM attempt WHERE run = ? ORDER BY number DESC LIMIT 1', sequence);
    if (newest) {
      const startedMs = optionalNumber(newest, 'started_ms');
      const endedMs = optionalNumber(newest, 'ended_ms');
      const isUnderWay = endedMs === undefined && startedMs !== undefined;
      db.run(
        `UPDATE run SET status = ?, status_ms = ?, evidence = ?, attempt = ?, parameters_json = ? WHERE sequence = ?`,
        isUnderWay ? 'running' : statusOf(optionalText(newest, 'reason')),
        endedMs ?? startedMs ?? number(newest, 'created_ms'),
        'found again by its attempts',
        number(newest, 'number'),
        readParameters(path.join(runsFolder, id)),
        sequence,
      );
    }
    return `Run ${id} was found again by its attempts; its name, experiment and command are lost.`;
  });
}

/**
 * Runs of which nothing is left but a folder with an attempt that had begun. The engine takes what they logged, and how
 * they ended, from there.
 */
export function recoverFolders(db: Database, runsFolder: string): string[] {
  return unknownRuns(db, runsFolder).flatMap((id) => {
    const newest = newestAttempt(path.join(runsFolder, id));
    if (!newest) return [];
    if (!insertRecovered((sql, ...values) => db.run(sql, ...values), { id, atMs: newest.atMs })) return [];
    const row = db.get('SELECT sequence FROM run WHERE id = ?', id);
    const run = row ? number(row, 'sequence') : 0;
    const { number: attempt, atMs } = newest;
    const folder = attemptFolder(runsFolder, id, attempt);
    insertAttempt(db, { run, number: attempt, folder, createdMs: atMs, startedMs: atMs, endedMs: undefined });
    db.run(
      "UPDATE run SET status = 'running', evidence = 'found again by its folder', attempt = ?, parameters_json = ? WHERE sequence = ?",
      attempt,
      readParameters(path.join(runsFolder, id)),
      run,
    );
    return `Run ${id} was found again by its folder; its name, experiment and command are lost.`;
  });
}

/**
 * Where points or events could be lost, attempts under way are read again from the beginning of their run log: it is all
 * there.
 */
export function readLogsAgain(db: Database, all: boolean): void {
  const active = db.all(
    `SELECT attempt.run, attempt.number, attempt.folder, attempt.log_offset FROM attempt JOIN run ON run.sequence = attempt.run
      WHERE attempt.number = run.attempt AND run.status IN ('pending', 'running', 'cancel-pending')`,
  );
  for (const row of active) {
    const [run, attempt] = [number(row, 'run'), number(row, 'number')];
    // Whose row is new, nothing is known to have been read of.
    if (!all && number(row, 'log_offset') > 0) continue;
    if (!existsSync(path.join(text(row, 'folder'), 'run.log'))) continue;
    new SeriesRows(db).forgetAttempt(run, attempt);
    db.run('DELETE FROM event WHERE attempt = ? AND run = ?', attempt, run);
    db.run(
      `UPDATE attempt SET log_offset = 0, log_lines = 0, log_next_step = 0, log_warnings = 0, log_last_step = NULL
        WHERE run = ? AND number = ?`,
      run,
      attempt,
    );
  }
}

/** Ids of runs that have a folder and no row, sorted. */
export function unknownRuns(db: Database, runsFolder: string): string[] {
  const isUnknown = (name: string): boolean => isRunId(name) && !db.get('SELECT 1 FROM run WHERE id = ?', name);
  return namesIn(runsFolder).filter(isUnknown).sort();
}

const attemptFolder = (runsFolder: string, id: string, attempt: number): string =>
  path.join(runsFolder, id, 'attempts', String(attempt));

/** The last that has begun: its claim says so. */
function newestAttempt(runFolder: string): { readonly number: number; readonly atMs: number } | undefined {
  const numbers = namesIn(path.join(runFolder, 'attempts'))
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
  for (const attempt of numbers) {
    try {
      const { mtimeMs } = statSync(path.join(runFolder, 'attempts', String(attempt), 'claim'));
      return { number: attempt, atMs: mtimeMs };
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }
  return undefined;
}

interface NewAttempt {
  readonly run: number;
  readonly number: number;
  readonly folder: string;
  readonly createdMs: number;
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
}

function insertAttempt(db: Database, { run, number: attempt, folder, ...times }: NewAttempt): void {
  db.run(
    `INSERT INTO attempt (run, number, executor, host, folder, created_ms, started_ms, ended_ms)
      VALUES (?, ?, 'local', ?, ?, ?, ?, ?)`,
    run,
    attempt,
    hostname(),
    folder,
    times.createdMs,
    times.startedMs ?? null,
    times.endedMs ?? null,
  );
}

/** Of a run whose newest attempt has ended. */
function statusOf(reason: string | undefined): string {
  if (reason === 'completed' || reason === 'cancelled' || reason === 'lost') return reason;
  return reason === undefined ? 'lost' : 'failed';
}

/** What the run's folder keeps of them. */
function readParameters(runFolder: string): string {
  try {
    const json = readFileSync(path.join(runFolder, 'parameters.json'), 'utf8');
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? json : '{}';
  } catch (error) {
    if (error instanceof SyntaxError || hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return '{}';
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
