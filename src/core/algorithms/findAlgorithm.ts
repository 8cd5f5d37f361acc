/**
 * Finds a run file's algorithm: in the nearest folder at or above the run file's that has `.sidelab/algorithms`. A broken
 * file there stands in the way of those runs only that may have meant it.
 */
import path from 'node:path';
import type { Failure } from '../../base/failure';
import { compareVersions } from '../../model/version';
import type { Mend } from '../runFiles/check/mend';
import { meant, ProblemFailure } from '../runFiles/problemFailure';
import type { KeyPath } from '../runFiles/runFileProblem';
import { type BrokenFile, findFolderAbove, readDescribedFolder } from '../workspace/describedFiles';
import { algorithmDescription, type AlgorithmFile } from './algorithmFile';

export const algorithmsFolder = path.join('.sidelab', 'algorithms');

export interface AlgorithmQuery {
  readonly name: string;
  readonly version: string | undefined;
  /** Absolute: the run file's. */
  readonly folder: string;
}

/** What was found, or why nothing was and which key of the run file says so. */
export type AlgorithmFound =
  { readonly file: AlgorithmFile } | { readonly failure: Failure; readonly keyPath: KeyPath };

export async function findAlgorithm({ name, version, folder }: AlgorithmQuery): Promise<AlgorithmFound> {
  const nearest = await findFolderAbove(folder, algorithmsFolder);
  if (!nearest) {
    return notFound('algorithm', `There is no algorithm ${JSON.stringify(name)}.`, {
      hint: `No folder from ${folder} upwards has ${algorithmsFolder}, where algorithms are described.`,
    });
  }
  const files = await readDescribedFolder(nearest, algorithmDescription);
  const whole = files.filter((file) => 'content' in file);
  const broken = files.filter((file) => 'problem' in file);

  const named = whole.filter(({ content }) => content.name === name);
  named.sort((a, b) => compareVersions(b.content.version, a.content.version));
  const fitting =
    version === undefined ? named : named.filter(({ content }) => compareVersions(content.version, version) === 0);
  const [first, second] = fitting;
  // The broken file may be the higher version, or the version that is asked for.
  const inTheWay = broken.find((file) => file.name === name) ?? (first ? undefined : broken.find(isNameless));
  if (inTheWay && (first === undefined || version === undefined)) {
    const hint = 'Mend this file, which describes an algorithm.';
    return notFound('algorithm', inTheWay.problem, { hint, problem: 'broken-description' });
  }
  if (!first) {
    if (named.length > 0) {
      return notFound('version', `There is no version ${version ?? ''} of ${name}.`, {
        hint: `There is ${named.map(({ content }) => content.version).join(', ')}.`,
        problem: 'unknown-version',
        mends: () => named.slice(0, 3).map(({ content }) => ({ kind: 'replace', value: content.version })),
      });
    }
    return notFound('algorithm', `There is no algorithm ${JSON.stringify(name)}.`, {
      hint: whole.length === 0 ? `${nearest.folder} describes none.` : `There is ${nameAll(whole)}.`,
      mends: meant(
        name,
        whole.map(({ content }) => content.name),
      ),
    });
  }
  if (second && compareVersions(first.content.version, second.content.version) === 0) {
    return notFound('algorithm', `Two files describe ${name} ${first.content.version}.`, {
      hint: `They are ${first.path} and ${second.path}: change the version of one.`,
      problem: 'ambiguous-algorithm',
    });
  }
  return { file: first };
}

/** Those that a run file of `folder` (absolute) can name; without those that are broken. */
export async function listAlgorithms(folder: string): Promise<readonly AlgorithmFile[]> {
  const nearest = await findFolderAbove(folder, algorithmsFolder);
  const files = nearest ? await readDescribedFolder(nearest, algorithmDescription) : [];
  return files.filter((file) => 'content' in file);
}

const isNameless = (file: BrokenFile): boolean => file.name === undefined;

const notFound = (
  key: 'algorithm' | 'version',
  message: string,
  { problem = 'unknown-algorithm', ...options }: NotFoundOptions,
): AlgorithmFound => ({ failure: new ProblemFailure(problem, message, options), keyPath: [key] });

interface NotFoundOptions {
  readonly hint: string;
  readonly problem?: string;
  readonly mends?: () => readonly Mend[];
}

function nameAll(files: readonly AlgorithmFile[]): string {
  const versions = new Map<string, string[]>();
  for (const { content } of files) {
    versions.set(content.name, [...(versions.get(content.name) ?? []), content.version]);
  }
  return [...versions]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, each]) => `${name} (${each.sort(compareVersions).join(', ')})`)
    .join(', ');
}
