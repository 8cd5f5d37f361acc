/**
 * Calls soon after `trigger`, each key at a pace of its own: after a quiet time `delayMs` later, then at most once per
 * `periodMs`. What happens to one is not kept waiting by what happened to another.
 */
import type { Clock } from './clock';
import type { Disposable } from './lifecycle';

interface Paced {
  timer: Disposable;
  /** Triggered since it was called. */
  isWanted: boolean;
}

export interface PaceOptions {
  readonly periodMs: number;
  readonly delayMs: number;
}

export class Pace<K> implements Disposable {
  readonly #clock: Clock;
  readonly #options: PaceOptions;
  readonly #call: (key: K) => void;
  readonly #paced = new Map<K, Paced>();

  constructor(clock: Clock, options: PaceOptions, call: (key: K) => void) {
    this.#clock = clock;
    this.#options = options;
    this.#call = call;
  }

  trigger(key: K): void {
    const paced = this.#paced.get(key);
    if (paced) paced.isWanted = true;
    else {
      const timer = this.#clock.after(this.#options.delayMs, () => this.#turn(key));
      this.#paced.set(key, { timer, isWanted: true });
    }
  }

  /** Calls for all that wait, now. */
  flush(): void {
    for (const [key, { timer, isWanted }] of [...this.#paced]) {
      if (!isWanted) continue;
      timer.dispose();
      this.#turn(key);
    }
  }

  dispose(): void {
    for (const { timer } of this.#paced.values()) timer.dispose();
    this.#paced.clear();
  }

  #turn(key: K): void {
    const paced = this.#paced.get(key);
    if (!paced?.isWanted) {
      this.#paced.delete(key);
      return;
    }
    paced.isWanted = false;
    paced.timer = this.#clock.after(this.#options.periodMs, () => this.#turn(key));
    this.#call(key);
  }
}
