/**
 * Every id that `package.json` and the code must agree on, written once. A test compares the two.
 */
import { lensCommands } from '../protocol/lensCommands';

export const commandIds = {
  ...lensCommands,
  newRunFile: 'sidelab.newRunFile',
  newRunFileFromRun: 'sidelab.newRunFileFromRun',
  cancelRun: 'sidelab.cancelRun',
  retryRun: 'sidelab.retryRun',
  resumeRun: 'sidelab.resumeRun',
  retryOnward: 'sidelab.retryOnward',
  stopSweep: 'sidelab.stopSweep',
  extendSweep: 'sidelab.extendSweep',
  holdRun: 'sidelab.holdRun',
  releaseRun: 'sidelab.releaseRun',
  runNext: 'sidelab.runNext',
  pauseQueue: 'sidelab.pauseQueue',
  resumeQueue: 'sidelab.resumeQueue',
  openRun: 'sidelab.openRun',
  openGraph: 'sidelab.openGraph',
  showLog: 'sidelab.showLog',
  earlierOutput: 'sidelab.earlierOutput',
  laterOutput: 'sidelab.laterOutput',
  beginningOfOutput: 'sidelab.beginningOfOutput',
  endOfOutput: 'sidelab.endOfOutput',
  chooseOutputStream: 'sidelab.chooseOutputStream',
  findInOutput: 'sidelab.findInOutput',
  nextError: 'sidelab.nextError',
  previousError: 'sidelab.previousError',
  explainFailure: 'sidelab.explainFailure',
  diffRuns: 'sidelab.diffRuns',
  reproduceRun: 'sidelab.reproduceRun',
  exportMetrics: 'sidelab.exportMetrics',
  renameRun: 'sidelab.renameRun',
  editTags: 'sidelab.editTags',
  editNote: 'sidelab.editNote',
  moveRuns: 'sidelab.moveRuns',
  pinRun: 'sidelab.pinRun',
  unpinRun: 'sidelab.unpinRun',
  deleteRuns: 'sidelab.deleteRuns',
  undeleteRuns: 'sidelab.undeleteRuns',
  cancelPending: 'sidelab.cancelPending',
  copyRunId: 'sidelab.copyRunId',
  copyParameters: 'sidelab.copyParameters',
  copyCommand: 'sidelab.copyCommand',
  copyLink: 'sidelab.copyLink',
  openRunFolder: 'sidelab.openRunFolder',
  openRunTerminal: 'sidelab.openRunTerminal',
  openRunFile: 'sidelab.openRunFile',
  setSecret: 'sidelab.setSecret',
  deleteSecret: 'sidelab.deleteSecret',
  filterRuns: 'sidelab.filterRuns',
  clearFilter: 'sidelab.clearFilter',
  groupRuns: 'sidelab.groupRuns',
  sortRuns: 'sidelab.sortRuns',
  showAllRuns: 'sidelab.showAllRuns',
  showWorkspaceRuns: 'sidelab.showWorkspaceRuns',
  refresh: 'sidelab.refresh',
  openRow: 'sidelab.openRow',
  openExamples: 'sidelab.openExamples',
  showPerformance: 'sidelab.showPerformance',
  removeAllData: 'sidelab.removeAllData',
  showOutput: 'sidelab.showOutput',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Publisher and name, as links have it. */
export const extensionId = 'sidelab.sidelab';

export const viewIds = { container: 'sidelab', experiments: 'sidelab.experiments' } as const;

/** VS Code makes this command for the view. */
export const focusExperimentsCommand = `${viewIds.experiments}.focus`;

export const settingKeys = {
  atOnce: 'sidelab.atOnce',
  openPanelOnSubmit: 'sidelab.openPanelOnSubmit',
  notifyAfter: 'sidelab.notify.after',
  notifyFailed: 'sidelab.notify.failed',
  notifyPinned: 'sidelab.notify.pinned',
  notifyDigest: 'sidelab.notify.digest',
} as const;

export const contextKeys = {
  /** The view has been read once, so that an empty one is really empty. */
  loaded: 'sidelab.loaded',
  queuePaused: 'sidelab.queuePaused',
  /** The view shows only runs that a filter leaves. */
  filtered: 'sidelab.filtered',
  /** Whose runs the view shows: `workspace` or `all`; `none` where no folder is open. */
  scope: 'sidelab.scope',
} as const;

/** Words in a tree item's `contextValue`, for the `when` clauses of its menus. */
export const rowFlags = {
  run: 'run',
  cancellable: 'cancellable',
  retryable: 'retryable',
  resumable: 'resumable',
  /** Made of runs. */
  hasGraph: 'hasGraph',
  /** A task, a member or a trial that is made of no others. */
  partOfGraph: 'partOfGraph',
  /** A task that others may come after. */
  inGraph: 'inGraph',
  /** Failed, lost or cancelled: trying it again is what one most likely wants. */
  endedEarly: 'endedEarly',
  holdable: 'holdable',
  releasable: 'releasable',
  /** Waits, and can be put first. */
  promotable: 'promotable',
  /** A sweep of which further trials would start. */
  stoppable: 'stoppable',
  /** A sweep that can get more trials. */
  extendable: 'extendable',
  /** Failed or lost. */
  explainable: 'explainable',
  hasLog: 'hasLog',
  hasRunFile: 'hasRunFile',
  /** Can be renamed, tagged, noted and pinned. */
  changeable: 'changeable',
  pinned: 'pinned',
  unpinned: 'unpinned',
  /** To another experiment. */
  movable: 'movable',
  /** A run that has ended, or an experiment in which nothing is active. */
  deletable: 'deletable',
  attempt: 'attempt',
  /** Metrics or parameters of a run. */
  section: 'section',
  metric: 'metric',
  parameter: 'parameter',
  experiment: 'experiment',
  /** Of anything but an experiment. */
  group: 'group',
  source: 'source',
  showMore: 'showMore',
  failure: 'failure',
} as const;

export const runPanelViewType = 'sidelab.run';
export const graphPanelViewType = 'sidelab.graph';
export const logScheme = 'sidelab-log';
/** A log's documents are in it: `package.json` gives its files their language. */
export const logFolder = 'Sidelab output';
export const logLanguage = 'sidelab-log';
export const dryRunScheme = 'sidelab-dry-run';
/** Of rows whose run has ended since anybody looked. */
export const unseenEndScheme = 'sidelab-unseen-end';
export const explanationScheme = 'sidelab-why';
export const comparisonScheme = 'sidelab-diff';
export const performanceScheme = 'sidelab-performance';
export const runFileLanguage = 'jsonc';
export const runFileGlob = '**/*.run.json';
/** Files that describe algorithms, plugins and computes. */
export const describingFilesGlob = '**/.sidelab/**/*.json';

/** What a keybinding of the tree passes: the command acts on the rows that are selected. */
export const selectionArgument = 'selection';
