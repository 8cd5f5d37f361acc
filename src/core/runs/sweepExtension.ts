/**
 * What a sweep is to be by its run file as that is now: for trials that are added later. The file is resolved as at a
 * submission, in the environment of whoever asks; which of the trials are new, the source knows.
 */
import { readFile } from 'node:fs/promises';
import { Failure, messageOf } from '../../base/failure';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { Submission, SweepExtension, TaskSubmission } from '../../protocol/engine';
import { wantsSelectedPython } from '../runFiles/python';
import { readRunFile } from '../runFiles/readRunFile';
import { resolveRun } from '../runFiles/resolveRun';
import type { Source } from '../source';
import { packagedAs } from './packagedAs';

/** Throws `InvalidInput` where the file is not what can be run, `Conflict` where it has no such sweep any more. */
export async function sweepExtension(
  source: Pick<Source, 'run'>,
  run: Run,
  environment: NodeJS.ProcessEnv,
  /** Asked only when the file wants the interpreter that the editor has chosen. */
  findSelectedPython: () => Promise<string | undefined> = async () => undefined,
): Promise<SweepExtension> {
  if (run.kind !== 'sweep') throw new Failure('Conflict', `The run ${run.name} is no sweep.`);
  if (run.runFilePath === undefined) {
    throw new Failure(
      'Conflict',
      `The sweep ${run.name} came from no run file, so there is none that could have more trials.`,
    );
  }
  const text = await readText(run.runFilePath);
  const packaged = await packagedAs(source, run);
  const file = packaged(await readRunFile(text, run.runFilePath));
  const selectedPython = wantsSelectedPython(file) ? await findSelectedPython() : undefined;
  const submission = await resolveRun({
    file,
    text,
    path: run.runFilePath,
    environment,
    ...(selectedPython === undefined ? {} : { selectedPython }),
    ...(run.workspace === undefined ? {} : { workspace: run.workspace }),
  });
  return extensionOf(submission, run, await taskPath(source, run));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Failure('NotFound', `The run file ${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Names from below the run at the top to this one. */
async function taskPath(source: Pick<Source, 'run'>, run: Run): Promise<readonly string[]> {
  const names: string[] = [];
  for (let at = run; at.parentId !== undefined; at = (await source.run(at.parentId)).run) names.unshift(at.task ?? '');
  return names;
}

function extensionOf(submission: Submission, run: Run, path: readonly string[]): SweepExtension {
  const { tasks = [], environment, environments } = submission;
  let found: Submission | TaskSubmission | undefined = submission;
  for (const name of path) {
    const parentId: RunId | undefined = found?.runId;
    found = tasks.find((task) => task.parentId === parentId && task.task === name);
  }
  if (!found?.sweep) {
    const where = path.length === 0 ? 'no sweep' : `no sweep ${path.join('/')}`;
    throw new Failure('Conflict', `The run file ${run.runFilePath ?? ''} has ${where} any more.`, {
      hint: 'Submit it as a run of its own.',
    });
  }
  const top = found.runId;
  const below = new Set<RunId>([top]);
  const chosen = tasks.filter(({ runId, parentId }) => below.has(parentId) && below.add(runId));
  return {
    runId: run.id,
    sweep: found.sweep,
    environment,
    ...(environments === undefined ? {} : { environments }),
    tasks: chosen.map((task) => (task.parentId === top ? { ...task, parentId: run.id } : task)),
  };
}
