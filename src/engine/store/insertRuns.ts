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
  readonly runFilePath: string | undefined;
  readonly workspace: string | undefined;
}

/** Where tasks are put, and what all of them have. */
interface TaskHome {
  readonly root: number;
  readonly experimentId: string;
  readonly runFilePath: string | undefined;
  readonly workspace: string | undefined;
  /** Number of the first of their environments. */
  readonly environment: number;
  /** Runs that they are put below and that are there already. */
  readonly placed: Map<RunId, { readonly sequence: number; readonly isOpen: boolean }>;
}

/** Inserts all as queued; returns the number of the submission's own run. Nothing is opened yet. */
export function insertSubmission(db: Database, submission: Submission, experimentId: string, nowMs: number): number {
  const { runFile, workspace, tasks = [], runId, code } = submission;
  const place = { parent: null, root: null, environment: 0, task: null, waits: 0, evidence: null };
  const root = insertRun(db, submission, { ...place, runFilePath: runFile?.path, workspace }, experimentId, nowMs);
  const ofTop = [runFile?.text ?? null, code ? JSON.stringify(code) : null, submission.place ?? null];
  const sql = 'UPDATE run SET run_file_text = ?, packaging_json = ?, place = ?, origin = ? WHERE sequence = ?';
  db.run(sql, ...ofTop, submission.origin ?? submission.place ?? null, root);
  // The root waits for nothing, but is opened after this.
  const placed = new Map([[runId, { sequence: root, isOpen: false }]]);
  insertTasks(db, tasks, { root, experimentId, runFilePath: runFile?.path, workspace, environment: 0, placed }, nowMs);
  return root;
}

/** Inserts runs below others, parents first; returns their numbers by their ids. Nothing is opened yet. */
export function insertTasks(
  db: Database,
  tasks: readonly TaskSubmission[],
  { root, experimentId, runFilePath, workspace, environment, placed }: TaskHome,
  nowMs: number,
): ReadonlyMap<RunId, number> {
  const names = new Map(tasks.map(({ runId, name }) => [runId, name]));
  for (const task of tasks) {
    const parent = placed.get(task.parentId);
    if (!parent) throw new Error(`The task ${task.runId} comes before its parent.`);
    const place: Place = {
      parent: parent.sequence,
      root,
      environment: environment + task.environment,
      task: task.task,
      // While the parent waits, its children wait for it.
      waits: task.dependsOn.length + (parent.isOpen ? 0 : 1),
      evidence: describeWaiting(task, names),
      runFilePath,
      workspace,
    };
    placed.set(task.runId, { sequence: insertRun(db, task, place, experimentId, nowMs), isOpen: false });
  }
  for (const task of tasks) {
    for (const { runId, on } of task.dependsOn) {
      db.run(
        'INSERT INTO dependency (run, depends_on, condition) VALUES (?, ?, ?)',
        sequenceOf(placed, task.runId),
        sequenceOf(placed, runId),
        on,
      );
    }
  }
  return new Map(tasks.map(({ runId }) => [runId, sequenceOf(placed, runId)]));
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
      task, waits, evidence, run_file_path, workspace, inputs_json, reuse_static, at_once, sweep_json, metrics_json, priority, resources_json, algorithm_json, status, status_ms, created_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)`,
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
    place.runFilePath ?? null,
    place.workspace ?? null,
    run.inputs ? JSON.stringify(run.inputs) : null,
    run.reuse ? JSON.stringify(run.reuse) : null,
    run.sweep?.atOnce ?? null,
    sweepColumn(run),
    run.metricsJson ?? null,
    run.priority ?? 0,
    run.demand ? JSON.stringify(run.demand) : null,
    run.algorithm ? JSON.stringify(run.algorithm) : null,
    nowMs,
    nowMs,
  ).lastId;
}

export const sweepJson = ({ json, best }: NonNullable<Submission['sweep']>): string =>
  JSON.stringify({ spec: json, best });

/** Of a sweep what it varies and what says which trial is best, of a trial what it varies. */
function sweepColumn(run: Submission | TaskSubmission): string | null {
  if (run.sweep) return sweepJson(run.sweep);
  return 'trialJson' in run && run.trialJson !== undefined ? JSON.stringify({ trial: run.trialJson }) : null;
}
