/**
 * The `inputs` of a run or task: each name stands for files, folders or a URL. What is there when the file is written is
 * looked for now; what another task will have made, when the run starts.
 */
import { glob, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, hasErrorCode } from '../../base/failure';
import { type Input, isUrl } from '../../model/input';
import { escapeLate, hasLateReference, unescapeLate } from '../../model/references';
import type { KeyPath } from './runFileProblem';
import { ProblemFailure } from './problemFailure';
import { atKey, orElse, type RunToResolve } from './runToResolve';

const maxMatches = 10_000;

/** `fill` fills what is known now. Throws `InvalidInput` at the input that is missing. */
export async function resolveInputs(
  run: RunToResolve,
  fill: (keyPath: KeyPath, text: string) => Promise<string>,
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const [name, written] of Object.entries(run.file.inputs ?? {})) {
    const paths: string[] = [];
    for (const [index, text] of (typeof written === 'string' ? [written] : written).entries()) {
      const key: KeyPath = typeof written === 'string' ? ['inputs', name] : ['inputs', name, index];
      const find = async (): Promise<readonly string[]> => {
        const filled = await fill(key, text);
        return atKey(run, key, async () => findInput(run, filled));
      };
      paths.push(...(await orElse(run, find, [])));
    }
    inputs.push({ name, paths });
  }
  return inputs;
}

/** Texts for the engine's `fillReferences`. */
async function findInput(run: RunToResolve, filled: string): Promise<readonly string[]> {
  const folder = path.dirname(run.path);
  if (isUrl(filled)) return [filled];
  if (hasLateReference(filled)) return [filled.startsWith('${') ? filled : path.resolve(escapeLate(folder), filled)];
  const file = path.resolve(folder, unescapeLate(filled));
  if (await isThere(file)) return [escapeLate(file)];
  if (!/[*?[\]{}]/.test(filled)) {
    throw new ProblemFailure('missing-input', `There is no ${file}.`, {
      hint: 'It is relative to the folder of the run file.',
    });
  }
  // Not while typing: a pattern may walk through all of a disk.
  if (run.onlyLook) return [];
  const found: string[] = [];
  for await (const match of glob(unescapeLate(filled), { cwd: folder })) {
    if (found.push(path.resolve(folder, match)) > maxMatches) {
      throw new Failure('InvalidInput', `More than ${maxMatches} files match.`, { hint: 'Name their folder instead.' });
    }
  }
  if (found.length === 0) throw new ProblemFailure('missing-input', `No file in ${folder} matches.`);
  return found.sort().map(escapeLate);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return false;
    throw error;
  }
}
