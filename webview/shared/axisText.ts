/** What stands at an x axis: names, round places for ticks of time, and the texts of both. Local time, 24 hours. */
import { formatDuration } from '../../src/model/duration';
import type { SeriesAxis, SeriesXAxis } from '../../src/model/series';
import { formatCount, formatValue } from './numbers';

export const axisNames = {
  step: 'Step',
  time: 'Relative time',
  wall: 'Wall time',
} as const satisfies Record<SeriesAxis, string>;

export const seriesAxes = Object.keys(axisNames) as readonly SeriesAxis[];

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Distances between ticks that people count in; beyond the last one, whole weeks. */
const roundMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 7].map((days) => days * dayMs),
];

/** Round places in [fromMs, toMs], at most `count` and one; multiples count from `originMs`. */
export function timeTicks(fromMs: number, toMs: number, count: number, originMs = 0): number[] {
  const span = toMs - fromMs;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(fromMs) ? [fromMs] : [];
  const wanted = span / Math.max(1, count);
  const distance = roundMs.find((candidate) => candidate >= wanted) ?? 7 * dayMs * Math.ceil(wanted / (7 * dayMs));
  const ticks: number[] = [];
  for (let at = originMs + Math.ceil((fromMs - originMs) / distance) * distance; at <= toMs; at += distance) {
    ticks.push(at);
  }
  return ticks;
}

/** Local midnight before `timeMs`: ticks of wall time stand at hours of the reader's clock, not of Greenwich's. */
export function localMidnightMs(timeMs: number): number {
  const day = new Date(timeMs);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** A tick's label; `spanMs` is what the whole axis covers. */
export function formatTimeTick(axis: 'time' | 'wall', timeMs: number, spanMs: number): string {
  if (axis === 'time') return spanMs < 10 * secondMs ? `${formatValue(timeMs / 1000)} s` : formatDuration(timeMs);
  const clock = formatClock(timeMs);
  if (spanMs < 10 * secondMs) return `${clock}${fraction(timeMs)}`;
  if (spanMs < 10 * minuteMs) return clock;
  return spanMs <= 2 * dayMs ? clock.slice(0, 5) : formatDay(timeMs).slice(5);
}

/** Where a point is, in a tooltip: "step 1,024", "1 min 4 s", "2026-03-01 14:03:22". */
export function formatX(axis: SeriesXAxis, x: number): string {
  if (typeof axis === 'object') return `${axisWord(axis)} ${formatValue(x)}`;
  switch (axis) {
    case 'step':
      return `${axisWord(axis)} ${Number.isInteger(x) ? formatCount(x) : formatValue(x)}`;
    case 'time':
      return x < 60 ? `${formatValue(Number(x.toFixed(2)))} s` : formatDuration(x * 1000);
    case 'wall':
      return formatDateTime(x);
  }
}

/** From one point to another: "step 1,024 – 1,055", "2026-03-01 14:03:22 – 14:03:24"; a single one where they read the same. */
export function formatSpan(axis: SeriesXAxis, from: number, to: number): string {
  const [first, last] = [formatX(axis, from), formatX(axis, to)];
  if (first === last) return first;
  if (axis === 'time') return `${first} – ${last}`;
  if (axis !== 'wall') return `${first} – ${last.slice(axisWord(axis).length + 1)}`;
  return `${first} – ${formatDay(from) === formatDay(to) ? formatClock(to) : last}`;
}

/** "2026-03-01 14:03:22" */
export const formatDateTime = (timeMs: number): string => `${formatDay(timeMs)} ${formatClock(timeMs)}`;

function formatDay(timeMs: number): string {
  const time = new Date(timeMs);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

export function formatClock(timeMs: number): string {
  const time = new Date(timeMs);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const fraction = (timeMs: number): string => `.${String(new Date(timeMs).getMilliseconds()).padStart(3, '0')}`;

const two = (value: number): string => String(value).padStart(2, '0');

const axisWord = (axis: 'step' | { readonly metric: string }): string => (axis === 'step' ? axis : axis.metric);

export const axisName = (axis: SeriesXAxis): string => (typeof axis === 'object' ? axis.metric : axisNames[axis]);
