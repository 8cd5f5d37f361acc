/**
 * The part of a run file that can be looked at further although something in it is wrong: without the keys that the schema
 * refuses, without sweeps that come to nothing, and with harmless tasks in place of those that do not say what to run.
 */
import { toValue } from '../jsonTree';
import type { ExaminedRunFile } from '../readRunFile';
import type { KeyPath } from '../runFileProblem';

export interface SoundPart {
  readonly value: unknown;
  /** What is found there is of our making. */
  isLeftOut(keyPath: KeyPath): boolean;
}

/** Undefined when nothing is left to look at. */
export function soundPart({ root, file, problems }: ExaminedRunFile): SoundPart | undefined {
  if (!root) return undefined;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const replaced: KeyPath[] = [];
  // A value of its own is changed; what was read stays as it is.
  const value = file && errors.length === 0 ? file : toValue(root).value;
  for (const { code, keyPath, bySchema } of errors) {
    const at = taskOf(keyPath);
    const key = keyPath[at.length];
    if (code === 'syntax' || code.startsWith('schema-')) return undefined;
    if (isOfSweep(code)) leaveOut(value, [...at, 'sweep']);
    else if (code === 'several-programs') leaveOut(value, keyPath);
    else if (code === 'no-program' || (bySchema && (key === undefined || isProgram(key)))) {
      // Without it there would be nothing to run.
      if (at.length === 0) return undefined;
      replaced.push(at);
      put(value, at, { script: 'true' });
    } else if (bySchema && key !== undefined) leaveOut(value, [...at, key]);
  }
  return { value, isLeftOut: (keyPath) => replaced.some((at) => at.every((step, index) => keyPath[index] === step)) };
}

const isOfSweep = (code: string): boolean =>
  code === 'sweep' || code.startsWith('sweep-') || code === 'duplicate-trial' || code === 'duplicate-value';

const isProgram = (key: string | number): boolean =>
  key === 'command' || key === 'script' || key === 'algorithm' || key === 'tasks' || key === 'group';

/** The run or task that the key belongs to. */
function taskOf(keyPath: KeyPath): KeyPath {
  let length = 0;
  while (length + 1 < keyPath.length && (keyPath[length] === 'tasks' || keyPath[length] === 'group')) length += 2;
  return keyPath.slice(0, length);
}

function leaveOut(value: unknown, keyPath: KeyPath): void {
  const holder = find(value, keyPath.slice(0, -1));
  const key = keyPath.at(-1);
  if (isObject(holder) && key !== undefined) Reflect.deleteProperty(holder, key);
}

function put(value: unknown, keyPath: KeyPath, part: unknown): void {
  const holder = find(value, keyPath.slice(0, -1));
  const key = keyPath.at(-1);
  if (isObject(holder) && key !== undefined && Object.hasOwn(holder, key)) holder[key] = part;
}

function find(value: unknown, keyPath: KeyPath): unknown {
  let at = value;
  for (const key of keyPath) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}

/** Or a list. */
const isObject = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;
