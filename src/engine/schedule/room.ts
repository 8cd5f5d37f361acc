/** What of a machine is taken by attempts under way, and whether one more fits. Pure bookkeeping. */
import type { RunId } from '../../model/ids';
import type { ReadyRun } from '../store/readyRun';

/** What there is to share out. */
export interface Capacity {
  /** How many attempts at once, whatever they take. */
  readonly atOnce: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
}

interface Taken {
  readonly run: ReadyRun;
  readonly cpus: number;
}

export class Room {
  readonly #taken = new Map<RunId, Taken>();
  readonly #byExperiment = new Map<string, number>();
  readonly #byParent = new Map<number, number>();
  #capacity: Capacity;
  #cpus = 0;
  #memoryBytes = 0;
  #gpus = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  /** What runs already goes on, even where it is more than there is now. */
  resize(capacity: Capacity): void {
    this.#capacity = capacity;
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

  /** What there is too little of, in words; undefined when it fits. */
  missing(run: ReadyRun): string | undefined {
    const { cpus, memoryBytes, gpus } = this.#capacity;
    const wanted = run.demand;
    // Rounding must not keep the last of several shares out.
    if (this.#cpus + this.#cpusOf(run) > cpus + 1e-9) return 'cpus';
    if (this.#memoryBytes + (wanted.memoryBytes ?? 0) > memoryBytes) return 'memory';
    return this.#gpus + (wanted.gpus ?? 0) > gpus ? 'gpus' : undefined;
  }

  take(run: ReadyRun): void {
    this.release(run.id);
    const cpus = this.#cpusOf(run);
    this.#taken.set(run.id, { run, cpus });
    this.#count(run, cpus, 1);
  }

  release(id: RunId): void {
    const taken = this.#taken.get(id);
    if (!taken) return;
    this.#taken.delete(id);
    this.#count(taken.run, taken.cpus, -1);
  }

  #count(run: ReadyRun, cpus: number, by: 1 | -1): void {
    this.#cpus += by * cpus;
    this.#memoryBytes += by * (run.demand.memoryBytes ?? 0);
    this.#gpus += by * (run.demand.gpus ?? 0);
    if (this.#taken.size === 0) this.#cpus = 0;
    add(this.#byExperiment, run.experimentId, by);
    for (const { parent } of run.limits) add(this.#byParent, parent, by);
  }

  /** Who says nothing takes one, or an equal share where more runs than cpus are allowed at once. */
  #cpusOf({ demand }: ReadyRun): number {
    const { cpus, atOnce } = this.#capacity;
    return demand.cpus ?? Math.min(1, cpus / atOnce);
  }
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
