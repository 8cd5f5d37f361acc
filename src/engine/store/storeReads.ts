/**
 * What is known, as it is asked for: experiments, runs, attempts, events, series. Only reads; `Store` adds what changes them.
 */
import { Check, Decode } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import type { StopReason } from '../../model/attemptEnd';
import { type Code, CodeSchema } from '../../model/code';
import type { EventMarks, EventMarksQuery } from '../../model/eventMark';
import type { RunId } from '../../model/ids';
import type { Experiment, Run, RunDetail, RunEvent } from '../../model/run';
import { type Input, InputsSchema } from '../../model/input';
import type { Notice } from '../../model/notice';
import { type WarningSignal, warningSignals } from '../../model/runFileKeys';
import type { TaskReference } from '../../model/references';
import { type Reuse, ReuseSchema } from '../../model/reuse';
import type { ParameterHistory, ParameterHistoryQuery } from '../../model/parameterHistory';
import type { RunFilter } from '../../model/runFilter';
import type { RunGroup, RunGrouping } from '../../model/runGroups';
import type { OrderKey } from '../../model/runOrder';
import type { MetricSummary, SeriesPage, SeriesWindow } from '../../model/series';
import { type Database, number, optionalNumber, optionalText, type Row, text } from './database';
import type { Artifact } from '../../model/artifact';
import { artifactCategories } from '../../model/runLogLine';
import type { LogPosition } from './ingestBatch';
import { noticeNames, readNotice } from './notices';
import { type ReadyRun, ReadyRuns } from './readyRun';
import { type FilterWords, filterWords } from './filterWords';
import { readGraph, type StoredGraph } from './graphRows';
import { groupRuns } from './groupRuns';
import { listRuns, type PageQuery } from './listRuns';
import { pastRuns } from './pastRuns';
import { findRunReference } from './runReference';
import { optional, readAttempt, readEvent, readExperiment, readRun, readTags, selectRuns } from './runRows';
import { readEventMarks } from './eventMarks';
import { ownerOfResults, runsWithReuseKey } from './reuseRuns';
import type { SeriesRange, SeriesStore } from './seriesStore';
import { goalsOf } from './metricGoals';
import { withBest } from './sweepRows';
import { findTaskValue, type TaskValue } from './taskValue';
import { countUntoldEnds, readUntoldEnds, type UntoldEnds } from './untoldEnds';

/** What the scheduler needs to launch, or to find again, the current attempt of an active run. */
export interface ActiveRun {
  readonly run: Run;
  readonly command: readonly string[];
  readonly cwd: string;
  /** The run in whose folder its environment is kept, and which of those there it is. */
  readonly environment: { readonly runId: RunId; readonly index: number };
  /** Which of those the attempt before its current one had, where that was another. */
  readonly environmentBefore: number | undefined;
  /** How much it waits for before it is ready. */
  readonly waits: number;
  /** As it was submitted; its references are filled when an attempt starts. */
  readonly parametersJson: string;
  /** Not to be started before. */
  readonly readyAtMs: number | undefined;
  /** The next attempt begins with an empty checkpoint folder. */
  readonly isFresh: boolean;
  readonly graceMs: number | undefined;
  /** The program gets a pseudo-terminal. */
  readonly tty: boolean;
  readonly warning:
    { readonly signal: WarningSignal; readonly beforeMs: number; readonly wasSent: boolean } | undefined;
  /** Files, folders and URLs that it reads. */
  readonly inputs: readonly Input[];
  /** Absent for a run that takes no other's result. */
  readonly reuse: Reuse | undefined;
  /** Under which the result of its current attempt is going to be known. */
  readonly reuseKey: string | undefined;
  /** How far the run log of its current attempt has been read. */
  readonly logPosition: LogPosition;
  /** When the attempt began, on the clock that stands still while the machine sleeps. */
  readonly startedAwakeMs: number | undefined;
  /** Set when we decided to end the attempt; its first signal may have been sent. */
  readonly stop: { readonly reason: StopReason; readonly atMs: number } | undefined;
}

export interface ArtifactQuery {
  readonly runId: RunId;
  /** The last one of the page before. */
  readonly after?: { readonly attempt: number; readonly path: string };
  readonly limit: number;
}

export abstract class StoreReads {
  protected readonly db: Database;
  protected readonly seriesStore: SeriesStore;

  protected constructor(db: Database, seriesStore: SeriesStore) {
    this.db = db;
    this.seriesStore = seriesStore;
  }

  setting(name: string): string | undefined {
    const row = this.db.get('SELECT value FROM setting WHERE name = ?', name);
    return row && text(row, 'value');
  }

  /** What nobody has acknowledged yet, oldest first. */
  notices(): Notice[] {
    return this.db
      .all('SELECT name, value FROM setting WHERE name LIKE ? ORDER BY name', noticeNames)
      .flatMap((row) => readNotice(text(row, 'name'), text(row, 'value')) ?? []);
  }

  /** Ends that no person was told of yet: the newest of them, and which others there are. */
  untoldEnds(limit: number): UntoldEnds {
    return readUntoldEnds(this.db, limit);
  }

  untoldEndCount(): number {
    return countUntoldEnds(this.db);
  }

  /** How many rows there are of what. */
  counts(): Record<string, number> {
    const tables = {
      experiments: 'experiment',
      runs: 'run',
      attempts: 'attempt',
      events: 'event',
      series: 'stream',
      artifacts: 'artifact',
    };
    const counted = Object.entries(tables).map(([what, table]) => {
      const row = this.db.get(`SELECT count(*) AS count FROM ${table}`);
      return [what, row ? number(row, 'count') : 0] as const;
    });
    return Object.fromEntries(counted);
  }

  /** True once a broken page was met that the next start mends. */
  needsRestart(): boolean {
    return this.db.needsRestart;
  }

  experiments(ids?: readonly string[]): Experiment[] {
    if (ids?.length === 0) return [];
    const where = ids ? `AND run.experiment_id IN (${ids.map(() => '?').join(', ')})` : '';
    return this.db
      .all(
        `SELECT experiment.id, experiment.name, experiment.created_ms, newest, runs, active, failed FROM (
          SELECT run.experiment_id AS of, max(run.sequence) AS newest, count(*) AS runs,
            sum(run.status IN ('queued', 'pending', 'running', 'cancel-pending')) AS active,
            sum(run.status IN ('failed', 'lost')) AS failed
          FROM run INDEXED BY run_listed WHERE run.parent IS NULL AND run.deleted_ms IS NULL ${where}
          GROUP BY run.experiment_id
        ) JOIN experiment ON experiment.id = of ORDER BY newest DESC`,
        ...(ids ?? []),
      )
      .map(readExperiment);
  }

  /** Newest first; `deleted`: those that are hidden and can be brought back, instead of all others. */
  runs(query: { experimentId?: string; before?: number; active?: boolean; deleted?: boolean; limit: number }): {
    readonly runs: Run[];
    readonly more: boolean;
  } {
    const conditions = ['run.parent IS NULL', 'run.sequence < ?'];
    conditions.push(query.deleted ? 'run.deleted_ms > 0' : 'run.deleted_ms IS NULL');
    const values: (string | number)[] = [query.before ?? Number.MAX_SAFE_INTEGER];
    if (query.experimentId !== undefined) {
      conditions.push('run.experiment_id = ?');
      values.push(query.experimentId);
    }
    if (query.active) conditions.push(`run.status IN ('queued', 'pending', 'running', 'cancel-pending')`);
    const sql = `${selectRuns} WHERE ${conditions.join(' AND ')} ORDER BY run.sequence DESC LIMIT ?`;
    const rows = this.db.all(sql, ...values, query.limit + 1);
    return { runs: rows.slice(0, query.limit).map((row) => this.#read(row)), more: rows.length > query.limit };
  }

  /** Of a group, filtered, in an order, favourites first. */
  page(query: PageQuery): { readonly runs: Run[]; readonly keys: OrderKey[]; readonly more: boolean } {
    const { places, more } = listRuns(this.db, query);
    const rows = places.map(({ sequence }) => this.db.get(`${selectRuns} WHERE run.sequence = ?`, sequence));
    return {
      runs: rows.flatMap((row) => (row ? this.#read(row) : [])),
      keys: places.map(({ key }) => key),
      more,
    };
  }

  /** In no order. */
  groups(by: RunGrouping, filter: RunFilter): RunGroup[] {
    return groupRuns(this.db, by, filter);
  }

  /** What a filter can ask for. */
  words(): FilterWords {
    return filterWords(this.db);
  }

  /** The run and all below it, parents first, with what waits for what. */
  graph(id: RunId): StoredGraph {
    return readGraph(this.db, number(this.row(id), 'sequence'));
  }

  /** What runs of a family were given and what they reached, the newest of them. */
  parameterHistory(query: ParameterHistoryQuery): ParameterHistory {
    return { runs: pastRuns(this.db, query, (run, metric) => this.seriesStore.extremes(run, metric)) };
  }

  /** The run file of the top of its tree, as it was submitted. */
  runFile(id: RunId): { readonly path: string; readonly text: string } | undefined {
    const own = number(this.row(id), 'sequence');
    const row = this.db.get(
      `SELECT run_file_path, run_file_text FROM run
       WHERE sequence = (SELECT coalesce(root, sequence) FROM run WHERE sequence = ?)`,
      own,
    );
    const path = row && optionalText(row, 'run_file_path');
    const content = row && optionalText(row, 'run_file_text');
    return path === undefined || content === undefined ? undefined : { path, text: content };
  }

  /** In the order of the file. */
  children(query: { runId: RunId; after?: number; limit: number }): { readonly runs: Run[]; readonly more: boolean } {
    const rows = this.db.all(
      `${selectRuns} WHERE run.parent = ? AND run.sequence > ? ORDER BY run.sequence LIMIT ?`,
      this.run(query.runId).sequence,
      query.after ?? 0,
      query.limit + 1,
    );
    return { runs: rows.slice(0, query.limit).map((row) => this.#read(row)), more: rows.length > query.limit };
  }

  run(id: RunId): Run {
    const run = this.findRun(id);
    if (!run) throw new Failure('NotFound', `There is no run ${id}.`, { hint: 'It may have been deleted.' });
    return run;
  }

  /** Those that there are; deleted ones only when asked for. */
  runsById(ids: readonly RunId[], evenDeleted = false): Run[] {
    if (!evenDeleted) return ids.flatMap((id) => this.findRun(id) ?? []);
    return ids.flatMap((id) => this.db.all(`${selectRuns} WHERE run.id = ?`, id).map((row) => this.#read(row)));
  }

  /** `reference`: an id, a name (of equal names the newest) or a unique prefix of an id. `outputs` is left to the caller. */
  detail(reference: string): Omit<RunDetail, 'outputs'> {
    const row = this.row(findRunReference(this.db, reference));
    return {
      run: this.#read(row),
      command: readTags(text(row, 'command_json')),
      cwd: text(row, 'cwd'),
      parametersJson: text(row, 'parameters_json'),
      metadataJson: text(row, 'metadata_json'),
      attempts: this.db
        .all('SELECT * FROM attempt WHERE run = ? ORDER BY number', number(row, 'sequence'))
        .map((attempt) => readAttempt(attempt)),
      ...optional('description', optionalText(row, 'description')),
      ...optional('code', this.#codeOf(row)),
    };
  }

  /** True when this very wish for another attempt was taken before. */
  wasReopened(id: RunId, key: string): boolean {
    return optionalText(this.row(id), 'reopen_key') === key;
  }

  /** All active runs, oldest first, with what is needed to go on with them. */
  activeRuns(): ActiveRun[] {
    return this.db
      .all(`${selectRuns} WHERE run.status IN ('queued', 'pending', 'running', 'cancel-pending') ORDER BY run.sequence`)
      .map((row) => this.#activeRun(row));
  }

  /** What decides when each gets room; those that are held, or that are part of a held one, only when asked for. */
  readyRuns(ids: readonly RunId[], evenHeld = false): ReadyRun[] {
    const readyRuns = new ReadyRuns(this.db);
    return ids.map((id) => readyRuns.find(id, evenHeld)).filter((run) => run !== undefined);
  }

  activeRun(id: RunId): ActiveRun {
    return this.#activeRun(this.row(id));
  }

  /** What a task reference in the texts of a run stands for. Throws `InvalidInput` when there is no such thing. */
  taskValue(id: RunId, reference: TaskReference): TaskValue {
    return findTaskValue(this.db, this.row(id), reference);
  }

  /** Newest first. */
  events(query: { runId: RunId; before?: number; limit: number }): {
    readonly events: RunEvent[];
    readonly more: boolean;
  } {
    const rows = this.db.all(
      'SELECT * FROM event WHERE run = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
      this.run(query.runId).sequence,
      query.before ?? Number.MAX_SAFE_INTEGER,
      query.limit + 1,
    );
    return { events: rows.slice(0, query.limit).map(readEvent), more: rows.length > query.limit };
  }

  eventMarks(id: RunId, query: EventMarksQuery): EventMarks {
    return readEventMarks(this.db, this.run(id).sequence, query);
  }

  artifacts({ runId, after, limit }: ArtifactQuery): { readonly artifacts: Artifact[]; readonly more: boolean } {
    const owner = this.row(this.resultsOf(runId));
    const rows = this.db.all(
      `SELECT attempt, path, category, time_ms FROM artifact WHERE run = ? AND (attempt, path) > (?, ?)
        ORDER BY attempt, path LIMIT ?`,
      number(owner, 'sequence'),
      after?.attempt ?? 0,
      after?.path ?? '',
      limit + 1,
    );
    return { artifacts: rows.slice(0, limit).map(readArtifact), more: rows.length > limit };
  }

  /** Of completed runs that executed, the newest first. */
  runsWithReuseKey(key: string): RunId[] {
    return runsWithReuseKey(this.db, key);
  }

  /** The run that has the outputs, points and lines of this one: itself, unless it took another's. */
  resultsOf(id: RunId): RunId {
    return ownerOfResults(this.db, id);
  }

  summaries(id: RunId): MetricSummary[] {
    const owner = this.row(this.resultsOf(id));
    return this.seriesStore.summaries(number(owner, 'sequence'), goalsOf(this.db, owner));
  }

  windows(id: RunId, metrics: readonly string[], range: SeriesRange): SeriesWindow[] {
    const { sequence } = this.run(this.resultsOf(id));
    return metrics.map((metric) => this.seriesStore.window(sequence, metric, range));
  }

  /** Points of a series in the order of their arrival, from a position on. */
  points(id: RunId, metric: string, from: number, limit: number): SeriesPage {
    return this.seriesStore.page(this.run(this.resultsOf(id)).sequence, metric, from, limit);
  }

  /** Undefined for one that is deleted, too. */
  protected findRun(id: RunId): Run | undefined {
    const row = this.db.get(`${selectRuns} WHERE run.id = ? AND run.deleted_ms IS NULL`, id);
    return row && this.#read(row);
  }

  protected row(id: RunId): Row {
    const row = this.db.get(`${selectRuns} WHERE run.id = ? AND run.deleted_ms IS NULL`, id);
    if (!row) throw new Failure('NotFound', `There is no run ${id}.`, { hint: 'It may have been deleted.' });
    return row;
  }

  /** It is the same for all of a tree. */
  #codeOf(row: Row): Code | undefined {
    const tree = optionalNumber(row, 'root') ?? number(row, 'sequence');
    const top = this.db.get('SELECT packaging_json FROM run WHERE sequence = ?', tree);
    const json = top && optionalText(top, 'packaging_json');
    const code: unknown = json === undefined ? undefined : JSON.parse(json);
    return Check(CodeSchema, code) ? code : undefined;
  }

  #read(row: Row): Run {
    const run = readRun(row);
    return optionalText(row, 'sweep_json') === undefined ? run : withBest(this.db, row, run);
  }

  #environmentBefore({ sequence, attempt }: Run, now: number): number | undefined {
    if (!attempt || attempt.number === 1) return undefined;
    const before = this.db.get(
      'SELECT environment FROM attempt WHERE run = ? AND number = ?',
      sequence,
      attempt.number - 1,
    );
    const index = before && optionalNumber(before, 'environment');
    return index === now ? undefined : index;
  }

  #activeRun(row: Row): ActiveRun {
    const run = readRun(row);
    const attempt = this.db.get(
      'SELECT * FROM attempt WHERE run = ? AND number = ?',
      run.sequence,
      run.attempt?.number ?? 0,
    );
    const atMs = attempt && optionalNumber(attempt, 'stop_ms');
    const signal = warningSignals.find((name) => name === optionalText(row, 'signal_name'));
    return {
      run,
      environment: {
        runId: (optionalText(row, 'root_id') as RunId | undefined) ?? run.id,
        index: number(row, 'environment'),
      },
      environmentBefore: this.#environmentBefore(run, number(row, 'environment')),
      waits: number(row, 'waits'),
      parametersJson: text(row, 'parameters_json'),
      readyAtMs: optionalNumber(row, 'ready_ms'),
      isFresh: number(row, 'fresh') === 1,
      graceMs: optionalNumber(row, 'grace_ms'),
      tty: number(row, 'tty') === 1,
      warning: signal && {
        signal,
        beforeMs: optionalNumber(row, 'signal_before_ms') ?? 0,
        wasSent: attempt !== undefined && optionalNumber(attempt, 'warned_ms') !== undefined,
      },
      inputs: readInputs(optionalText(row, 'inputs_json')),
      reuse: readReuse(optionalText(row, 'reuse_static')),
      reuseKey: optionalText(row, 'reuse_key'),
      logPosition: attempt ? readPosition(attempt) : { offsetBytes: 0, lines: 0, nextStep: 0, warnings: 0 },
      startedAwakeMs: attempt && optionalNumber(attempt, 'started_awake_ms'),
      command: readTags(text(row, 'command_json')),
      cwd: text(row, 'cwd'),
      stop:
        attempt && atMs !== undefined
          ? { atMs, reason: text(attempt, 'stop_reason') === 'timed out' ? 'timed out' : 'cancelled' }
          : undefined,
    };
  }
}

const readInputs = (json: string | undefined): readonly Input[] =>
  json === undefined ? [] : Decode(InputsSchema, JSON.parse(json));

const readReuse = (json: string | undefined): Reuse | undefined =>
  json === undefined ? undefined : Decode(ReuseSchema, JSON.parse(json));

const readArtifact = (row: Row): Artifact => {
  const category = text(row, 'category');
  return {
    attempt: number(row, 'attempt'),
    path: text(row, 'path'),
    category: artifactCategories.find((known) => known === category) ?? 'output',
    timeMs: number(row, 'time_ms'),
  };
};

const readPosition = (attempt: Row): LogPosition => ({
  offsetBytes: number(attempt, 'log_offset'),
  lines: number(attempt, 'log_lines'),
  nextStep: number(attempt, 'log_next_step'),
  warnings: number(attempt, 'log_warnings'),
  ...(attempt['log_last_step'] === null ? {} : { lastStep: number(attempt, 'log_last_step') }),
});
