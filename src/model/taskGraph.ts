/** Dependencies among the tasks of one graph, as rules: when they are met, and where they go round in a circle. Pure. */
import { isSettled, type RunStatus } from './runStatus';

/** Longer names would be cut where they are shown, and files are called by them. */
export const taskNameMaxLength = 200;

/** How the task depended on must have ended. `finished` is any end, being cancelled or skipped too. */
export const dependencyConditions = ['completed', 'failed', 'finished'] as const;
export type DependencyCondition = (typeof dependencyConditions)[number];

/** `waiting`: it may still come. `impossible`: it ended otherwise. */
export type DependencyState = 'waiting' | 'met' | 'impossible';

export function dependencyState(condition: DependencyCondition, status: RunStatus): DependencyState {
  if (!isSettled(status)) return 'waiting';
  if (condition === 'finished') return 'met';
  if (condition === 'completed') return status === 'completed' ? 'met' : 'impossible';
  return status === 'failed' || status === 'lost' ? 'met' : 'impossible';
}

/**
 * The names along a circle of dependencies, the first repeated at the end (`a`, `b`, `a`); undefined when there is none.
 * `dependencies` has each task's own, in the order of the file; names that are no tasks are ignored. No recursion: a chain
 * of thousands is an ordinary graph.
 */
export function findCircle(dependencies: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of dependencies.keys()) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    const pending: { readonly name: string; readonly rest: Iterator<string> }[] = [];
    const enter = (name: string): void => {
      onPath.set(name, path.length);
      path.push(name);
      pending.push({ name, rest: (dependencies.get(name) ?? []).values() });
    };
    if (!done.has(start)) enter(start);
    for (let top = pending.at(-1); top; top = pending.at(-1)) {
      const next = top.rest.next();
      if (next.done) {
        pending.pop();
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
        continue;
      }
      const at = onPath.get(next.value);
      if (at !== undefined) return [...path.slice(at), next.value];
      if (dependencies.has(next.value) && !done.has(next.value)) enter(next.value);
    }
  }
  return undefined;
}

/** What the children of a run made of runs say of it: how many have which status, and whether a failure is left unhandled. */
export interface ChildrenState {
  readonly counts: Partial<Readonly<Record<RunStatus, number>>>;
  /** Some child failed or was lost, and nothing that ran depended on that. */
  readonly hasUnhandledFailure: boolean;
}

/**
 * A parent's status by its children's: queued while none has started, running while one is active; then failed when a
 * failure was not handled, else cancelled when one was, else completed.
 */
export function parentStatus({ counts, hasUnhandledFailure }: ChildrenState): RunStatus {
  const count = (...statuses: readonly RunStatus[]): number =>
    statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const waiting = count('queued', 'created');
  const active = count('pending', 'running', 'cancel-pending');
  const ended = count('completed', 'failed', 'lost', 'cancelled');
  if (waiting + active > 0) return active + ended > 0 ? 'running' : 'queued';
  if (hasUnhandledFailure) return 'failed';
  return count('cancelled') > 0 ? 'cancelled' : 'completed';
}
