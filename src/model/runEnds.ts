/** What is said of runs that have ended: which of them a person wants to hear of, and in which words. */
import { formatDuration } from './duration';
import type { Run } from './run';

/** Why an end is worth a message; also which wish turns such messages off. */
export const endReasons = ['failed', 'pinned', 'long'] as const;
export type EndReason = (typeof endReasons)[number];

export interface EndWishes {
  /** Runs that failed or were lost, however short. */
  readonly failed: boolean;
  /** Runs that are pinned, however short and whatever became of them. */
  readonly pinned: boolean;
  /** Runs that took at least so long; undefined for none. */
  readonly afterMs: number | undefined;
}

/** From its start, or of a run made of runs and of one that was tried more than once, from its submission. */
export function tookMs(run: Run): number {
  const { attempt, statusAtMs, createdAtMs } = run;
  const startedAtMs = attempt?.number === 1 ? (attempt.startedAtMs ?? attempt.createdAtMs) : undefined;
  return Math.max(0, statusAtMs - (startedAtMs ?? createdAtMs));
}

/** Something may have to be done about it. */
export const isBadEnd = ({ status }: Run): boolean => status === 'failed' || status === 'lost';

/** Undefined for an end that nobody wants to hear of. */
export function reasonToTell(run: Run, wishes: EndWishes): EndReason | undefined {
  if (isBadEnd(run)) {
    if (wishes.failed) return 'failed';
  } else if (wishes.afterMs !== undefined && tookMs(run) >= wishes.afterMs) return 'long';
  return run.pinned && wishes.pinned ? 'pinned' : undefined;
}

/** `Run "x" completed after 2 h 3 min.`, `Run "x" failed: exit code 1.` */
export function describeEnd(run: Run): string {
  if (!isBadEnd(run)) return `Run "${run.name}" completed after ${formatDuration(Math.max(1000, tookMs(run)))}.`;
  const how = run.status === 'failed' ? 'failed' : 'was lost';
  return `Run "${run.name}" ${how}${run.evidence === undefined ? '' : `: ${run.evidence}`}.`;
}

/** How many ended in which way. */
export interface EndCounts {
  readonly completed?: number;
  readonly failed?: number;
  readonly lost?: number;
}

export function countEnds(runs: readonly Run[]): EndCounts {
  const of = (status: Run['status']): number => runs.filter((run) => run.status === status).length;
  return { completed: of('completed'), failed: of('failed'), lost: of('lost') };
}

/** "5 runs ended: 3 completed, 2 failed.", "3 runs completed." */
export function describeCounts({ completed = 0, failed = 0, lost = 0 }: EndCounts): string {
  const parts = [
    completed > 0 ? `${count(completed)} completed` : '',
    failed > 0 ? `${count(failed)} failed` : '',
    lost > 0 ? `${count(lost)} ${lost === 1 ? 'was' : 'were'} lost` : '',
  ].filter((part) => part !== '');
  const all = completed + failed + lost;
  const runs = all === 1 ? 'run' : 'runs';
  const [only = ''] = parts;
  if (parts.length === 1) return only.replace(/^\S+/, `$& ${runs}`);
  return `${count(all)} ${runs} ended: ${parts.join(', ')}`;
}

const count = (value: number): string => value.toLocaleString('en');

/** "While no window was open, 5 runs ended: …" */
export const describeDigest = (counts: EndCounts, sample: readonly Run[]): string => {
  const [only] = sample;
  const all = (counts.completed ?? 0) + (counts.failed ?? 0) + (counts.lost ?? 0);
  if (only && all === 1) return `While no window was open: ${lowerFirst(describeEnd(only))}`;
  return `While no window was open, ${describeCounts(counts)}${worst(sample)}.`;
};

/** ": train, mesh and 3 more" of those that failed, so that a glance says whether it matters. */
function worst(sample: readonly Run[]): string {
  const bad = sample.filter(isBadEnd);
  if (bad.length === 0) return '';
  const named = bad.slice(-3).map(({ name }) => `"${name}"`);
  return ` (${named.join(', ')}${bad.length > named.length ? ', …' : ''})`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Of several that ended together. */
export const describeEnds = (runs: readonly Run[]): string => `${describeCounts(countEnds(runs))}${worst(runs)}.`;
