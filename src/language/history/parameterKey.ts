/** Where a run file speaks of a parameter: where it has its value, and where a sweep varies it. */
import type { KeyPath } from '../../core/runFiles/runFileProblem';
import { runAround } from '../runAround';

export interface ParameterKey {
  /** The run or task that has it; `[]` is the file itself. */
  readonly at: KeyPath;
  /** Dotted, as references and sweeps name it: `model.width`. */
  readonly name: string;
  /** `value`: its value in the file. `over`: what a sweep gives it. `trial`: its value in a trial that is written out. */
  readonly place: 'value' | 'over' | 'trial';
  /** The keys of the value or of what varies it; elements of a list are within it. */
  readonly keyPath: KeyPath;
}

/** Undefined for a key path that is of no parameter. */
export function parameterKeyOf(keyPath: KeyPath): ParameterKey | undefined {
  const { at, rest } = runAround(keyPath);
  const [first, second, third, fourth] = rest;
  if (first === 'parameters') {
    const names = rest.slice(1);
    const element = names.findIndex((name) => typeof name === 'number');
    const own = element < 0 ? names : names.slice(0, element);
    if (own.length === 0) return undefined;
    return { at, name: own.join('.'), place: 'value', keyPath: [...at, first, ...own] };
  }
  if (first !== 'sweep') return undefined;
  if (second === 'over' && isVaried(third)) {
    return { at, name: third.slice(prefix.length), place: 'over', keyPath: [...at, first, second, third] };
  }
  if (second === 'trials' && third !== undefined && isVaried(fourth)) {
    const own = [...at, first, second, third, fourth];
    return { at, name: fourth.slice(prefix.length), place: 'trial', keyPath: own };
  }
  return undefined;
}

const prefix = 'parameters.';

const isVaried = (key: string | number | undefined): key is string =>
  typeof key === 'string' && key.startsWith(prefix) && key.length > prefix.length;
