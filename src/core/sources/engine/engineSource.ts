/** The embedded engine as a source: the port's words in the contract's, what is followed, and what is pushed. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../../base/clock';
import { systemClock } from '../../../base/clock';
import { type Event, Emitter } from '../../../base/event';
import { Failure, messageOf } from '../../../base/failure';
import type { Disposable } from '../../../base/lifecycle';
import type { Log } from '../../../base/log';
import type { EventMarks, EventMarksQuery } from '../../../model/eventMark';
import { type ExperimentId, newRunId, type RunId } from '../../../model/ids';
import type { Notice } from '../../../model/notice';
import type { Experiment, Run, RunDetail, RunEvent } from '../../../model/run';
import type { ParameterHistory, ParameterHistoryQuery } from '../../../model/parameterHistory';
import type { RunChange } from '../../../model/runChange';
import type { RunFilter } from '../../../model/runFilter';
import type { RunGraph } from '../../../model/runGraph';
import type { RunGroup, RunGrouping } from '../../../model/runGroups';
import type { EnvironmentComparison } from '../../../model/environmentChanges';
import type { InputLook } from '../../../model/inputLook';
import type { RunsEnd } from '../../../model/runsEnd';
import type { MetricSummary, SeriesPage, SeriesWindow } from '../../../model/series';
import type { Notice as ContractNotice, Params } from '../../../protocol/contract';
import type {
  Arrangement,
  EngineContract,
  EnginePerformance,
  Queue,
  Submission,
  SweepExtension,
} from '../../../protocol/engine';
import { untoldFile } from '../../../protocol/engineAddress';
import type {
  ArtifactPage,
  CancelWish,
  Deletion,
  FilterWords,
  LackingSecret,
  ListPage,
  ListQuery,
  FoundOutput,
  OutputFindQuery,
  OutputPart,
  OutputPlace,
  OutputQuery,
  OutputTimeQuery,
  RetriedRun,
  RetryRequest,
  RunAppend,
  RunPage,
  RunQuery,
  RunsChange,
  Secrets,
  SeriesQuery,
  Source,
  SourceCapabilities,
  SourceConnection,
  SubmittedFile,
} from '../../source';
import type { Artifact } from '../../../model/artifact';
import type { CallTime } from './callTimes';
import type { ClientIdentity, EngineClient, EngineGreeting } from './engineClient';
import { EngineLink } from './engineLink';
import { EngineProcess, type EngineReach } from './engineProcess';
import { Follows } from './follows';
import { installEngine } from './installEngine';
import { processEnd } from './processEnd';
import { startEngine } from './startEngine';

/** Ends of runs that a window is to show. */
export type ToldEnds = ContractNotice<EngineContract, 'ends.told'>;

/** Of a page: some megabytes. */
const pagePoints = 65_536;

export interface EngineSourceOptions {
  readonly reach: EngineReach;
  readonly identity: ClientIdentity;
  readonly clock: Clock;
  readonly log: Log;
  /** Of whoever submits: where git is looked for. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where an engine that has ended may have left something to be told. */
  readonly home?: string;
}

export interface OpenEngineSourceOptions {
  /** The home's folder: `homeFolder(env)`. */
  readonly home: string;
  /** Folder of `engine.cjs` and `wrapper.sh`: the extension's `dist`. */
  readonly bundleFolder: string;
  /** Who connects: "vscode", "cli"; and its version. */
  readonly identity: ClientIdentity;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly clock?: Clock;
  readonly engineArguments?: readonly string[];
  readonly startLimitMs?: number;
}

export class EngineSource implements Source {
  readonly id = 'local';
  readonly label = 'This machine';
  readonly capabilities: SourceCapabilities = {
    submit: true,
    cancel: true,
    retry: true,
    output: true,
    sweeps: true,
    queue: true,
    change: true,
    delete: true,
  };

  readonly #environment: NodeJS.ProcessEnv;
  readonly #home: string | undefined;
  readonly #log: Log;
  readonly #link: EngineLink;
  readonly #follows: Follows;
  readonly #didChangeRuns: Emitter<RunsChange>;
  readonly #didLackSecrets: Emitter<readonly LackingSecret[]>;
  /** As the connection that is being made ready has found it. */
  #lacking: readonly LackingSecret[] = [];
  readonly #didChangeQueue: Emitter<Pick<Queue, 'isPaused'>>;
  readonly #didTellEnds: Emitter<ToldEnds>;
  /** Undefined where nobody shows ends of runs. */
  #isFocused: boolean | undefined;
  #disposed = false;

  constructor({ reach, identity, clock, log, environment, home }: EngineSourceOptions) {
    this.#environment = environment;
    this.#home = home;
    this.#log = log;
    this.#follows = new Follows(log);
    this.#didChangeRuns = new Emitter((error) => log.error('A listener of runs failed.', error));
    this.#didLackSecrets = new Emitter((error) => log.error('Secrets could not be looked for.', error));
    this.#didChangeQueue = new Emitter((error) => log.error('A listener of the queue failed.', error));
    this.#didTellEnds = new Emitter((error) => log.error('Ends of runs could not be shown.', error));
    this.#link = new EngineLink({
      reach,
      identity,
      clock,
      log,
      prepare: async (client) => {
        await Promise.all([client.call('runs.watch', {}), this.#watchSecrets(client), this.#follows.tell(client)]);
      },
      listeners: {
        'runs.changed': (change) => this.#didChangeRuns.fire(change),
        'secrets.lacking': ({ lacking }) => this.#didLackSecrets.fire(lacking),
        'queue.changed': (change) => this.#didChangeQueue.fire(change),
        'ends.told': (told) => this.#didTellEnds.fire(told),
        'run.appended': ({ runId, series, events, metadataJson, output }) =>
          this.#follows.deliver(runId, {
            series,
            events,
            output,
            ...(metadataJson === undefined ? {} : { metadataJson }),
          }),
      },
    });
    // Not before the connection can be answered on.
    this.#link.onDidChangeConnection(({ state }) => {
      if (state !== 'connected') return;
      if (this.#lacking.length > 0) this.#didLackSecrets.fire(this.#lacking);
      this.#watchEnds();
    });
  }

  /** The engine of a home. Nothing is connected or started before somebody asks. */
  static open(options: OpenEngineSourceOptions): EngineSource {
    const { home, bundleFolder, environment, engineArguments = [], startLimitMs } = options;
    const clock = options.clock ?? systemClock;
    const reach = new EngineProcess({
      home,
      clock,
      start: async () => startEngine({ home, bundleFolder, environment, engineArguments }),
      install: async () => installEngine(bundleFolder, home),
      ...(startLimitMs === undefined ? {} : { limitMs: startLimitMs }),
    });
    return new EngineSource({ reach, identity: options.identity, clock, log: options.log, environment, home });
  }

  get connection(): SourceConnection {
    return this.#link.connection;
  }

  /** What the connected engine said of itself. */
  get engine(): EngineGreeting | undefined {
    return this.#link.client?.greeting;
  }

  get runsEnd(): RunsEnd | undefined {
    return this.engine?.runsEnd;
  }

  readonly onDidChangeConnection: Event<SourceConnection> = (listener) => this.#link.onDidChangeConnection(listener);
  readonly onDidChangeRuns: Event<RunsChange> = (listener) => this.#didChangeRuns.event(listener);
  readonly onDidChangeQueue: Event<Pick<Queue, 'isPaused'>> = (listener) => this.#didChangeQueue.event(listener);
  readonly onDidReset: Event<void> = (listener) => this.#link.onDidReset(listener);

  async connectIfAlive(): Promise<boolean> {
    if (await this.#link.connectIfAlive()) return true;
    // An engine that has ended left something to be told.
    if (this.#isFocused === undefined || this.#home === undefined || !existsSync(untoldFile(this.#home))) return false;
    return this.#link.connect().then(
      () => true,
      (error: unknown) => {
        // Why is the connection's reason.
        if (error instanceof Failure) return false;
        throw error;
      },
    );
  }

  /** Ends of runs that this window alone is to show, and to acknowledge then. */
  readonly onDidTellEnds: Event<ToldEnds> = (listener) => this.#didTellEnds.event(listener);

  /** This is a window that shows ends of runs; again whenever it gets the focus or loses it. Starts nothing. */
  watchEnds(isFocused: boolean): void {
    if (this.#isFocused === isFocused) return;
    this.#isFocused = isFocused;
    this.#watchEnds();
  }

  /** They were shown: no window is told of them again. */
  acknowledgeEnds({ id }: ToldEnds): void {
    // Never repeated: the next engine tells anew what it knows nothing of.
    this.#say('ends.acknowledge', { id });
  }

  /** What the connected engine wants a person to hear, until one has. */
  get notices(): readonly Notice[] {
    return this.#link.client?.greeting.notices ?? [];
  }

  /** A person has heard it: no window and no terminal says it again. */
  async acknowledge(notice: Notice): Promise<void> {
    await this.#link.call('engine.acknowledge', { id: notice.id });
  }

  /** How long the engine took to answer what it was asked here. */
  get callTimes(): readonly CallTime[] {
    return this.#link.times.all;
  }

  /** What the engine takes. */
  async performance(): Promise<EnginePerformance> {
    return this.#link.call('engine.performance', {});
  }

  /**
   * Removes all that is kept in the home; resolves when the engine that did it has ended. Throws `Conflict` while runs are active. Whoever
   * asks for anything afterwards starts another engine.
   */
  async removeAll(): Promise<void> {
    await this.#link.use(async (client) => {
      await client.call('engine.removeAll', {});
      await processEnd(client.greeting.pid);
    });
  }

  /** How many attempts execute at once, at most; the engine keeps it across restarts. */
  async configure(limits: { readonly atOnce: number }): Promise<void> {
    await this.#link.call('engine.configure', limits);
  }

  async experiments(): Promise<readonly Experiment[]> {
    return (await this.#link.call('experiments.list', {})).experiments;
  }

  async runs(query: RunQuery): Promise<RunPage> {
    return this.#link.call('runs.list', query);
  }

  async page({ filter, only, ...query }: ListQuery): Promise<ListPage> {
    return this.#link.call('runs.page', { ...query, filter: [...filter], ...(only && { only: [...only] }) });
  }

  async groups(by: RunGrouping, filter: RunFilter): Promise<readonly RunGroup[]> {
    return (await this.#link.call('runs.groups', { by, filter: [...filter] })).groups;
  }

  async filterWords(): Promise<FilterWords> {
    return this.#link.call('runs.words', {});
  }

  async children(runId: RunId, query: { readonly after?: number; readonly limit: number }): Promise<RunPage> {
    return this.#link.call('runs.children', { runId, ...query });
  }

  async graph(runId: RunId): Promise<RunGraph> {
    return this.#link.call('runs.graph', { runId });
  }

  async parameterHistory(query: ParameterHistoryQuery): Promise<ParameterHistory> {
    return this.#link.call('runs.parameters', query);
  }

  async runFile(runId: RunId): Promise<SubmittedFile | undefined> {
    return (await this.#link.call('runs.file', { runId })).file;
  }

  async run(reference: string): Promise<RunDetail> {
    if (reference === '') throw new Failure('InvalidInput', 'Name a run: its id, the beginning of it, or its name.');
    return this.#link.call('runs.get', { run: reference });
  }

  async inputs(runId: RunId): Promise<readonly InputLook[] | undefined> {
    return (await this.#link.call('runs.inputs', { runId })).inputs;
  }

  async compareEnvironments(before: RunId, now: RunId): Promise<EnvironmentComparison> {
    return this.#link.call('runs.compareEnvironments', { before, now });
  }

  async submit(submission: Submission, secrets?: Secrets): Promise<Run> {
    let withCode: Submission | undefined;
    return this.#link.use(async (client) => {
      client.requireKnown(submission);
      await offerSecrets(client, submission.runId, secrets);
      // Of a submission that is sent again the code is as it was when it was sent first.
      withCode ??= await findCode(client.greeting.home, submission, this.#environment);
      return client.call('runs.submit', withCode);
    });
  }

  async queue(): Promise<Queue> {
    return this.#link.call('queue.get', {});
  }

  async pauseQueue(isPaused: boolean): Promise<Queue> {
    return this.#link.call('queue.pause', { isPaused });
  }

  async arrange(runId: RunId, wish: Arrangement): Promise<Run> {
    return this.#link.call('runs.arrange', { runId, wish });
  }

  async cancel(runId: RunId, wish: CancelWish = {}): Promise<Run> {
    return this.#link.call('runs.cancel', { runId, ...wish });
  }

  async retry(runId: RunId, { checkpoints, scope, secrets, tasks = [], ...given }: RetryRequest): Promise<RetriedRun> {
    const pairs = (environment: RetryRequest['environment']): [string, string][] =>
      environment.map(([name, value]) => [name, value]);
    const wish = {
      runId,
      checkpoints,
      // Makes a wish that is sent again after a lost answer the same wish.
      key: newRunId(),
      environment: pairs(given.environment),
      environments: (given.environments ?? []).map(pairs),
      tasks: tasks.map(({ path, environment }) => ({ path: [...path], environment })),
      ...(scope === undefined ? {} : { scope }),
    };
    return this.#link.use(async (client) => {
      await offerSecrets(client, runId, secrets);
      return client.call('runs.retry', wish);
    });
  }

  async change(runs: readonly RunId[], change: RunChange): Promise<readonly Run[]> {
    return (await this.#link.call('runs.change', { runs: [...runs], change })).runs;
  }

  async delete(
    which: { readonly runs: readonly RunId[] } | { readonly experimentId: ExperimentId },
  ): Promise<Deletion> {
    return this.#link.call('runs.delete', 'runs' in which ? { runs: [...which.runs] } : which);
  }

  async undelete(references: readonly string[]): Promise<readonly Run[]> {
    return (await this.#link.call('runs.undelete', { runs: [...references] })).runs;
  }

  async stopEarly(runId: RunId): Promise<Run> {
    return this.#link.call('runs.stopEarly', { runId });
  }

  async extend(extension: SweepExtension, secrets?: Secrets): Promise<{ readonly run: Run; readonly added: number }> {
    return this.#link.use(async (client) => {
      await offerSecrets(client, extension.runId, secrets);
      return client.call('runs.extend', extension);
    });
  }

  readonly onDidLackSecrets: Event<readonly LackingSecret[]> = (listener) => this.#didLackSecrets.event(listener);

  async lackingSecrets(): Promise<readonly LackingSecret[]> {
    return (await this.#link.call('secrets.watch', {})).lacking;
  }

  async giveSecrets(runs: readonly RunId[], secrets: Secrets): Promise<void> {
    try {
      // Never repeated: the next engine has not asked, or asks itself.
      await this.#link.client?.call('secrets.give', { runs: [...runs], secrets: [...secrets] });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'Unavailable') throw error;
    }
  }

  async events(
    runId: RunId,
    limit: number,
    before?: number,
  ): Promise<{ readonly events: readonly RunEvent[]; readonly more: boolean }> {
    return this.#link.call('events.list', { runId, limit, ...(before === undefined ? {} : { before }) });
  }

  async eventMarks(runId: RunId, query: EventMarksQuery, signal?: AbortSignal): Promise<EventMarks> {
    return this.#link.call('events.marks', { runId, ...query }, signal);
  }

  async metrics(runId: RunId): Promise<readonly MetricSummary[]> {
    return (await this.#link.call('series.list', { runId })).summaries;
  }

  async artifacts(runId: RunId, limit: number, after?: Artifact): Promise<ArtifactPage> {
    const last = after && { attempt: after.attempt, path: after.path };
    return this.#link.call('artifacts.list', { runId, limit, ...(last && { after: last }) });
  }

  async series(query: SeriesQuery, signal?: AbortSignal): Promise<readonly SeriesWindow[]> {
    const { metrics, ...rest } = query;
    return (await this.#link.call('series.query', { ...rest, metrics: [...metrics] }, signal)).windows;
  }

  async points(runId: RunId, metric: string, from: number): Promise<SeriesPage> {
    return this.#link.call('series.points', { runId, metric, from, limit: pagePoints });
  }

  async output(query: OutputQuery): Promise<OutputPart> {
    return this.#link.call('output.read', query);
  }

  async findInOutput(query: OutputFindQuery, signal?: AbortSignal): Promise<FoundOutput> {
    return this.#link.call('output.find', query, signal);
  }

  async outputAt(query: OutputTimeQuery): Promise<OutputPlace> {
    return this.#link.call('output.at', query);
  }

  follow(runId: RunId, listener: (append: RunAppend) => void): Disposable {
    if (this.#disposed) throw new Failure('Cancelled', 'The engine source was closed.');
    const following = this.#follows.add(runId, listener, () => this.#tellFollows());
    if (this.#link.client) this.#tellFollows();
    // A failure shows as the connection's state, and the next connection follows again.
    else
      this.#link.connect().then(
        () => this.#tellFollows(),
        () => undefined,
      );
    return following;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#follows.dispose();
    this.#link.dispose();
    this.#didChangeRuns.dispose();
    this.#didChangeQueue.dispose();
    this.#didLackSecrets.dispose();
    this.#didTellEnds.dispose();
  }

  #watchEnds(): void {
    if (this.#isFocused !== undefined) this.#say('ends.watch', { isFocused: this.#isFocused });
  }

  /** To the engine that is connected, if one is; nobody waits for it. */
  #say<N extends 'ends.watch' | 'ends.acknowledge'>(name: N, params: Params<EngineContract, N>): void {
    this.#link.client?.call(name, params).catch((error: unknown) => {
      // An engine of before does not know it, and tells of nothing.
      if (!(error instanceof Failure)) this.#log.warn(`The engine did not take ${name}.`, { error: messageOf(error) });
    });
  }

  async #watchSecrets(client: EngineClient): Promise<void> {
    this.#lacking = (await client.call('secrets.watch', {})).lacking;
  }

  #tellFollows(): void {
    const client = this.#link.client;
    if (client && !this.#disposed) void this.#follows.tell(client);
  }
}

/** The submission with its code, kept in the home, and with where it is from. */
async function findCode(home: string, submission: Submission, environment: NodeJS.ProcessEnv): Promise<Submission> {
  const { keepCode } = await import('../../packaging/keepCode');
  const { withPlace } = await import('../../workspace/runPlace');
  return withPlace(await keepCode(home, submission, environment), environment);
}

/** Secrets go only to an engine that wants them, and apart from what it writes down. */
async function offerSecrets(client: EngineClient, runId: RunId, secrets: Secrets | undefined): Promise<void> {
  if (!secrets || secrets.size === 0) return;
  const { runId: tree, wanted } = await client.call('secrets.offer', { runId, names: [...secrets.keys()] });
  const given = [...secrets].filter(([name]) => wanted.includes(name));
  await client.call('secrets.give', { runs: [tree], secrets: given });
}
