/** The trials of a sweep as tasks: the file that has the sweep, once for each, with what it varies. */
import { Value } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { runFileEditorSchema } from '../../model/editorSchema';
import { type Task, TaskSchema } from '../../model/runFile';
import type { Sweep } from '../../model/sweep';
import { applyTrial, isWithin } from '../../model/sweepPath';
import { expandSweep } from '../../model/sweepTrials';
import { placeOfKey } from './jsonTree';
import { describeKeyPath, type KeyPath } from './runFileProblem';
import type { RunToResolve, Varied } from './runToResolve';
import { findSchemaProblems } from './schemaProblems';
import type { NamedTask } from './taskNames';
import { TextLines } from './textLines';

export interface TrialTask extends NamedTask {
  /** What it varies, as JSON: values by dotted path. */
  readonly trialJson: string;
  readonly varied: Varied;
  readonly trialValues: ReadonlyMap<string, unknown>;
}

/**
 * A trial has no name, experiment, snapshot or dependencies of its own, adds nothing to the priority of its sweep, and how
 * the file is run in a terminal is said once.
 */
const notRepeated = [
  '$schema',
  'experiment',
  'name',
  'packaging',
  'dependsOn',
  'priority',
  'detach',
  'logLevel',
  'direct',
];

/** Throws `InvalidInput` where a value stands that makes a trial which is no run file any more. */
export async function trialTasks(run: RunToResolve, sweep: Sweep): Promise<readonly TrialTask[]> {
  const whole = Object.fromEntries(Object.entries(run.file).filter(([key]) => !notRepeated.includes(key)));
  const trials = expandSweep(sweep);
  const listed = trials.length - (sweep.trials?.length ?? 0);
  const tasks: TrialTask[] = [];
  for (const [index, { name, values }] of trials.entries()) {
    const task: unknown = applyTrial(whole, { values });
    const varied = variedBy(run.at ?? [], values, index < listed ? undefined : index - listed);
    if (!isTask(task)) throw await noRun(run, task, name, varied);
    tasks.push({
      name,
      task,
      keyPath: [],
      trialJson: JSON.stringify(Object.fromEntries(values)),
      varied,
      trialValues: values,
    });
  }
  return tasks;
}

/** `trial` is its index among those that are written one by one. */
function variedBy(at: KeyPath, values: ReadonlyMap<string, unknown>, trial: number | undefined): Varied {
  const sweep = [...at, 'sweep', ...(trial === undefined ? ['over'] : ['trials', trial])];
  return { at, keys: new Map(Array.from(values.keys(), (path) => [path, [...sweep, path]])) };
}

/** In the words in which the file itself would be refused, at the value that is to blame. */
async function noRun(run: RunToResolve, task: unknown, name: string, { keys }: Varied): Promise<Failure> {
  const problems = await findSchemaProblems(new TextLines(JSON.stringify(task), run.path), runFileEditorSchema());
  const first = problems.find(({ severity }) => severity === 'error');
  const key = describeKeyPath(first?.keyPath ?? []);
  const path = first?.keyPath.join('.') ?? '';
  const [, at] = Array.from(keys).find(([varied]) => isWithin(path, varied) || isWithin(varied, path)) ?? [];
  const keyPath = at ?? [...(run.at ?? []), 'sweep'];
  const why = first ? `${key === '' ? '' : `${key}: `}${first.message}` : 'Its values do not fit.';
  return new Failure('InvalidInput', `${describeKeyPath(keyPath)}: The trial ${name} is no run: ${why}`, {
    place: placeOfKey(run.text, run.path, keyPath),
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
  });
}

const isTask = (value: unknown): value is Task => Value.Check(TaskSchema, value);
