/**
 * From a run file, or a task in it, that names a program to what the engine executes: absolute paths, names and limits
 * filled in, no references left but those that only the engine knows. What cannot work is said here, at its key, before
 * anything is submitted.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
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
import { ProblemFailure } from './problemFailure';
import { atKey, failureAtKey, orElse, type RunToResolve } from './runToResolve';

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
  const { run: patched, changes } = await orElse(given, async () => applyPlugins(given), { run: given, changes: [] });
  const run = { ...patched, file: await orElse(patched, async () => applyAlgorithm(patched), withoutCommand(patched)) };
  const context = await resolveEnvironment(run);
  given.onProgram?.({ file: run.file, changes, ownNames: context.ownNames });
  const cwdInPlace = await orElse(run, async () => resolveCwd(run, context), undefined);
  const commandInPlace = await orElse(run, async () => resolveCommand(run, cwdInPlace, context), []);
  const intoSnapshot = (text: string): string => run.code?.intoSnapshot(text) ?? text;
  const [program = '', ...args] = commandInPlace;
  const [command, cwd] = [[intoSnapshot(program), ...args], intoSnapshot(cwdInPlace ?? '')];
  const key = patched.file.compute === undefined ? 'algorithm' : 'compute';
  const demand = await orElse(
    run,
    async () => resolveCompute(run, run.file.compute, context.environment, key),
    undefined,
  );
  const { inputs } = context.references;
  const launch = { ...describeLaunch(run.file), ...(inputs.length > 0 ? { inputs: [...inputs] } : {}), command, cwd };
  const reuse = run.file.reuse && !run.onlyLook ? { reuse: reuseDigest(run, launch, context) } : {};
  return { launch: { ...launch, ...reuse, ...(demand ? { demand } : {}) }, environment: [...context.environment] };
}

/** What is looked at further when no command was found for it. */
const withoutCommand = ({ file }: RunToResolve): WithCommand<RunFile | Task> => ({ ...file, command: [] });

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
    const hint = `Add "metrics": { "${metric}": { "goal": "minimize" } }.`;
    const failure = new ProblemFailure('metric-without-goal', `The metric ${metric} has no goal.`, { hint });
    await orElse(
      run,
      async () => {
        throw failureAtKey(run, [...(run.at ?? []), 'sweep', 'metric'], failure);
      },
      undefined,
    );
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
    const find = async (): Promise<string> => resolveFolder(unescapeLate(cwd), base);
    const found = await atKey(run, ['cwd'], async () =>
      run.once ? run.once.get(['folder', cwd, base], find) : find(),
    );
    return escapeLate(found);
  }
  // These are absolute.
  return /^\$\{(run\.(outputs|checkpoints)|tasks\.[^{}]+\.outputs)\}/.test(cwd)
    ? cwd
    : path.resolve(escapeLate(base), cwd);
}

async function resolveCommand(
  run: RunToResolve & { readonly file: WithCommand<RunFile | Task> },
  resolvedCwd: string | undefined,
  { environment: ofRun, references, interpreter, unknown }: RunEnvironment,
): Promise<string[]> {
  const inFile = run.file.algorithm === undefined && run.file.script === undefined;
  const elsewhere = run.file.script === undefined ? 'algorithm' : 'script';
  const [first, ...rest] = await references.fillCommand(run.file.command, inFile ? [] : [elsewhere]);
  if (first === undefined) {
    // It could not be found, or not be filled, and that was told.
    if (run.onFailure) return [];
    throw new Error('A run file without a command passed its schema.');
  }
  if (unknown || first === '' || hasLateReference(first)) return [first, ...rest];
  const environment = inPlace(ofRun, run);
  const late = resolvedCwd === undefined || hasLateReference(resolvedCwd);
  const named = unescapeLate(first);
  // Relative to a folder that is not there yet.
  if (late && /[\\/]/.test(named) && !path.isAbsolute(named)) return [first, ...rest];
  const cwd = late ? path.dirname(run.path) : unescapeLate(resolvedCwd);
  const program = interpreter !== undefined && /^python3?$/.test(named) ? interpreter : named;
  const key = inFile ? ['command', 0] : [elsewhere];
  const isWritten = inFile && !run.isPatched;
  const find = async (): Promise<string> => findProgram({ program, cwd, environment, isWritten });
  const question = ['program', program, isWritten, cwd, environment.get('PATH'), environment.get('PATHEXT')];
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
    throw new ProblemFailure(
      'missing-folder',
      hasErrorCode(error, 'EACCES') ? `The folder ${absolute} cannot be opened.` : `There is no folder ${absolute}.`,
      { hint: 'It is relative to the folder of the run file.', cause: error },
    );
  }
  throw new ProblemFailure('missing-folder', `${absolute} is no folder.`, {
    hint: 'It is relative to the folder of the run file.',
  });
}
