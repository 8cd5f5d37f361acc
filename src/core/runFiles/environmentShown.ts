/**
 * In what a run's environment differs from that of who submits it, for people to read. A value is shown where the run file (or
 * a plugin) has it in plain words, or where it is a folder of the activated Python; any other may be a secret.
 */
import path from 'node:path';
import { hasLateReference } from '../../model/references';
import { type Environment, findVariable } from './environment';
import { shownText } from './programFacts';
import { quotedWord } from './shellWords';

export const hidden = '‹hidden›';

/** What activating a Python sets, and no secret ever is. */
const ofPython: readonly string[] = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'CONDA_DEFAULT_ENV', 'CONDA_SHLVL'];

export interface EnvironmentToShow {
  readonly submitter: Environment;
  /** Texts for the engine's `fillReferences`. */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** `env` of the file with what plugins add to it, as it is written. */
  readonly written: Readonly<Record<string, string>>;
}

/** Lines as of a shell: `NAME=value`, and `unset NAME`. */
export function environmentLines({ submitter, environment, written }: EnvironmentToShow): readonly string[] {
  const lines: string[] = [];
  for (const [name, value] of environment) {
    const before = findVariable(submitter, name);
    const own = Object.hasOwn(written, name) ? written[name] : undefined;
    if (own === undefined && before === shownText(value)) continue;
    lines.push(`${name}=${shownValue({ name, value, own, before })}`);
  }
  const kept = new Set(environment.map(([name]) => name));
  for (const name of submitter.keys()) if (!kept.has(name)) lines.push(`unset ${name}`);
  return lines;
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly own: string | undefined;
  readonly before: string | undefined;
}

function shownValue({ name, value, own, before }: Variable): string {
  if (name === 'PATH') return shownPath(shownText(value), before);
  if (own === undefined) return ofPython.includes(name) ? quotedWord(shownText(value)) : hidden;
  // Who writes a reference to a variable often means a token.
  if (own.includes('${env:')) return `"${own}"`;
  return hasLateReference(value) ? `"${shownText(value)}"` : quotedWord(shownText(value));
}

/** What stands before what was there. */
function shownPath(value: string, before: string | undefined): string {
  const end = `${path.delimiter}${before ?? ''}`;
  return before !== undefined && value.endsWith(end) ? `${value.slice(0, -end.length)}${path.delimiter}$PATH` : value;
}
