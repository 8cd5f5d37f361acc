/** Which nodes of a plan are the same after an edit: those with the same path. */
import { createHash } from 'node:crypto';
import { type RunId, runIdOf } from '../../model/ids';

/**
 * Ids of nodes by their paths, for as long as somebody looks at the plan. They follow from the seed: whoever has to begin anew
 * makes the same.
 */
export class PlanIds {
  readonly #seed: string;
  readonly #ids = new Map<string, RunId>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  of(names: readonly string[]): RunId {
    const key = JSON.stringify(names);
    const id = this.#ids.get(key) ?? runIdOf(createHash('sha256').update(this.#seed).update(key).digest());
    this.#ids.set(key, id);
    return id;
  }
}
