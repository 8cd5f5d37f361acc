/** The references of a run file, checked in its tree: while typing, and before a submission. */
import type { Node } from 'jsonc-parser';
import { hasLateReference } from '../../model/references';
import { parameterPaths, type Parameters } from '../../model/parameterPaths';
import { properties, toJsonText } from './jsonTree';
import {
  exposureOf,
  findReferenceProblem,
  findSecretProblem,
  findTaskProblem,
  flagsReference,
  type ReferenceProblem,
} from './referenceProblem';
import type { KeyPath } from './runFileProblem';

export interface ReferenceFinding extends ReferenceProblem {
  readonly keyPath: KeyPath;
  readonly node: Node;
}

/** What texts can refer to by where they stand. */
export interface ReferencedFrom {
  /** Of the run or task itself, and which of them are known only when an attempt starts. */
  readonly inputs: ReadonlyMap<string, boolean>;
  /** By their paths. Undefined when they are not all known: an algorithm may add its defaults. */
  readonly parameters: ReadonlyMap<string, unknown> | undefined;
  /** Names of tasks, level by level: the last are beside the text's own task. */
  readonly tasks: readonly (readonly string[])[];
}

/** The parameters of a run or task include those that it inherits. */
export function enterScope(node: Node, outer: ReferencedFrom): ReferencedFrom {
  const keys = new Map(Array.from(properties(node), ([key, , value]) => [key, value]));
  const own = parametersOf(keys.get('parameters'));
  const isKnown = !keys.has('algorithm') && own && outer.parameters;
  return {
    ...outer,
    inputs: inputsOf(keys.get('inputs')),
    parameters: isKnown ? new Map([...(outer.parameters ?? []), ...own]) : undefined,
  };
}

/** Checks a run or a task whose own path is `at`. Texts of other keys hold no references: what looks like one there is text. */
export function* checkReferences(task: Node, at: KeyPath, scope: ReferencedFrom): Generator<ReferenceFinding> {
  const keys = new Map(Array.from(properties(task), ([key, , value]) => [key, value]));
  for (const [key, late] of Object.entries(takesLate)) {
    for (const [keyPath, node] of texts([...at, key], keys.get(key))) {
      const text = String(node.value);
      if (key === 'command' && keyPath.at(-1) !== 0 && text === flagsReference) continue;
      // An input is no reference in another.
      const inputs = key === 'inputs' ? new Map<string, boolean>() : scope.inputs;
      const problem = findReferenceProblem(text, { ...scope, inputs, late, exposure: exposureOf(key) });
      if (problem) yield { ...problem, keyPath, node };
    }
  }
  for (const [keyPath, node] of texts([...at, 'parameters'], keys.get('parameters'))) {
    const problem = findTaskProblem(String(node.value), scope.tasks) ?? findSecretProblem(String(node.value));
    if (problem) yield { ...problem, keyPath, node };
  }
  const script = keys.get('script');
  const looking =
    script?.type === 'string' && /\$\{(?:parameters|run|tasks|env|secret)[.:}]/.exec(String(script.value));
  if (script && looking) {
    yield {
      message: 'A script is not filled in: the shell has a ${…} of its own.',
      hint: 'Hand the value over in "env", and write $NAME here.',
      keyPath: [...at, 'script'],
      node: script,
    };
  }
}

/** The keys whose texts are filled, and whether that may be when an attempt starts. */
const takesLate = { inputs: true, command: true, cwd: true, env: true, envFile: false, python: false } as const;

/** The texts in a value, each with its path. */
export function* texts(keyPath: KeyPath, node: Node | undefined): Generator<readonly [KeyPath, Node]> {
  if (node?.type === 'string') yield [keyPath, node];
  else if (node?.type === 'object') {
    for (const [key, , value] of properties(node)) yield* texts([...keyPath, key], value);
  } else if (node?.type === 'array') {
    for (const [index, element] of (node.children ?? []).entries()) yield* texts([...keyPath, index], element);
  }
}

function inputsOf(node: Node | undefined): ReadonlyMap<string, boolean> {
  if (node?.type !== 'object') return new Map();
  return new Map(
    Array.from(properties(node), ([name, , value]) => [
      name,
      Array.from(texts([], value)).some(([, text]) => hasLateReference(String(text.value))),
    ]),
  );
}

function parametersOf(node: Node | undefined): ReadonlyMap<string, unknown> | undefined {
  if (node === undefined) return new Map();
  const value: unknown = JSON.parse(toJsonText(node));
  return isObject(value) ? parameterPaths(value) : undefined;
}

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
