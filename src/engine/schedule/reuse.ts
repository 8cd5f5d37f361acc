/**
 * Results that are used again. Before a run starts: whether another one has done the same, whose result is taken then. After
 * it has executed: whether what it depends on is still as it was, since only then is known what its result is that of.
 */
import { existsSync } from 'node:fs';
import type { Clock } from '../../base/clock';
import { Fingerprints } from '../../code/fingerprint';
import type { RunId } from '../../model/ids';
import type { RunEvent } from '../../model/run';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import type { RunChanges } from '../store/statusChanges';
import type { ActiveRun } from '../store/storeReads';
import { type KeyContext, reuseKey } from './reuseKey';
import { WorkingTrees } from './workingTrees';

export interface ReuseContext {
  readonly home: Home;
  readonly store: AsyncStore;
  readonly clock: Clock;
  readonly onEvents: (runId: RunId, events: readonly RunEvent[]) => void;
}

/** `reused`: the run is completed, this is what changed. Else it executes, and its result is known by `key`. */
export interface ReuseFound {
  readonly key?: string | undefined;
  readonly reused?: RunChanges;
  /** Why its result cannot be used again, where that is to be said. */
  readonly problem?: string | undefined;
}

export class Reuse {
  readonly #context: ReuseContext;
  readonly #keys: KeyContext;

  constructor(context: ReuseContext) {
    const { home, store } = context;
    this.#context = context;
    this.#keys = { home, store, fingerprints: new Fingerprints(), workingTrees: new WorkingTrees() };
  }

  /** Throws `Conflict` when the run is not queued any more. */
  async find(runId: RunId): Promise<ReuseFound> {
    const { store, home, clock } = this.#context;
    const { key, problem } = await reuseKey(this.#keys, await store.activeRun(runId));
    if (key === undefined) return { problem };
    // The newest of those whose outputs are still there.
    for (const from of await store.runsWithReuseKey(key)) {
      if (!existsSync(home.outputs(from))) continue;
      const reused = await store.reuse(runId, { from, key }, clock.nowMs());
      if (reused) return { reused: reused.changes };
    }
    return { key };
  }

  /** Of an attempt that has executed, and whose end is not in the store yet: nobody takes the result of one that fails. */
  async check(active: ActiveRun): Promise<void> {
    if (active.reuseKey === undefined) return;
    let why: string | undefined = 'what it depends on could not be looked at';
    try {
      const { key, problem = 'its code, or what it reads, changed while it executed' } = await reuseKey(
        this.#keys,
        active,
      );
      why = key === active.reuseKey ? undefined : problem;
    } finally {
      if (why !== undefined) await this.refuse(active.run.id, why);
    }
  }

  /** Its result is not used again, and its events say why. */
  async refuse(runId: RunId, why: string): Promise<void> {
    const { store, clock, onEvents } = this.#context;
    onEvents(runId, await store.refuseReuse(runId, `No other run will take this result: ${why}`, clock.nowMs()));
  }
}
