/** Whose output a run file wants to be shown while it is followed: `tailLogs` of a task, else of what it is a part of. */
import type { RunId } from '../../model/ids';
import type { RunFile, Task } from '../../model/runFile';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { namedTasks } from './taskNames';

/** Of the submission that the file has become. */
export function tailedRuns(file: RunFile, submission: Submission): ReadonlySet<RunId> {
  const children = new Map<RunId, TaskSubmission[]>();
  for (const task of submission.tasks ?? []) {
    children.set(task.parentId, [...(children.get(task.parentId) ?? []), task]);
  }
  const tailed = new Set<RunId>();
  const add = (part: RunFile | Task, runId: RunId, isTailed: boolean): void => {
    if (isTailed) tailed.add(runId);
    const files = new Map(namedTasks(part).map(({ name, task }) => [name, task]));
    for (const child of children.get(runId) ?? []) {
      // A trial is the file that has the sweep once more.
      const { sweep: _sweep, ...whole } = part;
      const childFile = part.sweep ? whole : files.get(child.task);
      if (childFile) add(childFile, child.runId, childFile.tailLogs ?? isTailed);
    }
  };
  add(file, submission.runId, file.tailLogs ?? true);
  return tailed;
}
