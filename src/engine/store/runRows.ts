/** Rows of run, attempt and experiment as the model's values: the one place that knows their columns. */
import type { ExperimentId, RunId } from '../../model/ids';
import {
  type Attempt,
  type AttemptMemory,
  AttemptMemorySchema,
  type AttemptReason,
  attemptReasons,
  type ChildCounts,
  type Experiment,
  type Run,
  type RunKind,
  runKinds,
  type RunEvent,
  eventLevels,
} from '../../model/run';
import { type RunStatus, runStatuses } from '../../model/runStatus';
import { Decode } from '@sinclair/typebox/value';
import { type AlgorithmUse, AlgorithmUseSchema } from '../../model/algorithmUse';
import { type EnvironmentChanges, EnvironmentChangesSchema } from '../../model/environmentChanges';
import { type Demand, DemandSchema } from '../../model/demand';
import { number, optionalNumber, optionalText, type Row, text } from './database';

/** Selects runs with their experiment's name and the newest attempt; append WHERE, ORDER BY and LIMIT. */
export const selectRuns = `
  SELECT run.*, experiment.name AS experiment,
    attempt.number AS a_number, attempt.executor AS a_executor, attempt.host AS a_host, attempt.pid AS a_pid,
    attempt.folder AS a_folder, attempt.created_ms AS a_created_ms, attempt.started_ms AS a_started_ms,
    attempt.ended_ms AS a_ended_ms, attempt.exit_code AS a_exit_code, attempt.reason AS a_reason,
    attempt.detail AS a_detail, attempt.peak_memory_bytes AS a_peak_memory_bytes, attempt.gpus_json AS a_gpus_json, attempt.memory_json AS a_memory_json,
    attempt.environment_changes_json AS a_environment_changes_json, above.id AS parent_id,
    top.id AS root_id,
    CASE WHEN run.kind <> 'single' THEN (
      SELECT json_group_object(status, count) FROM (
        SELECT child.status AS status, count(*) AS count FROM run AS child WHERE child.parent = run.sequence GROUP BY child.status)
    ) END AS children_json,
    CASE WHEN run.kind <> 'single' THEN (
      SELECT child.name FROM run AS child WHERE child.parent = run.sequence AND child.status IN ('failed', 'lost')
      ORDER BY child.status_ms, child.sequence LIMIT 1
    ) END AS failed_child
  FROM run
  JOIN experiment ON experiment.id = run.experiment_id
  LEFT JOIN attempt ON attempt.run = run.sequence AND attempt.number = run.attempt
  LEFT JOIN run AS above ON above.sequence = run.parent
  LEFT JOIN run AS top ON top.sequence = run.root
`;

export function readRun(row: Row): Run {
  const done = optionalNumber(row, 'progress_done');
  const total = optionalNumber(row, 'progress_total');
  return {
    id: text(row, 'id') as RunId,
    experimentId: text(row, 'experiment_id') as ExperimentId,
    experiment: text(row, 'experiment'),
    name: text(row, 'name'),
    tags: readTags(text(row, 'tags_json')),
    status: readStatus(row),
    statusAtMs: number(row, 'status_ms'),
    createdAtMs: number(row, 'created_ms'),
    sequence: number(row, 'sequence'),
    // Attempts by hand use up no retry: those so far, and the retries that are left.
    attemptsMax: Math.max(1, number(row, 'attempt')) + number(row, 'retries') - number(row, 'retries_used'),
    ...optional('kind', readKind(row)),
    ...optional('note', optionalText(row, 'note')),
    ...optional('pinned', number(row, 'pinned') === 1 ? true : undefined),
    ...optional('deletedAtMs', optionalNumber(row, 'deleted_ms')),
    ...optional('reusedFrom', optionalText(row, 'reused_from') as RunId | undefined),
    ...optional('parentId', optionalText(row, 'parent_id') as RunId | undefined),
    ...optional('task', optionalText(row, 'task')),
    ...optional('children', readCounts(optionalText(row, 'children_json'))),
    ...optional('failedChild', optionalText(row, 'failed_child')),
    ...optional('held', number(row, 'held') === 1 ? true : undefined),
    ...optional('priority', number(row, 'priority') || undefined),
    ...optional('algorithm', readAlgorithm(row)),
    ...optional('demand', readDemand(row)),
    ...optional('heardAtMs', optionalNumber(row, 'heard_ms')),
    ...optional('progress', done === undefined || total === undefined ? undefined : { done, total }),
    ...optional('attempt', row['a_number'] === null ? undefined : readAttempt(row, 'a_')),
    ...optional('timeoutMs', optionalNumber(row, 'timeout_ms')),
    ...optional('evidence', optionalText(row, 'evidence')),
    ...optional('runFilePath', optionalText(row, 'run_file_path')),
    ...optional('workspace', optionalText(row, 'workspace')),
    ...optional('place', optionalText(row, 'place')),
    ...optional('origin', optionalText(row, 'origin')),
  };
}

export function readAttempt(row: Row, prefix = ''): Attempt {
  return {
    number: number(row, `${prefix}number`),
    executor: text(row, `${prefix}executor`),
    host: text(row, `${prefix}host`),
    folder: text(row, `${prefix}folder`),
    createdAtMs: number(row, `${prefix}created_ms`),
    ...optional('pid', optionalNumber(row, `${prefix}pid`)),
    ...optional('startedAtMs', optionalNumber(row, `${prefix}started_ms`)),
    ...optional('endedAtMs', optionalNumber(row, `${prefix}ended_ms`)),
    ...optional('exitCode', optionalNumber(row, `${prefix}exit_code`)),
    ...optional('reason', readReason(optionalText(row, `${prefix}reason`))),
    ...optional('detail', optionalText(row, `${prefix}detail`)),
    ...optional('gpus', readGpus(optionalText(row, `${prefix}gpus_json`))),
    ...optional('environmentChanges', readEnvironmentChanges(optionalText(row, `${prefix}environment_changes_json`))),
    ...optional('peakMemoryBytes', optionalNumber(row, `${prefix}peak_memory_bytes`)),
    ...optional('memory', readMemory(optionalText(row, `${prefix}memory_json`))),
  };
}

export function readExperiment(row: Row): Experiment {
  return {
    id: text(row, 'id') as ExperimentId,
    name: text(row, 'name'),
    createdAtMs: number(row, 'created_ms'),
    newestSequence: number(row, 'newest'),
    runCount: number(row, 'runs'),
    activeCount: number(row, 'active'),
    failedCount: number(row, 'failed'),
  };
}

export function readEvent(row: Row): RunEvent {
  const level = eventLevels.find((known) => known === text(row, 'level')) ?? 'info';
  return {
    sequence: number(row, 'sequence'),
    attempt: number(row, 'attempt'),
    timeMs: number(row, 'time_ms'),
    level,
    message: text(row, 'message'),
    ...(row['step'] === null ? {} : { step: number(row, 'step') }),
  };
}

export function readStatus(row: Row): RunStatus {
  const word = text(row, 'status');
  const status = runStatuses.find((known) => known === word);
  if (!status) throw new Error(`The store holds the unknown status ${word}.`);
  return status;
}

/** Undefined for a single run, as the model has it. */
export function readKind(row: Row): RunKind | undefined {
  const word = text(row, 'kind');
  return word === 'single' ? undefined : runKinds.find((known) => known === word);
}

/** The column `resources_json`; undefined for a run that said nothing. */
export function readDemand(row: Row): Demand | undefined {
  const json = optionalText(row, 'resources_json');
  return json === undefined ? undefined : Decode(DemandSchema, JSON.parse(json));
}

function readAlgorithm(row: Row): AlgorithmUse | undefined {
  const json = optionalText(row, 'algorithm_json');
  return json === undefined ? undefined : Decode(AlgorithmUseSchema, JSON.parse(json));
}

const readEnvironmentChanges = (json: string | undefined): EnvironmentChanges | undefined =>
  json === undefined ? undefined : Decode(EnvironmentChangesSchema, JSON.parse(json));

const readMemory = (json: string | undefined): AttemptMemory | undefined =>
  json === undefined ? undefined : Decode(AttemptMemorySchema, JSON.parse(json));

const readGpus = (json: string | undefined): string[] | undefined => (json === undefined ? undefined : readTags(json));

function readCounts(json: string | undefined): ChildCounts | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as ChildCounts);
}

export function readReason(word: string | undefined): AttemptReason | undefined {
  return word === undefined ? undefined : (attemptReasons.find((known) => known === word) ?? 'failed');
}

/** JSON of a list of texts, as this store wrote it. */
export function readTags(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error('The store holds a list that is none of texts.');
  }
  return value;
}

/** For exact optional properties: `{}` when undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
