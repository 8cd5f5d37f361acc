/** What the tasks of a run file are called, and what they depend on. Pure: the same for checks and for submission. */
import type { RunFile, Task } from '../../model/runFile';
import type { DependencyCondition } from '../../model/taskGraph';
import type { KeyPath } from './runFileProblem';

export interface NamedTask {
  /** Among its siblings. */
  readonly name: string;
  readonly task: Task;
  /** Within what it is a part of. */
  readonly keyPath: KeyPath;
}

/** The tasks or members, in the order of the file; empty for a run that is made of none. */
export function namedTasks({ tasks, group }: RunFile | Task): readonly NamedTask[] {
  if (tasks) return Object.entries(tasks).map(([name, task]) => ({ name, task, keyPath: ['tasks', name] }));
  return (group ?? []).map((task, index) => ({
    name: task.name ?? `member-${index + 1}`,
    task,
    keyPath: ['group', index],
  }));
}

export interface NamedDependency {
  readonly task: string;
  readonly on: DependencyCondition;
  /** Within the task that has it. */
  readonly keyPath: KeyPath;
}

export function namedDependencies({ dependsOn }: Task): readonly NamedDependency[] {
  if (dependsOn === undefined) return [];
  const list = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  return list.map((dependency, index) => {
    const keyPath = Array.isArray(dependsOn) ? ['dependsOn', index] : ['dependsOn'];
    if (typeof dependency === 'string') return { task: dependency, on: 'completed', keyPath };
    return { task: dependency.task, on: dependency.on ?? 'completed', keyPath };
  });
}
