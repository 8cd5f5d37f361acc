/**
 * The life of a run: which status may follow which.
 *
 *     created ─▶ queued ─▶ pending ─▶ running ─▶ completed | failed | lost
 *                  └──────────┴─────────┴─▶ cancel-pending ─▶ cancelled (or completed | failed, when the result came first)
 *                queued ─▶ skipped
 *     completed | failed | lost | cancelled | skipped ─▶ queued, by hand only (`reopen`)
 *     a run made of runs follows its children (`advanceParent`)
 *
 * Pure on purpose. Every writer asks `advance` before it writes, so that a report which arrives late, say a success
 * posted after the user cancelled, cannot give a run a history it did not have.
 */
import { Failure } from '../base/failure';

const followers = {
  // Known but not to be started by us; an approval queues it, a sign of life makes it running.
  created: ['queued', 'running', 'cancelled'],
  // Completed at once when it takes the result of a run that did the same.
  queued: ['pending', 'cancel-pending', 'skipped', 'completed'],
  // A launch that fails ends in `failed`; one with retries left goes back to the queue.
  pending: ['running', 'queued', 'failed', 'lost', 'cancel-pending'],
  running: ['completed', 'failed', 'lost', 'queued', 'cancel-pending'],
  'cancel-pending': ['cancelled', 'completed', 'failed'],
  completed: [],
  failed: [],
  cancelled: [],
  skipped: [],
  // Only a run that merely reports to us comes back when it speaks again.
  lost: ['running'],
} as const satisfies Record<string, readonly string[]>;

export type RunStatus = keyof typeof followers;

export const runStatuses = Object.keys(followers) as readonly RunStatus[];

export function mayFollow(current: RunStatus, next: RunStatus): boolean {
  const allowed: readonly RunStatus[] = followers[current];
  return allowed.includes(next);
}

/** Returns `next`, or throws a `Conflict` that names both statuses. */
export function advance(current: RunStatus, next: RunStatus): RunStatus {
  if (mayFollow(current, next)) return next;
  throw new Failure('Conflict', `A ${current} run cannot become ${next}.`);
}

/**
 * As `advance`, for a run made of runs, which takes its status from them: it is never handed to an executor, and its
 * children may all have ended before it is looked at. Throws `Conflict`.
 */
export function advanceParent(current: RunStatus, next: RunStatus): RunStatus {
  const followsChildren =
    ((current === 'queued' || current === 'running') &&
      next !== 'created' &&
      next !== 'pending' &&
      next !== 'skipped') ||
    mayFollow(current, next);
  if (followsChildren) return next;
  throw new Failure('Conflict', `A ${current} run made of runs cannot become ${next}.`);
}

/**
 * What a retry or a resume by hand makes of a settled run. Apart from `advance`, because no report may do that: only a
 * person. Throws `Conflict` for a run that is not settled.
 */
export function reopen(current: RunStatus): RunStatus {
  if (isSettled(current)) return 'queued';
  throw new Failure('Conflict', `A ${current} run cannot be tried again before it has ended.`, {
    hint: 'Cancel it first, or wait for its end.',
  });
}

/** Nothing more happens to a settled run by itself. */
export const isSettled = (status: RunStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'skipped' || status === 'lost';

/** Waiting for room or for an executor, executing, or being ended. `created` is neither active nor settled. */
export const isActive = (status: RunStatus): boolean => !isSettled(status) && status !== 'created';

export const mayCancel = (status: RunStatus): boolean =>
  status === 'created' || status === 'queued' || status === 'pending' || status === 'running';
