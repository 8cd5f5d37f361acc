/** Dotted paths in a run file (`parameters.model.width`): which of them a sweep may vary, and how one is set. */
import { Failure } from '../base/failure';
import { parameterText } from './parameterPaths';

/** Keys whose inside varies (`parameters.lr`); of them only `compute` may vary as a whole, being a name as well. */
const variedInside = ['parameters', 'env', 'inputs', 'metadata', 'compute'];
const variedWhole = ['timeout', 'retries', 'version', 'compute', 'python'];

const allowedHelp = `A sweep may vary ${variedInside.map((key) => `${key}.*`).join(', ')}, ${variedWhole.join(', ')}.`;

/** Why a sweep may not vary this path; undefined when it may. */
export function sweepPathProblem(path: string): { readonly message: string; readonly hint: string } | undefined {
  const segments = segmentsOf(path);
  const [key = ''] = segments;
  if (segments.length > 1 && segments.includes('')) {
    return { message: `"${path}" has an empty part.`, hint: 'Write names with single points between them.' };
  }
  if (segments.includes('__proto__')) return { message: '"__proto__" is no key that can be set.', hint: allowedHelp };
  if (segments.length === 1 && variedWhole.includes(key)) return undefined;
  if (segments.length > 1 && variedInside.includes(key)) return undefined;
  if (variedInside.includes(key)) {
    return {
      message: `"${path}" varies as a whole.`,
      hint: `Name what varies in it, such as "${key}.${sample(key)}".`,
    };
  }
  return { message: `A sweep cannot vary "${path}".`, hint: allowedHelp };
}

/** True when setting the inner path changes what the outer one was set to, or when they are the same. */
export const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`);

/** Keys on the way. Variables of the environment do not nest: points belong to their names. */
export function segmentsOf(path: string): readonly string[] {
  const segments = path.split('.');
  return segments[0] === 'env' && segments.length > 1 ? ['env', path.slice('env.'.length)] : segments;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A copy of the run file, without its sweep, with the trial's values. `file` stays as it is. */
export function applyTrial(file: JsonObject, trial: { readonly values: ReadonlyMap<string, unknown> }): JsonObject {
  const { sweep: _, ...single } = file;
  let applied: JsonObject = single;
  for (const [path, value] of trial.values) {
    const problem = sweepPathProblem(path);
    if (problem) throw new Failure('InvalidInput', problem.message, { hint: problem.hint });
    const segments = segmentsOf(path);
    applied = withValue(applied, segments, segments[0] === 'env' ? environmentText(value) : value, path);
  }
  return applied;
}

/** Objects are copied on the way, by own keys alone; what is there under the whole rest of the path counts first. */
function withValue(object: JsonObject, segments: readonly string[], value: unknown, path: string): JsonObject {
  const rest = segments.join('.');
  const [key = '', ...further] = segments;
  if (further.length === 0 || Object.hasOwn(object, rest)) return { ...object, [rest]: structuredClone(value) };
  const inner = Object.hasOwn(object, key) ? object[key] : {};
  if (!isObject(inner)) {
    const place = path.slice(0, path.length - further.join('.').length - 1);
    throw new Failure('InvalidInput', `"${path}" cannot be set: "${place}" is no object.`, {
      hint: 'Vary that key as a whole, or make it an object.',
    });
  }
  return { ...object, [key]: withValue(inner, further, value, path) };
}

/** True while the run file, or what a task took from it, still has what a trial has set there. */
export function hasTrialValue(file: JsonObject, path: string, value: unknown): boolean {
  const segments = segmentsOf(path);
  const set = segments[0] === 'env' ? environmentText(value) : value;
  return JSON.stringify(valueAt(file, segments)) === JSON.stringify(set);
}

/** Finds what `withValue` sets. */
function valueAt(object: JsonObject, segments: readonly string[]): unknown {
  const rest = segments.join('.');
  if (Object.hasOwn(object, rest)) return object[rest];
  const [key = '', ...further] = segments;
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return isObject(inner) && further.length > 0 ? valueAt(inner, further) : undefined;
}

/** A run file takes texts alone; numbers in a list or range are what people write. */
const environmentText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? parameterText(value) : value;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sample = (key: string): string => (key === 'env' ? 'OMP_NUM_THREADS' : key === 'parameters' ? 'lr' : 'name');
