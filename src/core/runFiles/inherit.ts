/** What a task takes from the run or task that it stands in, where it says nothing itself. */
import type { RunFile, Task } from '../../model/runFile';

/** Copies `cwd`, `env`, `envFile`, `python`, `compute`, `timeout`, `retries` and `parameters`, and no more; the last two of objects key by key. */
export function inherit(parent: RunFile | Task, task: Task): Task {
  const { cwd, envFile, python, compute, timeout, retries } = parent;
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(envFile === undefined ? {} : { envFile }),
    ...(python === undefined ? {} : { python }),
    ...(compute === undefined ? {} : { compute }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(retries === undefined ? {} : { retries }),
    ...task,
    ...(parent.env || task.env ? { env: { ...parent.env, ...task.env } } : {}),
    ...(parent.parameters || task.parameters
      ? { parameters: mergeObjects(parent.parameters ?? {}, task.parameters ?? {}) }
      : {}),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Later values win, objects within objects key by key; lists are values. Through entries: a key may be called `__proto__`. */
function mergeObjects(base: JsonObject, over: JsonObject): Record<string, unknown> {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isObject(before) && isObject(value) ? mergeObjects(before, value) : value);
  }
  return Object.fromEntries(merged);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
