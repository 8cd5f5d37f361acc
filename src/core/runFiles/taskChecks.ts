/** What is wrong with the tasks of a run or a task: their dependencies, their order, their names. */
import type { Node } from 'jsonc-parser';
import { type DependencyCondition, findCircle, taskNameMaxLength } from '../../model/taskGraph';
import type { Finding } from './runFileChecks';
import type { KeyPath } from './runFileProblem';
import { declaredWaits, impliedWaits, taskNodes, type TaskWait, valueOf } from './taskWaits';

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
    if (!isGroup) yield* checkName(name, node, keyPath);
    if (seen.has(name))
      yield error(keyPath, node, `Another one beside it is called ${name} too.`, 'Change one `name`.');
    seen.add(name);
    for (const key of ['experiment', '$schema', 'detach', 'logLevel', 'direct'] as const) {
      const misplaced = valueOf(node, key);
      if (misplaced)
        yield error([...keyPath, key], misplaced, 'This belongs to the run as a whole.', 'Move it to the top.');
    }
  }
  const declared = new Map(tasks.map((task) => [task.name, declaredWaits(task)]));
  for (const [name, own] of declared) yield* checkOwn(name, own, names, isSequential, isGroup);
  const implied = impliedWaits(tasks, isSequential);
  const selves = Array.from(implied).flatMap(([name, own]) => own.filter(({ task }) => task === name));
  yield* selves.map(referenceToItself);
  const all = Array.from(declared, ([name, own]): [string, readonly TaskWait[]] => {
    // A dependency that is declared stands for the references too: it says how the other one must have ended.
    const known = new Set([name, ...own.map(({ task }) => task)]);
    return [name, [...own, ...(implied.get(name) ?? []).filter(({ task }) => !known.has(task))]];
  });
  yield* checkTogether(new Map(all));
}

/** To its own outputs, or to those of what it is a part of. */
function referenceToItself({ task, from, keyPath, node }: TaskWait): Finding {
  const own = from.at(-1);
  return from.length === 1
    ? error(keyPath, node, `It refers to itself: ${task} → ${task}.`, 'Write ${run.outputs} for its own outputs.')
    : error(
        keyPath,
        node,
        `They wait for each other: ${own} → ${task} → ${own}, which is a part of it.`,
        'Refer to a task beside it.',
      );
}

/** A member's name is a text like others, and has been checked as such. */
function* checkName(name: string, task: Node, keyPath: KeyPath): Generator<Finding> {
  const key = task.parent?.children?.[0] ?? task;
  if (name.trim() === '') yield error(keyPath, key, 'This task has no name.', 'Write one with a visible character.');
  else if (name.length > taskNameMaxLength) {
    yield error(keyPath, key, `This name has more than ${taskNameMaxLength} characters.`, 'Write a shorter one.');
  }
}

function* checkOwn(
  name: string,
  own: readonly TaskWait[],
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

/**
 * Circles, and tasks that ask for what cannot happen together. Each at the dependency that closes it; a circle that a
 * reference is a part of at the reference, since that is the one that does not look like a dependency.
 */
function* checkTogether(dependencies: ReadonlyMap<string, readonly TaskWait[]>): Generator<Finding> {
  const plain = new Map(Array.from(dependencies, ([name, own]) => [name, own.map(({ task }) => task)]));
  const circle = findCircle(plain);
  if (circle) {
    const waits = circle.slice(1).flatMap((to, index): readonly TaskWait[] => {
      const wait = dependencies.get(circle[index] ?? '')?.find(({ task }) => task === to);
      return wait ? [wait] : [];
    });
    const reference = waits.findLast(({ by }) => by === 'reference');
    const closing = reference ?? waits.at(-1);
    if (closing) {
      const message =
        circle.length === 2 ? 'It depends on itself.' : `They wait for each other: ${circle.join(' → ')}.`;
      yield error(closing.keyPath, closing.node, message, hintOfCircle(reference, waits));
    }
    return;
  }
  const hasFailed = Array.from(dependencies.values()).some((own) => own.some(({ on }) => on === 'failed'));
  if (hasFailed) yield* checkReachable(dependencies);
}

function hintOfCircle(reference: TaskWait | undefined, waits: readonly TaskWait[]): string {
  if (!reference) return 'Leave out one of these dependencies.';
  const what = `Who refers to ${reference.task} waits for it`;
  return waits.some(({ by }) => by === 'sequential')
    ? `${what}, and in \`sequential\` each waits for the one before it: change the order.`
    : `${what}: leave out the reference, or one of the dependencies.`;
}

/** A task that needs one to have completed, and by way of another the same one to have failed, never starts. */
function* checkReachable(dependencies: ReadonlyMap<string, readonly TaskWait[]>): Generator<Finding> {
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
function inOrder(dependencies: ReadonlyMap<string, readonly TaskWait[]>): readonly string[] {
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
