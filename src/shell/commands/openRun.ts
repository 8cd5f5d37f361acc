/** Open Run: the panel of a run, from its row, a toast, or a list of the recent ones. */
import { l10n } from 'vscode';
import type { RunPanels } from '../panels/runPanels';
import type { RunTargets } from './runTargets';

export async function openRun(targets: RunTargets, panels: RunPanels, argument: unknown): Promise<void> {
  const target = await targets.one(l10n.t('Open Run'), argument);
  // The focus stays where the run was chosen: in the tree, arrow keys go on to the next one.
  if (target) await panels.open(target.source, target.run, { preserveFocus: argument !== undefined, beside: false });
}
