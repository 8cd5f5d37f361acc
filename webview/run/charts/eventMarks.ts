/** Events of the run as places on the x axis of a chart, and what is told of those that are near one. */
import { type EventMark, mostMarkChars } from '../../../src/model/eventMark';
import { type Attempt, type EventLevel, eventLevels, type RunEvent } from '../../../src/model/run';
import type { SeriesAxis } from '../../../src/model/series';
import { countOf } from '../../shared/numbers';
import type { Theme } from '../../shared/theme';

/** Those that have a place on this axis; without what is there for debugging only, which would hide the others. */
export function placedEvents(
  events: readonly RunEvent[],
  attempts: readonly Attempt[],
  axis: SeriesAxis,
): readonly EventMark[] {
  const starts = new Map(attempts.map(({ number, startedAtMs }) => [number, startedAtMs]));
  return events.flatMap((event) => {
    const x = event.level === 'debug' ? undefined : placeOf(event, axis, starts.get(event.attempt));
    if (x === undefined || !Number.isFinite(x)) return [];
    return [{ x, count: 1, level: event.level, message: event.message.slice(0, mostMarkChars) }];
  });
}

function placeOf(event: RunEvent, axis: SeriesAxis, startedAtMs: number | undefined): number | undefined {
  switch (axis) {
    case 'step':
      return event.step;
    case 'wall':
      return event.timeMs;
    case 'time':
      return startedAtMs === undefined ? undefined : (event.timeMs - startedAtMs) / 1000;
  }
}

/** The grave ones last: what is drawn later lies above. */
export const byGravity = (a: EventMark, b: EventMark): number => gravity(a.level) - gravity(b.level);

const gravity = (level: EventLevel): number => eventLevels.indexOf(level);

/** "error: the gradient exploded", …, "and 41 more events": of so many marks the text, of the rest how many. */
export function eventTexts(marks: readonly EventMark[], mostTexts: number, mostChars: number): readonly string[] {
  const gravest = [...marks].sort((a, b) => byGravity(b, a)).slice(0, mostTexts);
  const texts = gravest.map(({ level, message }) => {
    const short = message.length > mostChars ? `${message.slice(0, mostChars)}…` : message;
    return `${level}: ${short}`;
  });
  const others = marks.reduce((sum, { count }) => sum + count, 0) - gravest.length;
  return others > 0 ? [...texts, `and ${countOf(others, 'more event')}`] : texts;
}

export function levelColor(level: EventLevel, theme: Theme): string {
  return { debug: theme.muted, info: theme.info, warning: theme.warning, error: theme.error }[level];
}
