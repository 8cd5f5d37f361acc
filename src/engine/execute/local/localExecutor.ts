/** Attempts as processes of this machine: each in a process group of its own, under a wrapper that outlives the engine. */
import { hostname } from 'node:os';
import type { Clock } from '../../../base/clock';
import type { AttemptEvents, AttemptHandle, AttemptSpec, Executor } from '../executor';
import { LocalAttempt, type Wrapper } from './localAttempt';

export class LocalExecutor implements Executor {
  readonly name = 'local';
  readonly host = hostname();
  readonly #wrapper: Wrapper;
  readonly #clock: Clock;

  constructor(wrapper: Wrapper, clock: Clock) {
    this.#wrapper = wrapper;
    this.#clock = clock;
  }

  attach(spec: AttemptSpec, events: AttemptEvents): AttemptHandle {
    const attempt = new LocalAttempt(spec, events, this.#wrapper, this.#clock);
    attempt.start();
    return attempt;
  }
}
