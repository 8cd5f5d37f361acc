/** The trials of a sweep as tasks: the file that has the sweep, once for each, with what it varies. */
import { Value } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { type Task, TaskSchema } from '../../model/runFile';
import type { Sweep } from '../../model/sweep';
import { applyTrial } from '../../model/sweepPath';
import { expandSweep } from '../../model/sweepTrials';
import { placeOfKey } from './jsonTree';
import type { RunToResolve } from './runToResolve';
import type { NamedTask } from './taskNames';

export interface TrialTask extends NamedTask {
  /** What it varies, as JSON: values by dotted path. */
  readonly trialJson: string;
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

/** Throws `InvalidInput` at the key `sweep` when a value makes a trial that is no run file any more. */
export function trialTasks(run: RunToResolve, sweep: Sweep): readonly TrialTask[] {
  const whole = Object.fromEntries(Object.entries(run.file).filter(([key]) => !notRepeated.includes(key)));
  return expandSweep(sweep).map((trial) => {
    const task: unknown = applyTrial(whole, trial);
    if (!isTask(task)) {
      const error = Value.Errors(TaskSchema, task).First();
      const key = error?.path.slice(1).replaceAll('/', '.') ?? '';
      throw new Failure('InvalidInput', `sweep: The trial ${trial.name} is no run: ${key}: ${error?.message ?? ''}.`, {
        place: placeOfKey(run.text, run.path, [...(run.at ?? []), 'sweep']),
      });
    }
    return { name: trial.name, task, keyPath: [], trialJson: JSON.stringify(Object.fromEntries(trial.values)) };
  });
}

const isTask = (value: unknown): value is Task => Value.Check(TaskSchema, value);
