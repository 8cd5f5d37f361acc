/**
 * Whether a run would do again what another one has done: the key that says so. The core has put into a digest what the run
 * file and the algorithm come to; here, when the run is about to start, comes what only then is known: the code, what is in
 * its inputs, and what the tasks that it refers to have left.
 */
import { existsSync } from 'node:fs';
import { Failure } from '../../base/failure';
import { digestOf } from '../../code/fingerprint';
import { isUrl } from '../../model/input';
import { parseTaskReference, textParts } from '../../model/references';
import type { OutputsOf } from '../../protocol/gatheredOutputs';
import type { AsyncStore } from '../store/asyncStore';
import type { ActiveRun } from '../store/storeReads';
import { type CodeContext, codeDigest } from './codeDigest';
import { attemptEnvironment } from './environment';
import { fillPaths } from './inputs';
import type { FindTaskValue } from './launchTexts';

export interface KeyContext extends CodeContext {
  readonly store: AsyncStore;
}

/** `problem`: what its code is cannot be told. */
export interface FoundKey {
  readonly key?: string;
  readonly problem?: string;
}

/** Nothing for a run that is not to reuse anything, and where an input is not there: starting it will say so. */
export async function reuseKey(context: KeyContext, active: ActiveRun): Promise<FoundKey> {
  const { home, store, fingerprints } = context;
  const { run, reuse, command, cwd, parametersJson, inputs } = active;
  if (!reuse) return {};
  const env = attemptEnvironment(home, run.id, active.environment, { number: 0 });
  if (!env) return {};
  const parts = [reuse.digest];
  const findTaskValue: FindTaskValue = async (reference) => store.taskValue(run.id, reference);
  const findForTask = run.parentId === undefined ? undefined : findTaskValue;
  try {
    const texts = [...command, cwd, parametersJson, ...Object.values(env)];
    for (const name of [...new Set(texts.flatMap(taskReferences))].sort()) {
      const reference = parseTaskReference(name);
      if (!reference) continue;
      const value = await findTaskValue(reference);
      const left = 'outputsOf' in value ? await outputsKey(context, value.outputsOf) : value.json;
      parts.push(JSON.stringify([name, left]));
    }
    for (const { name, paths } of inputs) {
      const filledFor = { runId: run.id, tree: active.environment.runId };
      const filled = await fillPaths(home, filledFor, paths, findForTask);
      for (const path of filled) parts.push(JSON.stringify([name, isUrl(path) ? path : await fingerprints.of(path)]));
    }
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof Error && 'code' in error)) throw error;
    return {};
  }
  try {
    parts.push(await codeDigest(context, active, reuse.codeFolders, env, findForTask));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { problem: error.message };
  }
  return { key: digestOf(parts.join('\n')) };
}

/** Not of the folder of a run made of runs: that has links, which name other runs. */
async function outputsKey(
  { home, fingerprints }: Pick<KeyContext, 'home' | 'fingerprints'>,
  { runId, parts }: OutputsOf,
): Promise<string> {
  if (!parts) return fingerprints.of(home.outputs(runId));
  const keys: string[] = [];
  for (const part of parts) {
    if (part.parts || existsSync(home.outputs(part.runId))) {
      keys.push(JSON.stringify([part.name, await outputsKey({ home, fingerprints }, part)]));
    }
  }
  return digestOf(keys.join('\n'));
}

function taskReferences(text: string): string[] {
  if (!text.includes('${tasks.')) return [];
  return Array.from(textParts(text), (part) => (part.kind === 'reference' ? part.name : '')).filter(
    (name) => parseTaskReference(name) !== undefined,
  );
}
