/** The trials of a sweep as tasks: the file that has the sweep, once for each, with what it varies. */
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { runFileEditorSchema } from '../../model/editorSchema';
import { type Task, TaskSchema } from '../../model/runFile';
import type { Sweep } from '../../model/sweep';
import { applyTrial, isWithin } from '../../model/sweepPath';
import { expandSweep } from '../../model/sweepTrials';
import { type KeyFailure, ProblemFailure } from './problemFailure';
import { describeKeyPath, type KeyPath } from './runFileProblem';
import { failureAtKey, orElse, type RunToResolve, type Varied } from './runToResolve';
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
  const looked = new Looked();
  for (const [index, { name, values }] of trials.entries()) {
    if (run.onFailure && !looked.isNew(values) && index < trials.length - 1) continue;
    const varied = variedBy(run.at ?? [], values, index < listed ? undefined : index - listed);
    const task = await orElse(run, async () => trialTask(run, { whole, name, values, varied }), undefined);
    if (!task) continue;
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

/**
 * Whoever wants all that is wrong looks at trials for what is in them, and not at each: those that have a value which none
 * before had. Of what is wrong with two values together the submission tells.
 */
class Looked {
  readonly #values = new Map<string, Set<string>>();

  isNew(values: TrialTask['trialValues']): boolean {
    let isNew = values.size === 0;
    for (const [path, value] of values) {
      const known = this.#values.get(path) ?? new Set();
      this.#values.set(path, known);
      const word = JSON.stringify(value) ?? '';
      if (known.has(word) || known.size >= mostValues) continue;
      known.add(word);
      isNew = true;
    }
    return isNew;
  }
}

/** Further values of a range are alike, but for the last: somebody types while they are looked at. */
const mostValues = 50;

async function trialTask(
  run: RunToResolve,
  {
    whole,
    name,
    values,
    varied,
  }: {
    readonly whole: Readonly<Record<string, unknown>>;
    readonly name: string;
    readonly values: TrialTask['trialValues'];
    readonly varied: Varied;
  },
): Promise<Task> {
  const task: unknown = await applied(run, whole, values, varied);
  if (!isTask(task)) throw await noRun(run, task, name, varied);
  return task;
}

/** A value that cannot be set is said at the value. */
async function applied(
  run: RunToResolve,
  whole: Readonly<Record<string, unknown>>,
  values: TrialTask['trialValues'],
  { keys }: Varied,
): Promise<unknown> {
  try {
    return applyTrial(whole, { values });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const [path] = Array.from(values.keys()).filter((each) => error.message.startsWith(JSON.stringify(each)));
    const keyPath = (path === undefined ? undefined : keys.get(path)) ?? [...(run.at ?? []), 'sweep'];
    throw failureAtKey(run, keyPath, error);
  }
}

/** `trial` is its index among those that are written one by one. */
function variedBy(at: KeyPath, values: ReadonlyMap<string, unknown>, trial: number | undefined): Varied {
  const sweep = [...at, 'sweep', ...(trial === undefined ? ['over'] : ['trials', trial])];
  return { at, keys: new Map(Array.from(values.keys(), (path) => [path, [...sweep, path]])) };
}

/** In the words in which the file itself would be refused, at the value that is to blame. */
async function noRun(run: RunToResolve, task: unknown, name: string, { keys }: Varied): Promise<KeyFailure> {
  const problems = await findSchemaProblems(new TextLines(JSON.stringify(task), run.path), runFileEditorSchema());
  const first = problems.find(({ severity }) => severity === 'error');
  const key = describeKeyPath(first?.keyPath ?? []);
  const path = first?.keyPath.join('.') ?? '';
  const [, at] = Array.from(keys).find(([varied]) => isWithin(path, varied) || isWithin(varied, path)) ?? [];
  const keyPath = at ?? [...(run.at ?? []), 'sweep'];
  const why = first ? `${key === '' ? '' : `${key}: `}${first.message}` : 'Its values do not fit.';
  const failure = new ProblemFailure('trial', `The trial ${name} is no run: ${why}`, {
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
  });
  return failureAtKey(run, keyPath, failure);
}

const isTask = (value: unknown): value is Task => Check(TaskSchema, value);
