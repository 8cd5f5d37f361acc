/** What is wrong with the tasks of a run or a task: their dependencies, their order, their names. */
import type { Node } from 'jsonc-parser';
import { firstOf } from '../../base/firstOf';
import { type DependencyCondition, findCircle, taskNameMaxLength } from '../../model/taskGraph';
import type { Mend } from './check/mend';
import { nearest } from './check/nearest';
import { type Finding, findingAt } from './finding';
import { perNode } from './perNode';
import type { KeyPath } from './runFileProblem';
import { declaredWaits, impliedWaits, taskNodes, type TaskWait, valueOf } from './taskWaits';

/** Checks how the tasks of `parent` stand to each other; each task by itself is checked elsewhere. */
export function* checkTasks(parent: Node, at: KeyPath): Generator<Finding> {
  const tasks = taskNodes(parent, at);
  if (tasks.length === 0 && !valueOf(parent, 'sequential')) return;
  const isGroup = valueOf(parent, 'group') !== undefined;
  const sequentialNode = valueOf(parent, 'sequential');
  const isSequential = sequentialNode?.value === true;
  const names = new Set(tasks.map(({ name }) => name));
  if (sequentialNode && isSequential && (isGroup || tasks.length === 0)) {
    const hint = isGroup ? 'Use `tasks` instead of `group`.' : 'Add `tasks`, or leave it out.';
    const place = [[...at, 'sequential'], sequentialNode] as const;
    const options = { hint, mends: removed };
    yield findingAt('sequential-without-tasks', place, 'Only `tasks` can run one after another.', options);
  }
  const seen = new Set<string>();
  const areDistinct = names.size === tasks.length;
  for (const { name, node, keyPath } of tasks) {
    if (!isGroup && !isGoodName(name)) yield* checkName(name, node, keyPath);
    if (!areDistinct && seen.has(name)) {
      const message = `Another one beside it is called ${name} too.`;
      const mends = (): readonly Mend[] => renamed(node, name, names);
      yield findingAt('duplicate-name', [keyPath, node], message, { hint: 'Change one `name`.', mends });
    }
    if (!areDistinct) seen.add(name);
    if (!hasMisplaced(node)) continue;
    for (const { children: [keyNode, value] = [] } of node.children ?? []) {
      const key = String(keyNode?.value);
      if (!value || !ofTheWhole.has(key)) continue;
      const options = { hint: 'Move it to the top.', mends: removed };
      yield findingAt('misplaced-key', [[...keyPath, key], value], 'This belongs to the run as a whole.', options);
    }
  }
  const declared = new Map(tasks.map((task) => [task.name, declaredWaits(task)]));
  const group = { names, sequential: isSequential ? sequentialNode : undefined, isGroup };
  for (const [name, own] of declared) if (!isGood(own, group)) yield* checkOwn(name, own, group);
  const implied = impliedWaits(tasks, isSequential);
  for (const [name, own] of implied) for (const wait of own) if (wait.task === name) yield referenceToItself(wait);
  if (implied.size === 0) {
    yield* checkTogether(declared);
    return;
  }
  const all = Array.from(declared, ([name, own]): [string, readonly TaskWait[]] => {
    // A dependency that is declared stands for the references too: it says how the other one must have ended.
    if (!implied.has(name)) return [name, own];
    const known = new Set([name, ...own.map(({ task }) => task)]);
    return [name, [...own, ...(implied.get(name) ?? []).filter(({ task }) => !known.has(task))]];
  });
  yield* checkTogether(new Map(all));
}

/** To its own outputs, or to those of what it is a part of. */
function referenceToItself({ task, from, keyPath, node }: TaskWait): Finding {
  const own = from.at(-1);
  const place = [keyPath, node] as const;
  if (from.length > 1) {
    const message = `They wait for each other: ${own} → ${task} → ${own}, which is a part of it.`;
    return findingAt('circular', place, message, 'Refer to a task beside it.');
  }
  const reference = `\${tasks.${task}.outputs}`;
  const text = String(node.value);
  const mends = (): readonly Mend[] =>
    text.includes(reference) ? [{ kind: 'replace', value: text.replaceAll(reference, () => '${run.outputs}') }] : [];
  const hint = 'Write ${run.outputs} for its own outputs.';
  return findingAt('circular', place, `It refers to itself: ${task} → ${task}.`, { hint, mends });
}

const isGoodName = (name: string): boolean => name.length <= taskNameMaxLength && name.trim() !== '';

const hasMisplaced = perNode(
  (task) =>
    task.type === 'object' &&
    (task.children ?? []).some(({ children }) => ofTheWhole.has(String(children?.[0]?.value))),
);

/** A member's name is a text like others, and has been checked as such. */
function* checkName(name: string, task: Node, keyPath: KeyPath): Generator<Finding> {
  const place = [keyPath, task.parent?.children?.[0] ?? task] as const;
  if (name.trim() === '') {
    yield findingAt('task-name', place, 'This task has no name.', 'Write one with a visible character.');
  } else if (name.length > taskNameMaxLength) {
    const message = `This name has more than ${taskNameMaxLength} characters.`;
    yield findingAt('task-name', place, message, 'Write a shorter one.');
  }
}

interface Siblings {
  readonly names: ReadonlySet<string>;
  /** The value of `sequential`, where they are. */
  readonly sequential: Node | undefined;
  readonly isGroup: boolean;
}

/** As most are: there may be thousands. */
const isGood = (own: readonly TaskWait[], { names, sequential, isGroup }: Siblings): boolean =>
  own.length === 0 || (own.length === 1 && !sequential && !isGroup && names.has(own[0]?.task ?? ''));

function* checkOwn(
  name: string,
  own: readonly TaskWait[],
  { names, sequential, isGroup }: Siblings,
): Generator<Finding> {
  const [first] = own;
  if (first && sequential) {
    const hint = 'Each waits for the one before it anyway: leave out one of the two.';
    const mends = (): readonly Mend[] => [
      { kind: 'remove', node: sequential },
      { kind: 'remove', node: wholeOf(first), title: 'Remove "dependsOn"' },
    ];
    const message = '`dependsOn` and `sequential` exclude each other.';
    yield findingAt('sequential-with-dependencies', [first.keyPath, first.node], message, { hint, mends });
  }
  if (first && isGroup) {
    const hint = 'Use `tasks` instead of `group` where one waits for another.';
    const mends = (): readonly Mend[] => [{ kind: 'remove', node: wholeOf(first), title: 'Remove "dependsOn"' }];
    const message = 'The members of a group run in parallel.';
    yield findingAt('group-with-dependencies', [first.keyPath, first.node], message, { hint, mends });
  }
  const seen = new Set<string>();
  for (const wait of own) {
    const { task, node, keyPath } = wait;
    const remove = (): Mend => ({ kind: 'remove', node: dependencyOf(wait), title: 'Remove this dependency' });
    if (!names.has(task)) {
      const mends = (): readonly Mend[] => [...likely(task, name, names), remove()];
      const message = `There is no task ${task} beside this one.`;
      yield findingAt('unknown-task', [keyPath, node], message, { hint: hintOf(names, name), mends });
    } else if (seen.has(task)) {
      const options = { hint: 'Keep one.', mends: () => [remove()] };
      yield findingAt('duplicate-dependency', [keyPath, node], `It depends on ${task} twice.`, options);
    }
    seen.add(task);
  }
}

/** The closest of the others; of two tasks the other one. */
function likely(written: string, self: string, names: ReadonlySet<string>): readonly Mend[] {
  const others = [...names].filter((other) => other !== self);
  const near = nearest(written, others) ?? (others.length === 1 ? others[0] : undefined);
  return near === undefined ? [] : [{ kind: 'replace', value: near }];
}

/** What says it: a name, or `{ "task": …, "on": … }`. */
function dependencyOf({ node }: TaskWait): Node {
  const holder = node.parent?.type === 'property' ? node.parent : undefined;
  return holder?.children?.[0]?.value === 'task' ? (holder.parent ?? node) : node;
}

/** The value of `dependsOn` that it is in. */
function wholeOf(wait: TaskWait): Node {
  const own = dependencyOf(wait);
  return own.parent?.type === 'array' ? own.parent : own;
}

/**
 * Circles, and tasks that ask for what cannot happen together. Each at the dependency that closes it; a circle that a
 * reference is a part of at the reference, since that is the one that does not look like a dependency.
 */
function* checkTogether(dependencies: ReadonlyMap<string, readonly TaskWait[]>): Generator<Finding> {
  const circle = isInOrder(dependencies) ? undefined : findCircle(plainly(dependencies));
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
      const mends = (): readonly Mend[] =>
        closing.by === 'dependsOn'
          ? [{ kind: 'remove', node: dependencyOf(closing), title: 'Remove this dependency' }]
          : [];
      const options = { hint: hintOfCircle(reference, waits), mends };
      yield findingAt('circular', [closing.keyPath, closing.node], message, options);
    }
    return;
  }
  const hasFailed = Array.from(dependencies.values()).some((own) => own.some(({ on }) => on === 'failed'));
  if (hasFailed) yield* checkReachable(dependencies);
}

const plainly = (dependencies: ReadonlyMap<string, readonly TaskWait[]>): ReadonlyMap<string, readonly string[]> =>
  new Map(Array.from(dependencies, ([name, own]) => [name, own.map(({ task }) => task)]));

/** Each stands behind all that it waits for, as people write it: then there is no circle. */
function isInOrder(dependencies: ReadonlyMap<string, readonly TaskWait[]>): boolean {
  const before = new Set<string>();
  for (const [name, own] of dependencies) {
    if (!own.every(({ task }) => before.has(task) || !dependencies.has(task))) return false;
    before.add(name);
  }
  return true;
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
          const hint = 'Use `"on": "finished"` where either will do.';
          yield findingAt('never-starts', [keyPath, node], message, hint);
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
    for (const { task } of own) {
      const known = dependents.get(task);
      if (known) known.push(name);
      else dependents.set(task, [name]);
    }
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
  const count = names.size - (names.has(self) ? 1 : 0);
  if (count === 0) return 'There are no others.';
  // Of thousands not all are looked at for each that is misspelt.
  const shown = firstOf(13, names)
    .filter((name) => name !== self)
    .slice(0, 12)
    .join(', ');
  return count > 12 ? `There is ${shown} and ${count - 12} more.` : `There is ${shown}.`;
}

const removed = (): readonly Mend[] => [{ kind: 'remove' }];

/** Keys of the top that no task has. */
const ofTheWhole = new Set(['experiment', '$schema', 'detach', 'logLevel', 'direct']);

/** A member by a name that is free. */
function renamed(member: Node, name: string, names: ReadonlySet<string>): readonly Mend[] {
  const node = valueOf(member, 'name');
  if (!node) return [];
  let number = 2;
  while (names.has(`${name}-${number}`)) number += 1;
  return [{ kind: 'replace', node, value: `${name}-${number}` }];
}
