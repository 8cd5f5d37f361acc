/** What a run made of runs needs of the algorithm that those execute: which version it is, and which metrics have a goal. */
import path from 'node:path';
import type { RunFile, Task } from '../../model/runFile';
import { findAlgorithm } from './findAlgorithm';

/** The file's own metrics win. An algorithm that cannot be found says nothing here: those that execute it say what is wrong. */
export async function knownOfAlgorithm(
  file: RunFile | Task,
  runFilePath: string,
): Promise<Pick<RunFile, 'version' | 'metrics'>> {
  const { algorithm: name, version } = file;
  if (name === undefined) return {};
  const found = await findAlgorithm({ name, version, folder: path.dirname(runFilePath) });
  if ('failure' in found) return {};
  const { content } = found.file;
  return { version: content.version, ...(content.metrics ? { metrics: { ...content.metrics, ...file.metrics } } : {}) };
}
