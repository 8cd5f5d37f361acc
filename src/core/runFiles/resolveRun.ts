/** From a run file to what is submitted: the run, and all that it is made of. */
import path from 'node:path';
import { adjectives, nouns } from 'human-id';
import { newRunId } from '../../model/ids';
import type { Submission } from '../../protocol/engine';
import { Once } from './once';
import { resolveLaunch, resolveParent } from './resolveLaunch';
import { kindOf, resolveTasks } from './resolveTasks';
import { findCode, orElse, type RunToResolve } from './runToResolve';

/** Throws `InvalidInput` at the key that it is about. Each call makes new runs. */
export async function resolveRun(given: RunToResolve): Promise<Submission> {
  const { file, text } = given;
  const shared = { ...given, once: given.once ?? new Once() };
  const run = await orElse(shared, async () => findCode(shared), shared);
  const runId = newRunId();
  const kind = kindOf(file);
  const { launch, environment } = await (kind === 'single' ? resolveLaunch(run) : resolveParent(run));
  return {
    runId,
    experiment: experimentOf(run),
    name: file.name ?? randomName(),
    ...launch,
    environment,
    ...(kind === 'single' ? {} : { kind, ...(await resolveTasks(run, { runId, environment })) }),
    ...(run.code ? { code: { repository: run.code.root, isSnapshot: true } } : {}),
    runFile: { path: run.path, text },
    ...(run.workspace === undefined ? {} : { workspace: run.workspace }),
  };
}

/** The experiment of a file that names none: `tour.run.json` belongs to `tour`. */
export function experimentOf({ file, path: runFilePath }: Pick<RunToResolve, 'file' | 'path'>): string {
  if ('experiment' in file && file.experiment !== undefined) return file.experiment;
  const name = path
    .basename(runFilePath)
    .replace(/(\.run)?\.jsonc?$/i, '')
    .trim();
  return name === '' ? 'runs' : name.slice(0, 200);
}

/** An adjective and a noun: easy to say, not unique. */
export function randomName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? 'run';
  return `${pick(adjectives)}-${pick(nouns)}`;
}
