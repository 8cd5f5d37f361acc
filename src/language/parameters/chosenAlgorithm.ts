/** The algorithm that a run or task of the document names, as its file is now. */
import path from 'node:path';
import { findAlgorithm } from '../../core/algorithms/findAlgorithm';
import type { AlgorithmFile } from '../../core/algorithms/algorithmFile';
import type { KeyPath } from '../../core/runFiles/runFileProblem';
import type { EditedDocument } from '../editedDocument';
import { runsOnTheWay, textAt } from '../runAround';

/** Undefined where none is named or found; what is wrong then, the diagnostics say. */
export async function chosenAlgorithm(document: EditedDocument, at: KeyPath): Promise<AlgorithmFile | undefined> {
  const run = runsOnTheWay(document.root, at).at(-1);
  const name = textAt(run, 'algorithm');
  if (name === undefined || document.path === undefined) return undefined;
  const version = textAt(run, 'version');
  const found = await findAlgorithm({ name, version, folder: path.dirname(document.path) });
  return 'file' in found ? found.file : undefined;
}
