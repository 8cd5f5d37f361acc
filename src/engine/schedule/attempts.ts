/** Attempts under way, a runner for each: begun, carried on after a restart, ended on request. */
import { Failure, messageOf } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { Home } from '../home';
import type { ReadyRun } from '../store/readyRun';
import type { ActiveRun } from '../store/storeReads';
import { type AttemptContext, AttemptRunner } from './attemptRunner';
import { keepRunFiles, readEnvironment } from './environment';
import type { EnvironmentDigests } from './environmentDigests';
import { mayStart, prepareLaunch } from './prepareLaunch';
import { Reuse } from './reuse';
import type { SecretMemory } from './secretMemory';
import { describeWaiting } from './secretWaits';

export interface AttemptsContext extends AttemptContext {
  readonly home: Home;
  readonly secrets: SecretMemory;
  readonly digests: EnvironmentDigests;
  /** It takes no room any more. Told more than once of some. */
  readonly onLeave: (runId: RunId) => void;
  /** It could not begin, because the disk has no room for it. */
  readonly onShortage: (ready: ReadyRun) => void;
}

export class Attempts {
  readonly #context: AttemptsContext;
  readonly #reuse: Reuse;
  /** Runs taken from the queue whose attempt has no runner yet. */
  readonly #starting = new Map<RunId, Promise<void>>();
  readonly #runners = new Map<RunId, AttemptRunner>();
  /** Runs whose cancelling came between the start of their attempt and the existence of its runner. */
  readonly #cancelWanted = new Set<RunId>();

  constructor(context: AttemptsContext) {
    this.#context = context;
    this.#reuse = new Reuse(context);
  }

  get count(): number {
    return this.#starting.size + this.#runners.size;
  }

  /** Of a run that was taken from the queue. */
  begin(ready: ReadyRun, gpus: readonly string[] | undefined): void {
    const started: Promise<void> = this.#begin(ready, gpus).finally(() => {
      // A short attempt may have ended, and the next one begun, meanwhile.
      if (this.#starting.get(ready.id) !== started) return;
      this.#starting.delete(ready.id);
      this.#cancelWanted.delete(ready.id);
      if (!this.#runners.has(ready.id)) this.#context.onLeave(ready.id);
    });
    this.#starting.set(ready.id, started);
  }

  /** One run that cannot be carried on does not keep the others from it: never rejects for what is wrong with a run. */
  async carryOn(active: ActiveRun): Promise<void> {
    const { log } = this.#context;
    const { id } = active.run;
    try {
      await this.#run(active);
    } catch (error) {
      const isMendable = error instanceof Failure;
      if (!isMendable) log.error(`Run ${id} could not be carried on.`, error);
      await this.#runners.get(id)?.letGo();
      this.#runners.delete(id);
      await this.#end(id, 'refused', messageOf(error));
    }
  }

  /** Resolves when its processes have been told. */
  async cancel(runId: RunId): Promise<void> {
    const runner = this.#runners.get(runId);
    if (runner) await runner.stop('cancelled');
    else this.#cancelWanted.add(runId);
  }

  /** Attempts go on, unwatched. True when one has ended already and its end is not in the store. */
  async letGo(): Promise<boolean> {
    await Promise.all(this.#starting.values());
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all(runners.map(async (runner) => runner.letGo()));
    return runners.some((runner) => runner.hasResult);
  }

  /** Never rejects. */
  async #begin(ready: ReadyRun, gpus: readonly string[] | undefined): Promise<void> {
    const { store, executor, home, clock, log, onChanges, onShortage } = this.#context;
    const runId = ready.id;
    try {
      const { key: reuseKey, reused, problem } = ready.mayReuse ? await this.#reuse.find(runId) : {};
      if (reused) return onChanges(reused);
      const folder = home.attempt(runId, ready.attempts + 1);
      // Before the attempt begins: what there is no room for waits in the queue. Who ran directly has had them.
      if (ready.taskParametersJson !== undefined && !executor.isTaken(folder)) {
        keepRunFiles(home, runId, ready.taskParametersJson);
      }
      const attempt = { executor: executor.name, host: executor.host, folder, reuseKey, gpus };
      const { active, changes } = await store.beginAttempt(runId, attempt, clock.nowMs());
      onChanges(changes);
      if (problem !== undefined) await this.#reuse.refuse(runId, problem);
      await this.carryOn(active);
    } catch (error) {
      // Cancelled while it was taken from the queue.
      if (error instanceof Failure && error.code === 'Conflict') return;
      if (error instanceof Failure && error.code === 'Storage') {
        log.warn(error.message);
        onShortage(ready);
        return;
      }
      log.error(`Run ${runId} could not be started.`, error);
    }
  }

  async #run(active: ActiveRun): Promise<void> {
    const { run } = active;
    const { secrets, executor, onLeave } = this.#context;
    const missing = mayStart(active) ? secrets.missing(active.environment) : [];
    // Back in the queue as if it had not begun: what it needs went with the engine that began it.
    if (missing.length > 0 && run.attempt && executor.withdraw(run.attempt.folder)) {
      return this.#end(run.id, 'withdrawn', describeWaiting(missing));
    }
    await this.#compareEnvironments(active);
    const launch = await prepareLaunch(this.#context, active);
    if (!launch) return this.#end(run.id, 'refused', 'the environment it was submitted with is gone');
    const runner = new AttemptRunner(launch.active, launch.env, {
      ...this.#context,
      // As it was submitted: the launch has its references filled.
      beforeEnd: async () => this.#reuse.check(active),
    });
    this.#runners.set(run.id, runner);
    runner.onDidEnd(() => onLeave(run.id));
    runner.onDidSettle(() => {
      this.#runners.delete(run.id);
      onLeave(run.id);
    });
    await runner.start();
    if (this.#cancelWanted.delete(run.id)) await runner.stop('cancelled');
  }

  /** After a retry by hand, which came with another environment; of other attempts there is nothing to tell. */
  async #compareEnvironments(active: ActiveRun): Promise<void> {
    const { environment, environmentBefore, run } = active;
    if (environmentBefore === undefined || !mayStart(active)) return;
    const { store, home, digests } = this.#context;
    const now = readEnvironment(home, environment);
    const changes = now && digests.changes({ runId: environment.runId, index: environmentBefore }, now);
    if (changes) await store.keepEnvironmentChanges(run.id, changes);
  }

  /** Of an attempt that never started. */
  async #end(runId: RunId, kind: 'refused' | 'withdrawn', detail: string): Promise<void> {
    const { store, clock, onChanges, onLeave } = this.#context;
    const end = await store.endAttempt(runId, { kind, detail, atMs: clock.nowMs() }, undefined);
    onLeave(runId);
    onChanges(end.changes);
  }
}
