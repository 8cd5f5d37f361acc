/** Preview Graph: what the run file in the editor would submit, as a graph beside it that follows its edits. Nothing is submitted. */
import { window } from 'vscode';
import type { Source } from '../../core/source';
import type { GraphPanels } from '../panels/graphPanels';
import { chosenUris } from './submitRun';

/** `source` is where the runs would go. Starts no program, so it works in a workspace that is not trusted. */
export async function previewGraph(
  graphs: GraphPanels,
  source: Source,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  for (const uri of chosenUris(argument, selected)) {
    const beside = window.activeTextEditor?.document.uri.toString() === uri.toString();
    await graphs.openFile(source, uri.toString(), { preserveFocus: beside, beside });
  }
}
