/**
 * Decides which run starts when, and keeps an `AttemptRunner` for each attempt under way.
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
import type { ActiveRun } from '../store/storeReads';
import { type AttemptContext, AttemptRunner } from './attemptRunner';
import { fillLaunchTexts } from './launchTexts';
import { emptyCheckpoints } from './checkpoints';
import { attemptEnvironment, forgetEnvironment, keepEnvironment, type Pairs } from './environment';

export interface SchedulerContext extends AttemptContext {
  readonly home: Home;
}

export class Scheduler {
  readonly #context: SchedulerContext;
  readonly #queue: RunId[] = [];
  /** Runs that pause before their next attempt. */
  readonly #pauses = new Map<RunId, Disposable>();
  readonly #runners = new Map<RunId, AttemptRunner>();
  /** Runs whose cancelling came between the start of their attempt and the existence of its runner. */
  readonly #cancelWanted = new Set<RunId>();
  #atOnce: number;
  #mode: 'new' | 'open' | 'closed' = 'new';
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  /** Queued runs that say why they wait. */
  readonly #told = new Set<RunId>();

  constructor(context: SchedulerContext, atOnce: number) {
    this.#context = context;
    this.#atOnce = atOnce;
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  /** Runs that wait or execute. */
  get activeCount(): number {
    return this.#queue.length + this.#pauses.size + this.#runners.size;
  }

  /** Finds again what an earlier engine left: attempts that execute, that ended meanwhile, and the queue. */
  async start(): Promise<void> {
    const { store } = this.#context;
    for (const active of await store.activeRuns()) {
      if (active.run.status === 'queued') this.#enqueue(active.run.id, active.readyAtMs);
      else await this.#runOrRefuse(active);
    }
    this.#mode = 'open';
    this.#pump();
  }

  /** Queues a run that the store has as queued. */
  submitted(runId: RunId): void {
    this.#queue.push(runId);
    this.#pump();
  }

  setAtOnce(atOnce: number): void {
    this.#atOnce = atOnce;
    this.#told.clear();
    this.#pump();
  }

  /** Resolves when the wish is durable. Throws `Conflict` for a settled run. */
  async cancel(runId: RunId): Promise<Run> {
    const { store, clock, home, onChange } = this.#context;
    const run = await store.requestCancel(runId, clock.nowMs());
    onChange(runId);
    if (run.status === 'cancelled') {
      const at = this.#queue.indexOf(runId);
      if (at >= 0) this.#queue.splice(at, 1);
      this.#pauses.get(runId)?.dispose();
      this.#pauses.delete(runId);
      forgetEnvironment(home, runId);
      return run;
    }
    const runner = this.#runners.get(runId);
    if (runner) await runner.stop('cancelled');
    else this.#cancelWanted.add(runId);
    return run;
  }

  /**
   * Another attempt by hand, with empty checkpoints or the kept ones, in the environment of who asks for it. Resolves when
   * it is durable. Throws `Conflict` for a run that has not ended.
   */
  async retry(
    runId: RunId,
    wish: { readonly checkpoints: 'empty' | 'kept'; readonly key: string },
    environment: Pairs,
  ): Promise<Run> {
    const { store, clock, home, onChange } = this.#context;
    if (await store.wasReopened(runId, wish.key)) return store.run(runId);
    reopen((await store.run(runId)).status);
    // Before the store, as at submission: a run that is queued has all that its attempts need.
    keepEnvironment(home, runId, environment);
    const { run, isNew } = await store.reopen(runId, wish, clock.nowMs());
    if (isNew) {
      onChange(runId);
      this.submitted(runId);
    }
    return run;
  }

  /**
   * Lets go of everything; attempts go on, and the next engine finds them. True when one has ended already: its wrapper
   * has seen us alive, so nobody but us can see to it that a next engine comes.
   */
  async stop(): Promise<boolean> {
    this.#mode = 'closed';
    await this.#pumping;
    for (const pause of this.#pauses.values()) pause.dispose();
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(runners.map(async (runner) => runner.letGo()));
    return runners.some((runner) => runner.hasResult);
  }

  #enqueue(runId: RunId, readyAtMs: number | undefined): void {
    const pauseMs = (readyAtMs ?? 0) - this.#context.clock.nowMs();
    if (pauseMs <= 0) {
      this.#queue.push(runId);
      return;
    }
    this.#pauses.set(
      runId,
      this.#context.clock.after(pauseMs, () => {
        this.#pauses.delete(runId);
        this.submitted(runId);
      }),
    );
  }

  /** Starts what has room. One pass at a time; what comes during a pass is seen by the next one. */
  #pump(): void {
    if (this.#mode !== 'open') return;
    this.#pumpAgain = true;
    if (this.#pumping) return;
    this.#pumping = this.#pumpPasses();
  }

  async #pumpPasses(): Promise<void> {
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        await this.#startQueued();
      }
    } catch (error) {
      this.#context.log.error('The queue stopped.', error);
    } finally {
      this.#pumping = undefined;
    }
  }

  async #startQueued(): Promise<void> {
    const { store, executor, home, clock, onChange } = this.#context;
    for (;;) {
      if (this.#mode !== 'open') return;
      if (this.#runners.size >= this.#atOnce) break;
      const runId = this.#queue.shift();
      if (runId === undefined) return;
      this.#told.delete(runId);
      try {
        const { attempt } = await store.run(runId);
        const folder = home.attempt(runId, (attempt?.number ?? 0) + 1);
        const active = await store.beginAttempt(
          runId,
          { executor: executor.name, host: executor.host, folder },
          clock.nowMs(),
        );
        onChange(runId);
        await this.#runOrRefuse(active);
      } catch (error) {
        // Cancelled while it was taken from the queue.
        if (error instanceof Failure && error.code === 'Conflict') continue;
        if (error instanceof Failure && error.code === 'Storage') {
          this.#queue.unshift(runId);
          this.#context.log.warn(error.message);
          clock.after(1000, () => this.#pump());
          return;
        }
        throw error;
      }
    }
    await this.#sayWhyWaiting();
  }

  async #sayWhyWaiting(): Promise<void> {
    const { store, onChange } = this.#context;
    const evidence = `waits for room: at most ${this.#atOnce} at once`;
    for (const run of await store.runsById(this.#queue.filter((id) => !this.#told.has(id)))) {
      this.#told.add(run.id);
      if (run.evidence === evidence || run.status !== 'queued') continue;
      await store.setEvidence(run.id, evidence);
      onChange(run.id);
    }
  }

  /** One run that cannot be carried on does not keep the others from it. */
  async #runOrRefuse(active: ActiveRun): Promise<void> {
    const { store, clock, onChange, log } = this.#context;
    const { id } = active.run;
    try {
      await this.#run(active);
    } catch (error) {
      log.error(`Run ${id} could not be carried on.`, error);
      await this.#runners.get(id)?.letGo();
      this.#runners.delete(id);
      await store.endAttempt(id, { kind: 'refused', detail: messageOf(error), atMs: clock.nowMs() }, undefined);
      onChange(id);
    }
  }

  async #run(active: ActiveRun): Promise<void> {
    const { home, store, clock, onChange, log } = this.#context;
    const { run } = active;
    const attempt = run.attempt;
    if (!attempt) throw new Error(`The ${run.status} run ${run.id} has no attempt.`);
    const env = attemptEnvironment(home, run.id, attempt);
    // An attempt that has started already has its environment; only one that has not needs it.
    if (!env && attempt.startedAtMs === undefined && run.status === 'pending') {
      const detail = 'the environment it was submitted with is gone';
      await store.endAttempt(run.id, { kind: 'refused', detail, atMs: clock.nowMs() }, undefined);
      onChange(run.id);
      return;
    }
    if (active.isFresh && run.status === 'pending') emptyCheckpoints(home, run.id, attempt.number);
    const { command, cwd } = active;
    const texts = fillLaunchTexts(home, run.id, { command, cwd, env: env ?? {} });
    const runner = new AttemptRunner({ ...active, ...texts }, texts.env, this.#context);
    this.#runners.set(run.id, runner);
    runner.onDidSettle(() => {
      this.#runners.delete(run.id);
      this.#settled(run.id).catch((error: unknown) => log.error(`Run ${run.id} could not be settled.`, error));
    });
    await runner.start();
    if (this.#cancelWanted.delete(run.id)) await runner.stop('cancelled');
  }

  /** After the end of an attempt: the next one, or the end of the run. */
  async #settled(runId: RunId): Promise<void> {
    const { run, readyAtMs } = await this.#context.store.activeRun(runId);
    if (run.status === 'queued') this.#enqueue(runId, readyAtMs);
    else forgetEnvironment(this.#context.home, runId);
    this.#pump();
  }
}
