/**
 * The port to a place where experiments live. The shell and the CLI know only this; the embedded engine is its first
 * implementation (`sources/engine`). What a source cannot do, its capabilities say, and no surface offers it.
 */
import type { Event } from '../base/event';
import type { Disposable } from '../base/lifecycle';
import type { EventMarks, EventMarksQuery } from '../model/eventMark';
import type { EnvironmentChanges, EnvironmentComparison } from '../model/environmentChanges';
import type { RunId, ExperimentId } from '../model/ids';
import type { Experiment, Run, RunDetail, RunEvent } from '../model/run';
import type { InputLook } from '../model/inputLook';
import type { RunChange } from '../model/runChange';
import type { RunFilter } from '../model/runFilter';
import type { RunGraph } from '../model/runGraph';
import type { GroupKey, RunGroup, RunGrouping } from '../model/runGroups';
import type { OrderKey, RunOrder, RunPlaceInOrder } from '../model/runOrder';
import type { RunsEnd } from '../model/runsEnd';
import type { Artifact } from '../model/artifact';
import type { MetricSummary, PixelSize, SeriesAppend, SeriesPage, SeriesWindow, SeriesXAxis } from '../model/series';
import type { FoundLine, OutputPattern } from '../model/outputSearch';
import type { OutputStream } from '../model/outputStream';
import type { ParameterHistory, ParameterHistoryQuery } from '../model/parameterHistory';
import type { Arrangement, Queue, Submission, SweepExtension } from '../protocol/engine';

export interface SourceCapabilities {
  readonly submit: boolean;
  readonly cancel: boolean;
  /** By hand, after the end of a run: with empty checkpoints (retry) or the kept ones (resume). */
  readonly retry: boolean;
  readonly output: boolean;
  /** A sweep can be stopped early, and get more trials. */
  readonly sweeps: boolean;
  /** Which run starts next can be arranged by hand. */
  readonly queue: boolean;
  /** Names, tags, notes, favourites and experiments of runs can be changed. */
  readonly change: boolean;
  /** Runs can be deleted, and brought back for a while. */
  readonly delete: boolean;
}

/**
 * `idle`: not connected and not trying, because nobody has asked for anything yet. `failed`: tried, and will try again
 * by itself; `reason` says why, in words for a person.
 */
export interface SourceConnection {
  readonly state: 'idle' | 'connecting' | 'connected' | 'failed';
  readonly sinceMs: number;
  readonly reason?: string;
}

export interface RunQuery {
  readonly experimentId?: ExperimentId;
  /** Sequence of the last run of the page before. */
  readonly before?: number;
  readonly active?: boolean;
  /** Instead of all others, runs that were deleted and can be brought back. */
  readonly deleted?: boolean;
  readonly limit: number;
}

export interface RunPage {
  /** Newest first, or children in their order. */
  readonly runs: readonly Run[];
  readonly more: boolean;
}

/** See `runs.page`. */
export interface ListQuery {
  readonly order: RunOrder;
  readonly filter: RunFilter;
  readonly group?: GroupKey;
  /** Only those of these. */
  readonly only?: readonly RunId[];
  readonly after?: RunPlaceInOrder;
  readonly limit: number;
}

export interface ListPage extends RunPage {
  /** Where each of the runs is in the order. */
  readonly keys: readonly OrderKey[];
}

/** What a filter can ask for, those of the newest runs first. */
export interface FilterWords {
  readonly tags: readonly string[];
  readonly folders: readonly string[];
  /** With a value that some run has. */
  readonly parameters: readonly (readonly [path: string, value: string])[];
}

export interface RunsChange {
  readonly runs: readonly Run[];
  readonly experiments: readonly Experiment[];
  /** Runs that are deleted now, by the top of their tree. */
  readonly deleted?: readonly RunId[];
  /** Experiments that have no runs any more. */
  readonly emptied?: readonly ExperimentId[];
}

/** What was deleted, and until when it can be brought back. */
export interface Deletion {
  readonly runs: readonly RunId[];
  readonly undoUntilMs: number;
}

/** What a run has produced since the last of these; `output` says that stdout or stderr grew. */
export interface RunAppend {
  readonly series: readonly SeriesAppend[];
  readonly events: readonly RunEvent[];
  readonly metadataJson?: string;
  readonly output: boolean;
}

export interface SubmittedFile {
  readonly path: string;
  readonly text: string;
}

export interface ArtifactPage {
  readonly artifacts: readonly Artifact[];
  readonly more: boolean;
}

export interface SeriesQuery {
  readonly runId: RunId;
  readonly metrics: readonly string[];
  /** Another metric: x is its value at the same step of the same attempt. */
  readonly axis: SeriesXAxis;
  readonly from?: number;
  readonly to?: number;
  readonly buckets: number;
  /** Of the plot: see `series.query`. */
  readonly pixels?: PixelSize;
}

export interface OutputQuery {
  readonly runId: RunId;
  /** Counts from 1; 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
  /** Byte offset; negative counts from the end. */
  readonly from: number;
  readonly maxBytes: number;
  /** Of the part that this one continues, for a reader that begins anew when the answer is of another. */
  readonly edition?: number;
}

export interface OutputPart {
  readonly attempt: number;
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** Another one after lines that were drawn over have been compacted: positions of before do not hold. Absent is 0. */
  readonly edition?: number;
}

/** Where a search goes on: a position at which a line begins, and the number of lines before it. */
export interface SearchPlace {
  readonly from: number;
  readonly linesBefore: number;
}

export interface OutputFindQuery extends SearchPlace {
  readonly runId: RunId;
  /** Counts from 1; 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
  readonly pattern: OutputPattern;
  /** Lines that are wanted; 1 to 1000. */
  readonly limit: number;
}

export interface FoundOutput {
  readonly attempt: number;
  /** Which positions count in; another one than before: begin anew. */
  readonly edition: number;
  readonly lines: readonly FoundLine[];
  /** Absent at the end of the output. */
  readonly next?: SearchPlace;
  readonly searchedTo: number;
  readonly sizeBytes: number;
}

export interface OutputTimeQuery {
  readonly runId: RunId;
  /** Counts from 1; 0 is the newest. */
  readonly attempt: number;
  readonly stream: OutputStream;
  readonly timeMs: number;
}

export interface OutputPlace {
  readonly attempt: number;
  /** Absent when nothing is known of the times of this output. */
  readonly position?: number;
  /** Which edition the position counts in; absent is 0. */
  readonly edition?: number;
}

/** Values by name. */
export type Secrets = ReadonlyMap<string, string>;

/** A secret that active runs lack; a run is named by the one at the top of its tree. */
export interface LackingSecret {
  readonly name: string;
  readonly runs: readonly RunId[];
}

type Environment = readonly (readonly [name: string, value: string])[];

export interface CancelWish {
  /** Throws `Conflict` for a run that has started, if only just now. */
  readonly unlessStarted?: boolean;
}

export interface RetryRequest {
  readonly checkpoints: 'empty' | 'kept';
  readonly environment: Environment;
  /** Of tasks whose environment differs, by their names below the run at the top: 0 is `environment`, n is `environments[n - 1]`. */
  readonly environments?: readonly Environment[];
  readonly tasks?: readonly { readonly path: readonly string[]; readonly environment: number }[];
  /** Those that the environments refer to, as far as they are known; they replace those that the source has. */
  readonly secrets?: Secrets;
  /** `one`, the default: the run, or of a run made of runs what did not complete. `onward`: also all that comes after it. */
  readonly scope?: 'one' | 'onward';
}

export interface RetriedRun extends Run {
  /** How its environment differs from that of the attempt before; absent when it does not, or when that is not known. */
  readonly environmentChanges?: EnvironmentChanges;
}

export interface Source extends Disposable {
  readonly id: string;
  readonly label: string;
  readonly capabilities: SourceCapabilities;

  readonly connection: SourceConnection;
  readonly onDidChangeConnection: Event<SourceConnection>;
  /** What ends its runs though nobody asked for it; undefined when nothing does, or while nobody knows. */
  readonly runsEnd?: RunsEnd | undefined;
  /** Pushed by the source while connected. */
  readonly onDidChangeRuns: Event<RunsChange>;
  /** Pushed while connected: nothing is started any more until it is resumed, or it was. */
  readonly onDidChangeQueue: Event<Pick<Queue, 'isPaused'>>;
  /** Connected anew: whatever was read before may be old. */
  readonly onDidReset: Event<void>;

  /** Connects when that starts nothing; true when connected afterwards. For the start of a window. */
  connectIfAlive(): Promise<boolean>;

  // Each of these connects, and starts what must run for it. All throw `Failure`.
  experiments(): Promise<readonly Experiment[]>;
  runs(query: RunQuery): Promise<RunPage>;
  /** Of a group, filtered, in an order, favourites first. Throws `Incompatible` for what the source cannot do. */
  page(query: ListQuery): Promise<ListPage>;
  /** The groups of the runs that a filter leaves, in no order. */
  groups(by: RunGrouping, filter: RunFilter): Promise<readonly RunGroup[]>;
  filterWords(): Promise<FilterWords>;
  /** What a run is made of, in the order of the file; `after` is the sequence of the last one of the page before. */
  children(runId: RunId, query: { readonly after?: number; readonly limit: number }): Promise<RunPage>;
  /** All that a run is made of, at every depth, with levels, durations and the critical path. */
  graph(runId: RunId): Promise<RunGraph>;
  /** What past runs of a family were given as parameters, and what they reached; the newest first. */
  parameterHistory(query: ParameterHistoryQuery): Promise<ParameterHistory>;
  /** By id, unique prefix or name; of equal names the newest. Throws `NotFound`, or `InvalidInput` for an ambiguous prefix. */
  run(reference: string): Promise<RunDetail>;
  /** Of the top of the run's tree, as it was submitted; undefined when it had none, or when that is not known. */
  runFile(runId: RunId): Promise<SubmittedFile | undefined>;
  /** What it reads, as it was when its newest attempt began; undefined when nobody looked. */
  inputs(runId: RunId): Promise<readonly InputLook[] | undefined>;
  /** How the environment of one run differs from that of another: names of variables, never values. */
  compareEnvironments(before: RunId, now: RunId): Promise<EnvironmentComparison>;
  /** `secrets`: those that the submission refers to, as far as they are known. The run waits for the others. */
  submit(submission: Submission, secrets?: Secrets): Promise<Run>;
  /** What there is to share out among runs, and what is free of it. */
  queue(): Promise<Queue>;
  /** Resolves when it is durable. What executes goes on. */
  pauseQueue(isPaused: boolean): Promise<Queue>;
  /** Holds a run, releases it, or puts it first. Throws `Conflict` for one that has started or ended. */
  arrange(runId: RunId, wish: Arrangement): Promise<Run>;
  /** Resolves when the wish is durable; the run's later statuses are pushed. */
  cancel(runId: RunId, wish?: CancelWish): Promise<Run>;
  /**
   * Another attempt of a settled run; uses up none of its retries. `kept` resumes from the checkpoints, `empty` starts
   * anew. `environment` is the presser's, with the run file's `env` on top. Throws `Conflict` for a run that is active.
   */
  retry(runId: RunId, retry: RetryRequest): Promise<RetriedRun>;
  /** The same change for each of the runs, or for none. Throws `InvalidInput` for what cannot be kept. */
  change(runs: readonly RunId[], change: RunChange): Promise<readonly Run[]>;
  /**
   * Runs with all that they are made of, or all of an experiment; all or none. Throws `Conflict` for runs that have not ended, that are
   * parts of others, or whose results others took.
   */
  delete(which: { readonly runs: readonly RunId[] } | { readonly experimentId: ExperimentId }): Promise<Deletion>;
  /** By id, unique prefix of one, or name. Throws `NotFound` for what is gone for good. */
  undelete(references: readonly string[]): Promise<readonly Run[]>;
  /** No further trial of a sweep starts; those under way go on. Throws `Conflict` for what is no sweep, or has ended. */
  stopEarly(runId: RunId): Promise<Run>;
  /** Adds the trials that a sweep does not have yet; `secrets` as in `submit`. Throws `Conflict` for what is no sweep. */
  extend(extension: SweepExtension, secrets?: Secrets): Promise<{ readonly run: Run; readonly added: number }>;
  /** What active runs lack by now: pushed by the source when it changes, and with each new connection. */
  readonly onDidLackSecrets: Event<readonly LackingSecret[]>;
  lackingSecrets(): Promise<readonly LackingSecret[]>;
  /** To runs that lack them. Nothing is sent when the source is not connected: it asks again with the next connection. */
  giveSecrets(runs: readonly RunId[], secrets: Secrets): Promise<void>;
  /** Newest first. */
  events(
    runId: RunId,
    limit: number,
    before?: number,
  ): Promise<{ readonly events: readonly RunEvent[]; readonly more: boolean }>;
  /** Where events are along an axis, gathered to what a picture can show. */
  eventMarks(runId: RunId, query: EventMarksQuery, signal?: AbortSignal): Promise<EventMarks>;
  metrics(runId: RunId): Promise<readonly MetricSummary[]>;
  /** By attempt and path, behind `after`. */
  artifacts(runId: RunId, limit: number, after?: Artifact): Promise<ArtifactPage>;
  series(query: SeriesQuery, signal?: AbortSignal): Promise<readonly SeriesWindow[]>;
  /** Points as they were logged, from a position of the series on; a page without any is behind the last. */
  points(runId: RunId, metric: string, from: number): Promise<SeriesPage>;
  output(query: OutputQuery): Promise<OutputPart>;
  /**
   * Lines of a part of the output in which a pattern stands; `next` says where to go on. Throws `InvalidInput` for what is no
   * regular expression, or takes too long.
   */
  findInOutput(query: OutputFindQuery, signal?: AbortSignal): Promise<FoundOutput>;
  /** Where the output ended at a time, to the second. */
  outputAt(query: OutputTimeQuery): Promise<OutputPlace>;
  /** Calls `listener` with what the run produces from now on, also after a reconnection (then `onDidReset` fires first). */
  follow(runId: RunId, listener: (append: RunAppend) => void): Disposable;
}
