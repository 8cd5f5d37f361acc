/** The references of a run file, checked in its tree: while typing, and before a submission. */
import { getNodePath, type Node } from 'jsonc-parser';
import { hasLateReference } from '../../model/references';
import { parameterPaths, type Parameters } from '../../model/parameterPaths';
import type { Mend } from './check/mend';
import { type Finding, findingAt } from './finding';
import { properties, textsWith, toJsonText } from './jsonTree';
import { lazily } from './once';
import {
  exposureOf,
  findReferenceProblem,
  findSecretProblem,
  findTaskProblem,
  findWordsReference,
  type KnownParameters,
  type ReferenceProblem,
  type ReferredTask,
  type ReferredTasks,
} from './referenceProblem';
import type { KeyPath } from './runFileProblem';
import { taskNodes, valueOf } from './taskWaits';

/** What texts can refer to by where they stand. */
export interface ReferencedFrom {
  /** Of the run or task itself, and which of them are known only when an attempt starts. */
  readonly inputs: ReadonlyMap<string, boolean>;
  /** Undefined when they are not all known: an algorithm may add its defaults. Looked at only where one is mentioned. */
  readonly parameters: () => KnownParameters | undefined;
  /** Tasks by their names, level by level: the last are beside the text's own task. */
  readonly tasks: readonly ReferredTasks[];
  /** What all of this was made of. */
  readonly origin?: () => Origin;
}

/** Nodes stand for their text: see `perNode.ts`. */
interface Origin {
  readonly outer: (() => Origin) | undefined;
  readonly parameters: Node | undefined;
  readonly hasAlgorithm: boolean;
  /** The names of tasks, and the nodes of those that are sweeps. */
  readonly tasks: readonly (string | Node)[];
}

/** Whether texts can refer to the very same from both. */
export const isSameOrigin = (one: ReferencedFrom, other: ReferencedFrom): boolean =>
  isSame(one.origin?.(), other.origin?.());

function isSame(one: Origin | undefined, other: Origin | undefined): boolean {
  if (one === other) return true;
  return (
    one !== undefined &&
    other !== undefined &&
    one.parameters === other.parameters &&
    one.hasAlgorithm === other.hasAlgorithm &&
    isSame(one.outer?.(), other.outer?.()) &&
    isSameList(one.tasks, other.tasks)
  );
}

/** Of thousands of tasks each asks for the same two. */
let compared: readonly [one: unknown, other: unknown, isSame: boolean] | undefined;

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (compared?.[0] === one && compared[1] === other) return compared[2];
  const found = one.length === other.length && one.every((each, index) => each === other[index]);
  compared = [one, other, found];
  return found;
}

/** Of what stands in nothing. */
export const outermost: ReferencedFrom = { inputs: new Map(), parameters: () => new Map<string, unknown>(), tasks: [] };

/** A run or task, as its own texts see it. */
export interface Scope extends ReferencedFrom {
  /** The same for what it is made of. */
  readonly inner: ReferencedFrom;
}

/** The parameters of a run or task include those that it inherits. */
export function enterScope(node: Node, outer: ReferencedFrom): Scope {
  const inputs = valueOf(node, 'inputs');
  const parameters = valueOf(node, 'parameters');
  const isComposite = valueOf(node, 'tasks') !== undefined || valueOf(node, 'group') !== undefined;
  const hasAlgorithm = valueOf(node, 'algorithm') !== undefined;
  const own = {
    ...outer,
    origin: lazily(() => ({
      ...{ outer: outer.origin, parameters, hasAlgorithm },
      tasks: isComposite ? namesOfTasks(node) : [],
    })),
    inputs: inputs ? inputsOf(inputs) : outermost.inputs,
    parameters: hasAlgorithm
      ? () => undefined
      : parameters
        ? lazily(() => inherited(parametersOf(parameters), outer.parameters()))
        : outer.parameters,
  };
  const inner = isComposite ? { ...own, tasks: [...outer.tasks, referredTasks(node)] } : own;
  return { ...own, inner };
}

/** What it inherits is looked up where it is, not copied: thousands of tasks may have the same. */
function inherited(own: KnownParameters | undefined, outer: KnownParameters | undefined): KnownParameters | undefined {
  if (!own || !outer || outer.keys().next().done) return own && outer && own;
  return {
    has: (path) => own.has(path) || outer.has(path),
    get: (path) => (own.has(path) ? own.get(path) : outer.get(path)),
    keys: () => new Set([...outer.keys(), ...own.keys()]).keys(),
  };
}

const namesOfTasks = (node: Node): readonly (string | Node)[] =>
  taskNodes(node, getNodePath(node)).flatMap(({ name, node: task }) =>
    valueOf(task, 'sweep') ? [name, task] : [name],
  );

/** Made when one is referred to. */
function referredTasks(node: Node): ReferredTasks {
  const made = lazily(() => referredTasksOf(node));
  return { has: (name) => made().has(name), get: (name) => made().get(name), keys: () => made().keys() };
}

function referredTasksOf(node: Node): ReadonlyMap<string, ReferredTask> {
  return new Map(
    taskNodes(node, getNodePath(node)).map(({ name, node: task }) => [
      name,
      { whyNoBest: lazily(() => whyNoBest(task)) },
    ]),
  );
}

function whyNoBest(task: Node): string | undefined {
  const sweep = valueOf(task, 'sweep');
  if (!sweep) return 'it is no sweep';
  const metrics = valueOf(task, 'metrics');
  // An algorithm may know of a goal.
  if (valueOf(task, 'algorithm') || (metrics && metrics.type !== 'object')) return undefined;
  const goals = Array.from(metrics ? properties(metrics) : []).filter(([, , metric]) => valueOf(metric, 'goal'));
  return goals.length === 0 ? 'none of its "metrics" has a goal' : undefined;
}

/** Checks a run or a task whose own path is `at`. Texts of other keys hold no references: what looks like one there is text. */
export function* checkReferences(task: Node, at: KeyPath, scope: ReferencedFrom): Generator<Finding> {
  for (const [key, , value] of properties(task)) {
    const late = takesLate.get(key);
    if (late !== undefined) yield* checkTexts(key, value, { ...scope, late });
    else if (key === 'parameters') {
      for (const node of textsWith('${', value)) {
        const problem = findTaskProblem(String(node.value), scope.tasks) ?? findSecretProblem(String(node.value));
        if (problem) yield found(problem, node);
      }
    } else if (key === 'script' && value.type === 'string') {
      if (!/\$\{(?:parameters|run|tasks|env|secret)[.:}]/.test(String(value.value))) continue;
      const message = 'A script is not filled in: the shell has a ${…} of its own.';
      const hint = 'Hand the value over in "env", and write $NAME here.';
      yield findingAt('reference-in-script', [[...at, key], value], message, hint);
    }
  }
}

function* checkTexts(key: string, value: Node, scope: ReferencedFrom & { readonly late: boolean }): Generator<Finding> {
  for (const node of textsWith('${', value)) {
    const text = String(node.value);
    const isProgram = key === 'command' && value.children?.[0] === node;
    if (key === 'command' && !isProgram && findWordsReference(text)) continue;
    // An input is no reference in another.
    const inputs = key === 'inputs' ? outermost.inputs : scope.inputs;
    const isPath = isProgram || (key !== 'command' && key !== 'env');
    const problem = findReferenceProblem(text, { ...scope, inputs, exposure: exposureOf(key), isPath });
    if (problem) yield found(problem, node);
  }
}

function found({ code, message, hint, meant }: ReferenceProblem, node: Node): Finding {
  const mends = meant && ((): readonly Mend[] => meant().map((value) => ({ kind: 'replace', value })));
  return findingAt(code, [getNodePath(node), node], message, { hint, ...(mends ? { mends } : {}) });
}

/** The keys whose texts are filled, and whether that may be when an attempt starts. */
const takesLate: ReadonlyMap<string, boolean> = new Map([
  ['inputs', true],
  ['command', true],
  ['cwd', true],
  ['env', true],
  ['envFile', false],
  ['python', false],
]);

function inputsOf(node: Node): ReadonlyMap<string, boolean> {
  if (node.type !== 'object') return new Map();
  return new Map(
    Array.from(properties(node), ([name, , value]) => [
      name,
      textsWith('${', value).some((text) => hasLateReference(String(text.value))),
    ]),
  );
}

function parametersOf(node: Node): KnownParameters | undefined {
  const value: unknown = JSON.parse(toJsonText(node));
  return isObject(value) ? parameterPaths(value) : undefined;
}

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
