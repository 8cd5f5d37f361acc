/** Which program of a run file is debugged: its only one, a task of it, or a trial. */
import type { RunId } from '../../model/ids';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import type { DirectProgram } from '../direct/directTasks';

export interface DebugChoice {
  /** The names on the way to it, "train/lr=0.1"; empty for the file's only program. */
  readonly path: string;
  /** As `path`, without trials: where it stands in the file. */
  readonly tasks: readonly string[];
  readonly program: DirectProgram;
}

/** In the order of the file. `within` are names of tasks on the way to those that are asked for. */
export function debugChoices(submission: Submission, within: readonly string[] = []): readonly DebugChoice[] {
  const { runId, kind = 'single', tasks = [] } = submission;
  if (kind === 'single') return [{ path: '', tasks: [], program: { ...submission, environment: 0, path: '' } }];
  const ways = new Map<RunId, Pick<DebugChoice, 'path' | 'tasks'>>([[runId, { path: '', tasks: [] }]]);
  const choices: DebugChoice[] = [];
  for (const task of tasks) {
    const way = wayOf(task, ways.get(task.parentId));
    ways.set(task.runId, way);
    const isAskedFor = within.every((name, index) => way.tasks[index] === name);
    if ((task.kind ?? 'single') === 'single' && isAskedFor) {
      choices.push({ ...way, program: { ...task, path: way.path } });
    }
  }
  return choices;
}

function wayOf(
  { task, trialJson }: TaskSubmission,
  above: Pick<DebugChoice, 'path' | 'tasks'> = { path: '', tasks: [] },
): Pick<DebugChoice, 'path' | 'tasks'> {
  return {
    path: above.path === '' ? task : `${above.path}/${task}`,
    tasks: trialJson === undefined ? [...above.tasks, task] : above.tasks,
  };
}
