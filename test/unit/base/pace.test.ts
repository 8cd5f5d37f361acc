import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/clock';
import { Pace } from '../../../src/base/pace';

/** Time that passes when it is told to. */
class HandClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly call: () => void }>();

  readonly nowMs = (): number => this.#nowMs;

  get timers(): number {
    return this.#timers.size;
  }

  after(delayMs: number, call: () => void): { dispose(): void } {
    const timer = { atMs: this.#nowMs + delayMs, call };
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.call();
    }
    this.#nowMs = endMs;
  }
}

describe('a pace for each', () => {
  const make = (): { clock: HandClock; pace: Pace<string>; called: string[] } => {
    const clock = new HandClock();
    const called: string[] = [];
    const pace = new Pace<string>(clock, { periodMs: 200, delayMs: 5 }, (key) =>
      called.push(`${key} ${clock.nowMs()}`),
    );
    return { clock, pace, called };
  };

  it('tells the first news soon, further ones once a period, and nothing where there is none', () => {
    const { clock, pace, called } = make();
    pace.trigger('a');
    pace.trigger('a');
    clock.pass(100);
    assert.deepEqual(called, ['a 5']);
    pace.trigger('a');
    clock.pass(1000);
    assert.deepEqual(called, ['a 5', 'a 205']);
    assert.equal(clock.timers, 0);
    pace.trigger('a');
    clock.pass(10);
    assert.deepEqual(called.at(-1), 'a 1105');
  });

  it('keeps nobody waiting for another', () => {
    const { clock, pace, called } = make();
    pace.trigger('a');
    clock.pass(50);
    pace.trigger('a');
    pace.trigger('b');
    clock.pass(10);
    assert.deepEqual(called, ['a 5', 'b 55']);
  });

  it('tells at once what waits when it is flushed, and nothing after its end', () => {
    const { clock, pace, called } = make();
    pace.trigger('a');
    pace.flush();
    pace.flush();
    pace.trigger('b');
    pace.dispose();
    clock.pass(1000);
    assert.deepEqual(called, ['a 0']);
  });
});
