/** Another attempt by hand: its environment is kept first, then the store reopens the run. */
import type { EnvironmentChanges } from '../../model/environmentChanges';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { reopen } from '../../model/runStatus';
import type { Clock } from '../../base/clock';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import { type EnvironmentChoice, taskPathKey } from '../store/reopenRuns';
import type { RunChanges } from '../store/statusChanges';
import { keepEnvironments, type Pairs } from './environment';
import type { EnvironmentDigests } from './environmentDigests';
import type { SecretMemory } from './secretMemory';

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

export interface RetryContext {
  readonly store: AsyncStore;
  readonly clock: Clock;
  readonly home: Home;
  readonly secrets: SecretMemory;
  readonly digests: EnvironmentDigests;
}

/** Resolves when it is durable; without changes when the same wish was heard before. Throws `Conflict` for a run that has not ended. */
export async function retryByHand(
  { store, clock, home, secrets, digests }: RetryContext,
  runId: RunId,
  wish: RetryWish,
): Promise<{ readonly run: Retried; readonly changes?: RunChanges }> {
  const { checkpoints, key, scope, environment, environments = [], tasks = [] } = wish;
  const active = await store.activeRun(runId);
  // After the run was read: the same wish may be under way a second time.
  if (await store.wasReopened(runId, key)) return { run: await store.run(runId) };
  reopen(active.run.status);
  // Before the store, as at submission: a run that is queued has all that its attempts need.
  const tree = active.environment.runId;
  const given = [environment, ...environments];
  const at = tasks.length > 0 ? taskPathKey(await taskPath(store, active.run)) : undefined;
  const chosen = tasks.find(({ path }) => taskPathKey(path) === at)?.environment ?? 0;
  const environmentChanges = digests.changes(active.environment, given[chosen] ?? environment);
  const base = keepEnvironments(home, tree, given, [...digests.indexes(tree), active.environment.index]);
  const byPath = new Map(tasks.map((task) => [taskPathKey(task.path), base + task.environment]));
  const environmentOf: EnvironmentChoice = { base, byPath };
  const { run, changes } = await store.reopen(runId, { checkpoints, key, scope, environmentOf }, clock.nowMs());
  for (const [index, pairs] of given.entries()) secrets.need({ runId: tree, index: base + index }, pairs);
  return { run: environmentChanges ? { ...run, environmentChanges } : run, changes };
}

/** Names from below the run at the top to this one. */
async function taskPath(store: AsyncStore, { parentId, task }: Run): Promise<readonly string[]> {
  if (parentId === undefined) return [];
  return [...(await taskPath(store, await store.run(parentId))), task ?? ''];
}
