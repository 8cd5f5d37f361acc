/** What a submission would come to at most: how many programs, how many of them at once, and how long. */
import type { RunId } from '../../model/ids';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import type { PlanSummary } from '../../protocol/graphPanel';
import { type Extent, extentOfParts, extentOfProgram } from './extent';

/** `places`: how many programs the engine executes at once, where that is known. */
export function planSummary(submission: Submission, places: number | undefined): PlanSummary {
  return summaryOf(new Extents(submission).of(submission), places);
}

function summaryOf({ programs, unlimited, atOnce, longestMs }: Extent, places: number | undefined): PlanSummary {
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
    const index = new Map(tasks.map(({ runId }, at) => [runId, at]));
    const edges = tasks.flatMap(({ dependsOn }, to) =>
      dependsOn.flatMap(({ runId }) => {
        const from = index.get(runId);
        return from === undefined ? [] : [{ from, to }];
      }),
    );
    return extentOfParts(
      tasks.map((task) => this.of(task)),
      edges,
      run.sweep?.atOnce,
    );
  }
}
