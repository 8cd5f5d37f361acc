/**
 * Decides which run starts when, and keeps an `AttemptRunner` for each attempt under way. What is ready, the store says with
 * every change; what has room, this knows.
 *
 * Modes: `new` until `start` has found again what an earlier engine left; `open` while runs are started; `closed` once
 * `stop` was called: attempts go on without us, nothing is started any more.
 */
import { Failure, messageOf } from '../../base/failure';
import { Coalescer } from '../../base/clock';
import type { Disposable } from '../../base/lifecycle';
import type { Capacity } from '../../model/demand';
import type { EnvironmentChanges } from '../../model/environmentChanges';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { reopen } from '../../model/runStatus';
import type { Arrangement, Queue } from '../../protocol/engine';
import type { NvidiaGpus } from '../execute/local/nvidiaGpus';
import type { Home } from '../home';
import { type EnvironmentChoice, taskPathKey } from '../store/reopenRuns';
import type { ReadyRun } from '../store/readyRun';
import type { RunChanges } from '../store/statusChanges';
import type { ActiveRun } from '../store/storeReads';
import { type AttemptContext, AttemptRunner } from './attemptRunner';
import { keepEnvironments, keepRunFiles, type Pairs, readVisibleGpus } from './environment';
import type { EnvironmentDigests } from './environmentDigests';
import { GpuLook } from './gpuLook';
import { mayStart, prepareLaunch } from './prepareLaunch';
import { Reuse } from './reuse';
import { Room } from './room';
import { RunQueue } from './runQueue';
import type { SecretMemory } from './secretMemory';
import { describeWaiting, SecretWaits } from './secretWaits';
import { WaitingTold } from './waitingTold';

export interface SchedulerContext extends Omit<AttemptContext, 'onChanges'> {
  readonly home: Home;
  readonly secrets: SecretMemory;
  readonly digests: EnvironmentDigests;
  readonly onChange: (runId: RunId) => void;
  /** Asked only when a run wants gpus, or somebody what there is. */
  readonly gpus: NvidiaGpus;
}

/** The wish to try again by hand; see the protocol's `runs.retry`. */
export interface RetryWish {
  readonly checkpoints: 'empty' | 'kept';
  readonly key: string;
  readonly scope?: 'one' | 'onward' | undefined;
  readonly environment: Pairs;
  readonly environments?: readonly Pairs[] | undefined;
  readonly tasks?: readonly { readonly path: readonly string[]; readonly environment: number }[] | undefined;
}

/** With how the environment differs from the one before, where it does. */
export interface Retried extends Run {
  readonly environmentChanges?: EnvironmentChanges;
}

export interface SchedulerState {
  readonly capacity: Omit<Capacity, 'gpus'>;
  readonly isPaused: boolean;
}

/** How long room on the disk is waited for before the next try. */
const shortageMs = 1000;
/** How often what the next ones wait for is told anew. */
const tellMs = 500;

export class Scheduler {
  readonly #context: SchedulerContext;
  readonly #attempts: AttemptContext;
  readonly #queue = new RunQueue();
  readonly #room: Room;
  readonly #secretWaits: SecretWaits;
  readonly #reuse: Reuse;
  /** Runs that pause before their next attempt. */
  readonly #pauses = new Map<RunId, Disposable>();
  /** Runs taken from the queue whose attempt has no runner yet. */
  readonly #starting = new Map<RunId, Promise<void>>();
  readonly #runners = new Map<RunId, AttemptRunner>();
  /** Runs whose cancelling came between the start of their attempt and the existence of its runner. */
  readonly #cancelWanted = new Set<RunId>();
  #isPaused: boolean;
  #mode: 'new' | 'open' | 'closed' = 'new';
  #shortage: Disposable | undefined;
  readonly #told: WaitingTold;
  readonly #tellAnew: Coalescer;
  readonly #gpuLook: GpuLook;

  constructor(context: SchedulerContext, { capacity, isPaused }: SchedulerState) {
    this.#context = context;
    this.#attempts = { ...context, onChanges: (changes) => this.apply(changes) };
    this.#room = new Room(capacity);
    this.#reuse = new Reuse(context);
    this.#isPaused = isPaused;
    this.#secretWaits = new SecretWaits(context);
    context.secrets.onDidGive(() => this.#admitAnew(this.#secretWaits.takeComplete()));
    this.#told = new WaitingTold(context);
    this.#tellAnew = new Coalescer(context.clock, tellMs, () => this.#sayWhyWaiting(true));
    const { gpus, clock } = context;
    this.#gpuLook = new GpuLook({ gpus, clock, room: this.#room, onSeen: () => this.#fill() });
  }

  get queue(): Queue {
    const { capacity, free, count } = this.#room;
    return { isPaused: this.#isPaused, capacity, free, running: count, waiting: this.#queue.size };
  }

  /** Runs that wait or execute. */
  get activeCount(): number {
    return this.#queue.size + this.#secretWaits.size + this.#pauses.size + this.#starting.size + this.#runners.size;
  }

  /** Finds again what an earlier engine left: attempts that execute, that ended meanwhile, and the queue. */
  async start(): Promise<void> {
    const { store } = this.#context;
    const single = (await store.activeRuns()).filter(({ run }) => run.kind === undefined);
    const underWay = single.filter(({ run }) => run.status !== 'queued');
    const given = new Map(underWay.map(({ run }) => [run.id, run.attempt?.gpus]));
    for (const run of await store.readyRuns(idsOf(underWay), true)) this.#room.take(run, given.get(run.id));
    for (const active of underWay) await this.#runOrRefuse(active);
    const waiting = single.filter(({ run, waits }) => run.status === 'queued' && waits === 0);
    for (const { run, readyAtMs = 0 } of waiting) {
      // Where the clock was set back meanwhile, no longer than the pause itself.
      this.#pauseUntil(run.id, Math.min(readyAtMs, this.#context.clock.nowMs() + readyAtMs - run.statusAtMs));
    }
    const unpaused = waiting.filter(({ run }) => !this.#pauses.has(run.id));
    for (const run of await store.readyRuns(idsOf(unpaused))) this.#admit(run);
    this.#mode = 'open';
    this.#fill();
  }

  resize(capacity: Omit<Capacity, 'gpus'>): void {
    this.#room.resize(capacity);
    this.#told.clear();
    this.#fill();
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#told.clear();
    this.#fill();
  }

  /** Acts on what a transaction of the store has changed, and has it told. */
  apply({ changed, ready, pausing, settledRoots }: RunChanges): void {
    const { digests, onChange, secrets } = this.#context;
    for (const runId of changed) {
      onChange(runId);
      this.#dequeue(runId);
    }
    for (const run of ready) this.#admit(run);
    for (const { runId, untilMs } of pausing) this.#pauseUntil(runId, untilMs);
    for (const runId of settledRoots) {
      digests.forget(runId);
      secrets.settle(runId);
    }
    this.#fill();
  }

  /** Resolves when the wish is durable. Throws `Conflict` for a settled run. */
  async cancel(runId: RunId): Promise<Run> {
    const { store, clock } = this.#context;
    const { run, changes } = await store.requestCancel(runId, clock.nowMs());
    this.apply(changes);
    await Promise.all(
      changes.stopping.map(async (id) => {
        const runner = this.#runners.get(id);
        if (runner) await runner.stop('cancelled');
        else this.#cancelWanted.add(id);
      }),
    );
    return run;
  }

  /** Resolves when the wish is durable. Throws `Conflict` for a run that has started or ended. */
  async arrange(runId: RunId, wish: Arrangement): Promise<Run> {
    const { store, clock } = this.#context;
    const { run, changes } = await store.arrange(runId, wish, clock.nowMs());
    this.apply(changes);
    return run;
  }

  /**
   * Another attempt by hand, with empty checkpoints or the kept ones, in the environment of who asks for it. Resolves when
   * it is durable. Throws `Conflict` for a run that has not ended.
   */
  async retry(runId: RunId, wish: RetryWish): Promise<Retried> {
    const { store, clock, home, secrets, digests } = this.#context;
    const { checkpoints, key, scope, environment, environments = [], tasks = [] } = wish;
    const active = await store.activeRun(runId);
    // After the run was read: the same wish may be under way a second time.
    if (await store.wasReopened(runId, key)) return store.run(runId);
    reopen(active.run.status);
    // Before the store, as at submission: a run that is queued has all that its attempts need.
    const tree = active.environment.runId;
    const at = tasks.length > 0 ? taskPathKey(await this.#taskPath(active.run)) : undefined;
    const chosen = tasks.find(({ path }) => taskPathKey(path) === at)?.environment ?? 0;
    const environmentChanges = digests.changes(
      active.environment,
      [environment, ...environments][chosen] ?? environment,
    );
    const base = keepEnvironments(home, tree, [environment, ...environments]);
    const byPath = new Map(tasks.map((task) => [taskPathKey(task.path), base + task.environment]));
    const environmentOf: EnvironmentChoice = { base, byPath };
    const { run, changes } = await store.reopen(runId, { checkpoints, key, scope, environmentOf }, clock.nowMs());
    for (const [index, pairs] of [environment, ...environments].entries())
      secrets.need({ runId: tree, index: base + index }, pairs);
    this.apply(changes);
    return environmentChanges ? { ...run, environmentChanges } : run;
  }

  /**
   * Lets go of everything; attempts go on, and the next engine finds them. True when one has ended already: its wrapper
   * has seen us alive, so nobody but us can see to it that a next engine comes.
   */
  async stop(): Promise<boolean> {
    this.#mode = 'closed';
    this.#shortage?.dispose();
    this.#tellAnew.dispose();
    this.#gpuLook.dispose();
    await Promise.all(this.#starting.values());
    for (const pause of this.#pauses.values()) pause.dispose();
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(runners.map(async (runner) => runner.letGo()));
    return runners.some((runner) => runner.hasResult);
  }

  /** Names from below the run at the top to this one. */
  async #taskPath({ parentId, task }: Run): Promise<readonly string[]> {
    if (parentId === undefined) return [];
    return [...(await this.#taskPath(await this.#context.store.run(parentId))), task ?? ''];
  }

  /** Nothing happens when that is past. */
  #pauseUntil(runId: RunId, readyAtMs: number | undefined): void {
    const { clock } = this.#context;
    const pauseMs = (readyAtMs ?? 0) - clock.nowMs();
    if (pauseMs <= 0) return;
    const pause = clock.after(pauseMs, () => {
      this.#pauses.delete(runId);
      this.#admitAnew([runId]);
    });
    this.#pauses.set(runId, pause);
  }

  /** To the queue, unless something is missing that no room makes up for. */
  #admit(run: ReadyRun): void {
    if (this.#secretWaits.keep(run)) return;
    // Which gpus it may have is in the environment that it is going to get.
    const { gpus } = run.demand;
    this.#queue.add(gpus ? { ...run, visibleGpus: readVisibleGpus(this.#context.home, run.environment) } : run);
  }

  /** Runs that waited for something else than room, as they are by now. */
  #admitAnew(runIds: readonly RunId[]): void {
    if (runIds.length === 0) return;
    const { store, log } = this.#context;
    store
      .readyRuns(runIds)
      .then((runs) => {
        for (const run of runs) this.#admit(run);
        this.#fill();
      })
      .catch((error: unknown) => log.error(`Runs could not go on after they had waited: ${runIds.join(', ')}.`, error));
  }

  #dequeue(runId: RunId): void {
    this.#queue.delete(runId);
    this.#secretWaits.delete(runId);
    this.#told.forget(runId);
    this.#pauses.get(runId)?.dispose();
    this.#pauses.delete(runId);
  }

  /** Starts what has room. */
  #fill(): void {
    if (this.#mode !== 'open' || this.#shortage) return;
    if (!this.#isPaused && this.#queue.wantsGpus) this.#gpuLook.await();
    while (!this.#isPaused) {
      const run = this.#queue.next(this.#room);
      if (!run) break;
      this.#told.forget(run.id);
      const gpus = this.#room.take(run);
      const started = this.#startOne(run, gpus).finally(() => {
        this.#starting.delete(run.id);
        this.#cancelWanted.delete(run.id);
        if (!this.#runners.has(run.id)) this.#leave(run.id);
      });
      this.#starting.set(run.id, started);
    }
    if (this.#queue.size > this.#told.count) this.#sayWhyWaiting(false);
    if (this.#queue.size > 0) this.#tellAnew.trigger();
  }

  /** What is known of gpus is at most so old when this resolves. Never rejects. */
  async lookAtGpus(maxAgeMs: number): Promise<void> {
    await this.#gpuLook.look(maxAgeMs);
  }

  /** Of the gpus of this machine how many the variable leaves. */
  countGpus(visible: string | undefined): number {
    return this.#room.gpusFor(visible);
  }

  /** The attempt takes no room any more. */
  #leave(runId: RunId): void {
    this.#room.release(runId);
    this.#fill();
  }

  /** Never rejects. */
  async #startOne(ready: ReadyRun, gpus: readonly string[] | undefined): Promise<void> {
    const { store, executor, home, clock, log } = this.#context;
    const runId = ready.id;
    try {
      const { key: reuseKey, reused } = ready.mayReuse ? await this.#reuse.find(runId) : {};
      if (reused) return this.apply(reused);
      // Before the attempt begins: what there is no room for waits in the queue.
      if (ready.taskParametersJson !== undefined) keepRunFiles(home, runId, ready.taskParametersJson);
      const { active, changes } = await store.beginAttempt(
        runId,
        {
          executor: executor.name,
          host: executor.host,
          folder: home.attempt(runId, ready.attempts + 1),
          reuseKey,
          gpus,
        },
        clock.nowMs(),
      );
      this.apply(changes);
      await this.#runOrRefuse(active);
    } catch (error) {
      // Cancelled while it was taken from the queue.
      if (error instanceof Failure && error.code === 'Conflict') return;
      if (error instanceof Failure && error.code === 'Storage') {
        log.warn(error.message);
        this.#waitForRoom(ready);
        return;
      }
      log.error(`Run ${runId} could not be started.`, error);
    }
  }

  /** In the queue again, where it is the oldest, and nothing is started for a while. */
  #waitForRoom(run: ReadyRun): void {
    this.#admit(run);
    this.#shortage ??= this.#context.clock.after(shortageMs, () => {
      this.#shortage = undefined;
      this.#fill();
    });
  }

  #sayWhyWaiting(anew: boolean): void {
    if (this.#mode !== 'open') return;
    const instead = this.#isPaused ? 'the queue is paused' : undefined;
    this.#told.tell(this.#queue, this.#room, { anew, instead });
  }

  /** One run that cannot be carried on does not keep the others from it. */
  async #runOrRefuse(active: ActiveRun): Promise<void> {
    const { log } = this.#context;
    const { id } = active.run;
    try {
      await this.#run(active);
    } catch (error) {
      const isMendable = error instanceof Failure;
      if (!isMendable) log.error(`Run ${id} could not be carried on.`, error);
      await this.#runners.get(id)?.letGo();
      this.#runners.delete(id);
      await this.#refuse(id, messageOf(error));
    }
  }

  async #refuse(runId: RunId, detail: string): Promise<void> {
    const { store, clock } = this.#context;
    const end = await store.endAttempt(runId, { kind: 'refused', detail, atMs: clock.nowMs() }, undefined);
    this.#room.release(runId);
    this.apply(end.changes);
  }

  /** Back in the queue as if it had not begun: what it needs went with the engine that began it. */
  async #withdraw(runId: RunId, detail: string): Promise<void> {
    const { store, clock } = this.#context;
    const end = await store.endAttempt(runId, { kind: 'withdrawn', detail, atMs: clock.nowMs() }, undefined);
    this.#room.release(runId);
    this.apply(end.changes);
  }

  async #run(active: ActiveRun): Promise<void> {
    const { run } = active;
    const { secrets, executor } = this.#context;
    const missing = mayStart(active) ? secrets.missing(active.environment) : [];
    if (missing.length > 0 && run.attempt && executor.withdraw(run.attempt.folder)) {
      return this.#withdraw(run.id, describeWaiting(missing));
    }
    const launch = await prepareLaunch(this.#context, active);
    if (!launch) return this.#refuse(run.id, 'the environment it was submitted with is gone');
    const runner = new AttemptRunner(launch.active, launch.env, this.#attempts);
    this.#runners.set(run.id, runner);
    runner.onDidEnd(() => this.#leave(run.id));
    runner.onDidSettle(() => {
      this.#runners.delete(run.id);
      this.#leave(run.id);
    });
    await runner.start();
    if (this.#cancelWanted.delete(run.id)) await runner.stop('cancelled');
  }
}

const idsOf = (runs: readonly ActiveRun[]): RunId[] => runs.map(({ run }) => run.id);
