/**
 * Decides which run starts when, and keeps an `AttemptRunner` for each attempt under way. What is ready, the store says with
 * every change; what has room, this knows.
 *
 * Modes: `new` until `start` has found again what an earlier engine left; `open` while runs are started; `closed` once
 * `stop` was called: attempts go on without us, nothing is started any more.
 */
import { Failure, messageOf } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { reopen } from '../../model/runStatus';
import type { Home } from '../home';
import { type EnvironmentChoice, taskPathKey } from '../store/reopenRuns';
import type { RunChanges } from '../store/statusChanges';
import type { ActiveRun } from '../store/storeReads';
import { type AttemptContext, AttemptRunner } from './attemptRunner';
import { emptyCheckpoints } from './checkpoints';
import { attemptEnvironment, forgetEnvironments, keepEnvironments, keepRunFiles, type Pairs } from './environment';
import { fillLaunchTexts, type FindTaskValue } from './launchTexts';

export interface SchedulerContext extends Omit<AttemptContext, 'onChanges'> {
  readonly home: Home;
  readonly onChange: (runId: RunId) => void;
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

/** How long room on the disk is waited for before the next try. */
const shortageMs = 1000;

export class Scheduler {
  readonly #context: SchedulerContext;
  readonly #attempts: AttemptContext;
  /** Ready runs, in the order in which they are to be started. */
  readonly #queue = new Set<RunId>();
  /** Runs that pause before their next attempt. */
  readonly #pauses = new Map<RunId, Disposable>();
  /** Runs taken from the queue whose attempt has no runner yet. */
  readonly #starting = new Map<RunId, Promise<void>>();
  readonly #runners = new Map<RunId, AttemptRunner>();
  /** Runs whose cancelling came between the start of their attempt and the existence of its runner. */
  readonly #cancelWanted = new Set<RunId>();
  #atOnce: number;
  #mode: 'new' | 'open' | 'closed' = 'new';
  #shortage: Disposable | undefined;
  /** Queued runs that say why they wait. */
  readonly #told = new Set<RunId>();

  constructor(context: SchedulerContext, atOnce: number) {
    this.#context = context;
    this.#attempts = { ...context, onChanges: (changes) => this.apply(changes) };
    this.#atOnce = atOnce;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** Runs that wait or execute. */
  get activeCount(): number {
    return this.#queue.size + this.#pauses.size + this.#starting.size + this.#runners.size;
  }

  /** Finds again what an earlier engine left: attempts that execute, that ended meanwhile, and the queue. */
  async start(): Promise<void> {
    const { store } = this.#context;
    for (const active of await store.activeRuns()) {
      const { run, waits, readyAtMs } = active;
      if (run.kind !== undefined || waits > 0) continue;
      if (run.status === 'queued') this.#enqueue(run.id, readyAtMs);
      else await this.#runOrRefuse(active);
    }
    this.#mode = 'open';
    this.#fill();
  }

  setAtOnce(atOnce: number): void {
    this.#atOnce = atOnce;
    this.#told.clear();
    this.#fill();
  }

  /** Acts on what a transaction of the store has changed, and has it told. */
  apply({ changed, ready, pausing, settledRoots }: RunChanges): void {
    const { home, onChange } = this.#context;
    for (const runId of changed) {
      onChange(runId);
      this.#dequeue(runId);
    }
    for (const runId of ready) this.#queue.add(runId);
    for (const { runId, untilMs } of pausing) this.#enqueue(runId, untilMs);
    for (const runId of settledRoots) forgetEnvironments(home, runId);
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

  /**
   * Another attempt by hand, with empty checkpoints or the kept ones, in the environment of who asks for it. Resolves when
   * it is durable. Throws `Conflict` for a run that has not ended.
   */
  async retry(runId: RunId, wish: RetryWish): Promise<Run> {
    const { store, clock, home } = this.#context;
    const { checkpoints, key, scope, environment, environments = [], tasks = [] } = wish;
    if (await store.wasReopened(runId, key)) return store.run(runId);
    const active = await store.activeRun(runId);
    reopen(active.run.status);
    // Before the store, as at submission: a run that is queued has all that its attempts need.
    const base = keepEnvironments(home, active.environment.runId, [environment, ...environments]);
    const byPath = new Map(tasks.map((task) => [taskPathKey(task.path), base + task.environment]));
    const environmentOf: EnvironmentChoice = { base, byPath };
    const { run, changes } = await store.reopen(runId, { checkpoints, key, scope, environmentOf }, clock.nowMs());
    this.apply(changes);
    return run;
  }

  /**
   * Lets go of everything; attempts go on, and the next engine finds them. True when one has ended already: its wrapper
   * has seen us alive, so nobody but us can see to it that a next engine comes.
   */
  async stop(): Promise<boolean> {
    this.#mode = 'closed';
    this.#shortage?.dispose();
    await Promise.all(this.#starting.values());
    for (const pause of this.#pauses.values()) pause.dispose();
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(runners.map(async (runner) => runner.letGo()));
    return runners.some((runner) => runner.hasResult);
  }

  #enqueue(runId: RunId, readyAtMs: number | undefined): void {
    const { clock } = this.#context;
    const pauseMs = (readyAtMs ?? 0) - clock.nowMs();
    if (pauseMs <= 0) {
      this.#queue.add(runId);
      return;
    }
    const pause = clock.after(pauseMs, () => {
      this.#pauses.delete(runId);
      this.#queue.add(runId);
      this.#fill();
    });
    this.#pauses.set(runId, pause);
  }

  #dequeue(runId: RunId): void {
    this.#queue.delete(runId);
    this.#told.delete(runId);
    this.#pauses.get(runId)?.dispose();
    this.#pauses.delete(runId);
  }

  /** Starts what has room. */
  #fill(): void {
    if (this.#mode !== 'open' || this.#shortage) return;
    for (const runId of this.#queue) {
      if (this.#runners.size + this.#starting.size >= this.#atOnce) break;
      this.#queue.delete(runId);
      this.#told.delete(runId);
      this.#starting.set(
        runId,
        this.#startOne(runId).finally(() => {
          this.#starting.delete(runId);
          this.#cancelWanted.delete(runId);
          this.#fill();
        }),
      );
    }
    this.#sayWhyWaiting().catch((error: unknown) => this.#context.log.error('Waiting runs could not be told.', error));
  }

  /** Never rejects. */
  async #startOne(runId: RunId): Promise<void> {
    const { store, executor, home, clock, log } = this.#context;
    try {
      const { run, parametersJson } = await store.activeRun(runId);
      const folder = home.attempt(runId, (run.attempt?.number ?? 0) + 1);
      // Before the attempt begins: what there is no room for waits in the queue.
      if (run.parentId !== undefined) keepRunFiles(home, runId, parametersJson);
      const { active, changes } = await store.beginAttempt(
        runId,
        { executor: executor.name, host: executor.host, folder },
        clock.nowMs(),
      );
      this.apply(changes);
      await this.#runOrRefuse(active);
    } catch (error) {
      // Cancelled while it was taken from the queue.
      if (error instanceof Failure && error.code === 'Conflict') return;
      if (error instanceof Failure && error.code === 'Storage') {
        log.warn(error.message);
        this.#waitForRoom(runId);
        return;
      }
      log.error(`Run ${runId} could not be started.`, error);
    }
  }

  /** First in the queue again, and nothing is started for a while. */
  #waitForRoom(runId: RunId): void {
    const others = [...this.#queue];
    this.#queue.clear();
    for (const id of [runId, ...others]) this.#queue.add(id);
    this.#shortage ??= this.#context.clock.after(shortageMs, () => {
      this.#shortage = undefined;
      this.#fill();
    });
  }

  async #sayWhyWaiting(): Promise<void> {
    const { store, onChange } = this.#context;
    const untold = Array.from(this.#queue).filter((id) => !this.#told.has(id));
    if (untold.length === 0) return;
    for (const id of untold) this.#told.add(id);
    const evidence = `waits for room: at most ${this.#atOnce} at once`;
    for (const id of await store.setEvidence(untold, evidence)) onChange(id);
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
    this.apply(end.changes);
  }

  async #run(active: ActiveRun): Promise<void> {
    const { home, store } = this.#context;
    const { run, command, cwd, parametersJson } = active;
    const attempt = run.attempt;
    if (!attempt) throw new Error(`The ${run.status} run ${run.id} has no attempt.`);
    // An attempt that has started already has its environment; only one that has not needs it.
    const isNew = attempt.startedAtMs === undefined && run.status === 'pending';
    const env = attemptEnvironment(home, run.id, active.environment, attempt);
    if (!env && isNew) return this.#refuse(run.id, 'the environment it was submitted with is gone');
    let launched = active;
    let filledEnv = env ?? {};
    if (isNew) {
      if (active.isFresh) emptyCheckpoints(home, run.id, attempt.number);
      const texts = { command, cwd, env: filledEnv, parametersJson };
      const findTaskValue: FindTaskValue = async (reference) => store.taskValue(run.id, reference);
      const filled = await fillLaunchTexts(home, run.id, texts, run.parentId === undefined ? undefined : findTaskValue);
      if (filled.parametersJson !== parametersJson) keepRunFiles(home, run.id, filled.parametersJson);
      launched = { ...active, command: filled.command, cwd: filled.cwd };
      filledEnv = filled.env;
    }
    const runner = new AttemptRunner(launched, filledEnv, this.#attempts);
    this.#runners.set(run.id, runner);
    runner.onDidSettle(() => this.#runners.delete(run.id));
    await runner.start();
    if (this.#cancelWanted.delete(run.id)) await runner.stop('cancelled');
  }
}
