/** What the buttons of a run's panel do. A failure goes back to the panel, which shows it where the button is. */
import { env } from 'vscode';
import type { RunId } from '../../model/ids';
import type { RunPanelAction } from '../../protocol/runPanel';
import type { LogDocuments } from '../log/logDocuments';
import { cancelRun } from './cancelRun';
import { openRunFile, openRunFolder } from './runFolders';
import type { RunTargets } from './runTargets';
import { showLog } from './showLog';

export async function actInPanel(
  targets: RunTargets,
  logs: LogDocuments,
  action: RunPanelAction,
  runId: RunId,
): Promise<void> {
  switch (action) {
    case 'cancel':
      return cancelRun(targets, runId, undefined);
    case 'showLog':
      return showLog(targets, logs, runId);
    case 'copyId':
      return env.clipboard.writeText(runId);
    case 'openFolder':
      return openRunFolder(targets, runId);
    case 'openRunFile':
      return openRunFile(targets, runId);
  }
}
