/**
 * The engine, wired: store, scheduler, executor and server of one home. It knows nothing of processes and signals of its
 * own (`main.ts` does), so that it can be opened inside a process too, for tests.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import path from 'node:path';
import { type Clock, Coalescer } from '../base/clock';
import { Failure } from '../base/failure';
import { DisposableStore } from '../base/lifecycle';
import type { Log } from '../base/log';
import type { Capacity } from '../model/demand';
import type { EnvironmentComparison } from '../model/environmentChanges';
import type { RunId } from '../model/ids';
import type { Attempt, Run, RunDetail } from '../model/run';
import type { OutputStream } from '../model/outputStream';
import { type RunGraph, toRunGraph } from '../model/runGraph';
import { compareVersions } from '../model/version';
import type { Params, Result } from '../protocol/contract';
import {
  type EngineContract,
  type EnginePerformance,
  engineProtocolVersion,
  type Queue,
  type Submission,
  type SweepExtension,
} from '../protocol/engine';
import { untoldFile } from '../protocol/engineAddress';
import type { AwakeClock } from './awakeClock';
import { gpusKnownMs } from './demandChecks';
import { Erasure } from './erasure';
import { LocalExecutor } from './execute/local/localExecutor';
import { measureMachine } from './execute/local/measureMachine';
import { NvidiaGpus } from './execute/local/nvidiaGpus';
import type { Home } from './home';
import { OutputCompaction } from './ingest/outputCompaction';
import { readOutput } from './ingest/outputIndex';
import { outputAt } from './ingest/outputTimes';
import { OutputSearches } from './search/searchThread';
import { keptToken } from './keptToken';
import type { Lifetime } from './lifetime/lifetime';
import { EnvironmentDigests } from './schedule/environmentDigests';
import { readInputLooks } from './schedule/inputLooks';
import { takeOverEnvironments } from './schedule/leftEnvironments';
import type { Retried } from './schedule/retryByHand';
import { Scheduler, type SchedulerState } from './schedule/scheduler';
import { type LackingSecret, SecretMemory } from './schedule/secretMemory';
import { refuseWithoutSnapshot, SnapshotRetention, withKeptCode } from './schedule/snapshots';
import { EndTelling } from './server/endTelling';
import { Listener } from './server/listener';
import { RunFeed } from './server/runFeed';
import { Session } from './server/session';
import type { AsyncStore } from './store/asyncStore';
import { Submissions } from './submissions';

export interface EngineOptions {
  readonly home: Home;
  readonly version: string;
  /** Path of wrapper.sh; attempts depend on it, so it must outlive them. */
  readonly wrapper: string;
  /** The engine's own file, which its threads run. */
  readonly bundle: string;
  readonly store: AsyncStore;
  readonly clock: Clock;
  readonly awakeMs: AwakeClock;
  readonly log: Log;
  readonly env: NodeJS.ProcessEnv;
  readonly graceMs: number;
  readonly socketCheckMs: number;
  /** After the end of an attempt, before its output is compacted. */
  readonly compactMs: number;
  /** So long deleted runs can be brought back. */
  readonly undeleteMs: number;
  readonly lifetime: Lifetime;
  /** A later version is to take over: end this engine, and start that one. */
  readonly onHandOver: (successor: Successor) => void;
  /** All that is kept is to be removed: end this engine, and do that. */
  readonly onRemoveAll: () => void;
}

/** At most so often clients are told what runs lack: a sweep changes it many times at once. */
const lackingMs = 50;

/** What one answer looks through at most: well under a second. */
const searchBytes = 32 * 1024 * 1024;

/** The engine that takes over. */
export type Successor = Params<EngineContract, 'engine.handover'>;

export class Engine {
  readonly store: AsyncStore;
  readonly ends: EndTelling;
  readonly #options: EngineOptions;
  readonly #startedAtMs: number;
  #isRemoving = false;
  readonly #owned = new DisposableStore();
  readonly #feed: RunFeed;
  readonly #sessions = new Set<Session>();
  readonly #secrets: SecretMemory;
  readonly #digests: EnvironmentDigests;
  readonly #scheduler: Scheduler;
  readonly #submissions: Submissions;
  readonly #listener: Listener;
  readonly #compaction: OutputCompaction;
  readonly #snapshots: SnapshotRetention;
  readonly #erasure: Erasure;
  readonly #searches: OutputSearches;

  private constructor(options: EngineOptions, state: SchedulerState, token: string) {
    const { store, clock, log, home } = options;
    this.#options = options;
    this.store = store;
    this.#startedAtMs = clock.nowMs();
    this.#feed = this.#owned.own(new RunFeed(store, clock, log));
    this.ends = this.#owned.own(new EndTelling({ store, clock, log, marker: untoldFile(home.folder) }));
    this.#digests = new EnvironmentDigests(home, token);
    this.#snapshots = new SnapshotRetention({ home, store, clock, log });
    this.#searches = this.#owned.own(new OutputSearches(options.bundle, clock));
    this.#erasure = new Erasure({ home, store, clock, log, undeleteMs: options.undeleteMs });
    this.#secrets = new SecretMemory((error) => log.error('Who waits for secrets could not be told.', error));
    const tellLacking = this.#owned.own(new Coalescer(clock, lackingMs, () => this.#tellLacking(), 0));
    this.#secrets.onDidChangeLacking(() => tellLacking.trigger());
    const executor = new LocalExecutor({ script: options.wrapper, home: home.folder }, options.lifetime, clock, log);
    this.#compaction = new OutputCompaction({
      home,
      clock,
      log,
      delayMs: options.compactMs,
      isRead: (runId, attempt) => [...this.#sessions].some((session) => session.readsOutput(runId, attempt)),
      hasProcesses: (runId, folder) => executor.hasProcesses(runId, folder),
    });
    this.#scheduler = new Scheduler(
      {
        store,
        secrets: this.#secrets,
        digests: this.#digests,
        home,
        clock,
        log,
        executor,
        graceMs: options.graceMs,
        onChange: (runId) => this.#feed.changed(runId),
        onSettled: () => this.ends.look(),
        onIngest: (runId, kept) => this.#feed.ingested(runId, kept, clock.nowMs()),
        onOutput: (runId, atMs) => this.#feed.outputGrew(runId, atMs),
        onEvents: (runId, events) => this.#feed.happened(runId, events),
        onOutputEnd: (runId, attempt, folder) => this.#compaction.ended(runId, attempt, folder),
        awakeMs: options.awakeMs,
        gpus: new NvidiaGpus(options.env, log),
      },
      state,
    );
    this.#submissions = new Submissions({ home, clock, store, scheduler: this.#scheduler, secrets: this.#secrets });
    this.#listener = new Listener({
      home: home.folder,
      env: options.env,
      clock,
      log,
      checkMs: options.socketCheckMs,
      address: {
        protocol: engineProtocolVersion,
        version: options.version,
        pid: process.pid,
        host: hostname(),
        token,
        startedAtMs: this.#startedAtMs,
      },
      onPeer: (socket, protocol) => {
        const onClose = (session: Session): void => void this.#sessions.delete(session);
        this.#sessions.add(new Session({ socket, protocol, log }, this, this.#feed, onClose));
      },
    });
  }

  /** Opens the engine: what an earlier one left is found again first, then clients are heard. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { store, home } = options;
    const atOnce = Number((await store.setting('atOnce')) ?? availableParallelism());
    const isPaused = (await store.setting('paused')) === 'true';
    const engine = new Engine(options, { capacity: capacityWith(atOnce), isPaused }, keptToken(home));
    for (const { message, file } of await store.notices()) options.log.warn(message, { file });
    await takeOverEnvironments({ home, store, digests: engine.#digests, secrets: engine.#secrets });
    await engine.#scheduler.start();
    await engine.ends.start();
    await engine.#listener.start();
    engine.#compaction.start();
    engine.#snapshots.start();
    engine.#erasure.start();
    return engine;
  }

  /** True while a run waits or executes, or a client listens. */
  get isBusy(): boolean {
    return this.#scheduler.activeCount > 0 || this.#sessions.size > 0 || this.#compaction.isBusy;
  }

  async hello(): Promise<Result<EngineContract, 'engine.hello'>> {
    const runsEnd = await this.#options.lifetime.runsEnd();
    return {
      ...(runsEnd === undefined ? {} : { runsEnd }),
      version: this.#options.version,
      protocol: engineProtocolVersion,
      pid: process.pid,
      host: hostname(),
      home: this.#options.home.folder,
      startedAtMs: this.#startedAtMs,
      atOnce: this.#scheduler.queue.capacity.atOnce,
      notices: await this.store.notices(),
    };
  }

  async handOver(successor: Successor): Promise<Record<string, never>> {
    const { home, version, onHandOver, clock } = this.#options;
    if (compareVersions(successor.version, version) <= 0) {
      throw new Failure(
        'Conflict',
        `The engine is of version ${version}, which is not older than ${successor.version}.`,
      );
    }
    const folder = path.relative(home.path('engine'), successor.bundle);
    if (folder.startsWith('..') || path.isAbsolute(folder) || !existsSync(successor.bundle)) {
      throw new Failure('InvalidInput', `${successor.bundle} is no engine of this home.`);
    }
    // After the answer has left.
    clock.after(50, () => onHandOver(successor));
    return {};
  }

  async acknowledge({ id }: { readonly id: string }): Promise<Record<string, never>> {
    await this.store.acknowledgeNotice(id);
    return {};
  }

  async performance(): Promise<EnginePerformance> {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      version: this.#options.version,
      node: process.versions.node,
      pid: process.pid,
      uptimeMs: this.#options.clock.nowMs() - this.#startedAtMs,
      cpuMs: (user + system) / 1000,
      rssBytes: rss,
      heapBytes: heapUsed,
      clients: this.#sessions.size,
      counts: await this.store.counts(),
      queue: this.#scheduler.queue,
    };
  }

  async removeAll(): Promise<Record<string, never>> {
    // From here on nothing new is acknowledged: it would be removed with the rest.
    this.#isRemoving = true;
    try {
      await this.#mustBeIdle();
    } catch (error) {
      this.#isRemoving = false;
      throw error;
    }
    const { clock, onRemoveAll } = this.#options;
    // After the answer has left.
    clock.after(50, onRemoveAll);
    return {};
  }

  async #mustBeIdle(): Promise<void> {
    const [active] = (await this.store.runs({ active: true, limit: 1 })).runs;
    if (!active && this.#scheduler.activeCount === 0) return;
    throw new Failure('Conflict', `The run ${active?.name ?? ''} is still active: nothing is removed.`, {
      hint: 'Cancel what is active first, or wait for its end.',
    });
  }

  #refuseWhileRemoving(): void {
    if (!this.#isRemoving) return;
    throw new Failure('Conflict', 'All data of Sidelab is being removed: nothing is started.', {
      hint: 'Try it again in a moment.',
    });
  }

  async configure(settings: { readonly atOnce: number }): Promise<Record<string, never>> {
    await this.store.saveSetting('atOnce', String(settings.atOnce));
    this.#scheduler.resize(capacityWith(settings.atOnce));
    return {};
  }

  async queue(): Promise<Queue> {
    await this.#scheduler.lookAtGpus(gpusKnownMs);
    return this.#scheduler.queue;
  }

  /** Durable when it resolves. */
  async pauseQueue({ isPaused }: { readonly isPaused: boolean }): Promise<Queue> {
    await this.store.saveSetting('paused', String(isPaused));
    this.#scheduler.pause(isPaused);
    this.#feed.queueChanged(isPaused);
    return this.#scheduler.queue;
  }

  /** Durable when it resolves. */
  async arrange({ runId, wish }: Params<EngineContract, 'runs.arrange'>): Promise<Run> {
    return this.#scheduler.arrange(runId, wish);
  }

  /** Durable when it resolves. The same id again is the same run. */
  async submit(submission: Submission): Promise<Run> {
    this.#refuseWhileRemoving();
    return this.#submissions.submit(submission);
  }

  /** Durable when it resolves. */
  async retry({ runId, ...wish }: Params<EngineContract, 'runs.retry'>): Promise<Retried> {
    this.#refuseWhileRemoving();
    refuseWithoutSnapshot(this.#options.home, (await this.store.activeRun(runId)).environment.runId);
    return this.#scheduler.retry(runId, wish);
  }

  async cancel(runId: RunId, unlessStarted = false): Promise<Run> {
    return this.#scheduler.cancel(runId, unlessStarted);
  }

  /** Durable when it resolves. */
  async stopEarly(runId: RunId): Promise<Run> {
    const { run, changes } = await this.store.stopEarly(runId, this.#options.clock.nowMs());
    this.#scheduler.apply(changes);
    return run;
  }

  /** Durable when it resolves. */
  async extend(extension: SweepExtension): Promise<Result<EngineContract, 'runs.extend'>> {
    this.#refuseWhileRemoving();
    return this.#submissions.extend(extension);
  }

  /** Durable when it resolves. */
  async change({
    runs,
    change,
  }: Params<EngineContract, 'runs.change'>): Promise<Result<EngineContract, 'runs.change'>> {
    const done = await this.store.change(runs, change, this.#options.clock.nowMs());
    for (const runId of runs) this.#feed.changed(runId);
    if (change.experiment !== undefined) this.#feed.refiled(done.experiments);
    for (const [runId, events] of done.events) this.#feed.happened(runId, events);
    return { runs: done.runs };
  }

  /** Durable when it resolves. */
  async delete(which: Params<EngineContract, 'runs.delete'>): Promise<Result<EngineContract, 'runs.delete'>> {
    const { clock, undeleteMs } = this.#options;
    const nowMs = clock.nowMs();
    const { runs, experiments } = await this.store.hide(which, nowMs);
    this.#feed.refiled(experiments, runs);
    return { runs: [...runs], undoUntilMs: nowMs + undeleteMs };
  }

  /** Durable when it resolves. */
  async undelete({ runs }: Params<EngineContract, 'runs.undelete'>): Promise<{ readonly runs: Run[] }> {
    const { clock, undeleteMs } = this.#options;
    const shown = await this.store.show(runs, undeleteMs, clock.nowMs());
    for (const { id } of shown) this.#feed.changed(id);
    return { runs: shown };
  }

  async graph(runId: RunId): Promise<RunGraph> {
    const { nodes, edges } = await this.store.graph(runId);
    return toRunGraph(nodes, edges, this.#options.clock.nowMs());
  }

  async runFile(runId: RunId): Promise<Result<EngineContract, 'runs.file'>> {
    const file = await this.store.runFile(runId);
    return file ? { file } : {};
  }

  get lackingSecrets(): LackingSecret[] {
    return this.#secrets.lacking;
  }

  /** Of a run that is not there yet, its submission is expected next. */
  async offerSecrets({ runId, names }: Params<EngineContract, 'secrets.offer'>): Promise<{
    readonly runId: RunId;
    readonly wanted: string[];
  }> {
    const [known] = await this.store.runsById([runId]);
    const tree = known ? (await this.store.activeRun(runId)).environment.runId : runId;
    return { runId: tree, wanted: this.#secrets.offer(tree, names) };
  }

  async giveSecrets({ runs, secrets }: Params<EngineContract, 'secrets.give'>): Promise<Record<string, never>> {
    this.#secrets.give(runs, secrets);
    return {};
  }

  async detail(reference: string): Promise<RunDetail> {
    const { home } = this.#options;
    const detail = await this.store.detail(reference);
    const { id, reusedFrom } = detail.run;
    const tree = detail.code ? (await this.store.activeRun(id)).environment.runId : id;
    return { ...withKeptCode(home, tree, detail), outputs: home.outputs(reusedFrom ?? id) };
  }

  async inputs({ runId }: { readonly runId: RunId }): Promise<Result<EngineContract, 'runs.inputs'>> {
    const { attempt } = await this.store.run(runId);
    const inputs = attempt && (await readInputLooks(attempt.folder));
    return inputs ? { inputs } : {};
  }

  async compareEnvironments({
    before,
    now,
  }: Params<EngineContract, 'runs.compareEnvironments'>): Promise<EnvironmentComparison> {
    const [from, to] = await Promise.all([this.store.activeRun(before), this.store.activeRun(now)]);
    return this.#digests.compare(from.environment, to.environment);
  }

  async output(query: {
    readonly runId: RunId;
    readonly attempt: number;
    readonly stream: OutputStream;
    readonly from: number;
    readonly maxBytes: number;
  }): Promise<Result<EngineContract, 'output.read'>> {
    const attempt = await this.#attemptOf(query);
    if (!attempt) return { attempt: 0, from: 0, bytes: new Uint8Array(), sizeBytes: 0, edition: 0 };
    const part = await readOutput(attempt.folder, { ...query, isFinal: attempt.endedAtMs !== undefined });
    return { attempt: attempt.number, ...part };
  }

  async outputAt(query: {
    readonly runId: RunId;
    readonly attempt: number;
    readonly stream: OutputStream;
    readonly timeMs: number;
  }): Promise<Result<EngineContract, 'output.at'>> {
    const attempt = await this.#attemptOf(query);
    if (!attempt) return { attempt: 0 };
    const place = await outputAt(attempt.folder, query.stream, query.timeMs);
    return { attempt: attempt.number, ...place };
  }

  async findInOutput(
    query: Params<EngineContract, 'output.find'>,
    signal: AbortSignal,
  ): Promise<Result<EngineContract, 'output.find'>> {
    const attempt = await this.#attemptOf(query);
    if (!attempt) return { attempt: 0, edition: 0, lines: [], searchedTo: 0, sizeBytes: 0 };
    const { stream, pattern, from, linesBefore, limit } = query;
    const isFinal = attempt.endedAtMs !== undefined;
    const where = { folder: attempt.folder, stream, isFinal };
    const page = await this.#searches.find(
      { ...where, pattern, from, linesBefore, limit, maxBytes: searchBytes },
      signal,
    );
    return { attempt: attempt.number, ...page };
  }

  /** Undefined for the newest of a run that has none yet. */
  async #attemptOf(query: { readonly runId: RunId; readonly attempt: number }): Promise<Attempt | undefined> {
    const { attempts } = await this.store.detail(await this.store.resultsOf(query.runId));
    if (query.attempt === 0) return attempts.at(-1);
    const attempt = attempts.find(({ number }) => number === query.attempt);
    if (!attempt) throw new Failure('NotFound', `The run has no attempt ${query.attempt}.`);
    return attempt;
  }

  /** Ends the engine; attempts go on and are found again by the next one. True when a next one is needed at once. */
  async stop(): Promise<boolean> {
    await this.#listener.stop();
    for (const session of [...this.#sessions]) session.dispose();
    await this.#compaction.stop();
    const successorNeeded = await this.#scheduler.stop();
    await this.ends.stop();
    await this.#snapshots.stop();
    await this.#erasure.stop();
    await this.#feed.flush();
    this.#owned.dispose();
    await this.store.close();
    return successorNeeded;
  }

  #tellLacking(): void {
    const lacking = this.#secrets.lacking;
    for (const session of this.#sessions) session.tellLacking(lacking);
  }
}

const capacityWith = (atOnce: number): Omit<Capacity, 'gpus'> => ({ atOnce, ...measureMachine() });
