/** The table of commands: id, what it does, and how the sentence "could not …" goes on when it fails. */
import { commands } from 'vscode';
import { systemClock } from '../../base/clock';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
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
import { arrangeRuns } from './arrangeRuns';
import { cancelPending } from './cancelPending';
import { cancelRun } from './cancelRun';
import { editNote, editTags, moveRuns, pinRuns, renameRun } from './changeRuns';
import { extendSweep, stopSweep } from './changeSweep';
import { type DebugParts, debugRun } from './debugRun';
import { diffRuns } from './diffRuns';
import { copyCommand, copyLink, copyParameters } from './copyRuns';
import { deleteRuns, undeleteRuns } from './deleteRuns';
import { dryRunFile } from './dryRun';
import { explainFailure } from './explainFailure';
import { type FilterParts, filterRuns } from './filterRuns';
import { groupRuns, showRunsOf, sortRuns } from './listRuns';
import { exportMetrics } from './exportMetrics';
import { findInOutput } from './findInOutput';
import { newRunFile, newRunFileFromRun } from './newRunFile';
import { openExamples } from './openExamples';
import { openGraph } from './openGraph';
import { openRow } from './openRow';
import { openRun } from './openRun';
import { chooseOutputStream, goToError, moveOutput } from './outputPlaces';
import { pauseQueue } from './pauseQueue';
import { previewGraph } from './previewGraph';
import { type RemovalParts, removeAllData } from './removeAllData';
import { reproduce } from './reproduceRun';
import { type RetryParts, retryRun } from './retryRun';
import { copyRunId, openRunFile, openRunFolder, openRunTerminal } from './runFolders';
import { deleteSecret, type SecretParts, setSecret } from './secrets';
import { showLog } from './showLog';
import { type SubmitParts, submitRun } from './submitRun';

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
  const { sources, targets, tree, panels, graphs, logs, log, explanations, comparisons } = parts;
  return {
    [commandIds.submitRun]: { doing: 'submit the run', run: async (a, s) => submitRun(parts, a, s) },
    [commandIds.dryRun]: { doing: 'make a dry run', run: async (a, s) => dryRunFile(parts.dryRuns, a, s) },
    [commandIds.debugRun]: { doing: 'debug the run file', run: async (a, s) => debugRun(parts, a, s) },
    [commandIds.previewGraph]: {
      doing: 'show the graph of the run file',
      run: async (a, s) => previewGraph(graphs, parts.source, a, s),
    },
    [commandIds.newRunFile]: { doing: 'make a run file', run: async (a) => newRunFile(targets, a) },
    [commandIds.newRunFileFromRun]: {
      doing: 'make a run file from the run',
      run: async (a) => newRunFileFromRun(targets, a),
    },
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
    [commandIds.earlierOutput]: { doing: 'show earlier output', run: async (a) => moveOutput(logs, 'earlier', a) },
    [commandIds.laterOutput]: { doing: 'show later output', run: async (a) => moveOutput(logs, 'later', a) },
    [commandIds.beginningOfOutput]: {
      doing: 'show the beginning of the output',
      run: async (a) => moveOutput(logs, 'beginning', a),
    },
    [commandIds.endOfOutput]: { doing: 'show the end of the output', run: async (a) => moveOutput(logs, 'end', a) },
    [commandIds.chooseOutputStream]: {
      doing: 'show the stream',
      run: async (a, s) => chooseOutputStream(logs, a, s),
    },
    [commandIds.findInOutput]: {
      doing: 'find in the output',
      run: async (a, s) => findInOutput(logs, systemClock, a, s),
    },
    [commandIds.nextError]: { doing: 'go to the next error', run: async (a) => goToError(logs, 1, a) },
    [commandIds.previousError]: { doing: 'go to the previous error', run: async (a) => goToError(logs, -1, a) },
    [commandIds.explainFailure]: {
      doing: 'explain the failure',
      run: async (a) => explainFailure(targets, explanations, a),
    },
    [commandIds.diffRuns]: { doing: 'compare the runs', run: async (a, s) => diffRuns(targets, comparisons, a, s) },
    [commandIds.reproduceRun]: { doing: 'reproduce the run', run: async (a, s) => reproduce(targets, a, s) },
    [commandIds.exportMetrics]: { doing: 'export metrics', run: async (a, s) => exportMetrics(targets, a, s) },
    [commandIds.renameRun]: { doing: 'rename the run', run: async (a, s) => renameRun(targets, a, s) },
    [commandIds.editTags]: { doing: 'change the tags', run: async (a, s) => editTags(targets, a, s) },
    [commandIds.editNote]: { doing: 'change the note', run: async (a, s) => editNote(targets, a, s) },
    [commandIds.moveRuns]: { doing: 'move the run', run: async (a, s) => moveRuns(targets, a, s) },
    [commandIds.pinRun]: { doing: 'pin the run', run: async (a, s) => pinRuns(targets, true, a, s) },
    [commandIds.unpinRun]: { doing: 'unpin the run', run: async (a, s) => pinRuns(targets, false, a, s) },
    [commandIds.deleteRuns]: {
      doing: 'delete the run',
      run: async (a, s) => deleteRuns(targets, parts.failures, a, s),
    },
    [commandIds.undeleteRuns]: { doing: 'bring runs back', run: async () => undeleteRuns(targets) },
    [commandIds.cancelPending]: { doing: 'cancel the runs that wait', run: async () => cancelPending(sources) },
    [commandIds.copyParameters]: { doing: 'copy the parameters', run: async (a, s) => copyParameters(targets, a, s) },
    [commandIds.copyCommand]: { doing: 'copy the command', run: async (a, s) => copyCommand(targets, a, s) },
    [commandIds.copyLink]: { doing: 'copy the link', run: async (a, s) => copyLink(targets, a, s) },
    [commandIds.openRunTerminal]: { doing: 'open a terminal', run: async (a, s) => openRunTerminal(targets, a, s) },
    [commandIds.copyRunId]: { doing: 'copy the run’s ID', run: async (a, s) => copyRunId(targets, a, s) },
    [commandIds.openRunFolder]: { doing: 'open the run’s folder', run: async (a) => openRunFolder(targets, a) },
    [commandIds.openRunFile]: { doing: 'open the run’s file', run: async (a) => openRunFile(targets, a) },
    [commandIds.setSecret]: { doing: 'set the secret', run: async (a) => setSecret(parts, a) },
    [commandIds.deleteSecret]: { doing: 'delete the secret', run: async () => deleteSecret(parts) },
    [commandIds.filterRuns]: { doing: 'filter the runs', run: async (a) => filterRuns(parts, a) },
    [commandIds.clearFilter]: { doing: 'clear the filter', run: async () => parts.look.change({ filterText: '' }) },
    [commandIds.groupRuns]: { doing: 'group the runs', run: async () => groupRuns(parts.look) },
    [commandIds.sortRuns]: { doing: 'sort the runs', run: async () => sortRuns(parts.look, sources) },
    [commandIds.showAllRuns]: { doing: 'show all runs', run: async () => showRunsOf(parts.look, 'all') },
    [commandIds.showWorkspaceRuns]: {
      doing: 'show the runs of this workspace',
      run: async () => showRunsOf(parts.look, 'workspace'),
    },
    [commandIds.refresh]: { doing: 'read the runs', run: async () => tree.reload() },
    [commandIds.openRow]: { doing: 'open the row', run: async () => openRow(parts) },
    [commandIds.openExamples]: { doing: 'open the examples', run: async () => openExamples(parts.examples) },
    [commandIds.showPerformance]: { doing: 'show the performance', run: async () => parts.performance.show() },
    [commandIds.removeAllData]: { doing: 'remove all data', run: async () => removeAllData(parts) },
    [commandIds.showOutput]: { doing: 'show Sidelab’s own log', run: async () => log.show() },
  };
}
