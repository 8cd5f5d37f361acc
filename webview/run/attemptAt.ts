/** Which attempt was under way at a time: its number, 0 (the newest) when none is known to have been. */
import type { Attempt } from '../../src/model/run';

export function attemptAt(attempts: readonly Attempt[], timeMs: number): number {
  // The last that had begun: between two it is the one that was over.
  return attempts.findLast((attempt) => (attempt.startedAtMs ?? attempt.createdAtMs) <= timeMs)?.number ?? 0;
}
