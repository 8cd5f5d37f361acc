/** The table of commands: id, what it does, and how the sentence "could not …" goes on when it fails. */
import { commands } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { FailureToast } from '../failureToast';
import { type CommandId, commandIds } from '../ids';
import type { ChannelLog } from '../log';
import type { LogDocuments } from '../log/logDocuments';
import type { GraphPanels } from '../panels/graphPanels';
import type { ExperimentTree } from '../tree/experimentTree';
import { arrangeRuns } from './arrangeRuns';
import { cancelRun } from './cancelRun';
import { extendSweep, stopSweep } from './changeSweep';
import { dryRunFile } from './dryRun';
import { exportMetrics } from './exportMetrics';
import { newRunFile } from './newRunFile';
import { openGraph } from './openGraph';
import { openRow } from './openRow';
import { openRun } from './openRun';
import { pauseQueue } from './pauseQueue';
import { previewGraph } from './previewGraph';
import { type RetryParts, retryRun } from './retryRun';
import { copyRunId, openRunFile, openRunFolder } from './runFolders';
import { deleteSecret, type SecretParts, setSecret } from './secrets';
import { showLog } from './showLog';
import { type SubmitParts, submitRun } from './submitRun';

export interface CommandParts extends SubmitParts, RetryParts, SecretParts {
  readonly sources: readonly Source[];
  readonly tree: ExperimentTree;
  readonly graphs: GraphPanels;
  readonly logs: LogDocuments;
  readonly log: ChannelLog;
  readonly failures: FailureToast;
}

interface Command {
  readonly doing: string;
  /** `argument` is what was clicked, `selected` all that is selected with it. */
  readonly run: (argument: unknown, selected: unknown) => Promise<unknown>;
}

export function registerCommands(parts: CommandParts): Disposable {
  const owned = new DisposableStore();
  for (const [id, { doing, run }] of Object.entries(commandTable(parts))) {
    owned.own(
      commands.registerCommand(id, async (argument: unknown, selected: unknown) =>
        parts.failures.guard(doing, async () => run(argument, selected)),
      ),
    );
  }
  return owned;
}

function commandTable(parts: CommandParts): Readonly<Record<CommandId, Command>> {
  const { sources, targets, tree, panels, graphs, logs, log } = parts;
  return {
    [commandIds.submitRun]: { doing: 'submit the run', run: async (a, s) => submitRun(parts, a, s) },
    [commandIds.dryRun]: { doing: 'make a dry run', run: async (a, s) => dryRunFile(a, s) },
    [commandIds.previewGraph]: {
      doing: 'show the graph of the run file',
      run: async (a, s) => previewGraph(graphs, parts.source, a, s),
    },
    [commandIds.newRunFile]: { doing: 'make a run file', run: newRunFile },
    [commandIds.cancelRun]: { doing: 'cancel the run', run: async (a, s) => cancelRun(targets, a, s) },
    [commandIds.retryRun]: { doing: 'retry the run', run: async (a, s) => retryRun(parts, 'retry', a, s) },
    [commandIds.resumeRun]: { doing: 'resume the run', run: async (a, s) => retryRun(parts, 'resume', a, s) },
    [commandIds.retryOnward]: { doing: 'retry from here', run: async (a, s) => retryRun(parts, 'onward', a, s) },
    [commandIds.stopSweep]: { doing: 'stop the sweep', run: async (a, s) => stopSweep(targets, a, s) },
    [commandIds.extendSweep]: { doing: 'add trials', run: async (a, s) => extendSweep(targets, parts.secrets, a, s) },
    [commandIds.holdRun]: { doing: 'hold the run', run: async (a, s) => arrangeRuns(targets, 'hold', a, s) },
    [commandIds.releaseRun]: { doing: 'release the run', run: async (a, s) => arrangeRuns(targets, 'release', a, s) },
    [commandIds.runNext]: { doing: 'put the run first', run: async (a, s) => arrangeRuns(targets, 'next', a, s) },
    [commandIds.pauseQueue]: { doing: 'pause the queue', run: async () => pauseQueue(sources, true) },
    [commandIds.resumeQueue]: { doing: 'resume the queue', run: async () => pauseQueue(sources, false) },
    [commandIds.openRun]: { doing: 'open the run', run: async (a) => openRun(targets, panels, a) },
    [commandIds.openGraph]: { doing: 'open the graph', run: async (a) => openGraph(targets, graphs, a) },
    [commandIds.showLog]: { doing: 'show the log', run: async (a) => showLog(targets, logs, a) },
    [commandIds.exportMetrics]: { doing: 'export metrics', run: async (a, s) => exportMetrics(targets, a, s) },
    [commandIds.copyRunId]: { doing: 'copy the run’s ID', run: async (a, s) => copyRunId(targets, a, s) },
    [commandIds.openRunFolder]: { doing: 'open the run’s folder', run: async (a) => openRunFolder(targets, a) },
    [commandIds.openRunFile]: { doing: 'open the run’s file', run: async (a) => openRunFile(targets, a) },
    [commandIds.setSecret]: { doing: 'set the secret', run: async (a) => setSecret(parts, a) },
    [commandIds.deleteSecret]: { doing: 'delete the secret', run: async () => deleteSecret(parts) },
    [commandIds.refresh]: { doing: 'read the runs', run: async () => tree.reload() },
    [commandIds.openRow]: { doing: 'open the row', run: async () => openRow(parts) },
    [commandIds.showOutput]: { doing: 'show Sidelab’s own log', run: async () => log.show() },
  };
}
