/** What a click on a row of the Experiments view does: the panel of a run, the log of an attempt, the next runs. */
import { l10n } from 'vscode';
import { Failure } from '../../base/failure';
import type { LogDocuments } from '../log/logDocuments';
import type { RunPanels } from '../panels/runPanels';
import type { ExperimentTree } from '../tree/experimentTree';
import type { ExperimentView } from '../tree/experimentView';
import { AttemptNode, MetricNode, RunNode, ShowMoreNode } from '../tree/nodes';
import { openRun } from './openRun';
import type { RunTargets } from './runTargets';
import { showLog } from './showLog';

export interface OpenRowParts {
  readonly view: ExperimentView;
  readonly tree: ExperimentTree;
  readonly targets: RunTargets;
  readonly panels: RunPanels;
  readonly logs: LogDocuments;
}

export async function openRow({ view, tree, targets, panels, logs }: OpenRowParts): Promise<void> {
  const row = await view.selectedRow();
  if (row instanceof RunNode) return openRun(targets, panels, row);
  if (row instanceof MetricNode) return openRun(targets, panels, row.parent.parent);
  if (row instanceof AttemptNode) return showLog(targets, logs, row);
  if (row instanceof ShowMoreNode) return tree.showMore(row);
  if (!row) throw new Failure('NotFound', l10n.t('No row is selected.'), { hint: l10n.t('Click the row once more.') });
}
