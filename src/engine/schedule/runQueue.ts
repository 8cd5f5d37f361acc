/**
 * Ready runs, and which of them is next: what was put first by hand, then by priority, then in turn among experiments, then
 * by age. What does not fit lets others pass, but not for ever: after some have gone before it nothing starts until it can.
 *
 * Runs that differ in nothing but their age stand in one lane, so that a sweep of ten thousand trials is one decision.
 */
import type { RunId } from '../../model/ids';
import type { ReadyRun } from '../store/readyRun';
import type { Room } from './room';

/** How often a run that did not fit is passed by others before they wait for it. */
const patience = 16;

interface Lane {
  readonly key: string;
  /** By age; the first is next. A deletion leaves a gap. */
  readonly runs: (ReadyRun | undefined)[];
  first: number;
}

export class RunQueue {
  readonly #lanes = new Map<string, Lane>();
  readonly #laneOf = new Map<RunId, Lane>();
  /** How often a run at the head of its lane was passed for want of room. */
  readonly #passed = new Map<RunId, number>();

  get size(): number {
    return this.#laneOf.size;
  }

  has(id: RunId): boolean {
    return this.#laneOf.has(id);
  }

  ids(): readonly RunId[] {
    return [...this.#laneOf.keys()];
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

  /** Takes the run that is next off the queue, if there is one that has room. */
  next(room: Room): ReadyRun | undefined {
    if (room.isFull) return undefined;
    const heads = Array.from(this.#lanes.values(), (lane) => lane.runs[lane.first]).filter((run) => run !== undefined);
    const allowed = heads.filter((run) => room.isWithinLimits(run)).sort((a, b) => compare(a, b, room));
    const tooLarge: ReadyRun[] = [];
    for (const run of allowed) {
      if (room.missing(run) === undefined) {
        for (const { id } of tooLarge) this.#passed.set(id, (this.#passed.get(id) ?? 0) + 1);
        this.delete(run.id);
        return run;
      }
      if ((this.#passed.get(run.id) ?? 0) >= patience) return undefined;
      tooLarge.push(run);
    }
    return undefined;
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

function laneKey({ experimentId, priority, promotedMs, demand, limits }: ReadyRun): string {
  return JSON.stringify([experimentId, priority, promotedMs, demand, limits.map(({ parent }) => parent)]);
}

function compare(a: ReadyRun, b: ReadyRun, room: Room): number {
  return (
    (b.promotedMs ?? -Infinity) - (a.promotedMs ?? -Infinity) ||
    b.priority - a.priority ||
    room.countOf(a.experimentId) - room.countOf(b.experimentId) ||
    a.sequence - b.sequence
  );
}
