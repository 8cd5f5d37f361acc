/** What a run takes of the machine, from its `compute`: looked up where it is a name, and held against what there is. */
import path from 'node:path';
import { findNodeAtLocation } from 'jsonc-parser';
import { Failure } from '../../base/failure';
import { type Compute, demandOf } from '../../model/compute';
import { type Demand, describeExcess, findExcess } from '../../model/demand';
import { countVisibleGpus, visibleGpusVariable } from '../../model/gpus';
import { isWithin } from '../../model/sweepPath';
import type { Environment } from '../runFiles/environment';
import { parseJsonTree, withoutByteOrderMark } from '../runFiles/jsonTree';
import type { KeyPath } from '../runFiles/runFileProblem';
import { atKey, type RunToResolve, type Varied } from '../runFiles/runToResolve';
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
  const failure = new Failure('InvalidInput', `${who} ${describeExcess(excess, leftBy)}.`, { hint });
  return failAt(run, isNamed || key !== 'compute' ? [key] : [key, excess.resource], failure);
}

async function lookUp(run: RunToResolve, compute: Compute | string, key: string): Promise<Compute> {
  if (typeof compute !== 'string') return compute;
  const folder = path.dirname(run.path);
  try {
    return await ask(run, ['compute', compute, folder], async () => findCompute(compute, folder));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failAt(run, [key], error);
  }
}

async function ask<T>(run: RunToResolve, question: readonly unknown[], make: () => Promise<T>): Promise<T> {
  return run.once ? run.once.get(question, make) : make();
}

/**
 * At the key of the task, or of the one that it stands in, where it is really written: most tasks inherit their compute, and
 * trials get theirs from what the sweep varies.
 */
async function failAt(run: RunToResolve, keyPath: KeyPath, failure: Failure): Promise<never> {
  const given = run.at ?? [];
  const root = parseJsonTree(withoutByteOrderMark(run.text));
  const [key = ''] = keyPath;
  const isWritten = (at: KeyPath): boolean =>
    root !== undefined && findNodeAtLocation(root, [...at, key]) !== undefined;
  let at = given;
  const { varied } = run;
  while (at.length > (varied?.at.length ?? 0) && !isWritten(at)) at = at.slice(0, -1);
  const byTrial = at.length === varied?.at.length ? variedKey(varied, keyPath.join('.')) : undefined;
  if (byTrial) {
    return atKey({ ...run, at: [] }, byTrial, () => {
      throw failure;
    });
  }
  while (at.length > 0 && !isWritten(at)) at = at.slice(0, -1);
  return atKey({ ...run, at: isWritten(at) ? at : given }, keyPath, () => {
    throw failure;
  });
}

const variedKey = ({ keys }: Varied, path: string): KeyPath | undefined =>
  Array.from(keys).find(([varied]) => isWithin(path, varied) || isWithin(varied, path))?.[1];
