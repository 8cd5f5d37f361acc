/** What can be done with a node now, as far as the node itself tells: the same in its menu, beside the picture and by keys. */
import { mayArrange } from '../../src/model/arrange';
import { isActive, mayCancel } from '../../src/model/runStatus';
import { mayResume, mayRetry, mayRetryOnward } from '../../src/model/tryAgain';
import type { GraphPanelAction } from '../../src/protocol/graphPanel';
import type { ModelNode } from './graphModel';

export interface NodeAction {
  readonly action: GraphPanelAction;
  readonly label: string;
  /** A line above it, in a menu. */
  readonly beginsGroup?: boolean;
}

export function nodeActions(node: ModelNode, isPlan: boolean): readonly NodeAction[] {
  if (isPlan) return [{ action: 'openRunFile', label: 'Show in Run File' }];
  const { data, children, parent, counts } = node;
  const isMade = children.length > 0;
  const attempt = data.attemptTimes?.at(-1);
  const tried = { status: data.status, attempt, ...(isMade ? { children: counts } : {}) };
  const actions: (NodeAction | false)[] = [
    { action: 'open', label: 'Open Run' },
    !isMade && attempt !== undefined && { action: 'showLog', label: 'Show Log' },
    isMade && parent !== undefined && { action: 'openGraph', label: 'Open as a Graph of Its Own' },
    { action: 'openRunFile', label: 'Open Run File' },
    mayCancel(data.status) && { action: 'cancel', label: 'Cancel Run', beginsGroup: true },
    mayRetry(data) && { action: 'retry', label: 'Retry Run', beginsGroup: true },
    mayResume(tried) && { action: 'resume', label: 'Resume Run' },
    parent !== undefined &&
      mayRetryOnward({ status: data.status, parentId: parent.id }) && {
        action: 'retryOnward',
        label: 'Retry From Here',
      },
    data.kind === 'sweep' && isActive(data.status) && { action: 'stopSweep', label: 'Stop Sweep Early' },
    mayArrange(data, 'next') && { action: 'next', label: 'Run Next', beginsGroup: true },
    mayArrange(data, 'hold') && { action: 'hold', label: 'Hold Run' },
    mayArrange(data, 'release') && { action: 'release', label: 'Release Run' },
  ];
  return actions.filter((action) => action !== false);
}
