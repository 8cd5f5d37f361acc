/** What the buttons of a run's panel do. A failure goes back to the panel, which shows it where the button is. */
import { env } from 'vscode';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { RunPanelAct } from '../../protocol/runPanel';
import type { LogDocuments } from '../log/logDocuments';
import type { GraphPanels } from '../panels/graphPanels';
import { cancelRun } from './cancelRun';
import { openGraph } from './openGraph';
import { type RetryParts, retryRun } from './retryRun';
import { openRunFile, openRunFolder } from './runFolders';
import { showLog } from './showLog';

export interface PanelActionParts extends RetryParts {
  readonly logs: LogDocuments;
  readonly graphs: GraphPanels;
}

export async function actInPanel(
  parts: PanelActionParts,
  { action, attempt }: RunPanelAct,
  source: Source,
  runId: RunId,
): Promise<void> {
  const { targets, logs, graphs } = parts;
  switch (action) {
    case 'cancel':
      return cancelRun(targets, runId, undefined);
    case 'retry':
      return retryRun(parts, 'retry', runId, undefined);
    case 'resume':
      return retryRun(parts, 'resume', runId, undefined);
    case 'showLog':
      return showLog(targets, logs, runId, attempt);
    case 'copyId':
      return env.clipboard.writeText(runId);
    case 'openGraph':
      return openGraph(targets, graphs, runId);
    case 'openFolder':
      return openRunFolder(targets, runId);
    case 'openRunFile':
      return openRunFile(targets, runId);
    case 'undelete':
      await source.undelete([runId]);
  }
}
