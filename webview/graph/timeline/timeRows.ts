/**
 * A node as bars in time: when it was queued, launched and at work, attempt by attempt; or, of what is made of others, from the first
 * start to the last end. Waiting for others is no bar. Knows no DOM.
 */
import type { AttemptReason } from '../../../src/model/run';
import { isSettled, type RunStatus, runStatuses } from '../../../src/model/runStatus';
import type { AttemptTimes } from '../../../src/model/runGraph';
import { statusLook, type Tone } from '../../shared/statusLook';
import type { ModelNode } from '../graphModel';
import { attemptsOf, type NodeTimes } from './nodeTimes';

/**
 * `queued`: ready, but there was no room. `pending`: launched, not yet executing. `gap`: between attempts. `whole`: of what is made
 * of others. `planned`: of what is not submitted.
 */
export type BarKind = 'queued' | 'pending' | 'attempt' | 'gap' | 'whole' | 'planned';

export interface TimeBar {
  readonly kind: BarKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone: Tone;
  /** Where it ends is not known: it may go on. */
  readonly isOpenEnded?: boolean;
  /** Within it, where there is room. */
  readonly text?: string;
}

export interface TimeRow {
  /** In the order of time. */
  readonly bars: readonly TimeBar[];
  /** Of what has no bars: where its text stands. */
  readonly atMs?: number;
}

const reasonTones: Readonly<Record<AttemptReason, Tone>> = {
  completed: 'good',
  failed: 'bad',
  'timed out': 'bad',
  cancelled: 'quiet',
  lost: 'doubtful',
  'not started': 'bad',
};

export function timeRow(node: ModelNode, times: NodeTimes, nowMs: number): TimeRow {
  return node.children.length > 0 ? wholeRow(node, times, nowMs) : singleRow(node, times, nowMs);
}

function wholeRow(node: ModelNode, times: NodeTimes, nowMs: number): TimeRow {
  const span = times.spanOf(node);
  if (!span) return unstarted(node, times, nowMs);
  const { status } = node.data;
  const toMs = span.endedAtMs ?? (isSettled(status) ? span.startedAtMs : Math.max(nowMs, span.startedAtMs));
  return { bars: [{ kind: 'whole', fromMs: span.startedAtMs, toMs, tone: statusLook[status].tone }] };
}

function singleRow(node: ModelNode, times: NodeTimes, nowMs: number): TimeRow {
  const attempts = attemptsOf(node);
  const [first, last] = [attempts[0], attempts.at(-1)];
  if (!first || !last) return unstarted(node, times, nowMs);
  const { status } = node.data;
  const bars: TimeBar[] = [];
  const readyMs = times.readyAtMs(node);
  // What it waited for may have been tried again since.
  if (readyMs !== undefined) add(bars, { kind: 'queued', fromMs: readyMs, toMs: first.createdAtMs, tone: 'waiting' });
  attempts.forEach((attempt, index) => {
    const before = attempts[index - 1];
    if (before?.endedAtMs !== undefined) {
      add(bars, { kind: 'gap', fromMs: before.endedAtMs, toMs: attempt.createdAtMs, tone: 'quiet' });
    }
    bars.push(...attemptBars(attempt, attempt === last ? status : undefined, nowMs));
  });
  // Ended, and waits to be tried again.
  if (last.endedAtMs !== undefined && !isSettled(status)) {
    add(bars, { kind: 'gap', fromMs: last.endedAtMs, toMs: nowMs, tone: 'quiet' });
  }
  return { bars };
}

/** `status` is the run's, and given for its newest attempt only. */
function attemptBars(attempt: AttemptTimes, status: RunStatus | undefined, nowMs: number): readonly TimeBar[] {
  const { createdAtMs, startedAtMs, endedAtMs, reason } = attempt;
  const isUnderWay = endedAtMs === undefined && status !== undefined && !isSettled(status);
  // A run that was lost has no known end.
  const isOpenEnded = endedAtMs === undefined && !isUnderWay;
  const endMs = endedAtMs ?? (isUnderWay ? nowMs : (startedAtMs ?? createdAtMs));
  const tone = isUnderWay || !reason ? statusLook[status ?? 'lost'].tone : reasonTones[reason];
  const open = isOpenEnded ? { isOpenEnded } : {};
  const bars: TimeBar[] = [];
  add(bars, {
    kind: 'pending',
    fromMs: createdAtMs,
    toMs: startedAtMs ?? endMs,
    tone: startedAtMs === undefined && !isUnderWay ? tone : 'waiting',
    ...(startedAtMs === undefined ? open : {}),
  });
  if (startedAtMs === undefined) return bars;
  // The end of the last one is told beside the bars, unless it is tried again.
  const isLastEnd = status !== undefined && isSettled(status);
  const text = reason === undefined || isLastEnd ? {} : { text: reason };
  return [
    ...bars,
    { kind: 'attempt', fromMs: startedAtMs, toMs: Math.max(startedAtMs, endMs), tone, ...open, ...text },
  ];
}

/** Queued, or ended without any attempt: skipped, cancelled before its turn, completed by the result of another. */
function unstarted(node: ModelNode, times: NodeTimes, nowMs: number): TimeRow {
  const readyMs = times.readyAtMs(node);
  if (readyMs === undefined) return { bars: [] };
  const { status } = node.data;
  if (isSettled(status)) return { bars: [], atMs: readyMs };
  if (status === 'created' || node.children.length > 0) return { bars: [] };
  const bars: TimeBar[] = [];
  add(bars, { kind: 'queued', fromMs: readyMs, toMs: nowMs, tone: statusLook[status].tone });
  return { bars };
}

/** A moment is no bar, but for attempts, which are always seen. */
function add(bars: TimeBar[], bar: TimeBar): void {
  if (bar.toMs > bar.fromMs) bars.push(bar);
}

export interface HeatPart {
  readonly status: RunStatus;
  /** Of the whole strip, both between 0 and 1. */
  readonly from: number;
  readonly to: number;
}

/** How the children of a node stand, side by side: what has ended first, what has not begun last. */
const heatPlace: Readonly<Record<RunStatus, number>> = {
  completed: 0,
  failed: 1,
  lost: 2,
  cancelled: 3,
  skipped: 4,
  'cancel-pending': 5,
  running: 6,
  pending: 7,
  queued: 8,
  created: 9,
};
const heatOrder = runStatuses.toSorted((a, b) => heatPlace[a] - heatPlace[b]);

export function heatStrip({ counts, children }: ModelNode): readonly HeatPart[] {
  const total = children.length;
  const parts: HeatPart[] = [];
  let done = 0;
  for (const status of heatOrder) {
    const count = counts[status] ?? 0;
    if (count <= 0 || total === 0) continue;
    parts.push({ status, from: done / total, to: (done + count) / total });
    done += count;
  }
  return parts;
}
