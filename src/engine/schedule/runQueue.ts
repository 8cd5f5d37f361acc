/**
 * Ready runs, and which of them is next: what was put first by hand, then by priority, then in turn among experiments, then
 * by age. What does not fit lets others pass, but not for ever: after some have gone before it, what it lacks is kept free
 * for it, once and for all, and the others start on what is left. What was put first by hand waits for nobody.
 *
 * Runs that differ in nothing but their age stand in one lane, so that a sweep of ten thousand trials is one decision.
 */
import type { Resource } from '../../model/demand';
import type { RunId } from '../../model/ids';
import type { ReadyRun } from '../store/readyRun';
import { type Amounts, nothing, plus, type Room } from './room';

/** How often a run that did not fit is passed by younger ones before they wait for it. */
export const patience = 16;

interface Lane {
  readonly key: string;
  /** By age; the first is next. A deletion leaves a gap. */
  readonly runs: (ReadyRun | undefined)[];
  first: number;
}

/** Of a run at the head of its lane that did not fit. */
interface Passed {
  count: number;
  /** What it has lacked since its patience ended. All of it is kept: else one thing would be gone when another comes free. */
  readonly kept: Set<Resource>;
}

/** Why a run is not started now. */
export type Waiting =
  | { readonly kind: 'full' }
  | { readonly kind: 'limit'; readonly atOnce: number }
  | ({ readonly kind: 'lack' | 'never'; readonly resource: Resource; readonly amount: number } & ReturnType<
      Room['look']
    >)
  /** Which gpus there are is being looked at. */
  | { readonly kind: 'unseen' }
  /** What it takes is kept for a run that has waited longer. */
  | { readonly kind: 'turn' };

export class RunQueue {
  readonly #lanes = new Map<string, Lane>();
  readonly #laneOf = new Map<RunId, Lane>();
  readonly #passed = new Map<RunId, Passed>();

  get size(): number {
    return this.#laneOf.size;
  }

  has(id: RunId): boolean {
    return this.#laneOf.has(id);
  }

  add(run: ReadyRun): void {
    this.delete(run.id);
    const key = laneKey(run);
    const lane = this.#lanes.get(key) ?? { key, runs: [], first: 0 };
    this.#lanes.set(key, lane);
    this.#laneOf.set(run.id, lane);
    // Almost always the youngest.
    let at = lane.runs.length;
    while (at > lane.first && (lane.runs[at - 1]?.sequence ?? -1) > run.sequence) at -= 1;
    lane.runs.splice(at, 0, run);
  }

  delete(id: RunId): void {
    const lane = this.#laneOf.get(id);
    if (!lane) return;
    this.#laneOf.delete(id);
    this.#passed.delete(id);
    const at = lane.runs.findIndex((run, index) => index >= lane.first && run?.id === id);
    if (at >= 0) lane.runs[at] = undefined;
    this.#tidy(lane);
  }

  /** One of those that could be next asks for gpus. */
  get wantsGpus(): boolean {
    for (const { runs, first } of this.#lanes.values()) if ((runs[first]?.demand.gpus ?? 0) > 0) return true;
    return false;
  }

  /** Takes the run that is next off the queue, if there is one that has room. */
  next(room: Room): ReadyRun | undefined {
    if (room.isFull) return undefined;
    const heads = this.#sortedHeads(room);
    let reserved = nothing;
    for (const run of heads) {
      if (room.lackedBy(run, reserved).length === 0) {
        this.#countPassed(run, heads, room);
        this.delete(run.id);
        return run;
      }
      reserved = plus(reserved, this.#keepFor(run, room));
    }
    return undefined;
  }

  /** Lane by lane, why nothing of it is started now: the head, those behind it, and the reason of all. */
  *waiting(room: Room): Generator<{ readonly runs: readonly ReadyRun[]; readonly why: Waiting }> {
    for (const lane of this.#lanes.values()) {
      const runs = lane.runs.slice(lane.first).filter((run) => run !== undefined);
      const [head] = runs;
      if (head) yield { runs, why: whyWaiting(head, room) };
    }
  }

  #sortedHeads(room: Room): readonly ReadyRun[] {
    return Array.from(this.#lanes.values(), (lane) => lane.runs[lane.first])
      .filter((run) => run !== undefined)
      .filter((run) => room.isWithinLimits(run))
      .sort((a, b) => this.#compare(a, b, room));
  }

  #compare(a: ReadyRun, b: ReadyRun, room: Room): number {
    const [waitsA, waitsB] = [this.#isImpatient(a), this.#isImpatient(b)];
    return (
      (b.promotedMs ?? -Infinity) - (a.promotedMs ?? -Infinity) ||
      b.priority - a.priority ||
      Number(waitsB) - Number(waitsA) ||
      (waitsA ? 0 : room.countOf(a.experimentId) - room.countOf(b.experimentId)) ||
      a.sequence - b.sequence
    );
  }

  #isImpatient({ id, promotedMs }: ReadyRun): boolean {
    return promotedMs !== undefined || (this.#passed.get(id)?.count ?? 0) >= patience;
  }

  /** What is kept free for a run that does not fit: nothing while it has patience, or when the machine has too little anyway. */
  #keepFor(run: ReadyRun, room: Room): Amounts {
    if (!this.#isImpatient(run) || room.neverThereFor(run).length > 0) return nothing;
    const { kept } = this.#passedOf(run);
    for (const resource of room.lackedBy(run)) kept.add(resource);
    const amounts = room.amountsOf(run);
    return {
      cpus: kept.has('cpus') ? amounts.cpus : 0,
      memory: kept.has('memory') ? amounts.memory : 0,
      gpus: kept.has('gpus') ? amounts.gpus : 0,
    };
  }

  #countPassed(by: ReadyRun, heads: readonly ReadyRun[], room: Room): void {
    for (const run of heads) {
      const isPassed = run.sequence < by.sequence && run.priority >= by.priority;
      if (!isPassed || room.lackedBy(run).length === 0 || room.neverThereFor(run).length > 0) continue;
      this.#passedOf(run).count += 1;
    }
  }

  #passedOf({ id }: ReadyRun): Passed {
    let passed = this.#passed.get(id);
    if (!passed) {
      passed = { count: 0, kept: new Set() };
      this.#passed.set(id, passed);
    }
    return passed;
  }

  #tidy(lane: Lane): void {
    while (lane.first < lane.runs.length && lane.runs[lane.first] === undefined) lane.first += 1;
    if (lane.first === lane.runs.length) this.#lanes.delete(lane.key);
    else if (lane.first > 1000) {
      lane.runs.splice(0, lane.first);
      lane.first = 0;
    }
  }
}

function laneKey({ experimentId, priority, promotedMs, demand, visibleGpus, limits }: ReadyRun): string {
  const parents = limits.map(({ parent }) => parent);
  return JSON.stringify([experimentId, priority, promotedMs, demand, visibleGpus, parents]);
}

function whyWaiting(run: ReadyRun, room: Room): Waiting {
  const amounts = room.amountsOf(run);
  if (amounts.gpus > 0 && !room.gpusAreFresh) return { kind: 'unseen' };
  const [never] = room.neverThereFor(run);
  if (never) return { kind: 'never', resource: never, amount: amounts[never], ...room.look(never, run) };
  if (room.isFull) return { kind: 'full' };
  if (!room.isWithinLimits(run)) return { kind: 'limit', atOnce: Math.min(...run.limits.map(({ atOnce }) => atOnce)) };
  const [lacked] = room.lackedBy(run);
  return lacked
    ? { kind: 'lack', resource: lacked, amount: amounts[lacked], ...room.look(lacked, run) }
    : { kind: 'turn' };
}
