/** What a submission would come to at most: how many programs, how many of them at once, and how long. */
import { retryPauseMs } from '../../model/attemptEnd';
import type { RunId } from '../../model/ids';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import type { PlanSummary } from '../../protocol/graphPanel';
import { mostAtOnce } from './mostAtOnce';

/** Of a run with all that it is made of. Infinite is without a limit. */
interface Extent {
  readonly programs: number;
  readonly unlimited: number;
  readonly atOnce: number;
  /** Until its end, when nothing but its own dependencies and limits keeps it waiting. */
  readonly longestMs: number;
  /** Of all its programs, one after another. */
  readonly workMs: number;
}

/** `places`: how many programs the engine executes at once, where that is known. */
export function planSummary(submission: Submission, places: number | undefined): PlanSummary {
  const { programs, unlimited, atOnce, longestMs } = new Extents(submission).of(submission);
  return {
    programs,
    mostAtOnce: atOnce,
    ...(places === undefined ? {} : { mostHere: Math.min(places, atOnce) }),
    ...(Number.isFinite(longestMs) ? { longestMs } : {}),
    unlimited,
  };
}

class Extents {
  readonly #children = new Map<RunId, TaskSubmission[]>();

  constructor({ tasks = [] }: Submission) {
    for (const task of tasks) {
      const siblings = this.#children.get(task.parentId);
      if (siblings) siblings.push(task);
      else this.#children.set(task.parentId, [task]);
    }
  }

  of(run: Submission | TaskSubmission): Extent {
    if ((run.kind ?? 'single') === 'single') return extentOfProgram(run);
    const tasks = this.#children.get(run.runId) ?? [];
    const extents = new Map(tasks.map((task) => [task.runId, this.of(task)]));
    const all = [...extents.values()];
    const sum = (of: (extent: Extent) => number): number => all.reduce((total, extent) => total + of(extent), 0);
    const edges = tasks.flatMap(({ runId, dependsOn }) => dependsOn.map((on) => ({ from: on.runId, to: runId })));
    const weighed = tasks.map(({ runId }) => ({ id: runId, weight: extents.get(runId)?.atOnce ?? 0 }));
    const path = longestPathMs(tasks, extents);
    const limit = run.sweep?.atOnce ?? Infinity;
    const workMs = sum((extent) => extent.workMs);
    return {
      programs: sum(({ programs }) => programs),
      unlimited: sum(({ unlimited }) => unlimited),
      // What a sweep allows counts programs, however deep they are.
      atOnce: Math.min(limit, mostAtOnce(weighed, edges)),
      longestMs: Math.max(path, limitedMs({ path, workMs, limit, rounds: edges.length === 0 ? all : undefined })),
      workMs,
    };
  }
}

/** Each attempt until its limit, and the pauses between them. */
function extentOfProgram({ timeoutMs = Infinity, retries, retryDelayMs = 0 }: Submission | TaskSubmission): Extent {
  let longestMs = timeoutMs * (retries + 1);
  for (let used = 0; used < retries; used++) longestMs += retryPauseMs(retryDelayMs, used);
  return { programs: 1, unlimited: timeoutMs === Infinity ? 1 : 0, atOnce: 1, longestMs, workMs: longestMs };
}

/** The siblings, each after those that it waits for, whose times add up to the most. */
function longestPathMs(tasks: readonly TaskSubmission[], extents: ReadonlyMap<RunId, Extent>): number {
  const waits = new Map(tasks.map(({ runId, dependsOn }) => [runId, dependsOn.length]));
  const followers = new Map<RunId, RunId[]>();
  for (const { runId, dependsOn } of tasks) {
    for (const { runId: from } of dependsOn) {
      const known = followers.get(from);
      if (known) known.push(runId);
      else followers.set(from, [runId]);
    }
  }
  const startMs = new Map<RunId, number>();
  const ready = tasks.filter(({ dependsOn }) => dependsOn.length === 0).map(({ runId }) => runId);
  let longest = 0;
  // It grows while it is walked through.
  for (const id of ready) {
    const endMs = (startMs.get(id) ?? 0) + (extents.get(id)?.longestMs ?? 0);
    longest = Math.max(longest, endMs);
    for (const follower of followers.get(id) ?? []) {
      startMs.set(follower, Math.max(startMs.get(follower) ?? 0, endMs));
      const left = (waits.get(follower) ?? 0) - 1;
      waits.set(follower, left);
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
