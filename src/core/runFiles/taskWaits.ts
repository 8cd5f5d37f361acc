/**
 * What the tasks of a run or task wait for, in its tree: what `dependsOn` names, what they refer to, and in `sequential` the
 * one before. The same as `resolveTasks` makes of the file, with the places where it stands.
 */
import type { Node } from 'jsonc-parser';
import { parseTaskReference, textParts } from '../../model/references';
import { dependencyConditions, type DependencyCondition } from '../../model/taskGraph';
import { properties } from './jsonTree';
import { texts } from './referenceChecks';
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

/** The tasks or members of a run or task whose own path is `at`. */
export function taskNodes(parent: Node, at: KeyPath): readonly TaskNode[] {
  const keys = new Map(Array.from(properties(parent), ([key, , value]) => [key, value]));
  const tasks = keys.get('tasks');
  if (tasks?.type === 'object') {
    return Array.from(properties(tasks), ([name, , node]) => ({ name, node, keyPath: [...at, 'tasks', name] }));
  }
  const group = keys.get('group');
  return (group?.type === 'array' ? (group.children ?? []) : []).map((node, index) => {
    const name = valueOf(node, 'name');
    const given = name?.type === 'string' ? String(name.value) : undefined;
    return { name: given ?? `member-${index + 1}`, node, keyPath: [...at, 'group', index] };
  });
}

/** What `dependsOn` says, whether or not there are such tasks. */
export function declaredWaits({ name, node, keyPath }: TaskNode): readonly TaskWait[] {
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
}

/** What each of these siblings waits for without `dependsOn` saying so. */
export function impliedWaits(siblings: readonly TaskNode[], isSequential: boolean): ReadonlyMap<string, TaskWait[]> {
  const names = new Set(siblings.map(({ name }) => name));
  const waits = new Map<string, TaskWait[]>();
  for (const [index, task] of siblings.entries()) {
    const before = isSequential ? siblings[index - 1]?.name : undefined;
    const { node, keyPath, name } = task;
    const order = { on: 'completed', by: 'sequential', from: [name], node, keyPath } as const;
    waits.set(name, [
      ...(before === undefined ? [] : [{ ...order, task: before }]),
      ...referencesIn(task, [name], (found) => names.has(found)),
    ]);
  }
  return waits;
}

/** Texts that are filled when an attempt starts. */
const filledKeys = ['command', 'cwd', 'env', 'inputs', 'parameters'];

/** A name means the nearest task of that name: `isMeant` knows those that are not hidden by one further in. */
function* referencesIn(
  { node, keyPath }: TaskNode,
  from: readonly string[],
  isMeant: (name: string) => boolean,
): Generator<TaskWait> {
  if (node.type !== 'object') return;
  for (const [key, , value] of properties(node)) {
    if (!filledKeys.includes(key)) continue;
    for (const [path, textNode] of texts([...keyPath, key], value)) {
      for (const task of tasksIn(String(textNode.value))) {
        if (isMeant(task)) yield { task, on: 'completed', by: 'reference', from, node: textNode, keyPath: path };
      }
    }
  }
  const inner = taskNodes(node, keyPath);
  const hidden = new Set(inner.map(({ name }) => name));
  for (const task of inner) {
    yield* referencesIn(task, [...from, task.name], (name) => !hidden.has(name) && isMeant(name));
  }
}

function* tasksIn(text: string): Generator<string> {
  if (!text.includes('${tasks.')) return;
  for (const part of textParts(text)) {
    const reference = part.kind === 'reference' ? parseTaskReference(part.name) : undefined;
    if (reference) yield reference.task;
  }
}

export function valueOf(object: Node, name: string): Node | undefined {
  if (object.type !== 'object') return undefined;
  for (const [key, , value] of properties(object)) if (key === name) return value;
  return undefined;
}
