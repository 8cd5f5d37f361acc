/** How far a run goes at most, with all that it is made of: how many programs, how many of them at once, and how long. */
import { retryPauseMs } from '../../model/attemptEnd';
import { mostAtOnce } from './mostAtOnce';

/** Infinite is without a limit. */
export interface Extent {
  readonly programs: number;
  readonly unlimited: number;
  readonly atOnce: number;
  /** Until its end, when nothing but its own dependencies and limits keeps it waiting. */
  readonly longestMs: number;
  /** Of all its programs, one after another. */
  readonly workMs: number;
}

export interface ProgramLimits {
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
  readonly retryDelayMs?: number | undefined;
}

/** Each attempt until its limit, and the pauses between them. */
export function extentOfProgram({ timeoutMs = Infinity, retries = 0, retryDelayMs = 0 }: ProgramLimits): Extent {
  let longestMs = timeoutMs * (retries + 1);
  for (let used = 0; used < retries; used++) longestMs += retryPauseMs(retryDelayMs, used);
  return { programs: 1, unlimited: timeoutMs === Infinity ? 1 : 0, atOnce: 1, longestMs, workMs: longestMs };
}

/** What comes after what: indices of parts. */
export interface PartEdge {
  readonly from: number;
  readonly to: number;
}

/** `limit`: at most so many programs at once. */
export function extentOfParts(parts: readonly Extent[], edges: readonly PartEdge[], limit = Infinity): Extent {
  const sum = (of: (extent: Extent) => number): number => parts.reduce((total, extent) => total + of(extent), 0);
  const weighed = parts.map(({ atOnce }, id) => ({ id, weight: atOnce }));
  const path = longestPathMs(parts, edges);
  const workMs = sum((extent) => extent.workMs);
  return {
    programs: sum(({ programs }) => programs),
    unlimited: sum(({ unlimited }) => unlimited),
    // What a sweep allows counts programs, however deep they are.
    atOnce: Math.min(limit, mostAtOnce(weighed, edges)),
    longestMs: Math.max(path, limitedMs({ path, workMs, limit, rounds: edges.length === 0 ? parts : undefined })),
    workMs,
  };
}

/** The parts, each after those that it waits for, whose times add up to the most. */
function longestPathMs(parts: readonly Extent[], edges: readonly PartEdge[]): number {
  const waits = parts.map(() => 0);
  const followers = parts.map((): number[] => []);
  for (const { from, to } of edges) {
    waits[to] = (waits[to] ?? 0) + 1;
    followers[from]?.push(to);
  }
  const startMs = parts.map(() => 0);
  const ready = [...parts.keys()].filter((part) => waits[part] === 0);
  let longest = 0;
  // It grows while it is walked through.
  for (const part of ready) {
    const endMs = (startMs[part] ?? 0) + (parts[part]?.longestMs ?? 0);
    longest = Math.max(longest, endMs);
    for (const follower of followers[part] ?? []) {
      startMs[follower] = Math.max(startMs[follower] ?? 0, endMs);
      const left = (waits[follower] ?? 0) - 1;
      waits[follower] = left;
      if (left === 0) ready.push(follower);
    }
  }
  return longest;
}

interface Limited {
  readonly path: number;
  readonly workMs: number;
  readonly limit: number;
  /** Undefined where some wait for others. */
  readonly rounds: readonly Extent[] | undefined;
}

/**
 * At most so many programs at once: in rounds of so many where each is a program by itself, and in any order that leaves no
 * place empty while one is ready (Graham: the longest way, and the rest shared out among the places).
 */
function limitedMs({ path, workMs, limit, rounds }: Limited): number {
  if (limit === Infinity || workMs === Infinity) return path;
  const shared = path + (workMs - path) / limit;
  if (!rounds?.every(({ programs }) => programs === 1)) return shared;
  return Math.min(shared, Math.ceil(rounds.length / limit) * path);
}
