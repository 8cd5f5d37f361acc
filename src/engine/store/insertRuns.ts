/** A submission's rows: the run, all that it is made of, and what waits for what. Inside a transaction of the store. */
import type { RunId } from '../../model/ids';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import type { Database } from './database';

/** Where a run stands in its tree. */
interface Place {
  readonly parent: number | null;
  readonly root: number | null;
  readonly environment: number;
  readonly task: string | null;
  readonly waits: number;
  /** What it waits for, in words. */
  readonly evidence: string | null;
}

/** Inserts all as queued; returns the number of the submission's own run. Nothing is opened yet. */
export function insertSubmission(db: Database, submission: Submission, experimentId: string, nowMs: number): number {
  const insert = (run: Submission | TaskSubmission, place: Place): number => {
    const sequence = insertRun(db, run, place, experimentId, nowMs);
    db.run(
      'UPDATE run SET run_file_path = ?, workspace = ? WHERE sequence = ?',
      submission.runFile?.path ?? null,
      submission.workspace ?? null,
      sequence,
    );
    return sequence;
  };
  const root = insert(submission, { parent: null, root: null, environment: 0, task: null, waits: 0, evidence: null });
  db.run('UPDATE run SET run_file_text = ? WHERE sequence = ?', submission.runFile?.text ?? null, root);
  const placed = new Map<RunId, { readonly sequence: number; readonly waits: number }>([
    [submission.runId, { sequence: root, waits: 0 }],
  ]);
  const names = new Map((submission.tasks ?? []).map(({ runId, name }) => [runId, name]));
  for (const task of submission.tasks ?? []) {
    const parent = placed.get(task.parentId);
    if (!parent) throw new Error(`The task ${task.runId} comes before its parent.`);
    // While the parent waits, its children wait for it; the root waits for nothing, but is opened after this.
    const waits = task.dependsOn.length + 1;
    const sequence = insert(task, {
      parent: parent.sequence,
      root,
      environment: task.environment,
      task: task.task,
      waits,
      evidence: describeWaiting(task, names),
    });
    placed.set(task.runId, { sequence, waits });
  }
  for (const task of submission.tasks ?? []) {
    for (const { runId, on } of task.dependsOn) {
      db.run(
        'INSERT INTO dependency (run, depends_on, condition) VALUES (?, ?, ?)',
        sequenceOf(placed, task.runId),
        sequenceOf(placed, runId),
        on,
      );
    }
  }
  return root;
}

/** Of many only the first few: the graph shows them all. */
function describeWaiting({ dependsOn }: TaskSubmission, names: ReadonlyMap<RunId, string>): string | null {
  if (dependsOn.length === 0) return null;
  const shown = dependsOn.slice(0, 3).map(({ runId }) => names.get(runId) ?? runId);
  const more = dependsOn.length - shown.length;
  return `waits for ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function sequenceOf(placed: ReadonlyMap<RunId, { readonly sequence: number }>, runId: RunId): number {
  const place = placed.get(runId);
  if (!place) throw new Error(`The submission has no run ${runId}.`);
  return place.sequence;
}

function insertRun(
  db: Database,
  run: Submission | TaskSubmission,
  place: Place,
  experimentId: string,
  nowMs: number,
): number {
  return db.run(
    `INSERT INTO run (id, experiment_id, name, description, tags_json, metadata_json, parameters_json, command_json, cwd,
      timeout_ms, retries, retry_delay_ms, grace_ms, tty, signal_name, signal_before_ms, kind, parent, root, environment,
      task, waits, evidence, at_once, sweep_json, metrics_json, status, status_ms, created_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)`,
    run.runId,
    experimentId,
    run.name,
    run.description ?? null,
    JSON.stringify([...new Set(run.tags)]),
    run.metadataJson,
    run.parametersJson,
    JSON.stringify(run.command),
    run.cwd,
    run.timeoutMs ?? null,
    run.retries,
    run.retryDelayMs ?? null,
    run.graceMs ?? null,
    run.tty ? 1 : 0,
    run.signal?.name ?? null,
    run.signal?.beforeMs ?? null,
    run.kind ?? 'single',
    place.parent,
    place.root,
    place.environment,
    place.task,
    place.waits,
    place.evidence,
    run.sweep?.atOnce ?? null,
    sweepColumn(run),
    run.metricsJson ?? null,
    nowMs,
    nowMs,
  ).lastId;
}

/** Of a sweep what it varies and what says which trial is best, of a trial what it varies. */
function sweepColumn(run: Submission | TaskSubmission): string | null {
  if (run.sweep) return JSON.stringify({ spec: run.sweep.json, best: run.sweep.best });
  return 'trialJson' in run && run.trialJson !== undefined ? JSON.stringify({ trial: run.trialJson }) : null;
}
