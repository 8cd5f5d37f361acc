/**
 * The environment of a retry or a resume by hand: that of whoever presses it (the submitter's is gone once a run is
 * settled), with what the run file makes of it on top: `envFile`, the activated `python`, `env`.
 *
 * A run does not hand its file's text out again, so the file is read from where it was, as it is now. Where it is gone, may
 * not be read or holds errors, the presser's environment alone must do, and `problem` says so: a retry is wanted most
 * when things have gone wrong, and a moved file is no reason to refuse it.
 */
import { readFile } from 'node:fs/promises';
import { Failure, messageOf } from '../../base/failure';
import { escapeLate } from '../../model/references';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { RunFile } from '../../model/runFile';
import type { Submission } from '../../protocol/engine';
import { applyAlgorithm } from '../algorithms/applyAlgorithm';
import { applyPlugins } from '../plugins/applyPlugins';
import { cleanEnvironment } from '../runFiles/environment';
import { wantsSelectedPython } from '../runFiles/python';
import { readRunFile } from '../runFiles/readRunFile';
import { resolveRun } from '../runFiles/resolveRun';
import { kindOf } from '../runFiles/resolveTasks';
import { resolveEnvironment } from '../runFiles/runEnvironment';
import { findCode, type RunToResolve } from '../runFiles/runToResolve';
import type { RetryRequest, Source } from '../source';
import { packagedAs } from './packagedAs';

export interface RetryEnvironment {
  /** Values are texts for the engine's `fillReferences`, as at submission. */
  readonly environment: RetryRequest['environment'];
  /** Of tasks, as the request has them. */
  readonly environments?: readonly RetryRequest['environment'][];
  readonly tasks?: NonNullable<RetryRequest['tasks']>;
  /** Why the run file has no part in it; undefined when it has, or when the run came from no file. */
  readonly problem?: string;
}

export async function retryEnvironment(
  source: Pick<Source, 'run'>,
  run: Pick<Run, 'id' | 'runFilePath' | 'workspace'>,
  environment: NodeJS.ProcessEnv,
  /** Asked only when the file wants the interpreter that the editor has chosen. */
  findSelectedPython: () => Promise<string | undefined> = async () => undefined,
): Promise<RetryEnvironment> {
  const { runFilePath, workspace } = run;
  if (runFilePath === undefined) return { environment: ofPresser(environment) };
  const packaged = await packagedAs(source, run);
  try {
    return await fromRunFile(runFilePath, {
      packaged,
      environment,
      findSelectedPython,
      ...(workspace === undefined ? {} : { workspace }),
    });
  } catch (error) {
    // Any error of the operating system will do: why the disk does not give the file makes no difference here.
    if (!(error instanceof Failure) && !(error instanceof Error && 'code' in error)) throw error;
    const problem = `The environment of the run file ${runFilePath} is left out: ${messageOf(error)}`;
    return { environment: ofPresser(environment), problem };
  }
}

interface Presser extends Pick<RunToResolve, 'environment' | 'workspace'> {
  readonly packaged: (file: RunFile) => RunFile;
  readonly findSelectedPython: () => Promise<string | undefined>;
}

async function fromRunFile(
  path: string,
  { findSelectedPython, packaged, ...rest }: Presser,
): Promise<RetryEnvironment> {
  const text = await readFile(path, 'utf8');
  const given = packaged(await readRunFile(text, path));
  const selectedPython = wantsSelectedPython(given) ? await findSelectedPython() : undefined;
  const python = selectedPython === undefined ? {} : { selectedPython };
  if (kindOf(given) !== 'single') {
    const submission = await resolveRun({ ...rest, ...python, file: given, text, path });
    return ofTasks(submission);
  }
  // With the algorithm's defaults: `env` may refer to a parameter.
  const run = await findCode({ ...rest, ...python, file: given, text, path });
  const { run: patched } = await applyPlugins(run);
  const { environment } = await resolveEnvironment({ ...patched, file: await applyAlgorithm(patched) });
  return { environment: [...environment] };
}

function ofTasks({ environment, environments = [], tasks = [], runId }: Submission): RetryEnvironment {
  const paths = new Map<RunId, readonly string[]>([[runId, []]]);
  for (const task of tasks) paths.set(task.runId, [...(paths.get(task.parentId) ?? []), task.task]);
  const listed = tasks.map((task) => ({ path: paths.get(task.runId) ?? [], environment: task.environment }));
  return { environment, environments, tasks: listed };
}

/** What reads like a reference of ours in a variable of the presser is that variable's text. */
function ofPresser(environment: NodeJS.ProcessEnv): [string, string][] {
  return Array.from(cleanEnvironment(environment), ([name, value]) => [name, escapeLate(value)]);
}
