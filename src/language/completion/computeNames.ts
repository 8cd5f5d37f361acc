/** Completes the names of computes where a run file has a `compute`; the rest is the editor's JSON service's, by the schema. */
import path from 'node:path';
import type { CompletionItem } from 'vscode-languageserver-types';
import { Failure } from '../../base/failure';
import { listComputes } from '../../core/compute/findCompute';
import { describeCompute } from '../../model/compute';
import type { LanguageFeature, Place } from '../feature';
import { cursorAt } from '../runAround';
import { nameItems } from './nameItems';

export const computeNames: LanguageFeature = {
  async complete({ document, offset }: Place): Promise<readonly CompletionItem[]> {
    const { rest, isKey, range } = cursorAt(document, offset);
    if (isKey || rest.length !== 1 || rest[0] !== 'compute' || document.path === undefined) return [];
    const computes = await list(path.dirname(document.path));
    const names = Array.from(computes, ([name, compute]) => ({ name, detail: describeCompute(compute) }));
    return nameItems(document, range, names);
  },
};

/** None of a broken file: the diagnostics of run files that name one say what is wrong with it. */
async function list(folder: string): ReturnType<typeof listComputes> {
  try {
    return await listComputes(folder);
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}
