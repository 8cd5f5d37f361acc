/**
 * Applies the plugins of a run file to what it executes: those of the run first, then those of each part on the way to the
 * task, then its own. Whatever is wrong stands at the plugin's key in the run file.
 */
import path from 'node:path';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../../base/failure';
import { parameterPaths } from '../../model/parameterPaths';
import { type RunFile, type Task, TaskSchema } from '../../model/runFile';
import type { PluginUse } from '../../model/runFileKeys';
import { hasTrialValue, isWithin } from '../../model/sweepPath';
import { fillDefaults, requiredNames, schemaOfRunFileWith } from '../algorithms/parameterSchema';
import { type KeyFailure, ProblemFailure, type ProblemOptions } from '../runFiles/problemFailure';
import { describeKeyPath, type KeyPath } from '../runFiles/runFileProblem';
import { failureAtKey, orElse, type RunToResolve } from '../runFiles/runToResolve';
import { findSchemaProblems } from '../runFiles/schemaProblems';
import { TextLines } from '../runFiles/textLines';
import { findPlugin } from './findPlugin';
import { fillPatch, type KeyChange, leaves, Patching, unknownReferences } from './pluginChanges';

/** A plugin as a run file names it, and where that stands. */
export interface PlacedPlugin {
  readonly use: PluginUse;
  readonly keyPath: KeyPath;
}

export interface Patched<R> {
  readonly run: R;
  readonly changes: readonly KeyChange[];
}

/** The plugins that a part of the run file names itself. */
export const ownPlugins = ({ plugins = [] }: RunFile | Task, at: KeyPath = []): readonly PlacedPlugin[] =>
  plugins.map((use, index) => ({ use, keyPath: [...at, 'plugins', index] }));

/** Throws `InvalidInput` at the key of the plugin that it is about. */
export async function applyPlugins<R extends RunToResolve>(run: R): Promise<Patched<R>> {
  const placed = [...(run.plugins ?? []), ...ownPlugins(run.file, run.at)];
  if (placed.length === 0) return { run, changes: [] };
  const patching = new Patching(run.file);
  for (const plugin of placed) {
    const apply = async (): Promise<void> => {
      const patch = await readPatch(run, plugin);
      refuseVaried(run, plugin, patch);
      const contrary = patching.apply(nameOf(plugin.use), patch);
      if (contrary) throw conflict(run, plugin, contrary);
    };
    await orElse(run, apply, undefined);
  }
  const file = withOneProgram(patching);
  if (!isTask(file)) throw noRun(run, placed, file);
  return { run: { ...run, file, isPatched: true }, changes: patching.changes };
}

/** All trials would be the same, and the sweep would not say so. A task that has a value of its own is not varied. */
function refuseVaried(run: RunToResolve, { use, keyPath }: PlacedPlugin, patch: Record<string, unknown>): void {
  for (const [path, value] of run.trialValues ?? []) {
    if (!hasTrialValue({ ...run.file }, path, value)) continue;
    for (const { key } of leaves(patch)) {
      const changed = key.join('.');
      // A command stands in for the algorithm and its version.
      const isLost = path === 'version' && key[0] === 'command';
      if (!isLost && !isWithin(path, changed) && !isWithin(changed, path)) continue;
      const message = `The plugin ${nameOf(use)} sets ${describeKeyPath(key)}, and the sweep varies ${path}.`;
      throw failure(run, keyPath, message, { hint: 'Leave out one of them.' });
    }
  }
}

/** A command that a plugin sets stands in for whatever said before what to run. */
function withOneProgram({ file, changes }: Patching): Readonly<Record<string, unknown>> {
  if (!changes.some(({ key }) => key[0] === 'command')) return file;
  const { script: _script, algorithm: _algorithm, version: _version, ...rest } = file;
  return rest;
}

const nameOf = (use: PluginUse): string => (typeof use === 'string' ? use : use.name);

/** What the plugin changes, its parameters checked and filled in. */
async function readPatch(run: RunToResolve, { use, keyPath }: PlacedPlugin): Promise<Record<string, unknown>> {
  const name = nameOf(use);
  const given = typeof use === 'string' ? {} : (use.parameters ?? {});
  const folder = path.dirname(run.path);
  const find = async (): ReturnType<typeof findPlugin> => findPlugin(name, folder);
  const nameKey = typeof use === 'string' ? keyPath : [...keyPath, 'name'];
  const { content, path: file } = await at(run, nameKey, async () =>
    run.once ? run.once.get(['plugin', name, folder], find) : find(),
  );
  const schema = content.parameters ?? { type: 'object', additionalProperties: false };
  await checkParameters(run, keyPath, { name, given, schema });
  const parameters = parameterPaths(fillDefaults(schema, given));
  const { task = {}, executor = {} } = content;
  const [unknown] = unknownReferences({ task, executor }, parameters);
  if (unknown !== undefined) {
    throw failure(run, keyPath, `The plugin ${name} refers to its parameter ${unknown}, which has no value.`, {
      hint: `Give it, or a default for it in ${file}.`,
    });
  }
  const keys = Object.entries({ ...task, ...executor });
  return Object.fromEntries(keys.map(([key, value]) => [key, fillPatch(value, parameters)]));
}

async function checkParameters(
  run: RunToResolve,
  keyPath: KeyPath,
  plugin: {
    readonly name: string;
    readonly given: Readonly<Record<string, unknown>>;
    readonly schema: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { name, given, schema } = plugin;
  const missing = requiredNames(schema).filter((required) => !Object.hasOwn(given, required));
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'a parameter' : 'parameters';
    throw failure(run, keyPath, `The plugin ${name} needs ${what}: ${missing.join(', ')}.`, {
      hint: `Write { "name": ${JSON.stringify(name)}, "parameters": { … } }.`,
    });
  }
  const text = JSON.stringify({ parameters: given });
  const problems = await findSchemaProblems(new TextLines(text, run.path), schemaOfRunFileWith(schema));
  const errors = problems.filter(({ severity }) => severity === 'error').sort((a, b) => a.offset - b.offset);
  const last = errors.at(-1);
  for (const error of errors) {
    const { code, message, hint, mends } = error;
    const found = failure(run, [...keyPath, ...error.keyPath], message, {
      problem: code,
      ...(hint === undefined ? {} : { hint }),
      ...(mends ? { mends: () => mends().filter(({ node }) => node === undefined) } : {}),
    });
    // Of all that is wrong the last ends it: without what it needs the plugin changes nothing.
    if (!run.onFailure || error === last) throw found;
    run.onFailure(found);
  }
}

function conflict(run: RunToResolve, { use, keyPath }: PlacedPlugin, contrary: KeyChange): KeyFailure {
  const key = describeKeyPath(contrary.key);
  const message = `The plugins ${contrary.plugin} and ${nameOf(use)} set ${key} to different values.`;
  return failure(run, keyPath, message, { hint: 'Leave out one of them, or change what one of them sets.' });
}

function noRun(run: RunToResolve, placed: readonly PlacedPlugin[], file: unknown): KeyFailure {
  const error = Errors(TaskSchema, file).First();
  const key = error?.path.slice(1).replaceAll('/', '.') ?? '';
  const names = placed.map(({ use }) => nameOf(use)).join(', ');
  const message = `What ${names} ${placed.length === 1 ? 'makes' : 'make'} of it is no run: ${key}: ${error?.message ?? ''}.`;
  return failure(run, placed[0]?.keyPath ?? [], message);
}

async function at<T>(run: RunToResolve, keyPath: KeyPath, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw failureAtKey(run, keyPath, error);
  }
}

function failure(
  run: RunToResolve,
  keyPath: KeyPath,
  message: string,
  { problem = 'plugin', ...options }: ProblemOptions & { readonly problem?: string } = {},
): KeyFailure {
  return failureAtKey(run, keyPath, new ProblemFailure(problem, message, options));
}

/** A run file's keys of the top are none of a task's: they are not what a plugin changes. */
function isTask(file: unknown): file is RunFile | Task {
  if (typeof file !== 'object' || file === null) return false;
  const {
    $schema: _schema,
    experiment: _experiment,
    detach: _detach,
    logLevel: _logLevel,
    direct: _direct,
    packaging: _packaging,
    ...rest
  } = file as Record<string, unknown>;
  return Check(TaskSchema, rest);
}
