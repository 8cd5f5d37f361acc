/** What a run says of its progress, in words: how far it is and when it may end. */
import { formatDuration } from '../../src/model/duration';
import { elapsedMs } from '../../src/model/describeRun';
import type { Run } from '../../src/model/run';
import { formatValue } from '../shared/numbers';
import { formatClock } from '../shared/axisText';

export interface ProgressText {
  /** Between 0 and 1. */
  readonly fraction: number;
  readonly percent: string;
  /** "1,200 of 4,000" */
  readonly counts: string;
  /** "about 3 min left, until 14:05"; undefined when there is nothing to judge by. */
  readonly estimate: string | undefined;
}

/** Too little to judge by: the first percent is often start-up. */
const leastElapsedMs = 2000;

export function progressText(run: Run, nowMs: number): ProgressText | undefined {
  const { progress } = run;
  if (!progress || !(progress.total > 0)) return undefined;
  const fraction = Math.min(1, Math.max(0, progress.done / progress.total));
  return {
    fraction,
    // Rounded down: "100 %" means that it is done.
    percent: `${Math.floor(100 * fraction)} %`,
    counts: `${formatValue(progress.done)} of ${formatValue(progress.total)}`,
    estimate: estimateEnd(run, fraction, nowMs),
  };
}

function estimateEnd(run: Run, fraction: number, nowMs: number): string | undefined {
  const elapsed = elapsedMs(run, nowMs);
  if (run.status !== 'running' || elapsed === undefined || elapsed < leastElapsedMs) return undefined;
  if (fraction <= 0 || fraction >= 1) return undefined;
  const leftMs = (elapsed * (1 - fraction)) / fraction;
  const clock = formatClock(nowMs + leftMs).slice(0, 5);
  return leftMs < 86_400_000
    ? `about ${formatDuration(leftMs)} left, until ${clock}`
    : `about ${formatDuration(leftMs)} left`;
}
