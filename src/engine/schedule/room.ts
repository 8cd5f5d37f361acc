/** What of a machine is taken by attempts under way, and what of it a run lacks. Pure bookkeeping. */
import type { Capacity, Resource } from '../../model/demand';
import type { Gpu } from '../../model/gpus';
import type { RunId } from '../../model/ids';
import type { ReadyRun } from '../store/readyRun';
import { GpuPool } from './gpuPool';

export type Amounts = Readonly<Record<Resource, number>>;

export const resources = ['cpus', 'memory', 'gpus'] as const satisfies readonly Resource[];
export const nothing: Amounts = { cpus: 0, memory: 0, gpus: 0 };

/** Rounding must not keep the last of several shares out. */
const tolerance = 1e-9;

interface Taken {
  readonly run: ReadyRun;
  readonly amounts: Amounts;
}

export class Room {
  readonly #taken = new Map<RunId, Taken>();
  readonly #byExperiment = new Map<string, number>();
  readonly #byParent = new Map<number, number>();
  readonly #gpus = new GpuPool();
  #capacity: Capacity;
  #sum: Amounts = nothing;

  constructor(capacity: Omit<Capacity, 'gpus'>) {
    this.#capacity = { ...capacity, gpus: 0 };
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  /** What runs already goes on, even where it is more than there is now. */
  resize(capacity: Omit<Capacity, 'gpus'>): void {
    this.#capacity = { ...capacity, gpus: this.#gpus.count };
  }

  /** What there is of gpus, and which of them are in use. */
  seeGpus(gpus: readonly Gpu[], inUse: ReadonlySet<string>): void {
    this.#gpus.see(gpus, inUse);
    this.#capacity = { ...this.#capacity, gpus: gpus.length };
  }

  /** False when that was too long ago, or things have happened since: then no gpu is given away. */
  get gpusAreFresh(): boolean {
    return this.#gpus.isFresh;
  }

  gpusFor(visible: string | undefined): number {
    return this.#gpus.look(visible).has;
  }

  forgetGpus(): void {
    this.#gpus.isFresh = false;
  }

  /** What is left of it. Never less than nothing, even when there is less now than was given away. */
  get free(): Capacity {
    return {
      atOnce: Math.max(0, this.#capacity.atOnce - this.#taken.size),
      cpus: this.#freeOf('cpus'),
      memoryBytes: this.#freeOf('memory'),
      gpus: this.#gpus.free(undefined).length,
    };
  }

  /** How much there is for the run, how much of it is free, and how many gpus of it other programs use. */
  look(
    resource: Resource,
    { visibleGpus }: ReadyRun,
  ): { readonly has: number; readonly free: number; readonly others: number } {
    if (resource !== 'gpus') return { has: this.#hasOf(resource), free: this.#freeOf(resource), others: 0 };
    return { ...this.#gpus.look(visibleGpus), free: this.#gpus.free(visibleGpus).length };
  }

  #hasOf(resource: 'cpus' | 'memory'): number {
    const { cpus, memoryBytes } = this.#capacity;
    return resource === 'cpus' ? cpus : memoryBytes;
  }

  #freeOf(resource: 'cpus' | 'memory'): number {
    return Math.max(0, this.#hasOf(resource) - this.#sum[resource]);
  }

  get count(): number {
    return this.#taken.size;
  }

  /** No attempt fits any more, however little it takes. */
  get isFull(): boolean {
    return this.#taken.size >= this.#capacity.atOnce;
  }

  /** How many attempts of the experiment are under way: who has least goes first. */
  countOf(experimentId: string): number {
    return this.#byExperiment.get(experimentId) ?? 0;
  }

  /** False while one of its parents has as many under way as it may have at once. */
  isWithinLimits({ limits }: ReadyRun): boolean {
    return limits.every(({ parent, atOnce }) => (this.#byParent.get(parent) ?? 0) < atOnce);
  }

  /** What the run takes. Who says nothing takes one cpu, or an equal share where more runs than cpus are allowed at once. */
  amountsOf({ demand }: ReadyRun): Amounts {
    const { cpus, atOnce } = this.#capacity;
    return {
      cpus: demand.cpus ?? Math.min(1, cpus / atOnce),
      memory: demand.memoryBytes ?? 0,
      gpus: demand.gpus ?? 0,
    };
  }

  /** What there is too little of now, when `reserved` is kept free; nothing when it fits. */
  lackedBy(run: ReadyRun, reserved: Amounts = nothing): readonly Resource[] {
    const amounts = this.amountsOf(run);
    return resources.filter((each) => {
      if (amounts[each] === 0) return false;
      if (each !== 'gpus') return this.#sum[each] + reserved[each] + amounts[each] > this.#hasOf(each) + tolerance;
      return !this.#gpus.isFresh || amounts.gpus > this.#gpus.free(run.visibleGpus).length - reserved.gpus;
    });
  }

  /**
   * What there would be too little of even if all that executes here ended: nobody needs to wait for that. Gpus that other
   * programs use are not there.
   */
  neverThereFor(run: ReadyRun): readonly Resource[] {
    const amounts = this.amountsOf(run);
    return resources.filter((each) => {
      const { has, others } = this.look(each, run);
      return amounts[each] > has - others + tolerance;
    });
  }

  /** Returns the gpus that it gets; undefined when it did not say, so that none are kept from it. `given` are those that it has already. */
  take(run: ReadyRun, given?: readonly string[]): readonly string[] | undefined {
    this.release(run.id);
    const amounts = this.amountsOf(run);
    this.#taken.set(run.id, { run, amounts });
    this.#count(run, amounts, 1);
    if (given) return this.#gpus.giveThese(run.id, given);
    return run.demand.gpus === undefined ? undefined : this.#gpus.give(run.id, amounts.gpus, run.visibleGpus);
  }

  release(id: RunId): void {
    const taken = this.#taken.get(id);
    if (!taken) return;
    this.#taken.delete(id);
    if (taken.amounts.gpus > 0) this.#gpus.takeBack(id);
    this.#count(taken.run, taken.amounts, -1);
  }

  #count(run: ReadyRun, amounts: Amounts, by: 1 | -1): void {
    this.#sum = this.#taken.size === 0 ? nothing : plus(this.#sum, amounts, by);
    add(this.#byExperiment, run.experimentId, by);
    for (const { parent } of run.limits) add(this.#byParent, parent, by);
  }
}

export const plus = (a: Amounts, b: Amounts, times: 1 | -1 = 1): Amounts => ({
  cpus: a.cpus + times * b.cpus,
  memory: a.memory + times * b.memory,
  gpus: a.gpus + times * b.gpus,
});

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
