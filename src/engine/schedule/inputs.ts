/** The inputs of a run when it starts: what is declared must be there. */
import { stat } from 'node:fs/promises';
import { hasErrorCode } from '../../base/failure';
import { isUrl, missingInput } from '../../model/input';
import type { Home } from '../home';
import type { ActiveRun } from '../store/storeReads';
import { type FilledFor, fillLaunchTexts, type FindTaskValue } from './launchTexts';

/** Returns what there is, by name. Throws `InvalidInput` that names the first input that is missing. `findTaskValue` is absent for a run that is no task. */
export async function checkInputs(
  home: Home,
  { run, inputs, environment }: Pick<ActiveRun, 'run' | 'inputs' | 'environment'>,
  findTaskValue: FindTaskValue | undefined,
): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const found: { readonly name: string; readonly path: string }[] = [];
  for (const { name, paths } of inputs) {
    for (const path of await fillPaths(home, { runId: run.id, tree: environment.runId }, paths, findTaskValue)) {
      found.push({ name, path });
      if (isUrl(path)) continue;
      try {
        await stat(path);
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) throw error;
        throw missingInput(name, path);
      }
    }
  }
  return found;
}

/** The paths without references. */
export async function fillPaths(
  home: Home,
  filledFor: FilledFor,
  paths: readonly string[],
  findTaskValue: FindTaskValue | undefined,
): Promise<readonly string[]> {
  const texts = { command: paths, cwd: '', env: {}, parametersJson: '{}' };
  return (await fillLaunchTexts(home, filledFor, texts, new Map(), findTaskValue)).command;
}
