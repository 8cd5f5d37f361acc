/**
 * The runs that a run file's `tasks` and `group`s become: each a full run with what it inherits, its environment, and what
 * it waits for. A reference to another task's outputs is a dependency too, whether or not `dependsOn` says so.
 */
import { newRunId, type RunId } from '../../model/ids';
import { parseTaskReference, textParts } from '../../model/references';
import type { RunKind } from '../../model/run';
import type { RunFile, Task } from '../../model/runFile';
import { type DependencyCondition, findCircle } from '../../model/taskGraph';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { ownPlugins } from '../plugins/applyPlugins';
import { inherit } from './inherit';
import { type ResolvedLaunch, resolveLaunch, resolveParent } from './resolveLaunch';
import { ProblemFailure } from './problemFailure';
import type { KeyPath } from './runFileProblem';
import { failureAtKey, orElse, type RunToResolve } from './runToResolve';
import { namedDependencies, type NamedTask, namedTasks } from './taskNames';
import { type TrialTask, trialTasks } from './trialTasks';

export function kindOf(file: RunFile | Task): RunKind {
  if (file.sweep) return 'sweep';
  if (file.tasks) return 'graph';
  return file.group ? 'group' : 'single';
}

export interface ResolvedTasks {
  readonly tasks: TaskSubmission[];
  readonly environments: Submission['environment'][];
}

/** Siblings by their names, and which of them one is in; the innermost first. */
interface Scope {
  readonly siblings: ReadonlyMap<string, RunId>;
  readonly within: RunId;
  readonly outer: Scope | undefined;
}

/** Throws `InvalidInput` at the key that it is about. `top` is the submission's own run. */
export async function resolveTasks(
  run: RunToResolve,
  top: { readonly runId: RunId; readonly environment: Submission['environment'] },
): Promise<ResolvedTasks> {
  const resolving = new TaskResolution(top.environment);
  await resolving.addAll(run, top.runId, undefined);
  await resolving.requireOrder(run);
  return resolving.finish();
}

class TaskResolution {
  readonly #tasks: TaskSubmission[] = [];
  readonly #environments = new Map<string, number>();
  readonly #distinct: Submission['environment'][] = [];
  /** What each run waits for, by the condition's own key: implied dependencies are found after the run is placed. */
  readonly #dependencies = new Map<RunId, Map<RunId, DependencyCondition>>();
  readonly #keyPaths = new Map<string, KeyPath>();

  constructor(environment: Submission['environment']) {
    this.#environments.set(JSON.stringify(environment), 0);
  }

  async addAll(parent: RunToResolve, parentId: RunId, outer: Scope | undefined): Promise<void> {
    const { sweep } = parent.file;
    const parts = sweep ? await orElse(parent, async () => trialTasks(parent, sweep), []) : namedTasks(parent.file);
    const children = parts.map((part) => ({ ...part, runId: newRunId() }));
    const siblings = new Map(children.map(({ name, runId }) => [name, runId]));
    // The tasks in each trial, not the trials: one that fails is no reason to skip the others.
    const isSequential = parent.file.sequential === true && !parent.file.sweep;
    let before: RunId | undefined;
    for (const child of children) {
      const dependencies = new Map<RunId, DependencyCondition>();
      this.#dependencies.set(child.runId, dependencies);
      if (isSequential && before !== undefined) dependencies.set(before, 'completed');
      for (const { task, on } of namedDependencies(child.task)) {
        const id = siblings.get(task);
        if (id !== undefined) dependencies.set(id, on);
      }
      before = child.runId;
    }
    for (const child of children) await this.#add(parent, parentId, child, { siblings, within: child.runId, outer });
  }

  /** What is in the file itself was checked there; a plugin or a sweep may make a circle of it still. */
  async requireOrder(run: RunToResolve): Promise<void> {
    const circle = findCircle(
      new Map(Array.from(this.#dependencies, ([id, others]): [string, RunId[]] => [id, [...others.keys()]])),
    );
    if (!circle) return;
    const names = new Map<string, string>(this.#tasks.map(({ runId, task }) => [runId, task]));
    const spelt = circle.map((id) => names.get(id) ?? id).join(' → ');
    const hint = 'Who refers to a task waits for it: look at what sweeps and plugins change.';
    const failure = new ProblemFailure('circular', `They wait for each other: ${spelt}.`, { hint });
    const keyPath = this.#keyPaths.get(circle.at(-2) ?? '') ?? [];
    await orElse(
      run,
      async () => {
        throw failureAtKey(run, [...(run.at ?? []), ...keyPath], failure);
      },
      undefined,
    );
  }

  finish(): ResolvedTasks {
    const tasks = this.#tasks.map((task) => ({
      ...task,
      dependsOn: Array.from(this.#dependencies.get(task.runId) ?? [], ([runId, on]) => ({ runId, on })),
    }));
    return { tasks, environments: this.#distinct };
  }

  async #add(
    parent: RunToResolve,
    parentId: RunId,
    {
      name,
      task,
      keyPath,
      runId,
      trialJson,
      varied,
      trialValues = new Map(),
    }: (NamedTask & Partial<TrialTask>) & { readonly runId: RunId },
    scope: Scope,
  ): Promise<void> {
    // A trial is the whole file once more; a task takes some of it.
    const file = trialJson === undefined ? inherit(parent.file, task) : task;
    // A trial is the sweep itself once more, its plugins too; they are not applied twice.
    const above = trialJson === undefined ? ownPlugins(parent.file, parent.at) : [];
    const plugins = [...(parent.plugins ?? []), ...above];
    const run: RunToResolve = {
      ...parent,
      file,
      at: [...(parent.at ?? []), ...keyPath],
      plugins,
      ...(varied ? { varied } : {}),
      trialValues: new Map([...(parent.trialValues ?? []), ...trialValues]),
    };
    this.#keyPaths.set(runId, run.at ?? []);
    parent.onPart?.(runId, [...(varied?.keys.values() ?? [])][0] ?? run.at ?? []);
    const kind = kindOf(file);
    const resolved = await (kind === 'single' ? resolveLaunch(run) : resolveParent(run));
    if (kind === 'single') this.#implyDependencies(resolved, scope);
    this.#tasks.push({
      runId,
      parentId,
      task: name,
      name: file.name ?? name,
      ...(kind === 'single' ? {} : { kind }),
      ...(trialJson === undefined ? {} : { trialJson }),
      ...resolved.launch,
      environment: this.#numberOf(resolved.environment, run),
      dependsOn: [],
    });
    if (kind !== 'single') await this.addAll(run, runId, scope);
  }

  #numberOf(environment: Submission['environment'], { onFailure }: RunToResolve): number {
    // It is looked at, and not submitted.
    if (onFailure) return 0;
    const key = JSON.stringify(environment);
    let index = this.#environments.get(key);
    if (index === undefined) {
      this.#distinct.push(environment);
      index = this.#distinct.length;
      this.#environments.set(key, index);
    }
    return index;
  }

  #implyDependencies({ launch, environment }: ResolvedLaunch, scope: Scope): void {
    const inputs = (launch.inputs ?? []).flatMap(({ paths }) => paths);
    const texts = [
      ...launch.command,
      launch.cwd,
      launch.parametersJson,
      ...inputs,
      ...environment.map(([, value]) => value),
    ];
    for (const text of texts) {
      if (!text.includes('${tasks.')) continue;
      for (const part of textParts(text)) {
        const reference = part.kind === 'reference' ? parseTaskReference(part.name) : undefined;
        if (reference) this.#imply(reference.task, scope);
      }
    }
  }

  /** The one that waits is the run itself, or that of its parents which stands beside the task. */
  #imply(task: string, scope: Scope): void {
    for (let at: Scope | undefined = scope; at; at = at.outer) {
      const runId = at.siblings.get(task);
      if (runId === undefined) continue;
      const dependencies = this.#dependencies.get(at.within);
      if (runId !== at.within && !dependencies?.has(runId)) dependencies?.set(runId, 'completed');
      return;
    }
  }
}
