/** How much is said about a run that is followed: the levels of events, and all of the same and above. */
import { type EventLevel, eventLevels } from './run';

/** As run files may have them: as here, or as Python's `logging` has them. */
export const writtenLogLevels = ['debug', 'info', 'warning', 'error', 'DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
export type WrittenLogLevel = (typeof writtenLogLevels)[number];

export function parseLogLevel(written: string): EventLevel | undefined {
  return eventLevels.find((level) => level === written.toLowerCase());
}

export const isSaid = (level: EventLevel, from: EventLevel): boolean =>
  eventLevels.indexOf(level) >= eventLevels.indexOf(from);
