/** Time as something that can be given, so that tests need not wait for it. */
import { type Disposable, toDisposable } from './lifecycle';

declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(handle: unknown): void;

export interface Clock {
  /** Milliseconds since 1970, with fractions where the platform has them. */
  nowMs(): number;
  /** Calls once after `delayMs`, unless disposed before. Delays beyond 2^31 ms are kept, in steps. */
  after(delayMs: number, call: () => void): Disposable;
}

/** Longer delays overflow the platform's timer and fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, call) {
    let handle: unknown;
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestTimerMs);
      handle = setTimeout(() => (leftMs > stepMs ? arm(leftMs - stepMs) : call()), Math.max(0, stepMs));
    };
    arm(delayMs);
    return toDisposable(() => clearTimeout(handle));
  },
};

/** Calls again and again, `periodMs` after the last call has returned. */
export function every(clock: Clock, periodMs: number, call: () => void): Disposable {
  let next: Disposable;
  const arm = (): void => {
    next = clock.after(periodMs, () => {
      arm();
      call();
    });
  };
  arm();
  return toDisposable(() => next.dispose());
}

/**
 * Runs `call` soon after `trigger`, at most once per `periodMs`: the first trigger after a quiet time waits `delayMs`
 * (the whole period unless told) for company, later ones for the rest of the period. For what is pushed more often than anyone can look.
 */
export class Coalescer implements Disposable {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #delayMs: number;
  readonly #call: () => void;
  #waiting: Disposable | undefined;
  #calledAtMs = -Infinity;
  #disposed = false;

  constructor(clock: Clock, periodMs: number, call: () => void, delayMs = periodMs) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#delayMs = delayMs;
    this.#call = call;
  }

  trigger(): void {
    if (this.#disposed || this.#waiting) return;
    const leftMs = this.#calledAtMs + this.#periodMs - this.#clock.nowMs();
    // A clock that was set back must not make this wait for hours.
    const waitMs = Math.min(this.#periodMs, Math.max(this.#delayMs, leftMs));
    this.#waiting = this.#clock.after(waitMs, () => this.flush());
  }

  /** Runs what waits, now. */
  flush(): void {
    if (!this.#waiting) return;
    this.#waiting.dispose();
    this.#waiting = undefined;
    this.#calledAtMs = this.#clock.nowMs();
    this.#call();
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting?.dispose();
    this.#waiting = undefined;
  }
}
