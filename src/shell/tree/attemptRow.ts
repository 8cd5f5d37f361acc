/** What the row of an attempt says, apart from how VS Code draws it. */
import { l10n } from 'vscode';
import { describeExitCode } from '../../model/attemptEnd';
import { formatBytes } from '../../model/byteSize';
import { formatCoarseAge, formatDuration } from '../../model/duration';
import type { Attempt, AttemptReason } from '../../model/run';
import type { RunStatus } from '../../model/runStatus';

const looksLike: Record<AttemptReason, RunStatus> = {
  completed: 'completed',
  failed: 'failed',
  'timed out': 'failed',
  cancelled: 'cancelled',
  lost: 'lost',
  'not started': 'failed',
};

/** The status whose icon an attempt has: that of a run with one attempt which ended so. */
export function statusOfAttempt({ reason, startedAtMs }: Attempt): RunStatus {
  if (reason !== undefined) return looksLike[reason];
  return startedAtMs === undefined ? 'pending' : 'running';
}

/** "failed · exit code 1 · 4 s", "running · 3 min": coarse while it runs, because rows are redrawn once a minute. */
export function describeAttempt(attempt: Attempt, nowMs: number): string {
  const { reason, exitCode, startedAtMs, endedAtMs } = attempt;
  const parts: string[] = [reason ?? statusOfAttempt(attempt)];
  // "completed · exit code 0" says nothing that "completed" does not.
  if (exitCode !== undefined && reason !== 'completed') parts.push(describeExitCode(exitCode));
  if (startedAtMs !== undefined) {
    const age = formatCoarseAge(nowMs - startedAtMs);
    if (endedAtMs !== undefined) parts.push(formatDuration(endedAtMs - startedAtMs));
    else if (age !== 'now') parts.push(age);
  }
  return parts.join(' · ');
}

/** Names and values for the tooltip, in reading order. The first line has no name. */
export function attemptFacts(attempt: Attempt, nowMs: number): readonly (readonly [name: string, value: string])[] {
  const facts: [string, string][] = [['', describeAttempt(attempt, nowMs)]];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) facts.push([name, value]);
  };
  const time = (timeMs: number | undefined): string | undefined =>
    timeMs === undefined ? undefined : new Date(timeMs).toLocaleString();
  add(l10n.t('Reason'), attempt.detail);
  add(l10n.t('Duration'), durationText(attempt, nowMs));
  add(l10n.t('Started'), time(attempt.startedAtMs));
  add(l10n.t('Ended'), time(attempt.endedAtMs));
  add(l10n.t('Peak memory'), attempt.peakMemoryBytes === undefined ? undefined : formatBytes(attempt.peakMemoryBytes));
  add(l10n.t('Host'), attempt.host);
  add(l10n.t('Folder'), attempt.folder);
  return facts;
}

const durationText = ({ startedAtMs, endedAtMs }: Attempt, nowMs: number): string | undefined =>
  startedAtMs === undefined ? undefined : formatDuration((endedAtMs ?? nowMs) - startedAtMs);
