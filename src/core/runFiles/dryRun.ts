/**
 * What a run file would submit, without submitting it: each program with what it executes, what it waits for, and what each
 * plugin has changed of it. How that is told is said in `programFacts.ts` and `dryRunDocument.ts`.
 */
import type { RunId } from '../../model/ids';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { experimentOf, resolveRun } from './resolveRun';
import type { ResolvedProgram, RunToResolve } from './runToResolve';

export interface DryRun {
  readonly experiment: string;
  readonly submission: Submission;
  readonly programs: readonly DryProgram[];
}

export interface DryProgram extends ResolvedProgram {
  /** The names on the way to it; of a run that is no graph its own name. */
  readonly path: string;
  readonly launch: Submission | TaskSubmission;
  /** "train", "train failed": names of tasks, and how they must have ended where that is not well. */
  readonly waitsFor: readonly string[];
  /** Its own and that of all that it is a part of. */
  readonly priority: number;
}

/** Throws what a submission would throw. */
export async function dryRun(run: RunToResolve): Promise<DryRun> {
  const resolved: ResolvedProgram[] = [];
  const submission = await resolveRun({ ...run, onProgram: (program) => resolved.push(program) });
  const launches = [submission, ...(submission.tasks ?? [])].filter(({ kind = 'single' }) => kind === 'single');
  const paths = pathsOf(submission);
  const places = new Places(submission);
  const programs = resolved.flatMap((program, index): DryProgram[] => {
    const launch = launches[index];
    return launch
      ? [
          {
            ...program,
            launch,
            path: paths.get(launch.runId) ?? '',
            waitsFor: places.waitsOf(launch.runId),
            priority: places.priorityOf(launch.runId),
          },
        ]
      : [];
  });
  return { experiment: experimentOf(run), submission, programs };
}

function pathsOf({ runId, name, tasks = [] }: Submission): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const task of tasks) {
    const above = paths.get(task.parentId);
    paths.set(task.runId, above === undefined ? task.task : `${above}/${task.task}`);
  }
  return tasks.length === 0 ? new Map([[runId, name]]) : paths;
}

/** What a task has of all that it is a part of. */
export class Places {
  readonly #tasks: ReadonlyMap<RunId, TaskSubmission>;
  readonly #priority: number;

  constructor({ priority = 0, tasks = [] }: Submission) {
    this.#tasks = new Map(tasks.map((task) => [task.runId, task]));
    this.#priority = priority;
  }

  /** Its own dependencies, and those of what it is a part of. */
  waitsOf(runId: RunId): readonly string[] {
    return this.#wayOf(runId).flatMap(({ dependsOn }) =>
      dependsOn.map(({ runId: id, on }) => `${this.#tasks.get(id)?.task ?? id}${on === 'completed' ? '' : ` ${on}`}`),
    );
  }

  priorityOf(runId: RunId): number {
    return this.#wayOf(runId).reduce((sum, { priority = 0 }) => sum + priority, this.#priority);
  }

  /** It, and what it is a part of; the run at the top has no place. */
  #wayOf(runId: RunId): readonly TaskSubmission[] {
    const way: TaskSubmission[] = [];
    for (let at = this.#tasks.get(runId); at; at = this.#tasks.get(at.parentId)) way.push(at);
    return way;
  }
}
