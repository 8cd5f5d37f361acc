/**
 * From a run file, or a task in it, that names a program to what the engine executes: absolute paths, names and limits
 * filled in, no references left but those that only the engine knows. What cannot work is said here, at its key, before
 * anything is submitted.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import type { AlgorithmUse } from '../../model/algorithmUse';
import { parseDurationMs } from '../../model/duration';
import { escapeLate, hasLateReference, unescapeLate } from '../../model/references';
import type { RunFile, Task, WithCommand } from '../../model/runFile';
import type { Sweep } from '../../model/sweep';
import type { Submission, TaskSubmission } from '../../protocol/engine';
import { applyAlgorithm } from '../algorithms/applyAlgorithm';
import { knownOfAlgorithm } from '../algorithms/knownOfAlgorithm';
import { resolveCompute } from '../compute/resolveCompute';
import { applyPlugins } from '../plugins/applyPlugins';
import type { Environment } from './environment';
import { findProgram } from './findProgram';
import { reuseDigest } from './reuseDigest';
import { resolveEnvironment, type RunEnvironment } from './runEnvironment';
import { atKey, type RunToResolve } from './runToResolve';

/** What a single run, a task and a run made of runs have in common, ids and names apart. */
export type Launch = Omit<
  TaskSubmission,
  'runId' | 'name' | 'parentId' | 'task' | 'environment' | 'dependsOn' | 'kind' | 'trialJson'
>;

export interface ResolvedLaunch {
  readonly launch: Launch;
  readonly environment: Submission['environment'];
}

/** Throws `InvalidInput` at the key that it is about. */
export async function resolveLaunch(given: RunToResolve): Promise<ResolvedLaunch> {
  const { run: patched, changes } = await applyPlugins(given);
  const run = { ...patched, file: await applyAlgorithm(patched) };
  given.onProgram?.({ file: run.file, changes });
  const context = await resolveEnvironment(run);
  const cwdInPlace = await resolveCwd(run, context);
  const commandInPlace = await resolveCommand(run, cwdInPlace, context);
  const intoSnapshot = (text: string): string => run.code?.intoSnapshot(text) ?? text;
  const [program = '', ...args] = commandInPlace;
  const [command, cwd] = [[intoSnapshot(program), ...args], intoSnapshot(cwdInPlace)];
  const key = patched.file.compute === undefined ? 'algorithm' : 'compute';
  const demand = await resolveCompute(run, run.file.compute, context.environment, key);
  const { inputs } = context.references;
  const launch = { ...describeLaunch(run.file), ...(inputs.length > 0 ? { inputs: [...inputs] } : {}), command, cwd };
  const reuse = run.file.reuse && !run.onlyLook ? { reuse: reuseDigest(run, launch, context) } : {};
  return { launch: { ...launch, ...reuse, ...(demand ? { demand } : {}) }, environment: [...context.environment] };
}

/** Of a run made of runs, which executes nothing itself. Throws `InvalidInput` at the key that it is about. */
export async function resolveParent(run: RunToResolve): Promise<ResolvedLaunch> {
  const context = await resolveEnvironment(run);
  const launch = {
    ...describeLaunch({ ...run.file, ...(await knownOfAlgorithm(run.file, run.path)) }),
    command: [],
    cwd: path.dirname(run.path),
  };
  const { metric } = run.file.sweep ?? {};
  if (metric !== undefined && !launch.sweep?.best) {
    // Of a metric that the file declares itself the checks have said it already.
    await atKey(run, ['sweep', 'metric'], () => {
      throw new Failure('InvalidInput', `The metric ${metric} has no goal.`, {
        hint: `Add "metrics": { "${metric}": { "goal": "minimize" } }.`,
      });
    });
  }
  return { launch, environment: [...context.environment] };
}

function describeLaunch(file: RunFile | Task): Omit<Launch, 'command' | 'cwd'> {
  return {
    ...(file.description === undefined ? {} : { description: file.description }),
    tags: file.tags ?? [],
    ...(file.algorithm === undefined ? {} : { algorithm: algorithmUse(file.algorithm, file.version) }),
    metadataJson: JSON.stringify(file.metadata ?? {}),
    parametersJson: JSON.stringify(file.parameters ?? {}),
    ...(file.timeout === undefined ? {} : { timeoutMs: parseDurationMs(file.timeout) }),
    retries: file.retries ?? 0,
    ...(file.priority === undefined ? {} : { priority: file.priority }),
    ...(file.metrics === undefined ? {} : { metricsJson: JSON.stringify(file.metrics) }),
    ...(file.sweep === undefined ? {} : { sweep: describeSweep(file.sweep, file.metrics) }),
    ...(file.tty === undefined ? {} : { tty: file.tty }),
    ...(file.retryDelay === undefined ? {} : { retryDelayMs: parseDurationMs(file.retryDelay) }),
    ...(file.grace === undefined ? {} : { graceMs: parseDurationMs(file.grace) }),
    ...(file.signal === undefined
      ? {}
      : { signal: { name: file.signal.name, beforeMs: parseDurationMs(file.signal.before) } }),
  };
}

const algorithmUse = (name: string, version: string | undefined): AlgorithmUse => ({
  name,
  ...(version === undefined ? {} : { version }),
});

/** The metric that the sweep names, or the only one that has a goal. */
function describeSweep(sweep: Sweep, metrics: RunFile['metrics'] = {}): NonNullable<Launch['sweep']> {
  const goals = Object.entries(metrics).flatMap(([metric, { goal }]) => (goal ? [{ metric, goal }] : []));
  const named = goals.filter(({ metric }) => metric === sweep.metric);
  const [best] = sweep.metric === undefined && goals.length === 1 ? goals : named;
  return {
    json: JSON.stringify(sweep),
    ...(sweep.atOnce === undefined ? {} : { atOnce: sweep.atOnce }),
    ...(best ? { best } : {}),
  };
}

/** In place, as is the program of `resolveCommand`. A folder that depends on the run is not there yet, and is not looked for. */
async function resolveCwd(run: RunToResolve, { references }: RunEnvironment): Promise<string> {
  const base = path.dirname(run.path);
  const cwd = await references.fillInPlace(['cwd'], run.file.cwd ?? '.');
  if (!hasLateReference(cwd)) {
    return escapeLate(await atKey(run, ['cwd'], async () => resolveFolder(unescapeLate(cwd), base)));
  }
  // These are absolute.
  return /^\$\{(run\.(outputs|checkpoints)|tasks\.[^{}]+\.outputs)\}/.test(cwd)
    ? cwd
    : path.resolve(escapeLate(base), cwd);
}

async function resolveCommand(
  run: RunToResolve & { readonly file: WithCommand<RunFile | Task> },
  resolvedCwd: string,
  { environment: ofRun, references, interpreter, unknown }: RunEnvironment,
): Promise<string[]> {
  const inFile = run.file.algorithm === undefined && run.file.script === undefined;
  const elsewhere = run.file.script === undefined ? 'algorithm' : 'script';
  const [first, ...rest] = await references.fillCommand(run.file.command, inFile ? [] : [elsewhere]);
  if (first === undefined) throw new Error('A run file without a command passed its schema.');
  if (unknown || hasLateReference(first)) return [first, ...rest];
  const environment = inPlace(ofRun, run);
  const late = hasLateReference(resolvedCwd);
  const named = unescapeLate(first);
  // Relative to a folder that is not there yet.
  if (late && /[\\/]/.test(named) && !path.isAbsolute(named)) return [first, ...rest];
  const cwd = late ? path.dirname(run.path) : unescapeLate(resolvedCwd);
  const program = interpreter !== undefined && /^python3?$/.test(named) ? interpreter : named;
  const key = inFile ? ['command', 0] : [elsewhere];
  const find = async (): Promise<string> => findProgram({ program, cwd, environment });
  const question = ['program', program, cwd, environment.get('PATH'), environment.get('PATHEXT')];
  const found = await atKey(run, key, async () => (run.once ? run.once.get(question, find) : find()));
  return [escapeLate(found), ...rest];
}

/** PATH may name folders of the snapshot, which is not there yet. */
function inPlace(environment: Environment, { code }: RunToResolve): Environment {
  return code ? new Map(Array.from(environment, ([name, value]) => [name, code.inPlace(value)])) : environment;
}

async function resolveFolder(folder: string, base: string): Promise<string> {
  const absolute = path.resolve(base, folder);
  try {
    if ((await stat(absolute)).isDirectory()) return absolute;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG')) throw error;
    throw new Failure(
      'InvalidInput',
      hasErrorCode(error, 'EACCES') ? `The folder ${absolute} cannot be opened.` : `There is no folder ${absolute}.`,
      { hint: 'It is relative to the folder of the run file.', cause: error },
    );
  }
  throw new Failure('InvalidInput', `${absolute} is no folder.`, {
    hint: 'It is relative to the folder of the run file.',
  });
}
