/** What is wrong with the tasks of a run or a task: their dependencies, their order, their names. */
import type { Node } from 'jsonc-parser';
import { dependencyConditions, type DependencyCondition, findCircle } from '../../model/taskGraph';
import { properties } from './jsonTree';
import type { Finding } from './runFileChecks';
import type { KeyPath } from './runFileProblem';

/** A task or a member in the tree. */
export interface TaskNode {
  readonly name: string;
  readonly node: Node;
  readonly keyPath: KeyPath;
}

interface DependencyNode {
  readonly task: string;
  readonly on: DependencyCondition;
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
    const given = node.type === 'object' ? textOf(valueOf(node, 'name')) : undefined;
    return { name: given ?? `member-${index + 1}`, node, keyPath: [...at, 'group', index] };
  });
}

/** Checks how the tasks of `parent` stand to each other; each task by itself is checked elsewhere. */
export function* checkTasks(parent: Node, at: KeyPath): Generator<Finding> {
  const tasks = taskNodes(parent, at);
  const isGroup = valueOf(parent, 'group') !== undefined;
  const sequentialNode = valueOf(parent, 'sequential');
  const isSequential = sequentialNode?.value === true;
  const names = new Set(tasks.map(({ name }) => name));
  if (sequentialNode && isSequential && (isGroup || tasks.length === 0)) {
    const hint = isGroup ? 'Use `tasks` instead of `group`.' : 'Add `tasks`, or leave it out.';
    yield error([...at, 'sequential'], sequentialNode, 'Only `tasks` can run one after another.', hint);
  }
  const seen = new Set<string>();
  for (const { name, node, keyPath } of tasks) {
    if (seen.has(name))
      yield error(keyPath, node, `Another one beside it is called ${name} too.`, 'Change one `name`.');
    seen.add(name);
    for (const key of ['experiment', '$schema', 'detach', 'logLevel', 'direct'] as const) {
      const misplaced = valueOf(node, key);
      if (misplaced)
        yield error([...keyPath, key], misplaced, 'This belongs to the run as a whole.', 'Move it to the top.');
    }
  }
  const dependencies = new Map(tasks.map((task) => [task.name, dependencyNodes(task)]));
  for (const [name, own] of dependencies) {
    yield* checkOwn(name, own, names, isSequential, isGroup);
  }
  yield* checkTogether(dependencies);
}

function* checkOwn(
  name: string,
  own: readonly DependencyNode[],
  names: ReadonlySet<string>,
  isSequential: boolean,
  isGroup: boolean,
): Generator<Finding> {
  const [first] = own;
  if (first && isSequential) {
    const hint = 'Each waits for the one before it anyway: leave out one of the two.';
    yield error(first.keyPath, first.node, '`dependsOn` and `sequential` exclude each other.', hint);
  }
  if (first && isGroup) {
    const hint = 'Use `tasks` instead of `group` where one waits for another.';
    yield error(first.keyPath, first.node, 'The members of a group run in parallel.', hint);
  }
  const seen = new Set<string>();
  for (const { task, node, keyPath } of own) {
    if (!names.has(task)) yield error(keyPath, node, `There is no task ${task} beside this one.`, hintOf(names, name));
    else if (seen.has(task)) yield error(keyPath, node, `It depends on ${task} twice.`, 'Keep one.');
    seen.add(task);
  }
}

/** Circles, and tasks that ask for what cannot happen together. Each at the dependency that closes it. */
function* checkTogether(dependencies: ReadonlyMap<string, readonly DependencyNode[]>): Generator<Finding> {
  const plain = new Map(Array.from(dependencies, ([name, own]) => [name, own.map(({ task }) => task)]));
  const circle = findCircle(plain);
  if (circle) {
    const [from, to] = circle.slice(-2);
    const closing = dependencies.get(from ?? '')?.find(({ task }) => task === to);
    if (closing) {
      const message =
        circle.length === 2 ? 'It depends on itself.' : `They wait for each other: ${circle.join(' → ')}.`;
      yield error(closing.keyPath, closing.node, message, 'Leave out one of these dependencies.');
    }
    return;
  }
  const hasFailed = Array.from(dependencies.values()).some((own) => own.some(({ on }) => on === 'failed'));
  if (hasFailed) yield* checkReachable(dependencies);
}

/** A task that needs one to have completed, and by way of another the same one to have failed, never starts. */
function* checkReachable(dependencies: ReadonlyMap<string, readonly DependencyNode[]>): Generator<Finding> {
  type Needs = ReadonlyMap<string, DependencyCondition>;
  const needsOf = new Map<string, Needs>();
  for (const name of inOrder(dependencies)) {
    const needs = new Map<string, DependencyCondition>();
    for (const { task, on, node, keyPath } of dependencies.get(name) ?? []) {
      if (on === 'finished') continue;
      for (const [needed, how] of new Map([...(needsOf.get(task) ?? []), [task, on] as const])) {
        const before = needs.get(needed);
        if (before !== undefined && before !== how) {
          const message = `It can never start: ${needed} would have to have both completed and failed.`;
          yield error(keyPath, node, message, 'Use `"on": "finished"` where either will do.');
        }
        needs.set(needed, how);
      }
    }
    needsOf.set(name, needs);
  }
}

/** Each after those that it depends on; there are no circles. */
function inOrder(dependencies: ReadonlyMap<string, readonly DependencyNode[]>): readonly string[] {
  const left = new Map(Array.from(dependencies, ([name, own]) => [name, new Set(own.map(({ task }) => task))]));
  const dependents = new Map<string, string[]>();
  for (const [name, own] of dependencies) {
    for (const { task } of own) dependents.set(task, [...(dependents.get(task) ?? []), name]);
  }
  const ordered = Array.from(left.keys()).filter((name) => left.get(name)?.size === 0);
  for (let at = 0; at < ordered.length; at += 1) {
    for (const name of dependents.get(ordered[at] ?? '') ?? []) {
      const waits = left.get(name);
      if (waits?.delete(ordered[at] ?? '') && waits.size === 0) ordered.push(name);
    }
  }
  return ordered;
}

function dependencyNodes({ node, keyPath }: TaskNode): readonly DependencyNode[] {
  const dependsOn = node.type === 'object' ? valueOf(node, 'dependsOn') : undefined;
  if (!dependsOn) return [];
  const path = [...keyPath, 'dependsOn'];
  const listed = dependsOn.type === 'array';
  return (listed ? (dependsOn.children ?? []) : [dependsOn]).flatMap((each, index) => {
    const own = listed ? [...path, index] : path;
    if (each.type === 'string') return { task: String(each.value), on: 'completed' as const, node: each, keyPath: own };
    const task = each.type === 'object' ? valueOf(each, 'task') : undefined;
    if (task?.type !== 'string') return [];
    const word = valueOf(each, 'on')?.value as unknown;
    const on = dependencyConditions.find((condition) => condition === word) ?? 'completed';
    return { task: String(task.value), on, node: task, keyPath: [...own, 'task'] };
  });
}

function valueOf(object: Node, name: string): Node | undefined {
  if (object.type !== 'object') return undefined;
  for (const [key, , value] of properties(object)) if (key === name) return value;
  return undefined;
}

const textOf = (node: Node | undefined): string | undefined =>
  node?.type === 'string' ? String(node.value) : undefined;

function hintOf(names: ReadonlySet<string>, self: string): string {
  const others = [...names].filter((name) => name !== self);
  if (others.length === 0) return 'There are no others.';
  const shown = others.slice(0, 12).join(', ');
  return others.length > 12 ? `There is ${shown} and ${others.length - 12} more.` : `There is ${shown}.`;
}

const error = (keyPath: KeyPath, node: Node, message: string, hint: string): Finding => ({
  keyPath,
  node,
  message,
  hint,
  severity: 'error',
});
