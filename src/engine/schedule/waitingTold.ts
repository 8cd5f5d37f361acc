/** Tells queued runs why they wait: each once, so that a long queue costs little; those that come next again, as it changes. */
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { AsyncStore } from '../store/asyncStore';
import type { Room } from './room';
import type { RunQueue } from './runQueue';
import { describeWaiting } from './waitingWords';

/** Of how many at most, at a time, what was said before is corrected: the numbers change with every start. */
const toldAnew = 50;

export interface WaitingToldContext {
  readonly store: AsyncStore;
  readonly log: Log;
  readonly onChange: (runId: RunId) => void;
}

export class WaitingTold {
  readonly #context: WaitingToldContext;
  readonly #told = new Map<RunId, string>();

  constructor(context: WaitingToldContext) {
    this.#context = context;
  }

  get count(): number {
    return this.#told.size;
  }

  forget(id: RunId): void {
    this.#told.delete(id);
  }

  clear(): void {
    this.#told.clear();
  }

  /** `anew`: also those at the head of their lane that have been told something else. `instead` is true of all of them. */
  tell(queue: RunQueue, room: Room, { anew, instead }: { anew: boolean; instead: string | undefined }): void {
    const { store, onChange, log } = this.#context;
    const byText = new Map<string, RunId[]>();
    let changed = 0;
    for (const { runs, why } of queue.waiting(room)) {
      // What there is of gpus is not known yet.
      if (why.kind === 'unseen' && instead === undefined) continue;
      const words = instead ?? describeWaiting(why, room);
      for (const [at, { id }] of runs.entries()) {
        const said = this.#told.get(id);
        if (said === words || (said !== undefined && (!anew || at > 0 || changed >= toldAnew))) continue;
        if (said !== undefined) changed += 1;
        this.#told.set(id, words);
        const ids = byText.get(words) ?? [];
        byText.set(words, ids);
        ids.push(id);
      }
    }
    const write = async (): Promise<void> => {
      for (const [words, ids] of byText) for (const id of await store.setEvidence(ids, words)) onChange(id);
    };
    write().catch((error: unknown) => log.error('Waiting runs could not be told.', error));
  }
}
