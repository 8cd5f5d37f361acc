/** What a run takes of the machine, from its `compute`: looked up where it is a name, and held against what there is. */
import path from 'node:path';
import { Failure } from '../../base/failure';
import { type Compute, demandOf } from '../../model/compute';
import { type Demand, describeExcess, findExcess } from '../../model/demand';
import { countVisibleGpus, visibleGpusVariable } from '../../model/gpus';
import { isWithin } from '../../model/sweepPath';
import type { Environment } from '../runFiles/environment';
import { KeyTree } from '../runFiles/check/keyTree';
import type { Mend } from '../runFiles/check/mend';
import { parseJsonTree, withoutByteOrderMark } from '../runFiles/jsonTree';
import { type KeyFailure, ProblemFailure } from '../runFiles/problemFailure';
import type { KeyPath } from '../runFiles/runFileProblem';
import { failureAtKey, type RunToResolve, type Varied } from '../runFiles/runToResolve';
import { findCompute } from './findCompute';

/** `key` is where the run file says it when it has no `compute` of its own. Throws `InvalidInput` at the key that it is about. */
export async function resolveCompute(
  run: RunToResolve,
  compute: Compute | string | undefined,
  environment: Environment,
  key = 'compute',
): Promise<Demand | undefined> {
  if (compute === undefined) return undefined;
  const demand = demandOf(await lookUp(run, compute, key));
  const capacity = run.capacity && (await ask(run, ['capacity'], run.capacity));
  if (!capacity) return demand;
  const gpus = countVisibleGpus(capacity.gpus, environment.get(visibleGpusVariable));
  const excess = findExcess(demand, { ...capacity, gpus });
  if (!excess) return demand;
  const leftBy = excess.resource === 'gpus' && gpus < capacity.gpus ? visibleGpusVariable : undefined;
  const isNamed = typeof compute === 'string';
  const who = isNamed ? `The compute ${JSON.stringify(compute)}` : 'It';
  const hint =
    excess.resource === 'gpus' && capacity.gpus === 0 ? 'GPUs are found by nvidia-smi.' : 'It could never start.';
  const most = excess.resource === 'memory' ? Math.floor(excess.has / 2 ** 20) : excess.has;
  const mends = (): readonly Mend[] => (isNamed || key !== 'compute' ? [] : [{ kind: 'replace', value: most }]);
  const failure = new ProblemFailure('too-much', `${who} ${describeExcess(excess, leftBy)}.`, { hint, mends });
  throw failureOf(run, isNamed || key !== 'compute' ? [key] : [key, excess.resource], failure);
}

async function lookUp(run: RunToResolve, compute: Compute | string, key: string): Promise<Compute> {
  if (typeof compute !== 'string') return compute;
  const folder = path.dirname(run.path);
  try {
    return await ask(run, ['compute', compute, folder], async () => findCompute(compute, folder));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // The names of computes are none of algorithms.
    const { code, message, hint } = error;
    const own = key === 'compute' ? error : new Failure(code, message, hint === undefined ? {} : { hint });
    throw failureOf(run, [key], own);
  }
}

async function ask<T>(run: RunToResolve, question: readonly unknown[], make: () => Promise<T>): Promise<T> {
  return run.once ? run.once.get(question, make) : make();
}

/**
 * At the key of the task, or of the one that it stands in, where it is really written: most tasks inherit their compute, and
 * trials get theirs from what the sweep varies.
 */
function failureOf(run: RunToResolve, keyPath: KeyPath, failure: Failure): KeyFailure {
  const given = run.at ?? [];
  const parsed = run.tree ? undefined : parseJsonTree(withoutByteOrderMark(run.text));
  const tree = run.tree ?? (parsed && new KeyTree(parsed));
  const [key = ''] = keyPath;
  const isWritten = (at: KeyPath): boolean => tree?.find([...at, key]) !== undefined;
  let at = given;
  const { varied } = run;
  while (at.length > (varied?.at.length ?? 0) && !isWritten(at)) at = at.slice(0, -1);
  const byTrial = at.length === varied?.at.length ? ofTrial(varied, keyPath.join('.')) : undefined;
  if (byTrial) return failureAtKey(run, byTrial, failure);
  while (at.length > 0 && !isWritten(at)) at = at.slice(0, -1);
  return failureAtKey(run, [...(isWritten(at) ? at : given), ...keyPath], failure);
}

const ofTrial = ({ keys }: Varied, path: string): KeyPath | undefined =>
  Array.from(keys).find(([varied]) => isWithin(path, varied) || isWithin(varied, path))?.[1];
