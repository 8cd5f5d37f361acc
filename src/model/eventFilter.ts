/** Which events of a run are looked for: from a level on, with a text in their message. The host and the view agree by it. */
import { type EventLevel, eventLevels, type RunEvent } from './run';

export interface EventFilter {
  /** This level and those above it; absent is all. */
  readonly least?: EventLevel | undefined;
  /** In small letters or capitals; absent or empty is all. */
  readonly text?: string | undefined;
}

export function eventMatcher({ least, text = '' }: EventFilter): (event: RunEvent) => boolean {
  const lowest = least === undefined ? 0 : eventLevels.indexOf(least);
  const wanted = text.toLowerCase();
  return ({ level, message }) =>
    eventLevels.indexOf(level) >= lowest && (wanted === '' || message.toLowerCase().includes(wanted));
}
