/** What buttons and keys of a graph's panel do with a node. A failure goes back to the panel, which shows it where the node is. */
import { l10n, Uri } from 'vscode';
import { Failure } from '../../base/failure';
import { GraphOfFile } from '../panels/graphOfFile';
import type { GraphAct } from '../panels/graphPanels';
import { openPlace } from '../openPlace';
import { arrangeRuns } from './arrangeRuns';
import { cancelRun } from './cancelRun';
import { stopSweep } from './changeSweep';
import { openRun } from './openRun';
import type { PanelActionParts } from './panelActions';
import { retryRun } from './retryRun';
import { openRunFile } from './runFolders';
import { showLog } from './showLog';
import { type SubmitParts, submitRun } from './submitRun';

export type GraphActionParts = PanelActionParts & SubmitParts;

export async function actInGraph(parts: GraphActionParts, act: GraphAct): Promise<void> {
  return act.subject.kind === 'file' ? actOnPlan(parts, act, Uri.parse(act.subject.file)) : actOnRun(parts, act);
}

async function actOnRun(parts: GraphActionParts, { action, runId, source }: GraphAct): Promise<void> {
  const { targets, logs, panels, graphs } = parts;
  switch (action) {
    case 'open':
      return openRun(targets, panels, runId);
    case 'openGraph': {
      // The part as a graph of its own: the whole is what is looked at already.
      const { run } = await source.run(runId);
      return graphs.openRun(source, run, { preserveFocus: false, beside: false });
    }
    case 'showLog':
      return showLog(targets, logs, runId);
    case 'cancel':
      return cancelRun(targets, runId, undefined);
    case 'retry':
    case 'resume':
      return retryRun(parts, action, runId, undefined);
    case 'retryOnward':
      return retryRun(parts, 'onward', runId, undefined);
    case 'hold':
    case 'release':
    case 'next':
      return arrangeRuns(targets, action, runId, undefined);
    case 'stopSweep':
      return stopSweep(targets, runId, undefined);
    case 'openRunFile':
      return openRunFile(targets, runId);
    case 'submit':
      throw new Failure('Conflict', l10n.t('This run was submitted already.'), { hint: l10n.t('Retry it instead.') });
  }
}

async function actOnPlan(parts: GraphActionParts, { action, runId, shown }: GraphAct, uri: Uri): Promise<void> {
  if (action === 'submit') {
    await submitRun(parts, uri, undefined);
    return;
  }
  if (action === 'openRunFile') {
    const place = shown instanceof GraphOfFile ? await shown.placeOf(runId) : undefined;
    return openPlace(uri, place ?? { line: 1, column: 1 });
  }
  throw new Failure('Conflict', l10n.t('Nothing of this run file has been submitted.'), {
    hint: l10n.t('Submit it first.'),
  });
}
