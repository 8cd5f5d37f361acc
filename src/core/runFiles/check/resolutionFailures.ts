/** Each failure that the resolution of a run file meets: what the disk tells, as far as that is known by looking at it. */
import type { RunFile, Task } from '../../../model/runFile';
import { inherit } from '../inherit';
import { entriesOf } from '../once';
import type { KeyFailure } from '../problemFailure';
import { resolveLaunch, resolveParent } from '../resolveLaunch';
import { resolveRun } from '../resolveRun';
import { kindOf } from '../resolveTasks';
import { findCode, orElse, type RunToResolve } from '../runToResolve';

/** Some may come twice, where tasks inherit what is wrong. */
export async function resolutionFailures(run: RunToResolve): Promise<readonly KeyFailure[]> {
  const failures: KeyFailure[] = [];
  const telling = { ...run, onFailure: (failure: KeyFailure) => failures.push(failure) };
  if (mayMakeMore(run.text)) await orElse(telling, async () => resolveRun(telling), undefined);
  else {
    await orElse(telling, async () => findCode(telling), undefined);
    await new LikeTasks(failures).look(telling);
  }
  return failures;
}

/** Sweeps and plugins make runs that are not written as such: the whole resolution knows them. */
const mayMakeMore = (text: string): boolean =>
  text.includes('"sweep"') || text.includes('"plugins"') || text.includes('\\u');

/** Of thousands of tasks most are alike in what the disk is asked for; one of them is looked at. */
class LikeTasks {
  readonly #failures: KeyFailure[];
  readonly #known = new Map<string, readonly KeyFailure[]>();

  constructor(failures: KeyFailure[]) {
    this.#failures = failures;
  }

  async look(run: RunToResolve): Promise<void> {
    if (kindOf(run.file) === 'single') {
      for (const failure of await this.#ofProgram(run, questionOf(run.file))) this.#failures.push(failure);
      return;
    }
    await orElse(run, async () => resolveParent(run), undefined);
    const handedOn = handedOnBy(run.file);
    for (const [step, task] of tasksOf(run.file)) {
      const { file, question } = inherited(run.file, handedOn, task);
      if (question !== undefined && this.#known.get(question)?.length === 0) continue;
      const at = [...(run.at ?? []), run.file.tasks ? 'tasks' : 'group', step];
      if (question === undefined) await this.look({ ...run, file, at });
      else for (const failure of await this.#ofProgram({ ...run, file, at }, question)) this.#failures.push(failure);
    }
  }

  async #ofProgram(run: RunToResolve, question: string): Promise<readonly KeyFailure[]> {
    const at = run.at ?? [];
    const known = this.#known.get(question);
    if (known) return known.map((failure) => failure.movedTo(at));
    const failures: KeyFailure[] = [];
    const telling = { ...run, onFailure: (failure: KeyFailure) => failures.push(failure) };
    await orElse(telling, async () => resolveLaunch(telling), undefined);
    this.#known.set(
      question,
      failures.map((failure) => failure.without(at)),
    );
    return failures;
  }
}

interface Inherited {
  /** What the parent has, the keys that it hands on. */
  readonly from: readonly unknown[];
  readonly file: Task;
  /** Of a single program. */
  readonly question: string | undefined;
}

/** Values of a tree after an edit are the very same as before where their text is: so is what becomes of them. */
const known = new WeakMap<Task, Inherited>();

function handedOnBy(parent: RunFile | Task): readonly unknown[] {
  const { cwd, env, envFile, python, compute, timeout, retries, parameters } = parent;
  return [cwd, env, envFile, python, compute, timeout, retries, parameters];
}

const tasksOf = ({ tasks, group = [] }: RunFile | Task): Iterable<readonly [step: string | number, task: Task]> =>
  tasks ? entriesOf(tasks) : group.entries();

function inherited(parent: RunFile | Task, from: readonly unknown[], task: Task): Inherited {
  const before = known.get(task);
  if (before?.from.every((each, index) => each === from[index])) return before;
  const file = inherit(parent, task);
  const made = { from, file, question: kindOf(file) === 'single' ? questionOf(file) : undefined };
  known.set(task, made);
  return made;
}

/** All that its failures depend on. */
function questionOf(file: RunFile | Task): string {
  const { command, script, algorithm, version, cwd, env, envFile, python, compute, inputs, parameters } = file;
  const question = JSON.stringify([command, script, cwd, env, envFile, python, compute, inputs]);
  if (algorithm === undefined && !question.includes('${parameters')) return question;
  return JSON.stringify([question, algorithm, version, parameters]);
}
