/**
 * The text of a large run file with those parts left out that its schema has nothing against, so that the JSON service, which
 * takes its time, looks at the others alone. What is left stands where it stood.
 */
import type { TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Node } from 'jsonc-parser';
import { RunFileSchema, TaskSchema } from '../../../model/runFile';
import { entriesOf, lazily } from '../once';

const compiled = lazily(() => TypeCompiler.Compile(RunFileSchema as TSchema));

const compiledTask = lazily(() => TypeCompiler.Compile(TaskSchema as TSchema));

/** Whether the schema has nothing against the value of a file. A task's value that is the same as before is known. */
export function isAccepted(value: unknown): boolean {
  const { rest, tasks } = apart(value);
  return tasks.every(([, task]) => isAcceptedTask(task)) && compiled().Check(rest);
}

const acceptedTasks = new WeakSet<object>();

function isAcceptedTask(task: unknown): boolean {
  if (typeof task !== 'object' || task === null) return compiledTask().Check(task);
  if (acceptedTasks.has(task)) return true;
  const isGood = compiledTask().Check(task);
  if (isGood) acceptedTasks.add(task);
  return isGood;
}

/** The file's tasks, which can be looked at one by one, and the file with a harmless one instead of them. */
function apart(value: unknown): { readonly rest: unknown; readonly tasks: readonly (readonly [string, unknown])[] } {
  const tasks = isObject(value) && isObject(value['tasks']) ? entriesOf(value['tasks']) : [];
  // The schema has a pattern for their names.
  if (tasks.length === 0 || !tasks.every(([name]) => /\S/.test(name))) return { rest: value, tasks: [] };
  return { rest: { ...(value as object), tasks: { harmless: { script: 'true' } } }, tasks };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A shorter one is validated as it is. */
const worthwhileLength = 20_000;

/** `value` is that of the tree, which has no key twice. */
export function withoutAccepted(text: string, root: Node, value: unknown): string {
  if (text.length < worthwhileLength) return text;
  const refused = new Parts();
  const { rest, tasks } = apart(value);
  for (const { path } of compiled().Errors(rest)) refused.add(stepsOf(path));
  for (const [name, task] of tasks) {
    if (isAcceptedTask(task)) continue;
    for (const { path } of compiledTask().Errors(task)) refused.add(['tasks', name, ...stepsOf(path)]);
  }
  const left: [start: number, end: number][] = [];
  leaveOut(root, refused, left);
  let shortened = '';
  let end = 0;
  for (const [from, to] of left) {
    shortened += text.slice(end, from) + ' '.repeat(to - from);
    end = to;
  }
  return shortened + text.slice(end);
}

/** A tree of the steps that lead to what is refused. */
class Parts {
  readonly #inside = new Map<string, Parts>();
  #isWhole = false;

  add(steps: readonly string[]): void {
    const [step, ...rest] = steps;
    if (step === undefined) {
      this.#isWhole = true;
      return;
    }
    let inside = this.#inside.get(step);
    if (!inside) this.#inside.set(step, (inside = new Parts()));
    inside.add(rest);
  }

  /** Not only something in it. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  find(step: string): Parts | undefined {
    return this.#inside.get(step);
  }
}

/**
 * Keys of a run or a task, and tasks beside each other, can be left out one by one: none needs another. Anything else is
 * kept as a whole.
 */
function leaveOut(task: Node, refused: Parts, left: [number, number][]): void {
  if (refused.isWhole || task.type !== 'object') return;
  eachPart(task, refused, left, (key, value, part) => {
    const isMade = (key === 'tasks' && value.type === 'object') || (key === 'group' && value.type === 'array');
    if (!part.isWhole && isMade) eachPart(value, part, left, (_, inner, innerPart) => leaveOut(inner, innerPart, left));
  });
}

function eachPart(
  container: Node,
  refused: Parts,
  left: [number, number][],
  keep: (step: string, value: Node, part: Parts) => void,
): void {
  const children = container.children ?? [];
  for (const [index, child] of children.entries()) {
    const [key, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    const step = key ? String(key.value) : String(index);
    const part = refused.find(step);
    // With its comma; the one before the last is a trailing one then.
    const end = children[index + 1]?.offset ?? container.offset + container.length - 1;
    if (!part) left.push([child.offset, end]);
    else if (value) keep(step, value, part);
  }
}

const stepsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
