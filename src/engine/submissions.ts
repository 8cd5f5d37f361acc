/**
 * What clients hand in to be executed: new runs, and further trials of a sweep. Environments and parameters lie in the home
 * before the store hears of a run, so that a run that is queued has all that its attempts need.
 */
import type { Clock } from '../base/clock';
import type { RunId } from '../model/ids';
import type { Run } from '../model/run';
import { isSettled } from '../model/runStatus';
import type { Result } from '../protocol/contract';
import type { EngineContract, Submission, SweepExtension } from '../protocol/engine';
import { checkDemands } from './demandChecks';
import type { Home } from './home';
import { forgetEnvironments, keepEnvironments, keepRunFiles } from './schedule/environment';
import type { Scheduler } from './schedule/scheduler';
import type { SecretMemory } from './schedule/secretMemory';
import { refuseWithoutSnapshot, requireSnapshot } from './schedule/snapshots';
import type { AsyncStore } from './store/asyncStore';
import { checkSubmission } from './submissionChecks';

export interface SubmissionsContext {
  readonly home: Home;
  readonly clock: Clock;
  readonly store: AsyncStore;
  readonly scheduler: Scheduler;
  readonly secrets: SecretMemory;
}

export class Submissions {
  readonly #context: SubmissionsContext;

  constructor(context: SubmissionsContext) {
    this.#context = context;
  }

  /** Durable when it resolves. The same id again is the same run. */
  async submit(submission: Submission): Promise<Run> {
    checkSubmission(submission);
    const { home, clock, store, scheduler } = this.#context;
    const { runId, environment, environments = [], parametersJson, code } = submission;
    const known = (await store.runsById([runId], true)).length > 0;
    if (!known) {
      if (code?.isSnapshot) requireSnapshot(home, runId);
      await checkDemands(scheduler, submission, [{ ...submission, environment: 0 }, ...(submission.tasks ?? [])]);
      forgetEnvironments(home, runId);
      keepEnvironments(home, runId, [environment, ...environments]);
      keepRunFiles(home, runId, parametersJson);
    }
    const { run, isNew, changes } = await store.submit(submission, clock.nowMs());
    if (isNew) this.#need(runId, 0, [environment, ...environments]);
    scheduler.apply(changes);
    return run;
  }

  /** Durable when it resolves. */
  async extend(extension: SweepExtension): Promise<Result<EngineContract, 'runs.extend'>> {
    const { home, clock, store, scheduler } = this.#context;
    const { environment, environments = [], runId, tasks } = extension;
    const { environment: kept } = await store.activeRun(runId);
    refuseWithoutSnapshot(home, kept.runId);
    await checkDemands(scheduler, extension, tasks);
    const first = keepEnvironments(home, kept.runId, [environment, ...environments]);
    const { run, added, changes } = await store.extendSweep(extension, first, clock.nowMs());
    if (added > 0) this.#need(kept.runId, first, [environment, ...environments]);
    scheduler.apply(changes);
    // Nothing will run in it: it must not lie about until another run has ended.
    if (added === 0 && isSettled((await store.run(kept.runId)).status)) forgetEnvironments(home, kept.runId);
    return { run, added };
  }

  /** `first` is the index of the first of them in the tree. */
  #need(tree: RunId, first: number, environments: readonly Submission['environment'][]): void {
    const { secrets } = this.#context;
    for (const [at, pairs] of environments.entries()) secrets.need({ runId: tree, index: first + at }, pairs);
  }
}
