/**
 * Decides which run starts when, and keeps an `AttemptRunner` for each attempt under way.
 *
 * Modes: `new` until `start` has found again what an earlier engine left; `open` while runs are started; `closed` once
 * `stop` was called: attempts go on without us, nothing is started any more.
 */
import type { Clock } from '../../base/clock';
import { Failure, messageOf } from '../../base/failure';
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { Executor } from '../execute/executor';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import type { IngestResult } from '../store/ingestBatch';
import type { ActiveRun } from '../store/store';
import { AttemptRunner } from './attemptRunner';
import { attemptEnvironment, forgetEnvironment } from './environment';

export interface SchedulerContext {
  readonly store: AsyncStore;
  readonly executor: Executor;
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  readonly graceMs: number;
  readonly onChange: (runId: RunId) => void;
  readonly onIngest: (runId: RunId, result: IngestResult) => void;
  readonly onOutput: (runId: RunId, atMs: number) => void;
}

export class Scheduler {
  readonly #context: SchedulerContext;
  readonly #queue: RunId[] = [];
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
    return this.#queue.length + this.#runners.size;
  }

  /** Finds again what an earlier engine left: attempts that execute, that ended meanwhile, and the queue. */
  async start(): Promise<void> {
    const { store } = this.#context;
    for (const active of await store.activeRuns()) {
      if (active.run.status === 'queued') this.#queue.push(active.run.id);
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
      forgetEnvironment(home, runId);
      return run;
    }
    const runner = this.#runners.get(runId);
    if (runner) await runner.stop('cancelled');
    else this.#cancelWanted.add(runId);
    return run;
  }

  /**
   * Lets go of everything; attempts go on, and the next engine finds them. True when one has ended already: its wrapper
   * has seen us alive, so nobody but us can see to it that a next engine comes.
   */
  async stop(): Promise<boolean> {
    this.#mode = 'closed';
    await this.#pumping;
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(runners.map(async (runner) => runner.letGo()));
    return runners.some((runner) => runner.hasResult);
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
    const runner = new AttemptRunner(active, env ?? {}, this.#context);
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
    const run = await this.#context.store.run(runId);
    if (run.status === 'queued') this.#queue.unshift(runId);
    else forgetEnvironment(this.#context.home, runId);
    this.#pump();
  }
}
