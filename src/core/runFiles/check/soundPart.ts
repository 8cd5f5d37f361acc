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
  const changed = new ChangedValue(file ?? toValue(root).value);
  for (const { code, keyPath, bySchema } of errors) {
    const at = taskOf(keyPath);
    const key = keyPath[at.length];
    if (code === 'syntax' || code.startsWith('schema-')) return undefined;
    if (isOfSweep(code)) changed.leaveOut([...at, 'sweep']);
    else if (code === 'several-programs') changed.leaveOut(keyPath);
    else if (code === 'no-program' || (bySchema && (key === undefined || isProgram(key)))) {
      // Without it there would be nothing to run.
      if (at.length === 0) return undefined;
      replaced.push(at);
      changed.put(at, { script: 'true' });
    } else if (bySchema && key !== undefined) {
      changed.leaveOut([...at, key]);
      // The key that is misspelt may be the one that says what to run.
      if (changed.hasProgram(at)) continue;
      if (at.length === 0) return undefined;
      replaced.push(at);
      changed.put(at, { script: 'true' });
    }
  }
  return {
    value: changed.value,
    isLeftOut: (keyPath) => replaced.some((at) => at.every((step, index) => keyPath[index] === step)),
  };
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

/** A value of which parts are changed; what it was made from stays as it is. */
class ChangedValue {
  value: unknown;
  readonly #own = new WeakSet<object>();

  constructor(value: unknown) {
    this.value = value;
  }

  leaveOut(keyPath: KeyPath): void {
    this.#change(keyPath, (holder, key) => void Reflect.deleteProperty(holder, key));
  }

  put(keyPath: KeyPath, part: unknown): void {
    this.#change(keyPath, (holder, key) => {
      holder[key] = part;
    });
  }

  hasProgram(task: KeyPath): boolean {
    let at = this.value;
    for (const key of task) at = isObject(at) ? at[key] : undefined;
    return isObject(at) && Object.keys(at).some(isProgram);
  }

  #change(keyPath: KeyPath, change: (holder: Holder, key: string | number) => void): void {
    const last = keyPath.at(-1);
    if (last === undefined || !isThere(this.value, keyPath)) return;
    let holder = this.#copied(this.value, (copy) => (this.value = copy));
    for (const key of keyPath.slice(0, -1)) {
      const outer = holder;
      holder = outer && this.#copied(outer[key], (copy) => (outer[key] = copy));
    }
    if (holder) change(holder, last);
  }

  /** Each is copied once. */
  #copied(value: unknown, keep: (copy: Holder) => void): Holder | undefined {
    if (!isObject(value) || this.#own.has(value)) return isObject(value) ? value : undefined;
    // By entries, since a key may be called `__proto__`.
    const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : Object.fromEntries(Object.entries(value));
    if (!isObject(copy)) return undefined;
    this.#own.add(copy);
    keep(copy);
    return copy;
  }
}

/** Or a list. */
type Holder = Record<string | number, unknown>;

function isThere(value: unknown, keyPath: KeyPath): boolean {
  let at = value;
  for (const key of keyPath) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return false;
    at = at[key];
  }
  return true;
}

const isObject = (value: unknown): value is Holder => typeof value === 'object' && value !== null;
