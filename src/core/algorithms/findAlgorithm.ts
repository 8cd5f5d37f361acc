/**
 * Finds a run file's algorithm: in the nearest folder at or above the run file's that has `.sidelab/algorithms`. A broken
 * file there stands in the way of those runs only that may have meant it.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import { compareVersions } from '../../model/version';
import type { KeyPath } from '../runFiles/runFileProblem';
import { type AlgorithmFile, type BrokenAlgorithmFile, readAlgorithmFile } from './algorithmFile';

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
  const nearest = await findFolder(folder);
  if (!nearest) {
    return notFound('algorithm', `There is no algorithm ${JSON.stringify(name)}.`, {
      hint: `No folder from ${folder} upwards has ${algorithmsFolder}, where algorithms are described.`,
    });
  }
  const files = await readFolder(nearest.folder, nearest.names);
  const whole = files.filter((file) => 'algorithm' in file);
  const broken = files.filter((file) => 'problem' in file);

  const named = whole.filter(({ algorithm }) => algorithm.name === name);
  named.sort((a, b) => compareVersions(b.algorithm.version, a.algorithm.version));
  const fitting =
    version === undefined ? named : named.filter(({ algorithm }) => compareVersions(algorithm.version, version) === 0);
  const [first, second] = fitting;
  // The broken file may be the higher version, or the version that is asked for.
  const inTheWay = broken.find((file) => file.name === name) ?? (first ? undefined : broken.find(isNameless));
  if (inTheWay && (first === undefined || version === undefined)) {
    return notFound('algorithm', inTheWay.problem, { hint: 'Mend this file, which describes an algorithm.' });
  }
  if (!first) {
    if (named.length > 0) {
      return notFound('version', `There is no version ${version ?? ''} of ${name}.`, {
        hint: `There is ${named.map(({ algorithm }) => algorithm.version).join(', ')}.`,
      });
    }
    return notFound('algorithm', `There is no algorithm ${JSON.stringify(name)}.`, {
      hint: whole.length === 0 ? `${nearest.folder} describes none.` : `There is ${listAlgorithms(whole)}.`,
    });
  }
  if (second && compareVersions(first.algorithm.version, second.algorithm.version) === 0) {
    return notFound('algorithm', `Two files describe ${name} ${first.algorithm.version}.`, {
      hint: `They are ${first.path} and ${second.path}: change the version of one.`,
    });
  }
  return { file: first };
}

const isNameless = (file: BrokenAlgorithmFile): boolean => file.name === undefined;

const notFound = (
  key: 'algorithm' | 'version',
  message: string,
  options: { readonly hint: string },
): AlgorithmFound => ({ failure: new Failure('InvalidInput', message, options), keyPath: [key] });

function listAlgorithms(files: readonly AlgorithmFile[]): string {
  const versions = new Map<string, string[]>();
  for (const { algorithm } of files) {
    versions.set(algorithm.name, [...(versions.get(algorithm.name) ?? []), algorithm.version]);
  }
  return [...versions]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, each]) => `${name} (${each.sort(compareVersions).join(', ')})`)
    .join(', ');
}

async function findFolder(start: string): Promise<{ folder: string; names: readonly string[] } | undefined> {
  for (let at = path.resolve(start); ; at = path.dirname(at)) {
    const folder = path.join(at, algorithmsFolder);
    try {
      return { folder, names: await readdir(folder) };
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    }
    if (path.dirname(at) === at) return undefined;
  }
}

async function readFolder(
  folder: string,
  names: readonly string[],
): Promise<readonly (AlgorithmFile | BrokenAlgorithmFile)[]> {
  const paths = names
    .filter((name) => /\.jsonc?$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name));
  return Promise.all(
    paths.map(async (file) => {
      try {
        return await readAlgorithmFile(await readFile(file, 'utf8'), file);
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT', 'EACCES', 'EISDIR', 'ELOOP')) throw error;
        return { path: file, name: undefined, problem: `${file}:1:1: This cannot be read.` };
      }
    }),
  );
}
