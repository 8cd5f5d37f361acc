/** Durations as people write them in run files, and as they read them in rows: "24 h", "90 min", "1.5 days", 3600. */
import { Failure } from '../base/failure';

const unitMs = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  week: 604_800_000,
  weeks: 604_800_000,
} as const;

/** What a duration text must look like; the run file's schema shows it while typing. */
export const durationPattern = '^\\s*\\d+(\\.\\d+)?\\s*(ms|s|sec|seconds?|min|minutes?|h|hours?|d|days?|weeks?)\\s*$';

/** Milliseconds of a duration; a bare number is seconds. Throws `InvalidInput` for anything else. */
export function parseDurationMs(value: number | string): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0) return value * 1000;
  } else {
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(value);
    const unit = match?.[2];
    if (match && unit !== undefined && Object.hasOwn(unitMs, unit))
      return Number(match[1]) * unitMs[unit as keyof typeof unitMs];
  }
  throw new Failure('InvalidInput', `"${value}" is not a duration.`, {
    hint: 'Write seconds as a number, or a text such as "90 min", "24 h" or "5 days".',
  });
}

/** "4 s", "3 min", "2 h 5 min", "3 d 4 h": two units at most, never more exact than anyone needs. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 && seconds % 60 > 0) return `${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 > 0 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}

/** A coarse age for rows that are redrawn once a minute: "now", "3 min", "2 h", "5 d". */
export function formatCoarseAge(ageMs: number): string {
  const minutes = Math.floor(Math.max(0, ageMs) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
