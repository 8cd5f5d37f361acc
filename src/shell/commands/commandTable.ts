/**
 * The table of commands: id, what it does, and how the sentence "could not …" goes on when it fails. What a command does is loaded when
 * it is first used: a window in which nobody uses it does not even evaluate it.
 */
import { systemClock } from '../../base/clock';
import type { EngineSource } from '../../core/sources/engine/engineSource';
import type { FailureToast } from '../failureToast';
import { type CommandId, commandIds } from '../ids';
import type { ChannelLog } from '../log';
import type { LogDocuments } from '../log/logDocuments';
import type { GraphPanels } from '../panels/graphPanels';
import type { PerformanceDocument } from '../performance/performanceDocument';
import type { DryRunDocuments } from '../runFiles/dryRunDocuments';
import type { ExperimentTree } from '../tree/experimentTree';
import type { ComparisonDocuments } from '../why/comparisonDocuments';
import type { ExplanationDocuments } from '../why/explanationDocuments';
import type { DebugParts } from './debugRun';
import type { FilterParts } from './filterRuns';
import type { RemovalParts } from './removeAllData';
import type { RetryParts } from './retryRun';
import type { SecretParts } from './secrets';
import type { SubmitParts } from './submitRun';

export interface CommandParts extends SubmitParts, RetryParts, SecretParts, DebugParts, RemovalParts, FilterParts {
  readonly tree: ExperimentTree;
  readonly graphs: GraphPanels;
  readonly logs: LogDocuments;
  readonly explanations: ExplanationDocuments;
  readonly comparisons: ComparisonDocuments;
  readonly log: ChannelLog;
  readonly performance: PerformanceDocument;
  readonly source: EngineSource;
  /** The folder of the examples that come with the extension. */
  readonly examples: string;
  readonly failures: FailureToast;
  readonly dryRuns: DryRunDocuments;
}

interface Command {
  readonly doing: string;
  /** `argument` is what was clicked, `selected` all that is selected with it. */
  readonly run: (argument: unknown, selected: unknown) => Promise<unknown>;
}

export function commandTable(parts: CommandParts): Readonly<Record<CommandId, Command>> {
  const { sources, targets, tree, panels, graphs, logs, log, explanations, comparisons } = parts;
  return {
    [commandIds.submitRun]: {
      doing: 'submit the run',
      run: async (a, s) => (await import('./submitRun')).submitRun(parts, a, s),
    },
    [commandIds.dryRun]: {
      doing: 'make a dry run',
      run: async (a, s) => (await import('./dryRun')).dryRunFile(parts.dryRuns, a, s),
    },
    [commandIds.debugRun]: {
      doing: 'debug the run file',
      run: async (a, s) => (await import('./debugRun')).debugRun(parts, a, s),
    },
    [commandIds.previewGraph]: {
      doing: 'show the graph of the run file',
      run: async (a, s) => (await import('./previewGraph')).previewGraph(graphs, parts.source, a, s),
    },
    [commandIds.newRunFile]: {
      doing: 'make a run file',
      run: async (a) => (await import('./newRunFile')).newRunFile(targets, a),
    },
    [commandIds.newRunFileFromRun]: {
      doing: 'make a run file from the run',
      run: async (a) => (await import('./newRunFile')).newRunFileFromRun(targets, a),
    },
    [commandIds.cancelRun]: {
      doing: 'cancel the run',
      run: async (a, s) => (await import('./cancelRun')).cancelRun(targets, a, s),
    },
    [commandIds.retryRun]: {
      doing: 'retry the run',
      run: async (a, s) => (await import('./retryRun')).retryRun(parts, 'retry', a, s),
    },
    [commandIds.resumeRun]: {
      doing: 'resume the run',
      run: async (a, s) => (await import('./retryRun')).retryRun(parts, 'resume', a, s),
    },
    [commandIds.retryOnward]: {
      doing: 'retry from here',
      run: async (a, s) => (await import('./retryRun')).retryRun(parts, 'onward', a, s),
    },
    [commandIds.stopSweep]: {
      doing: 'stop the sweep',
      run: async (a, s) => (await import('./changeSweep')).stopSweep(targets, a, s),
    },
    [commandIds.extendSweep]: {
      doing: 'add trials',
      run: async (a, s) => (await import('./changeSweep')).extendSweep(targets, parts.secrets, a, s),
    },
    [commandIds.holdRun]: {
      doing: 'hold the run',
      run: async (a, s) => (await import('./arrangeRuns')).arrangeRuns(targets, 'hold', a, s),
    },
    [commandIds.releaseRun]: {
      doing: 'release the run',
      run: async (a, s) => (await import('./arrangeRuns')).arrangeRuns(targets, 'release', a, s),
    },
    [commandIds.runNext]: {
      doing: 'put the run first',
      run: async (a, s) => (await import('./arrangeRuns')).arrangeRuns(targets, 'next', a, s),
    },
    [commandIds.pauseQueue]: {
      doing: 'pause the queue',
      run: async () => (await import('./pauseQueue')).pauseQueue(sources, true),
    },
    [commandIds.resumeQueue]: {
      doing: 'resume the queue',
      run: async () => (await import('./pauseQueue')).pauseQueue(sources, false),
    },
    [commandIds.openRun]: {
      doing: 'open the run',
      run: async (a) => (await import('./openRun')).openRun(targets, panels, a),
    },
    [commandIds.openGraph]: {
      doing: 'open the graph',
      run: async (a) => (await import('./openGraph')).openGraph(targets, graphs, a),
    },
    [commandIds.showLog]: {
      doing: 'show the log',
      run: async (a) => (await import('./showLog')).showLog(targets, logs, a),
    },
    [commandIds.earlierOutput]: {
      doing: 'show earlier output',
      run: async (a) => (await import('./outputPlaces')).moveOutput(logs, 'earlier', a),
    },
    [commandIds.laterOutput]: {
      doing: 'show later output',
      run: async (a) => (await import('./outputPlaces')).moveOutput(logs, 'later', a),
    },
    [commandIds.beginningOfOutput]: {
      doing: 'show the beginning of the output',
      run: async (a) => (await import('./outputPlaces')).moveOutput(logs, 'beginning', a),
    },
    [commandIds.endOfOutput]: {
      doing: 'show the end of the output',
      run: async (a) => (await import('./outputPlaces')).moveOutput(logs, 'end', a),
    },
    [commandIds.chooseOutputStream]: {
      doing: 'show the stream',
      run: async (a, s) => (await import('./outputPlaces')).chooseOutputStream(logs, a, s),
    },
    [commandIds.findInOutput]: {
      doing: 'find in the output',
      run: async (a, s) => (await import('./findInOutput')).findInOutput(logs, systemClock, a, s),
    },
    [commandIds.nextError]: {
      doing: 'go to the next error',
      run: async (a) => (await import('./outputPlaces')).goToError(logs, 1, a),
    },
    [commandIds.previousError]: {
      doing: 'go to the previous error',
      run: async (a) => (await import('./outputPlaces')).goToError(logs, -1, a),
    },
    [commandIds.explainFailure]: {
      doing: 'explain the failure',
      run: async (a) => (await import('./explainFailure')).explainFailure(targets, explanations, a),
    },
    [commandIds.diffRuns]: {
      doing: 'compare the runs',
      run: async (a, s) => (await import('./diffRuns')).diffRuns(targets, comparisons, a, s),
    },
    [commandIds.reproduceRun]: {
      doing: 'reproduce the run',
      run: async (a, s) => (await import('./reproduceRun')).reproduce(targets, a, s),
    },
    [commandIds.exportMetrics]: {
      doing: 'export metrics',
      run: async (a, s) => (await import('./exportMetrics')).exportMetrics(targets, a, s),
    },
    [commandIds.renameRun]: {
      doing: 'rename the run',
      run: async (a, s) => (await import('./changeRuns')).renameRun(targets, a, s),
    },
    [commandIds.editTags]: {
      doing: 'change the tags',
      run: async (a, s) => (await import('./changeRuns')).editTags(targets, a, s),
    },
    [commandIds.editNote]: {
      doing: 'change the note',
      run: async (a, s) => (await import('./changeRuns')).editNote(targets, a, s),
    },
    [commandIds.moveRuns]: {
      doing: 'move the run',
      run: async (a, s) => (await import('./changeRuns')).moveRuns(targets, a, s),
    },
    [commandIds.pinRun]: {
      doing: 'pin the run',
      run: async (a, s) => (await import('./changeRuns')).pinRuns(targets, true, a, s),
    },
    [commandIds.unpinRun]: {
      doing: 'unpin the run',
      run: async (a, s) => (await import('./changeRuns')).pinRuns(targets, false, a, s),
    },
    [commandIds.deleteRuns]: {
      doing: 'delete the run',
      run: async (a, s) => (await import('./deleteRuns')).deleteRuns(targets, parts.failures, a, s),
    },
    [commandIds.undeleteRuns]: {
      doing: 'bring runs back',
      run: async () => (await import('./deleteRuns')).undeleteRuns(targets),
    },
    [commandIds.cancelPending]: {
      doing: 'cancel the runs that wait',
      run: async () => (await import('./cancelPending')).cancelPending(sources),
    },
    [commandIds.copyParameters]: {
      doing: 'copy the parameters',
      run: async (a, s) => (await import('./copyRuns')).copyParameters(targets, a, s),
    },
    [commandIds.copyCommand]: {
      doing: 'copy the command',
      run: async (a, s) => (await import('./copyRuns')).copyCommand(targets, a, s),
    },
    [commandIds.copyLink]: {
      doing: 'copy the link',
      run: async (a, s) => (await import('./copyRuns')).copyLink(targets, a, s),
    },
    [commandIds.openRunTerminal]: {
      doing: 'open a terminal',
      run: async (a, s) => (await import('./runFolders')).openRunTerminal(targets, a, s),
    },
    [commandIds.copyRunId]: {
      doing: 'copy the run’s ID',
      run: async (a, s) => (await import('./runFolders')).copyRunId(targets, a, s),
    },
    [commandIds.openRunFolder]: {
      doing: 'open the run’s folder',
      run: async (a) => (await import('./runFolders')).openRunFolder(targets, a),
    },
    [commandIds.openRunFile]: {
      doing: 'open the run’s file',
      run: async (a) => (await import('./runFolders')).openRunFile(targets, a),
    },
    [commandIds.setSecret]: {
      doing: 'set the secret',
      run: async (a) => (await import('./secrets')).setSecret(parts, a),
    },
    [commandIds.deleteSecret]: {
      doing: 'delete the secret',
      run: async () => (await import('./secrets')).deleteSecret(parts),
    },
    [commandIds.filterRuns]: {
      doing: 'filter the runs',
      run: async (a) => (await import('./filterRuns')).filterRuns(parts, a),
    },
    [commandIds.clearFilter]: { doing: 'clear the filter', run: async () => parts.look.change({ filterText: '' }) },
    [commandIds.groupRuns]: {
      doing: 'group the runs',
      run: async () => (await import('./listRuns')).groupRuns(parts.look),
    },
    [commandIds.sortRuns]: {
      doing: 'sort the runs',
      run: async () => (await import('./listRuns')).sortRuns(parts.look, sources),
    },
    [commandIds.showAllRuns]: {
      doing: 'show all runs',
      run: async () => (await import('./listRuns')).showRunsOf(parts.look, 'all'),
    },
    [commandIds.showWorkspaceRuns]: {
      doing: 'show the runs of this workspace',
      run: async () => (await import('./listRuns')).showRunsOf(parts.look, 'workspace'),
    },
    [commandIds.refresh]: { doing: 'read the runs', run: async () => tree.reload() },
    [commandIds.openRow]: { doing: 'open the row', run: async () => (await import('./openRow')).openRow(parts) },
    [commandIds.openExamples]: {
      doing: 'open the examples',
      run: async () => (await import('./openExamples')).openExamples(parts.examples),
    },
    [commandIds.showPerformance]: { doing: 'show the performance', run: async () => parts.performance.show() },
    [commandIds.removeAllData]: {
      doing: 'remove all data',
      run: async () => (await import('./removeAllData')).removeAllData(parts),
    },
    [commandIds.showOutput]: { doing: 'show Sidelab’s own log', run: async () => log.show() },
  };
}
