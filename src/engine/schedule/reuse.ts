/** Looks, before a run starts, for one that has done the same: then its result is taken instead. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../base/clock';
import type { RunId } from '../../model/ids';
import type { Home } from '../home';
import type { AsyncStore } from '../store/asyncStore';
import type { RunChanges } from '../store/statusChanges';
import { Fingerprints } from './fingerprint';
import { reuseKey } from './reuseKey';

export interface ReuseContext {
  readonly home: Home;
  readonly store: AsyncStore;
  readonly clock: Clock;
}

/** `reused`: the run is completed, this is what changed. Else it executes, and its result is known by `key`. */
export interface ReuseFound {
  readonly key?: string | undefined;
  readonly reused?: RunChanges;
}

export class Reuse {
  readonly #context: ReuseContext;
  readonly #fingerprints = new Fingerprints();

  constructor(context: ReuseContext) {
    this.#context = context;
  }

  /** Throws `Conflict` when the run is not queued any more. */
  async find(runId: RunId): Promise<ReuseFound> {
    const { store, home, clock } = this.#context;
    const key = await reuseKey({ home, store, fingerprints: this.#fingerprints }, await store.activeRun(runId));
    if (key === undefined) return {};
    // The newest of those whose outputs are still there.
    const from = (await store.runsWithReuseKey(key)).find((id) => existsSync(home.outputs(id)));
    if (from === undefined) return { key };
    return { reused: (await store.reuse(runId, from, clock.nowMs())).changes };
  }
}
