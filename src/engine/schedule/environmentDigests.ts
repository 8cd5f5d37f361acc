/**
 * What stays of an environment when its run is settled: the names of the variables, and of each value a digest that is good
 * for one question, whether another value is the same.
 *
 * The digests are keyed, so that the file alone tells nothing of the values, and short, so that who has the key too cannot
 * find a value by trying: many others have the same digest. The price is that one in 65,536 changes is not seen.
 */
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { hasErrorCode } from '../../base/failure';
import {
  type EnvironmentChanges,
  type EnvironmentComparison,
  unknownEnvironments,
} from '../../model/environmentChanges';
import type { RunId } from '../../model/ids';
import type { Home } from '../home';
import {
  environmentIndexes,
  forgetEnvironments,
  type Pairs,
  parseEnvironment,
  readEnvironmentText,
} from './environment';

/** Digests by the names of variables. */
const DigestsSchema = Type.Record(Type.String(), Type.String());
const RecordSchema = Type.Object({
  /** Of nothing: says whether the key is still the one that these were made with. */
  check: Type.String(),
  /** By the index that the environment had. */
  environments: Type.Record(Type.String(), DigestsSchema),
});
type Digests = Static<typeof DigestsSchema>;
type DigestRecord = Static<typeof RecordSchema>;

/** Shells change these from command to command; no program's result hangs on them. */
const restless = new Set(['_', 'SHLVL', 'OLDPWD', 'PWD']);

/** The run in whose folder it is, or was, kept, and which of those there it is. */
export interface KeptEnvironment {
  readonly runId: RunId;
  readonly index: number;
}

export class EnvironmentDigests {
  readonly #home: Home;
  readonly #key: string;
  readonly #check: string;
  /** Runs that are submitted one after another mostly have the same environment. */
  #last: { readonly text: string; readonly digests: Digests } | undefined;

  constructor(home: Home, key: string) {
    this.#home = home;
    this.#key = key;
    this.#check = this.#digest('', '');
  }

  /** Forgets the environments that are kept with a run, and remembers their digests. */
  forget(runId: RunId): void {
    const indexes = environmentIndexes(this.#home, runId);
    if (indexes.length === 0) return;
    const environments = { ...this.#read(runId)?.environments };
    for (const index of indexes) {
      const digests = this.#digestsOf(readEnvironmentText(this.#home, { runId, index }));
      if (digests) environments[index] = digests;
    }
    try {
      const record: DigestRecord = { check: this.#check, environments };
      writeFileSync(this.#home.environmentDigests(runId), JSON.stringify(record), { mode: 0o600 });
    } catch (error) {
      // A comparison less: the environments must go all the same.
      if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'ENOENT')) throw error;
    }
    forgetEnvironments(this.#home, runId);
  }

  /** Of the environments that were kept with a run; attempts are told apart by them, so none is given twice. */
  indexes(runId: RunId): readonly number[] {
    return Object.keys(this.#read(runId)?.environments ?? {}).map(Number);
  }

  /** From the environment that was kept there to this one; undefined when they do not differ, or that is not known. */
  changes(kept: KeptEnvironment, environment: Pairs): EnvironmentChanges | undefined {
    const before = this.#digestsKept(kept);
    const now = this.#digestsOf(JSON.stringify(environment));
    if (!before || !now) return undefined;
    const { same: _same, ...changes } = compareDigests(before, now);
    return Object.values(changes).some((list) => list.length > 0) ? changes : undefined;
  }

  /** From the environment that was kept in one place to that in another: names, and nothing when one of them is not known. */
  compare(before: KeptEnvironment, now: KeptEnvironment): EnvironmentComparison {
    const [from, to] = [this.#digestsKept(before), this.#digestsKept(now)];
    if (!from || !to) return unknownEnvironments;
    const { same, ...changes } = compareDigests(from, to);
    return { isKnown: true, changes, same };
  }

  #digestsKept(kept: KeptEnvironment): Digests | undefined {
    return this.#digestsOf(readEnvironmentText(this.#home, kept)) ?? this.#read(kept.runId)?.environments[kept.index];
  }

  #read(runId: RunId): DigestRecord | undefined {
    try {
      const record: unknown = JSON.parse(readFileSync(this.#home.environmentDigests(runId), 'utf8'));
      return Check(RecordSchema, record) && record.check === this.#check ? record : undefined;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Of an environment as it is written down. */
  #digestsOf(text: string | undefined): Digests | undefined {
    if (text === undefined) return undefined;
    if (this.#last?.text !== text) {
      const pairs = parseEnvironment(text);
      if (!pairs) return undefined;
      // Without inherited keys: a variable may be called as one.
      const digests: Digests = Object.create(null) as Digests;
      for (const [name, value] of pairs) digests[name] = this.#digest(name, value);
      this.#last = { text, digests };
    }
    return this.#last.digests;
  }

  /** 16 bits. */
  #digest(name: string, value: string): string {
    return createHmac('sha256', this.#key).update(`${name}\0${value}`).digest('hex').slice(0, 4);
  }
}

function compareDigests(before: Digests, now: Digests): EnvironmentChanges & { readonly same: string[] } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !restless.has(name))
    .sort();
  const inBoth = names.filter((name) => Object.hasOwn(before, name) && Object.hasOwn(now, name));
  return {
    added: names.filter((name) => !Object.hasOwn(before, name)),
    removed: names.filter((name) => !Object.hasOwn(now, name)),
    changed: inBoth.filter((name) => before[name] !== now[name]),
    same: inBoth.filter((name) => before[name] === now[name]),
  };
}
