/**
 * Decides which run starts when. What is ready, the store says with every change; what has room, this knows.
 *
 * Modes: `new` until `start` has found again what an earlier engine left; `open` while runs are started; `closed` once
 * `stop` was called: attempts go on without us, nothing is started any more.
 */
import { Coalescer } from '../../base/clock';
import type { Disposable } from '../../base/lifecycle';
import type { Capacity } from '../../model/demand';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { Arrangement, Queue } from '../../protocol/engine';
import type { NvidiaGpus } from '../execute/local/nvidiaGpus';
import type { Home } from '../home';
import type { ReadyRun } from '../store/readyRun';
import type { RunChanges } from '../store/statusChanges';
import type { ActiveRun } from '../store/storeReads';
import type { AttemptContext } from './attemptRunner';
import { Attempts } from './attempts';
import { readVisibleGpus } from './environment';
import type { EnvironmentDigests } from './environmentDigests';
import { GpuLook } from './gpuLook';
import { type Retried, retryByHand, type RetryWish } from './retryByHand';
import { Room } from './room';
import { RunQueue } from './runQueue';
import type { SecretMemory } from './secretMemory';
import { SecretWaits } from './secretWaits';
import { WaitingTold } from './waitingTold';

export interface SchedulerContext extends Omit<AttemptContext, 'onChanges'> {
  readonly home: Home;
  readonly secrets: SecretMemory;
  readonly digests: EnvironmentDigests;
  readonly onChange: (runId: RunId) => void;
  /** Runs at the top of their tree have ended. */
  readonly onSettled: () => void;
  /** Asked only when a run wants gpus, or somebody what there is. */
  readonly gpus: NvidiaGpus;
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
  readonly #attempts: Attempts;
  readonly #queue = new RunQueue();
  readonly #room: Room;
  readonly #secretWaits: SecretWaits;
  /** Runs that pause before their next attempt. */
  readonly #pauses = new Map<RunId, Disposable>();
  #isPaused: boolean;
  #mode: 'new' | 'open' | 'closed' = 'new';
  #shortage: Disposable | undefined;
  readonly #told: WaitingTold;
  readonly #tellAnew: Coalescer;
  readonly #gpuLook: GpuLook;

  constructor(context: SchedulerContext, { capacity, isPaused }: SchedulerState) {
    this.#context = context;
    this.#attempts = new Attempts({
      ...context,
      onChanges: (changes) => this.apply(changes),
      onLeave: (runId) => this.#leave(runId),
      onShortage: (ready) => this.#waitForRoom(ready),
    });
    this.#room = new Room(capacity);
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
    return this.#queue.size + this.#secretWaits.size + this.#pauses.size + this.#attempts.count;
  }

  /** Finds again what an earlier engine left: attempts that execute, that ended meanwhile, and the queue. */
  async start(): Promise<void> {
    const { store } = this.#context;
    const single = (await store.activeRuns()).filter(({ run }) => run.kind === undefined);
    const underWay = single.filter(({ run }) => run.status !== 'queued');
    const given = new Map(underWay.map(({ run }) => [run.id, run.attempt?.gpus]));
    for (const run of await store.readyRuns(idsOf(underWay), true)) this.#room.take(run, given.get(run.id));
    for (const active of underWay) await this.#attempts.carryOn(active);
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
    const { digests, onChange, onSettled, secrets } = this.#context;
    for (const runId of changed) {
      onChange(runId);
      this.#dequeue(runId);
    }
    for (const run of ready) this.#admit(run);
    // Past already where its end was seen late, by an engine that was started after it.
    this.#admitAnew(
      pausing.filter(({ runId, untilMs }) => !this.#pauseUntil(runId, untilMs)).map(({ runId }) => runId),
    );
    for (const runId of settledRoots) {
      digests.forget(runId);
      secrets.settle(runId);
    }
    if (settledRoots.length > 0) onSettled();
    this.#fill();
  }

  /** Resolves when the wish is durable. Throws `Conflict` for a settled run, and with `unlessStarted` for one under way. */
  async cancel(runId: RunId, unlessStarted = false): Promise<Run> {
    const { store, clock } = this.#context;
    const { run, changes } = await store.requestCancel(runId, clock.nowMs(), unlessStarted);
    this.apply(changes);
    await Promise.all(changes.stopping.map(async (id) => this.#attempts.cancel(id)));
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
    const { run, changes } = await retryByHand(this.#context, runId, wish);
    if (changes) this.apply(changes);
    return run;
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
    for (const pause of this.#pauses.values()) pause.dispose();
    return this.#attempts.letGo();
  }

  /** False, and nothing happens, when that is past. */
  #pauseUntil(runId: RunId, readyAtMs: number | undefined): boolean {
    const { clock } = this.#context;
    const pauseMs = (readyAtMs ?? 0) - clock.nowMs();
    if (pauseMs <= 0) return false;
    const pause = clock.after(pauseMs, () => {
      this.#pauses.delete(runId);
      this.#admitAnew([runId]);
    });
    this.#pauses.set(runId, pause);
    return true;
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
      this.#attempts.begin(run, this.#room.take(run));
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
}

const idsOf = (runs: readonly ActiveRun[]): RunId[] => runs.map(({ run }) => run.id);
