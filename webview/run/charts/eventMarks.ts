/** Events of the run as places on the x axis of a chart. */
import type { Attempt, EventLevel, RunEvent } from '../../../src/model/run';
import type { SeriesXAxis } from '../../../src/model/series';
import type { Theme } from '../../shared/theme';

export interface EventMark {
  readonly x: number;
  readonly event: RunEvent;
}

/** Those that have a place on this axis, in the order of x; without what is there for debugging only. */
export function eventMarks(
  events: readonly RunEvent[],
  attempts: readonly Attempt[],
  axis: SeriesXAxis,
): readonly EventMark[] {
  if (typeof axis === 'object') return [];
  const starts = new Map(attempts.map(({ number, startedAtMs }) => [number, startedAtMs]));
  const marks: EventMark[] = [];
  for (const event of events) {
    // Those that are only of use to who looks for an error would hide the others.
    if (event.level === 'debug') continue;
    const x = placeOf(event, axis, starts.get(event.attempt));
    if (x !== undefined && Number.isFinite(x)) marks.push({ x, event });
  }
  return marks.sort((a, b) => a.x - b.x);
}

function placeOf(event: RunEvent, axis: 'step' | 'time' | 'wall', startedAtMs: number | undefined): number | undefined {
  switch (axis) {
    case 'step':
      return event.step;
    case 'wall':
      return event.timeMs;
    case 'time':
      return startedAtMs === undefined ? undefined : (event.timeMs - startedAtMs) / 1000;
  }
}

export function levelColor(level: EventLevel, theme: Theme): string {
  return { debug: theme.muted, info: theme.info, warning: theme.warning, error: theme.error }[level];
}
