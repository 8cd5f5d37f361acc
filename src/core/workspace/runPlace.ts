/** Which place a folder is (`model/runPlace.ts`): asked of git once per folder and session, since remotes hardly ever change. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { placeBelow, placeOfPath, remoteName, type RunPlace } from '../../model/runPlace';
import type { Submission } from '../../protocol/engine';
import { askGit, repositoryAbove } from '../../code/git';
import { cleanEnvironment } from '../runFiles/environment';

/** Nobody waits longer for what is only nice to know. */
const timeLimitMs = 3000;

/** `within`: the workspace folder, which is the origin where no repository is. */
export async function findPlace(folder: string, given: NodeJS.ProcessEnv, within?: string): Promise<RunPlace> {
  const repository = await repositoryAbove(folder);
  if (repository === undefined) {
    const place = placeOfPath(path.resolve(folder));
    const origin = within === undefined ? place : placeOfPath(path.resolve(within));
    return { place, origin: place === origin || place.startsWith(`${origin}/`) ? origin : place };
  }
  const remote = await findRemote(repository, given);
  // Links are followed, as `repositoryAbove` follows them.
  const real = await realpath(folder).catch(() => path.resolve(folder));
  const origin = remote ?? placeOfPath(repository);
  return { place: placeBelow(origin, path.relative(repository, real)), origin };
}

/** All that a folder's runs can be from: its place, and its path, of when there was no remote yet. */
export async function placesOf(folder: string, given: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const real = await realpath(folder).catch(() => path.resolve(folder));
  const { place } = await findPlace(folder, given);
  return [...new Set([place, placeOfPath(path.resolve(folder)), placeOfPath(real)])];
}

/** The submission with where it is from; unchanged when it says so itself. */
export async function withPlace(submission: Submission, given: NodeJS.ProcessEnv): Promise<Submission> {
  if (submission.place !== undefined) return submission;
  const { runFile, workspace, cwd } = submission;
  const folder = runFile ? path.dirname(runFile.path) : (workspace ?? cwd);
  return { ...submission, ...(await findPlace(folder, given, workspace)) };
}

/** Of several remotes that which is called origin, else the first one. */
async function findRemote(repository: string, given: NodeJS.ProcessEnv): Promise<string | undefined> {
  const args = ['config', '--null', '--get-regexp', String.raw`^remote\..*\.url$`];
  const answer = await askGit(repository, cleanEnvironment(given), args, { timeLimitMs });
  if (answer.end !== 'succeeded') return undefined;
  const remotes = answer.stdout
    .split('\0')
    .map((entry) => entry.split('\n'))
    .map(([key = '', url = '']) => ({ key, name: remoteName(url) }))
    .filter(({ name }) => name !== undefined);
  return (remotes.find(({ key }) => key === 'remote.origin.url') ?? remotes[0])?.name;
}
