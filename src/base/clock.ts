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
 * Runs `call` soon after `trigger`, at most once per `periodMs`: the first trigger waits `delayMs`, the rest ride along.
 * For what is pushed more often than anyone can look.
 */
export class Coalescer implements Disposable {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #call: () => void;
  #waiting: Disposable | undefined;
  #disposed = false;

  constructor(clock: Clock, delayMs: number, call: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#call = call;
  }

  trigger(): void {
    if (this.#disposed || this.#waiting) return;
    this.#waiting = this.#clock.after(this.#delayMs, () => {
      this.#waiting = undefined;
      this.#call();
    });
  }

  /** Runs what waits, now. */
  flush(): void {
    if (!this.#waiting) return;
    this.#waiting.dispose();
    this.#waiting = undefined;
    this.#call();
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting?.dispose();
    this.#waiting = undefined;
  }
}
