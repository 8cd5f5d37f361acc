/** Which stretch of time is seen: fitted, zoomed and moved as arithmetic, and the round places on its axis. Knows no DOM. */
import { timeTicks } from '../../shared/axisText';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What there is to be seen. */
export interface TimeExtent extends TimeRange {
  /** From here on, most of what is of interest: the first launch. */
  readonly launchedAtMs?: number;
}

/** A tick for each millisecond is the most that anyone can want to see. */
const leastSpanMs = 5;
/** Of what there is, beside it. */
const [marginBefore, marginAfter] = [0.02, 0.08];
/** Waiting before the first launch takes no more of the whole than this: it may have been held for days. */
const mostBefore = 0.25;
/** Of the range, at least so much of what there is stays in view. */
const leastSeen = 0.1;
/** More than this much longer than what there is, nothing can be made out. */
const mostTimes = 20;
const leastWholeMs = 1000;

/** All of it in view, with some room for texts at its end. */
export function fittedRange({ fromMs, toMs, launchedAtMs = fromMs }: TimeExtent): TimeRange {
  const workMs = Math.max(leastWholeMs, toMs - launchedAtMs);
  const beforeMs = Math.min(launchedAtMs - fromMs, (workMs * mostBefore) / (1 - mostBefore));
  const wholeMs = workMs + beforeMs;
  return {
    fromMs: launchedAtMs - beforeMs - marginBefore * wholeMs,
    toMs: launchedAtMs + workMs + marginAfter * wholeMs,
  };
}

/** `factor` below 1 shows less, around `atMs`, which stays where it is. */
export function zoomedRange(range: TimeRange, atMs: number, factor: number, extent: TimeExtent): TimeRange {
  const spanMs = range.toMs - range.fromMs;
  const mostMs = Math.max(leastWholeMs, extent.toMs - extent.fromMs, spanMs / mostTimes) * mostTimes;
  const wantedMs = Math.min(mostMs, Math.max(leastSpanMs, spanMs * factor));
  const share = (atMs - range.fromMs) / spanMs;
  const fromMs = atMs - share * wantedMs;
  return keptRange({ fromMs, toMs: fromMs + wantedMs }, extent);
}

export function movedRange({ fromMs, toMs }: TimeRange, byMs: number, extent: TimeExtent): TimeRange {
  return keptRange({ fromMs: fromMs + byMs, toMs: toMs + byMs }, extent);
}

/** So that some of what there is stays in view. */
function keptRange({ fromMs, toMs }: TimeRange, extent: TimeExtent): TimeRange {
  const spanMs = toMs - fromMs;
  const someMs = Math.min(leastSeen * spanMs, extent.toMs - extent.fromMs);
  const kept = Math.min(extent.toMs - someMs, Math.max(extent.fromMs + someMs - spanMs, fromMs));
  return { fromMs: kept, toMs: kept + spanMs };
}

export interface TimeTick {
  readonly atMs: number;
  readonly text: string;
}

/** Round distances from `originMs`, at most `count` and one. */
export function elapsedTicks({ fromMs, toMs }: TimeRange, originMs: number, count: number): readonly TimeTick[] {
  // In elapsed time: sums of small distances and times since 1970 would not be round.
  const places = timeTicks(fromMs - originMs, toMs - originMs, count);
  const distanceMs = (places[1] ?? Infinity) - (places[0] ?? 0);
  return places.map((elapsedMs) => ({ atMs: originMs + elapsedMs, text: elapsedText(elapsedMs, distanceMs) }));
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** "0 s", "1 min 30 s", "2 h 5 s", "3 s 250 ms", "−10 s": as exact as ticks at that distance need. */
export function elapsedText(elapsedMs: number, distanceMs: number): string {
  const parts: string[] = [];
  const isFine = distanceMs < 1000;
  let leftMs = Math.abs(isFine ? Math.round(elapsedMs) : 1000 * Math.round(elapsedMs / 1000));
  for (const [unit, unitMs] of units) {
    const count = Math.floor(leftMs / unitMs);
    if (count === 0) continue;
    parts.push(`${count} ${unit}`);
    leftMs -= count * unitMs;
  }
  if (parts.length === 0) return isFine ? '0 ms' : '0 s';
  return `${elapsedMs < 0 ? '−' : ''}${parts.join(' ')}`;
}
