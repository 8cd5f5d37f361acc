/** Timing in one run beside a named baseline: figures move with the machine, ratios much less. */

export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Alternates the given works, so that what disturbs one disturbs the other, and returns their times in order. */
export async function alternate(
  rounds: number,
  works: Readonly<Record<string, () => Promise<void> | void>>,
): Promise<Measured[]> {
  const times = new Map<string, number[]>(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < rounds + 1; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const begin = performance.now();
      await work();
      // The first round warms up.
      if (round > 0) times.get(name)?.push(performance.now() - begin);
    }
  }
  return Array.from(times, ([name, all]) => measured(name, all));
}

/** Of times that were taken elsewhere. */
export function measured(name: string, timesMs: readonly number[]): Measured {
  return { name, medianMs: quantileOf(timesMs, 0.5), p95Ms: quantileOf(timesMs, 0.95) };
}

export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Prints a table whose last column is the ratio of medians to the first row's, the baseline. */
export function printRatios(title: string, rows: readonly Measured[]): void {
  console.log(`\n${title}`);
  const baseline = rows[0];
  for (const row of rows) {
    const ratio = baseline ? row.medianMs / baseline.medianMs : NaN;
    console.log(
      `  ${row.name.padEnd(58)} ${row.medianMs.toFixed(2).padStart(9)} ms  p95 ${row.p95Ms.toFixed(2).padStart(9)} ms  × ${ratio.toFixed(2)}`,
    );
  }
}
