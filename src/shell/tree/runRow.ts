/** What a run's row says, apart from how VS Code draws it: its icon's name, its flags, the facts of its tooltip. */
import { l10n } from 'vscode';
import { describeChildren } from '../../model/describeChildren';
import { describeRow, describeStatus } from '../../model/describeRun';
import { formatDuration } from '../../model/duration';
import { elapsedMs } from '../../model/describeRun';
import type { Run } from '../../model/run';
import { mayArrange } from '../../model/arrange';
import { describeAlgorithm } from '../../model/algorithmUse';
import { mayExtend, mayStopEarly } from '../../model/changeSweep';
import { describeDemand } from '../../model/demand';
import { mayDelete, mayMove } from '../../model/runChange';
import { mayCancel, type RunStatus } from '../../model/runStatus';
import { mayResume, mayRetry, mayRetryOnward } from '../../model/tryAgain';
import type { SourceCapabilities } from '../../core/source';
import { rowFlags } from '../ids';

/** Icon and colour of the editor's own, which every theme and the high contrast ones define. Nothing spins: rows stay calm. */
export const statusIcons: Record<RunStatus, { readonly icon: string; readonly color?: string }> = {
  created: { icon: 'circle-outline' },
  queued: { icon: 'clock', color: 'testing.iconQueued' },
  pending: { icon: 'watch', color: 'testing.iconQueued' },
  running: { icon: 'play-circle', color: 'charts.blue' },
  'cancel-pending': { icon: 'stop-circle', color: 'problemsWarningIcon.foreground' },
  completed: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'problemsErrorIcon.foreground' },
  cancelled: { icon: 'circle-slash', color: 'testing.iconSkipped' },
  skipped: { icon: 'debug-step-over', color: 'testing.iconSkipped' },
  lost: { icon: 'debug-disconnect', color: 'problemsErrorIcon.foreground' },
};

const endedEarly: readonly RunStatus[] = ['failed', 'lost', 'cancelled'];

/** Words for the `when` clauses of menus, each followed by a semicolon: `viewItem =~ /\bcancellable;/`. */
export function runFlags(run: Run, capabilities: SourceCapabilities): string {
  const flags: string[] = [rowFlags.run];
  if (run.children) flags.push(rowFlags.hasGraph);
  else if (run.parentId !== undefined) flags.push(rowFlags.partOfGraph);
  if (capabilities.cancel && mayCancel(run.status)) flags.push(rowFlags.cancellable);
  if (capabilities.retry && mayRetry(run)) flags.push(rowFlags.retryable);
  if (capabilities.retry && mayResume(run)) flags.push(rowFlags.resumable);
  if (capabilities.retry && mayRetryOnward(run)) flags.push(rowFlags.inGraph);
  if (capabilities.queue) {
    if (mayArrange(run, 'hold')) flags.push(rowFlags.holdable);
    if (mayArrange(run, 'release')) flags.push(rowFlags.releasable);
    if (mayArrange(run, 'next')) flags.push(rowFlags.promotable);
  }
  if (capabilities.sweeps && mayStopEarly(run)) flags.push(rowFlags.stoppable);
  if (capabilities.sweeps && mayExtend(run)) flags.push(rowFlags.extendable);
  if (endedEarly.includes(run.status)) flags.push(rowFlags.endedEarly);
  if (run.status === 'failed' || run.status === 'lost') flags.push(rowFlags.explainable);
  if (capabilities.output && run.attempt) flags.push(rowFlags.hasLog);
  if (run.runFilePath !== undefined) flags.push(rowFlags.hasRunFile);
  if (capabilities.change) {
    flags.push(rowFlags.changeable, run.pinned ? rowFlags.pinned : rowFlags.unpinned);
    if (mayMove(run)) flags.push(rowFlags.movable);
  }
  if (capabilities.delete && mayDelete(run)) flags.push(rowFlags.deletable);
  return flags.map((flag) => `${flag};`).join('');
}

export function runAccessibleLabel(run: Run, nowMs: number): string {
  const { name, pinned = false } = run;
  const row = describeRow(run, nowMs);
  if (run.parentId === undefined)
    return pinned ? l10n.t('Run {0}, pinned, {1}', name, row) : l10n.t('Run {0}, {1}', name, row);
  return pinned ? l10n.t('Task {0}, pinned, {1}', name, row) : l10n.t('Task {0}, {1}', name, row);
}

/** A description takes no icons. */
const pinMark = '★';

/** Beside the name. Counts of what it is made of, or whose result it took, come first: the icon has the status, and rows are narrow. */
export function describeRunRow(run: Run, nowMs: number): string {
  const text = describeRow(run, nowMs);
  const isMade = run.children && (run.status === 'running' || run.status === 'completed' || run.status === 'failed');
  const isSaid = isMade || run.reusedFrom !== undefined;
  const told = isSaid ? text.slice(`${run.status} · `.length) : text;
  return run.pinned ? `${pinMark} ${told}` : told;
}

/** Whether two states of a run made of runs are told alike, ages apart. */
export const isSameRunRow = (a: Run, b: Run): boolean =>
  a.status === b.status && a.name === b.name && a.pinned === b.pinned && describeChildren(a) === describeChildren(b);

/** Names and values for the tooltip, in reading order. The first line, the exact status, has no name. */
export function runFacts(run: Run, nowMs: number): readonly (readonly [name: string, value: string])[] {
  const facts: [string, string][] = [['', describeStatus(run, nowMs)]];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') facts.push([name, String(value)]);
  };
  const elapsed = elapsedMs(run, nowMs);
  add(l10n.t('Since'), new Date(run.statusAtMs).toLocaleString());
  add(l10n.t('Duration'), elapsed === undefined ? undefined : formatDuration(elapsed));
  add(l10n.t('Algorithm'), run.algorithm && describeAlgorithm(run.algorithm));
  add(l10n.t('Takes'), describeDemand(run.demand ?? {}));
  add(l10n.t('Priority'), run.priority);
  add(l10n.t('Experiment'), run.experiment);
  add(l10n.t('Tags'), run.tags.join(', '));
  add(l10n.t('Note'), run.note === undefined ? undefined : shortened(run.note));
  add(l10n.t('Id'), run.id);
  if (run.attempt) {
    add(l10n.t('Executor'), run.attempt.executor);
    add(l10n.t('Host'), run.attempt.host);
    add(l10n.t('Process'), run.attempt.pid);
    add(l10n.t('GPUs'), run.attempt.gpus?.join(', '));
    add(l10n.t('Folder'), run.attempt.folder);
  }
  add(l10n.t('From'), run.place);
  add(l10n.t('Run file'), run.runFilePath);
  return facts;
}

/** Of a note that goes on, as much as a tooltip has room for. */
const shortened = (note: string): string => (note.length > 600 ? `${note.slice(0, 600).trimEnd()}…` : note);

/** What is held looks it, whatever it waits for besides. */
export const iconOf = (run: Run): { readonly icon: string; readonly color?: string } =>
  run.held === true && run.status === 'queued'
    ? { icon: 'debug-pause', color: 'testing.iconQueued' }
    : statusIcons[run.status];
