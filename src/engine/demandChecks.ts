/** What could never start is not queued. The core says it at the run file's key; this is for whoever did not ask. */
import { Failure } from '../base/failure';
import { describeExcess, findExcess } from '../model/demand';
import { visibleGpusVariable } from '../model/gpus';
import type { Submission, TaskSubmission } from '../protocol/engine';
import type { Scheduler } from './schedule/scheduler';

/** Which gpus a machine has does not change while somebody types. */
export const gpusKnownMs = 10_000;

/** Throws `InvalidInput` with both numbers for the first that asks for more than this machine has. */
export async function checkDemands(
  scheduler: Pick<Scheduler, 'lookAtGpus' | 'countGpus' | 'queue'>,
  { environment, environments = [] }: Pick<Submission, 'environment' | 'environments'>,
  runs: readonly Pick<TaskSubmission, 'name' | 'demand' | 'environment'>[],
): Promise<void> {
  const demanding = runs.filter(({ demand }) => demand !== undefined);
  if (demanding.some(({ demand }) => demand?.gpus)) await scheduler.lookAtGpus(gpusKnownMs);
  const { capacity } = scheduler.queue;
  for (const { name, demand = {}, environment: index } of demanding) {
    const pairs = [environment, ...environments][index] ?? [];
    const visible = pairs.find(([variable]) => variable === visibleGpusVariable)?.[1];
    const gpus = scheduler.countGpus(visible);
    const excess = findExcess(demand, { ...capacity, gpus });
    const leftBy = excess?.resource === 'gpus' && gpus < capacity.gpus ? visibleGpusVariable : undefined;
    if (excess) throw new Failure('InvalidInput', `${name} ${describeExcess(excess, leftBy)}.`);
  }
}
