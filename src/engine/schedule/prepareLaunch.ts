/** From an attempt that has begun in the store to what is executed: its environment, its references filled, its checkpoints. */
import type { Executor } from '../execute/executor';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import type { ActiveRun } from '../store/storeReads';
import { emptyCheckpoints } from './checkpoints';
import { attemptEnvironment, keepRunFiles } from './environment';
import { keepInputLooks } from './inputLooks';
import { checkInputs } from './inputs';
import { fillLaunchTexts, type FindTaskValue } from './launchTexts';
import type { SecretMemory } from './secretMemory';
import { requireSnapshotOf } from './snapshots';

export interface Launch {
  readonly active: ActiveRun;
  /** The attempt's whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether the attempt is not known to have started. */
export const mayStart = ({ run }: ActiveRun): boolean =>
  run.attempt?.startedAtMs === undefined && run.status === 'pending';

export interface LaunchContext {
  readonly home: Home;
  readonly store: AsyncStore;
  readonly secrets: SecretMemory;
  readonly executor: Pick<Executor, 'isTaken'>;
}

/**
 * Undefined when the environment is gone and the attempt needs it: one that has started already does not. Throws
 * `InvalidInput` when what it refers to is not there.
 */
export async function prepareLaunch(
  { home, store, secrets, executor }: LaunchContext,
  active: ActiveRun,
): Promise<Launch | undefined> {
  const { run, command, cwd, parametersJson } = active;
  const attempt = run.attempt;
  if (!attempt) throw new Error(`The ${run.status} run ${run.id} has no attempt.`);
  const env = attemptEnvironment(home, run.id, active.environment, attempt);
  // It may have used its inputs up since.
  if (!mayStart(active) || executor.isTaken(attempt.folder)) return { active, env: env ?? {} };
  if (!env) return undefined;
  if (active.isFresh) emptyCheckpoints(home, run.id, attempt.number);
  const findTaskValue: FindTaskValue = async (reference) => store.taskValue(run.id, reference);
  const texts = { command, cwd, env, parametersJson };
  const tree = active.environment.runId;
  requireSnapshotOf(home, tree, [...command, cwd, ...Object.values(env)]);
  const inputs = await checkInputs(home, active, run.parentId === undefined ? undefined : findTaskValue);
  await keepInputLooks(attempt.folder, inputs);
  const filled = await fillLaunchTexts(
    home,
    { runId: run.id, tree },
    texts,
    secrets.valuesOf(tree),
    run.parentId === undefined ? undefined : findTaskValue,
  );
  if (filled.parametersJson !== parametersJson) keepRunFiles(home, run.id, filled.parametersJson);
  return { active: { ...active, command: filled.command, cwd: filled.cwd }, env: filled.env };
}
