/** Cancel All Pending: every run that has not started, after a question. What starts meanwhile goes on. */
import { l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { Source } from '../../core/source';
import type { Run } from '../../model/run';
import type { SourceRun } from '../activeRuns';
import { requireTrust } from '../trust';

const pageSize = 1000;

export async function cancelPending(sources: readonly Source[]): Promise<void> {
  requireTrust();
  const able = sources.filter(({ capabilities }) => capabilities.cancel);
  const pending = (await Promise.all(able.map(pendingRuns))).flat();
  if (pending.length === 0) throw new Failure('NotFound', l10n.t('No run is waiting to start.'));
  const question =
    pending.length === 1
      ? l10n.t('Cancel the run that waits to start?')
      : l10n.t('Cancel {0} runs that wait to start?', pending.length);
  const detail = l10n.t('What has started goes on. A run that is cancelled can be retried.');
  const choice = await window.showWarningMessage(question, { modal: true, detail }, l10n.t('Cancel Runs'));
  if (choice === undefined) return;
  const outcomes = await Promise.all(pending.map(cancelUnlessStarted));
  const count = outcomes.filter((isCancelled) => isCancelled).length;
  const started = pending.length - count;
  const cancelled =
    count === 1 ? l10n.t('1 waiting run was cancelled.') : l10n.t('{0} waiting runs were cancelled.', count);
  const rest =
    started === 1
      ? l10n.t('1 had started meanwhile and goes on.')
      : l10n.t('{0} had started meanwhile and go on.', started);
  void window.showInformationMessage(started === 0 ? cancelled : `${cancelled} ${rest}`);
}

async function pendingRuns(source: Source): Promise<readonly SourceRun[]> {
  const found: SourceRun[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await source.runs({ active: true, limit: pageSize, ...(before === undefined ? {} : { before }) });
    found.push(...page.runs.filter(isPending).map((run) => ({ source, run })));
    before = page.runs.at(-1)?.sequence;
    if (!page.more || before === undefined) return found;
  }
}

const isPending = ({ status }: Run): boolean => status === 'queued' || status === 'pending';

async function cancelUnlessStarted({ source, run }: SourceRun): Promise<boolean> {
  try {
    await source.cancel(run.id, { unlessStarted: true });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'Conflict') return false;
    throw error;
  }
}
