/** The words for a run's state, the same in every surface: status, age, evidence. */
import { describeChildren } from './describeChildren';
import { formatCoarseAge, formatDuration } from './duration';
import type { Run } from './run';
import { isSettled, type RunStatus } from './runStatus';

/** What the status rests on: "last heard 4 s ago", "exit code 137, attempt 3 of 4", "waits for room". */
export function describeEvidence(run: Run, nowMs: number): string {
  const parts: string[] = [];
  if (run.status === 'running' && run.heardAtMs !== undefined) {
    parts.push(`last heard ${formatDuration(nowMs - run.heardAtMs)} ago`);
  } else if (run.evidence !== undefined) {
    parts.push(run.evidence);
  }
  const children = describeChildren(run, run.evidence === undefined);
  if (children !== undefined) parts.push(children);
  if (saysHeld(run)) parts.unshift('held');
  if (run.attemptsMax > 1 && run.attempt) parts.push(`attempt ${run.attempt.number} of ${run.attemptsMax}`);
  return parts.join(', ');
}

/** Of a run that is held, where its evidence has something else to say. */
const saysHeld = ({ held, status, evidence }: Run): boolean =>
  held === true && !isSettled(status) && (status !== 'queued' || evidence !== 'held');

/** "running · last heard 4 s ago": for panels and tooltips, which are redrawn while they are looked at. */
export function describeStatus(run: Run, nowMs: number): string {
  const evidence = describeEvidence(run, nowMs);
  return evidence === '' ? run.status : `${run.status} · ${evidence}`;
}

/** How long the current attempt has run, or ran; undefined before it started. */
export function elapsedMs(run: Run, nowMs: number): number | undefined {
  const startedAtMs = run.attempt?.startedAtMs;
  if (startedAtMs === undefined) return undefined;
  return Math.max(0, (run.attempt?.endedAtMs ?? nowMs) - startedAtMs);
}

/** Of a run that runs, or has completed, the row says enough without its evidence. */
const saysMore = (status: RunStatus): boolean => status !== 'running' && status !== 'completed';

/** For a tree row, which is redrawn once a minute: "running · 3 min", "failed · exit code 1 · 2 h", "running · 3 of 5 completed". */
export function describeRow(run: Run, nowMs: number): string {
  const parts: string[] = [run.status];
  if (run.status === 'running' && run.progress && run.progress.total > 0) {
    parts.push(`${Math.floor((100 * run.progress.done) / run.progress.total)} %`);
  }
  if (saysHeld(run)) parts.push('held');
  const children = describeChildren(run);
  if (children !== undefined) parts.push(children);
  else if (run.evidence !== undefined && (saysMore(run.status) || run.reusedFrom !== undefined))
    parts.push(run.evidence);
  const age = formatCoarseAge(nowMs - run.statusAtMs);
  // "running · now" says nothing that "running" does not.
  if (isSettled(run.status) || age !== 'now') parts.push(age);
  return parts.join(' · ');
}
