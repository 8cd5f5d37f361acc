/** What a submission must be beyond its schema. The core makes no other; a foreign client may. */
import { Failure } from '../base/failure';
import type { RunId } from '../model/ids';
import { secretsIn } from '../model/references';
import { findCircle } from '../model/taskGraph';
import type { Submission, TaskSubmission } from '../protocol/engine';

/** Throws `InvalidInput`. */
export function checkSubmission(submission: Submission): void {
  const { tasks = [], environments = [] } = submission;
  const parents = new Map<RunId, RunId | undefined>([[submission.runId, undefined]]);
  const composite = new Set<RunId>();
  const withChildren = new Set<RunId>();
  for (const run of [submission, ...tasks]) {
    for (const json of [run.metadataJson, run.parametersJson]) checkJsonObject(json);
    const [exposed] = secretsIn([...run.command, run.cwd]);
    if (exposed !== undefined) {
      throw invalid(`The secret ${exposed} would be seen by others: it may be handed over in the environment only.`);
    }
    const isMade = (run.kind ?? 'single') !== 'single';
    if (isMade) composite.add(run.runId);
    if (isMade !== (run.command.length === 0)) {
      throw invalid(`The run ${run.name} has ${isMade ? 'tasks and a command' : 'neither command nor tasks'}.`);
    }
  }
  for (const task of tasks) {
    if (parents.has(task.runId)) throw invalid(`Two runs have the id ${task.runId}.`);
    if (!parents.has(task.parentId) || !composite.has(task.parentId)) {
      throw invalid(`The parent of ${task.name} is no run before it that is made of runs.`);
    }
    if (task.environment > environments.length) throw invalid(`The environment of ${task.name} is missing.`);
    parents.set(task.runId, task.parentId);
    withChildren.add(task.parentId);
  }
  for (const id of composite) if (!withChildren.has(id)) throw invalid(`The run ${id} is made of no runs.`);
  checkDependencies(tasks, parents);
}

function checkDependencies(tasks: readonly TaskSubmission[], parents: ReadonlyMap<RunId, RunId | undefined>): void {
  for (const task of tasks) {
    const seen = new Set<RunId>();
    for (const { runId } of task.dependsOn) {
      if (parents.get(runId) !== task.parentId) throw invalid(`${task.name} depends on a run that is not beside it.`);
      if (seen.has(runId)) throw invalid(`${task.name} depends on the same run twice.`);
      seen.add(runId);
    }
  }
  const circle = findCircle(new Map(tasks.map((task) => [task.runId, task.dependsOn.map(({ runId }) => runId)])));
  if (!circle) return;
  const names = new Map<string, string>(tasks.map(({ runId, task }) => [runId, task]));
  throw invalid(`They wait for each other: ${circle.map((id) => names.get(id) ?? id).join(' → ')}.`);
}

function checkJsonObject(json: string): void {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Failure('InvalidInput', 'Parameters and metadata must be JSON.', { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('Parameters and metadata must be JSON objects.');
  }
}

const invalid = (message: string): Failure => new Failure('InvalidInput', message);
