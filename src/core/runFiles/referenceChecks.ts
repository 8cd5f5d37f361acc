/** The references of a run file, checked in its tree: while typing, and before a submission. */
import type { Node } from 'jsonc-parser';
import { parameterPaths, type Parameters } from '../../model/parameterPaths';
import { properties, toJsonText } from './jsonTree';
import { findReferenceProblem, flagsReference, type ReferenceProblem } from './referenceProblem';
import type { KeyPath } from './runFileProblem';

export interface ReferenceFinding extends ReferenceProblem {
  readonly keyPath: KeyPath;
  readonly node: Node;
}

/** Checks a tree whose root is an object. Texts of other keys hold no references: what looks like one there is text. */
export function* checkReferences(root: Node): Generator<ReferenceFinding> {
  const keys = new Map(Array.from(properties(root), ([key, , value]) => [key, value]));
  // An algorithm has defaults for parameters that the file does not name.
  const parameters = keys.has('algorithm') ? undefined : parametersOf(keys.get('parameters'));
  for (const [key, late] of Object.entries(takesLate)) {
    for (const [keyPath, node] of texts([key], keys.get(key))) {
      const text = String(node.value);
      if (key === 'command' && keyPath[1] !== 0 && text === flagsReference) continue;
      const problem = findReferenceProblem(text, { parameters, late });
      if (problem) yield { ...problem, keyPath, node };
    }
  }
}

/** The keys whose texts are filled, and whether that may be when an attempt starts. */
const takesLate = { command: true, cwd: true, env: true, envFile: false, python: false } as const;

function* texts(keyPath: KeyPath, node: Node | undefined): Generator<readonly [KeyPath, Node]> {
  if (node?.type === 'string') yield [keyPath, node];
  else if (node?.type === 'object') {
    for (const [key, , value] of properties(node)) yield* texts([...keyPath, key], value);
  } else if (node?.type === 'array') {
    for (const [index, element] of (node.children ?? []).entries()) yield* texts([...keyPath, index], element);
  }
}

function parametersOf(node: Node | undefined): ReadonlyMap<string, unknown> | undefined {
  if (node === undefined) return new Map();
  const value: unknown = JSON.parse(toJsonText(node));
  return isObject(value) ? parameterPaths(value) : undefined;
}

const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
