/** A source in memory: what a test puts in is what the shell reads, and `push` is what an engine would push. */
import { Emitter } from '../../../src/base/event';
import { Failure } from '../../../src/base/failure';
import { toDisposable } from '../../../src/base/lifecycle';
import type {
  FilterWords,
  FoundOutput,
  LackingSecret,
  ListPage,
  ListQuery,
  OutputPart,
  OutputPlace,
  OutputQuery,
  OutputTimeQuery,
  RunAppend,
  RunPage,
  RunQuery,
  RunsChange,
  Source,
  SourceConnection,
  SeriesQuery,
} from '../../../src/core/source';
import type { EventMarks } from '../../../src/model/eventMark';
import type { ExperimentId, RunId } from '../../../src/model/ids';
import type { Attempt, Experiment, Run, RunDetail } from '../../../src/model/run';
import { BucketColumns } from '../../../src/model/buckets';
import type { ParameterHistory, ParameterHistoryQuery, PastRun } from '../../../src/model/parameterHistory';
import type { MetricSummary, SeriesPage, SeriesWindow } from '../../../src/model/series';
import { type EnvironmentComparison, unknownEnvironments } from '../../../src/model/environmentChanges';
import { type GraphEdge, type RunGraph, type StoredNode, toRunGraph } from '../../../src/model/runGraph';
import { matchesFilter, type RunFilter } from '../../../src/model/runFilter';
import {
  groupKeysOf,
  groupLabelOf,
  groupOfExperiment,
  type RunGroup,
  type RunGrouping,
} from '../../../src/model/runGroups';
import {
  isBefore,
  lastText,
  type OrderKey,
  orderKeyOf,
  type RunOrder,
  type RunPlaceInOrder,
} from '../../../src/model/runOrder';
import { isActive } from '../../../src/model/runStatus';
import type { Queue } from '../../../src/protocol/engine';

export const runIdOf = (number: number): RunId => `r${String(number).replace(/\d/g, letter)}`.padEnd(16, 'a') as RunId;
export const experimentIdOf = (name: string): ExperimentId =>
  name.replace(/[^a-z]/g, '').padEnd(16, 'a') as ExperimentId;
const letter = (digit: string): string => 'bcdefghijk'.charAt(Number(digit));

export function makeRun(sequence: number, changes: Partial<Run> = {}): Run {
  return {
    id: runIdOf(sequence),
    experimentId: experimentIdOf('tour'),
    experiment: 'tour',
    name: `run-${sequence}`,
    tags: [],
    status: 'completed',
    statusAtMs: sequence * 1000,
    createdAtMs: sequence * 1000,
    sequence,
    attemptsMax: 1,
    ...changes,
  };
}

export const makeAttempt = (number: number, changes: Partial<Attempt> = {}): Attempt => ({
  number,
  executor: 'local',
  host: 'here',
  folder: `/runs/${number}`,
  createdAtMs: number * 1000,
  startedAtMs: number * 1000,
  ...changes,
});

export class FakeSource implements Source {
  readonly id = 'local';
  readonly label = 'This machine';
  readonly capabilities = {
    submit: true,
    cancel: true,
    retry: true,
    output: true,
    sweeps: true,
    queue: true,
    change: true,
    delete: true,
  };
  connection: SourceConnection = { state: 'connected', sinceMs: 0 };
  isPaused = false;
  failure: Failure | undefined;
  output_ = new Uint8Array(0);
  readonly runList: Run[] = [];
  readonly queries: RunQuery[] = [];
  /** Of whichever run is asked for. */
  attempts: Attempt[] = [];
  parametersJson = '{}';
  /** Runs that were read whole. */
  readonly readRuns: string[] = [];
  readonly followers = new Set<(append: RunAppend) => void>();
  readonly didChangeConnection = new Emitter<SourceConnection>();
  readonly didChangeRuns = new Emitter<RunsChange>();
  readonly didReset = new Emitter<void>();
  readonly onDidChangeConnection = this.didChangeConnection.event;
  readonly onDidChangeRuns = this.didChangeRuns.event;
  readonly onDidReset = this.didReset.event;
  readonly didLackSecrets = new Emitter<readonly LackingSecret[]>();
  readonly onDidLackSecrets = this.didLackSecrets.event;
  readonly didChangeQueue = new Emitter<Pick<Queue, 'isPaused'>>();
  readonly onDidChangeQueue = this.didChangeQueue.event;

  /** Keeps the runs and pushes them with their experiments, as an engine does. */
  push(...runs: Run[]): void {
    for (const run of runs) {
      const at = this.runList.findIndex(({ id }) => id === run.id);
      if (at < 0) this.runList.push(run);
      else this.runList[at] = run;
    }
    const touched = new Set(runs.map((run) => run.experiment));
    this.didChangeRuns.fire({ runs, experiments: this.#experiments().filter(({ name }) => touched.has(name)) });
  }

  async connectIfAlive(): Promise<boolean> {
    return true;
  }

  async experiments(): Promise<readonly Experiment[]> {
    this.#mayFail();
    return this.#experiments();
  }

  async children(runId: RunId): Promise<RunPage> {
    this.#mayFail();
    const runs = this.runList.filter(({ parentId }) => parentId === runId);
    return { runs: runs.sort((a, b) => a.sequence - b.sequence), more: false };
  }

  async runs(query: RunQuery): Promise<RunPage> {
    this.#mayFail();
    this.queries.push(query);
    const matching = this.runList
      .filter((run) => run.parentId === undefined)
      .filter((run) => query.experimentId === undefined || run.experimentId === query.experimentId)
      .filter((run) => query.active !== true || isActive(run.status))
      .filter((run) => run.sequence < (query.before ?? Infinity))
      .sort((a, b) => b.sequence - a.sequence);
    return { runs: matching.slice(0, query.limit), more: matching.length > query.limit };
  }

  readonly pages: ListQuery[] = [];

  async page(query: ListQuery): Promise<ListPage> {
    this.#mayFail();
    this.pages.push(query);
    const { order, group, only, after, limit } = query;
    const placed = this.#matching(query.filter)
      .filter((run) => group === undefined || groupKeysOf(run, group.by).includes(group.key))
      .filter(({ id }) => only === undefined || only.includes(id))
      .map((run) => ({ run, place: this.#placeOf(run, order) }))
      .filter(({ place }) => after === undefined || isBefore(after, place, order))
      .sort((a, b) => (isBefore(a.place, b.place, order) ? -1 : 1));
    const shown = placed.slice(0, limit);
    return {
      runs: shown.map(({ run }) => run),
      keys: shown.map(({ place }) => place.key),
      more: placed.length > limit,
    };
  }

  /** Values of the parameter that runs are ordered by, and texts of parameters, by run. */
  readonly parameterKeys = new Map<RunId, OrderKey>();
  readonly parameterTexts = new Map<RunId, string>();
  readGroups = 0;

  async groups(by: RunGrouping, filter: RunFilter): Promise<readonly RunGroup[]> {
    this.#mayFail();
    this.readGroups += 1;
    const runs = this.#matching(filter);
    const labels = new Map(runs.flatMap((run) => groupKeysOf(run, by).map((key) => [key, groupLabelOf(run, by, key)])));
    return Array.from(labels, ([key, label]) => {
      const own = runs.filter((run) => groupKeysOf(run, by).includes(key));
      return { ...groupOfExperiment(this.#experiment(label, own)), key, label };
    });
  }

  async filterWords(): Promise<FilterWords> {
    return { tags: [], folders: [], parameters: [] };
  }

  #matching(filter: RunFilter): Run[] {
    const isLeft = (run: Run): boolean =>
      filter.every((term) => {
        const known = matchesFilter(run, [term]);
        return known ?? (term.kind === 'text' && (this.parameterTexts.get(run.id) ?? '').includes(term.text));
      });
    return this.runList.filter((run) => run.parentId === undefined && isLeft(run));
  }

  #placeOf(run: Run, order: RunOrder): RunPlaceInOrder {
    const key = orderKeyOf(run, order) ?? this.parameterKeys.get(run.id) ?? lastText;
    return { pinned: run.pinned === true, key, sequence: run.sequence };
  }

  async run(reference: string): Promise<RunDetail> {
    this.#mayFail();
    const run = this.runList.find(({ id }) => id === reference);
    if (!run) throw new Failure('NotFound', `There is no run ${reference}.`);
    this.readRuns.push(run.name);
    const { attempts, parametersJson } = this;
    const rest = { command: ['true'], cwd: '/', parametersJson, metadataJson: '{}', outputs: '/' };
    return { run, attempts, ...rest };
  }

  async inputs(): Promise<undefined> {
    return undefined;
  }

  async compareEnvironments(): Promise<EnvironmentComparison> {
    return unknownEnvironments;
  }

  async lackingSecrets(): Promise<readonly LackingSecret[]> {
    return [];
  }

  async giveSecrets(): Promise<void> {
    throw new Error('not needed here');
  }

  async submit(): Promise<Run> {
    throw new Error('not needed here');
  }

  async queue(): Promise<Queue> {
    const capacity = { atOnce: 2, cpus: 2, memoryBytes: 1e9, gpus: 0 };
    return { isPaused: this.isPaused, capacity, free: capacity, running: 0, waiting: 0 };
  }

  async pauseQueue(isPaused: boolean): Promise<Queue> {
    this.isPaused = isPaused;
    this.didChangeQueue.fire({ isPaused });
    return this.queue();
  }

  async arrange(): Promise<Run> {
    throw new Error('not needed here');
  }

  async change(): Promise<readonly Run[]> {
    throw new Error('not needed here');
  }

  async delete(): Promise<never> {
    throw new Error('not needed here');
  }

  async undelete(): Promise<readonly Run[]> {
    throw new Error('not needed here');
  }

  async cancel(): Promise<Run> {
    throw new Error('not needed here');
  }

  /** Between the runs that it has. */
  readonly edges: GraphEdge[] = [];
  readGraphs = 0;

  async graph(runId: RunId): Promise<RunGraph> {
    this.#mayFail();
    this.readGraphs += 1;
    const nodes: StoredNode[] = [];
    const add = (run: Run): void => {
      const { status, kind = 'single', attempt, attemptsMax, task, name } = run;
      const parent = nodes.length === 0 || run.parentId === undefined ? {} : { parentId: run.parentId };
      nodes.push({
        id: run.id,
        name: task ?? name,
        kind,
        status,
        attempts: attempt?.number ?? 0,
        attemptsMax,
        ...parent,
      });
      for (const child of this.runList.filter(({ parentId }) => parentId === run.id)) add(child);
    };
    add((await this.run(runId)).run);
    return toRunGraph(nodes, this.edges, 0);
  }

  /** Of every family. */
  readonly pastRuns: PastRun[] = [];
  readonly historyQueries: ParameterHistoryQuery[] = [];

  async parameterHistory(query: ParameterHistoryQuery): Promise<ParameterHistory> {
    this.#mayFail();
    this.historyQueries.push(query);
    return { runs: [...this.pastRuns] };
  }

  async stopEarly(): Promise<Run> {
    throw new Error('Not faked.');
  }

  async extend(): Promise<never> {
    throw new Error('Not faked.');
  }

  async runFile(): Promise<undefined> {}

  async retry(): Promise<Run> {
    throw new Error('not needed here');
  }

  async events(): Promise<{ readonly events: readonly never[]; readonly more: boolean }> {
    return { events: [], more: false };
  }

  async eventMarks(): Promise<EventMarks> {
    return { marks: [], newest: 0 };
  }

  async artifacts(): Promise<{ readonly artifacts: readonly never[]; readonly more: boolean }> {
    return { artifacts: [], more: false };
  }

  /** Of whichever run is asked for. */
  readonly metricNames: string[] = [];
  readonly askedSeries: SeriesQuery[] = [];

  async metrics(): Promise<readonly MetricSummary[]> {
    return this.metricNames.map((metric) => ({ metric, count: 1, values: Float64Array.of(0, 0, 0, 1, 1, 1) }));
  }

  async points(_runId: RunId, metric: string, from: number): Promise<SeriesPage> {
    const none = new Float64Array(0);
    return Promise.resolve({ metric, attempt: 1, from, revision: 0, step: none, time: none, wall: none, value: none });
  }

  /** A point each. */
  async series(query: SeriesQuery): Promise<readonly SeriesWindow[]> {
    this.askedSeries.push(query);
    return query.metrics.map((metric) => {
      const buckets = new BucketColumns(0);
      buckets.add(0, 1);
      return buckets.toWindow(metric, query.axis, 1);
    });
  }

  async output({ from, maxBytes }: OutputQuery): Promise<OutputPart> {
    this.#mayFail();
    const sizeBytes = this.output_.byteLength;
    const start = from < 0 ? Math.max(0, sizeBytes + from) : from;
    return { attempt: 1, from: start, bytes: this.output_.slice(start, start + maxBytes), sizeBytes };
  }

  async findInOutput(): Promise<FoundOutput> {
    throw new Error('not needed here');
  }

  /** Bytes that its output had, by time. */
  readonly outputTimes = new Map<number, number>();

  async outputAt({ timeMs }: OutputTimeQuery): Promise<OutputPlace> {
    this.#mayFail();
    const position = this.outputTimes.get(timeMs);
    return { attempt: 1, ...(position === undefined ? {} : { position }) };
  }

  follow(_runId: RunId, listener: (append: RunAppend) => void) {
    this.followers.add(listener);
    return toDisposable(() => this.followers.delete(listener));
  }

  dispose(): void {
    this.didChangeRuns.dispose();
  }

  #experiments(): Experiment[] {
    const names = new Set(this.runList.map((run) => run.experiment));
    return [...names].map((name) => {
      const runs = this.runList.filter((run) => run.experiment === name);
      return this.#experiment(name, runs);
    });
  }

  #experiment(name: string, runs: readonly Run[]): Experiment {
    return {
      id: runs[0]?.experimentId ?? experimentIdOf(name),
      name,
      createdAtMs: 0,
      newestSequence: Math.max(...runs.map(({ sequence }) => sequence)),
      runCount: runs.length,
      activeCount: runs.filter(({ status }) => isActive(status)).length,
      failedCount: runs.filter(({ status }) => status === 'failed').length,
    };
  }

  #mayFail(): void {
    if (this.failure) throw this.failure;
  }
}
