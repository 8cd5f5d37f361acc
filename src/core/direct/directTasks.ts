/**
 * In which order the tasks of a submission run when they run one after another, and which of them never do. The same rules
 * as the engine's, which reads the results afterwards and must come to the same statuses.
 */
import type { RunId } from '../../model/ids';
import type { RunStatus } from '../../model/runStatus';
import { dependencyState, parentStatus } from '../../model/taskGraph';
import type { Submission, TaskSubmission } from '../../protocol/engine';

/** What executes something itself: the submission's own run, or a task of it. */
export type DirectProgram = Pick<
  TaskSubmission,
  'runId' | 'command' | 'cwd' | 'parametersJson' | 'environment' | 'inputs' | 'graceMs'
> & {
  /** Names on the way to it; empty for the submission's own run. */
  readonly path: string;
};

/**
 * Runs every program in turn, each when what it depends on has ended as it should; returns the status of the whole.
 * `execute` resolves with how one ended; after `cancelled` nothing more is started.
 */
export async function runInTurn(
  submission: Submission,
  execute: (program: DirectProgram) => Promise<RunStatus>,
): Promise<RunStatus> {
  const turn = new Turn(submission.tasks ?? [], execute);
  return (submission.kind ?? 'single') === 'single'
    ? execute({ ...submission, environment: 0, path: '' })
    : turn.runChildren(submission.runId, '');
}

class Turn {
  readonly #children = new Map<RunId, TaskSubmission[]>();
  readonly #execute: (program: DirectProgram) => Promise<RunStatus>;
  #isStopped = false;

  constructor(tasks: readonly TaskSubmission[], execute: (program: DirectProgram) => Promise<RunStatus>) {
    this.#execute = execute;
    for (const task of tasks) this.#children.set(task.parentId, [...(this.#children.get(task.parentId) ?? []), task]);
  }

  /** What is ready first in the order of the file runs first. */
  async runChildren(parentId: RunId, way: string): Promise<RunStatus> {
    const children = this.#children.get(parentId) ?? [];
    const statuses = new Map<RunId, RunStatus>();
    const statusOf = (id: RunId): RunStatus => statuses.get(id) ?? 'queued';
    for (;;) {
      const waiting = children.filter(({ runId }) => !statuses.has(runId));
      const states = (task: TaskSubmission): readonly string[] =>
        task.dependsOn.map(({ runId, on }) => dependencyState(on, statusOf(runId)));
      const impossible = waiting.find((task) => states(task).includes('impossible'));
      if (impossible) {
        statuses.set(impossible.runId, 'skipped');
        continue;
      }
      const next = waiting.find((task) => states(task).every((state) => state === 'met'));
      if (!next) break;
      statuses.set(next.runId, await this.#run(next, `${way}${next.task}`));
    }
    return statusOfParent(children, statuses);
  }

  async #run(task: TaskSubmission, path: string): Promise<RunStatus> {
    if (this.#isStopped) return 'cancelled';
    const isSingle = (task.kind ?? 'single') === 'single';
    const status = await (isSingle ? this.#execute({ ...task, path }) : this.runChildren(task.runId, `${path}/`));
    if (status === 'cancelled') this.#isStopped = true;
    return status;
  }
}

function statusOfParent(children: readonly TaskSubmission[], statuses: ReadonlyMap<RunId, RunStatus>): RunStatus {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const status of statuses.values()) counts[status] = (counts[status] ?? 0) + 1;
  const isHandled = (failed: RunId): boolean =>
    children.some(
      ({ runId, dependsOn }) =>
        statuses.get(runId) !== 'skipped' &&
        dependsOn.some((dependency) => dependency.runId === failed && dependency.on !== 'completed'),
    );
  const failed = children.filter(({ runId }) => statuses.get(runId) === 'failed');
  return parentStatus({ counts, hasUnhandledFailure: failed.some(({ runId }) => !isHandled(runId)) });
}
