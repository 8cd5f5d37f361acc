/**
 * What plugins change, as single keys: `env.PROFILE`, `parameters.model.width`. That two of them do not want one key to be
 * different things is seen here, and what each has changed, for those who want to look before they submit. Pure.
 */
import { Failure } from '../../base/failure';
import { parseDurationMs } from '../../model/duration';
import { fillReferences, textParts } from '../../model/references';
import { pluginPrefix } from '../../model/plugin';
import { parameterText } from '../../model/parameterPaths';

type JsonObject = Readonly<Record<string, unknown>>;

export interface KeyChange {
  /** Of the plugin. */
  readonly plugin: string;
  readonly key: readonly string[];
  readonly value: unknown;
  /** What it was before; undefined where it was not. */
  readonly before: unknown;
}

/** Keys whose lists grow instead of being replaced. */
const added = new Set(['tags']);

/** Changes the plain JSON of a run or a task; a plugin whose key another has set differently is a conflict. */
export class Patching {
  #file: JsonObject;
  readonly changes: KeyChange[] = [];

  constructor(file: JsonObject) {
    this.#file = file;
  }

  get file(): JsonObject {
    return this.#file;
  }

  /** Returns the change of an earlier plugin that this one contradicts, and then nothing is changed. */
  apply(plugin: string, patch: JsonObject): KeyChange | undefined {
    const wanted = [...leaves(patch)].map(({ key, value }) => ({
      plugin,
      key,
      value,
      before: valueAt(this.#file, key),
    }));
    for (const { key, value } of wanted) {
      const contrary = this.changes.find((earlier) => contradicts(earlier, key, value));
      if (contrary) return contrary;
    }
    for (const change of wanted) {
      const value = added.has(change.key[0] ?? '') ? union(change.before, change.value) : change.value;
      if (same(value, change.before)) {
        // Nothing to see; but nobody else may change it to something else either.
        this.changes.push({ ...change, value });
        continue;
      }
      this.#file = withValue(this.#file, change.key, value);
      this.changes.push({ ...change, value });
    }
    return undefined;
  }
}

/** The patch with `${plugin.NAME}` filled; a text that is nothing else becomes the value itself. */
export function fillPatch(patch: unknown, parameters: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(patch)) return patch.map((part) => fillPatch(part, parameters));
  if (isObject(patch)) {
    return Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, fillPatch(value, parameters)]));
  }
  if (typeof patch !== 'string') return patch;
  const [only, further] = textParts(patch);
  if (only?.kind === 'reference' && further === undefined && only.name.startsWith(pluginPrefix)) {
    const name = only.name.slice(pluginPrefix.length);
    if (parameters.has(name)) return parameters.get(name);
  }
  return fillReferences(patch, (name) => {
    const own = name.startsWith(pluginPrefix) ? name.slice(pluginPrefix.length) : undefined;
    return own !== undefined && parameters.has(own) ? parameterText(parameters.get(own)) : undefined;
  });
}

/** Names that `${plugin.…}` in the patch has and the plugin has not. */
export function* unknownReferences(patch: unknown, parameters: ReadonlyMap<string, unknown>): Generator<string> {
  if (typeof patch === 'string') {
    for (const part of textParts(patch)) {
      if (part.kind !== 'reference' || !part.name.startsWith(pluginPrefix)) continue;
      const name = part.name.slice(pluginPrefix.length);
      if (!parameters.has(name)) yield name;
    }
  } else if (typeof patch === 'object' && patch !== null) {
    for (const value of Object.values(patch)) yield* unknownReferences(value, parameters);
  }
}

/** The single keys of a patch: objects are looked into, lists are values. An object without keys changes none. */
export function* leaves(
  value: JsonObject,
  at: readonly string[] = [],
): Generator<{ key: readonly string[]; value: unknown }> {
  for (const [name, part] of Object.entries(value)) {
    const key = [...at, name];
    if (isObject(part) && !isWhole(key)) yield* leaves(part, key);
    else yield { key, value: part };
  }
}

/** Keys that mean something only as a whole: a venv and a conda environment are not mixed. */
const isWhole = (key: readonly string[]): boolean => key[0] === 'python' || key[0] === 'signal';

function contradicts(earlier: KeyChange, key: readonly string[], value: unknown): boolean {
  if (added.has(key[0] ?? '')) return false;
  const shorter = Math.min(earlier.key.length, key.length);
  const overlaps = earlier.key.slice(0, shorter).every((name, at) => name === key[at]);
  return overlaps && !(earlier.key.length === key.length && same(meaning(key, earlier.value), meaning(key, value)));
}

const durationKeys = new Set(['timeout', 'retryDelay', 'grace', 'before']);

/** Durations by what they amount to: "2 h" is "120 min". */
function meaning(key: readonly string[], value: unknown): unknown {
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, meaning([...key, name], part)]));
  }
  const isWritten = typeof value === 'string' || typeof value === 'number';
  const [top = ''] = key;
  try {
    if (isWritten && (top === 'signal' || key.length === 1) && durationKeys.has(key.at(-1) ?? '')) {
      return parseDurationMs(value);
    }
    return value;
  } catch (error) {
    // No duration: that is said where the whole is checked.
    if (error instanceof Failure) return value;
    throw error;
  }
}

function valueAt(file: JsonObject, key: readonly string[]): unknown {
  let at: unknown = file;
  for (const name of key) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** Through entries: a key may be called `__proto__`. */
function withValue(file: JsonObject, [name = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const entries = new Map(Object.entries(file));
  const inner = entries.get(name);
  entries.set(name, rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value));
  return Object.fromEntries(entries);
}

const union = (before: unknown, more: unknown): readonly unknown[] => [
  ...new Set([
    ...(Array.isArray(before) ? (before as unknown[]) : []),
    ...(Array.isArray(more) ? (more as unknown[]) : []),
  ]),
];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
