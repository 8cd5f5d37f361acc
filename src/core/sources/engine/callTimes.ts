/** How long the engine takes to answer, as this client sees it. */

export interface CallTime {
  readonly name: string;
  readonly count: number;
  readonly meanMs: number;
  /** Of the newest hundred. */
  readonly p95Ms: number;
  readonly maxMs: number;
}

const keptTimes = 100;

interface Times {
  count: number;
  sumMs: number;
  maxMs: number;
  readonly newest: number[];
}

export class CallTimes {
  readonly #byName = new Map<string, Times>();

  add(name: string, ms: number): void {
    const times = this.#byName.get(name) ?? { count: 0, sumMs: 0, maxMs: 0, newest: [] };
    this.#byName.set(name, times);
    times.count += 1;
    times.sumMs += ms;
    times.maxMs = Math.max(times.maxMs, ms);
    times.newest.push(ms);
    if (times.newest.length > keptTimes) times.newest.shift();
  }

  /** The most frequent first. */
  get all(): readonly CallTime[] {
    return Array.from(this.#byName, ([name, { count, sumMs, maxMs, newest }]) => {
      const sorted = newest.toSorted((a, b) => a - b);
      const p95Ms = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
      return { name, count, meanMs: sumMs / count, p95Ms, maxMs };
    }).sort((a, b) => b.count - a.count);
  }
}
