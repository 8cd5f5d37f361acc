/**
 * What the tasks of a run or task wait for, in its tree: what `dependsOn` names, what they refer to, and in `sequential` the
 * one before. The same as `resolveTasks` makes of the file, with the places where it stands.
 */
import { getNodePath, type Node } from 'jsonc-parser';
import { parseTaskReference, textParts } from '../../model/references';
import { dependencyConditions, type DependencyCondition } from '../../model/taskGraph';
import { properties, textsWith } from './jsonTree';
import { perNode } from './perNode';
import type { KeyPath } from './runFileProblem';

/** A task or a member in the tree. */
export interface TaskNode {
  readonly name: string;
  readonly node: Node;
  readonly keyPath: KeyPath;
}

export interface TaskWait {
  /** Waited for; a sibling, or a name that nobody has. */
  readonly task: string;
  readonly on: DependencyCondition;
  readonly by: 'dependsOn' | 'reference' | 'sequential';
  /** Who says so: the task itself, or one in it. */
  readonly from: readonly string[];
  readonly node: Node;
  readonly keyPath: KeyPath;
}

/**
 * The tasks or members of a run or task whose own path is `at`. A task of a tree after an edit is the very same `TaskNode`
 * as before where neither its text nor its path is another.
 */
export function taskNodes(parent: Node, at: KeyPath): readonly TaskNode[] {
  const known = tasksOf.get(parent);
  if (known && isSamePath(known.at, at)) return known.tasks;
  const tasks = findTasks(parent, at);
  tasksOf.set(parent, { at, tasks });
  return tasks;
}

const tasksOf = new WeakMap<Node, { readonly at: KeyPath; readonly tasks: readonly TaskNode[] }>();

function findTasks(parent: Node, at: KeyPath): readonly TaskNode[] {
  const tasks = valueOf(parent, 'tasks');
  if (tasks?.type === 'object') {
    return Array.from(properties(tasks), ([name, , node]) => taskNode(name, node, at, ['tasks', name]));
  }
  const group = valueOf(parent, 'group');
  return (group?.type === 'array' ? (group.children ?? []) : []).map((node, index) => {
    const name = valueOf(node, 'name');
    const given = name?.type === 'string' ? String(name.value) : undefined;
    return taskNode(given ?? `member-${index + 1}`, node, at, ['group', index]);
  });
}

const nodesOfTasks = new WeakMap<Node, TaskNode>();

function taskNode(name: string, node: Node, at: KeyPath, step: KeyPath): TaskNode {
  const known = nodesOfTasks.get(node);
  if (known?.name === name && isSamePath(known.keyPath, at, step)) return known;
  const made = { name, node, keyPath: [...at, ...step] };
  nodesOfTasks.set(node, made);
  return made;
}

function isSamePath(path: KeyPath, at: KeyPath, step: KeyPath = []): boolean {
  return (
    path.length === at.length + step.length &&
    path.every((key, index) => key === (index < at.length ? at[index] : step[index - at.length]))
  );
}

/** What is made of a task's text and path alone, once for each: see `taskNodes`. */
export function perTask<T>(make: (task: TaskNode) => T): (task: TaskNode) => T {
  const known = new WeakMap<TaskNode, { readonly made: T }>();
  return (task) => {
    let entry = known.get(task);
    if (!entry) known.set(task, (entry = { made: make(task) }));
    return entry.made;
  };
}

/** What `dependsOn` says, whether or not there are such tasks. */
export const declaredWaits = perTask(({ name, node, keyPath }): readonly TaskWait[] => {
  const dependsOn = valueOf(node, 'dependsOn');
  if (!dependsOn) return [];
  const path = [...keyPath, 'dependsOn'];
  const isListed = dependsOn.type === 'array';
  const common = { by: 'dependsOn', from: [name] } as const;
  return (isListed ? (dependsOn.children ?? []) : [dependsOn]).flatMap((each, index): TaskWait[] => {
    const own = isListed ? [...path, index] : path;
    if (each.type === 'string') {
      return [{ ...common, task: String(each.value), on: 'completed', node: each, keyPath: own }];
    }
    const task = valueOf(each, 'task');
    if (task?.type !== 'string') return [];
    const word = valueOf(each, 'on')?.value as unknown;
    const on = dependencyConditions.find((condition) => condition === word) ?? 'completed';
    return [{ ...common, task: String(task.value), on, node: task, keyPath: [...own, 'task'] }];
  });
});

/** What each of these siblings waits for without `dependsOn` saying so; those that wait for nothing are left out. */
export function impliedWaits(siblings: readonly TaskNode[], isSequential: boolean): ReadonlyMap<string, TaskWait[]> {
  const names = new Set(siblings.map(({ name }) => name));
  const waits = new Map<string, TaskWait[]>();
  for (const [index, task] of siblings.entries()) {
    const before = isSequential ? siblings[index - 1]?.name : undefined;
    const { node, keyPath, name } = task;
    if (before === undefined && !hasReferences(node)) continue;
    const own: TaskWait[] = [];
    if (before !== undefined)
      own.push({ task: before, on: 'completed', by: 'sequential', from: [name], node, keyPath });
    addReferences(task, [name], (found) => names.has(found), own);
    if (own.length > 0) waits.set(name, own);
  }
  return waits;
}

const hasReferences = perNode((node) => textsWith('${tasks.', node).length > 0);

/** Texts that are filled when an attempt starts. */
const filledKeys: ReadonlySet<unknown> = new Set(['command', 'cwd', 'env', 'inputs', 'parameters']);

/** A name means the nearest task of that name: `isMeant` knows those that are not hidden by one further in. */
function addReferences(
  task: TaskNode,
  from: readonly string[],
  isMeant: (name: string) => boolean,
  waits: TaskWait[],
): void {
  for (const { name, ...place } of ownReferences(task)) {
    if (isMeant(name)) waits.push({ task: name, on: 'completed', by: 'reference', from, ...place });
  }
  const inner = taskNodes(task.node, task.keyPath);
  if (inner.length === 0) return;
  const hidden = new Set(inner.map(({ name }) => name));
  for (const each of inner) {
    addReferences(each, [...from, each.name], (name) => !hidden.has(name) && isMeant(name), waits);
  }
}

/** To tasks that there may be, in its own texts. */
const ownReferences = perTask(
  ({ node }): readonly { readonly name: string; readonly node: Node; readonly keyPath: KeyPath }[] =>
    (node.type === 'object' ? (node.children ?? []) : []).flatMap(({ children: [key, value] = [] }) =>
      value && filledKeys.has(key?.value)
        ? textsWith('${tasks.', value).flatMap((text) =>
            Array.from(tasksIn(String(text.value)), (name) => ({ name, node: text, keyPath: getNodePath(text) })),
          )
        : [],
    ),
);

function* tasksIn(text: string): Generator<string> {
  for (const part of textParts(text)) {
    const reference = part.kind === 'reference' ? parseTaskReference(part.name) : undefined;
    if (reference) yield reference.task;
  }
}

/** Of equal keys the first. A plain loop: it is asked many times of each of thousands of tasks. */
export function valueOf(object: Node, name: string): Node | undefined {
  if (object.type !== 'object') return undefined;
  for (const { children } of object.children ?? []) if (children?.[0]?.value === name) return children[1];
  return undefined;
}
