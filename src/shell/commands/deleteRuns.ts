/** Delete and Restore Deleted Runs. A few are deleted at once and can be brought back; many only after a question. */
import { l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import { mayDelete } from '../../model/runChange';
import { isSettled } from '../../model/runStatus';
import type { SourceRun } from '../activeRuns';
import type { FailureToast } from '../failureToast';
import type { ExperimentNode } from '../tree/nodes';
import { bySource } from './changeRuns';
import type { RunTargets } from './runTargets';

/** More than one can have selected by mistake. */
const mostUnasked = 20;

/** What was deleted, by its source. */
type Deleted = readonly { readonly source: Source; readonly runs: readonly RunId[] }[];

export async function deleteRuns(
  targets: RunTargets,
  failures: FailureToast,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const may = ({ source, run }: SourceRun): boolean => source.capabilities.delete && mayDelete(run);
  const experiments = targets.experiments(argument, selected);
  const within = new Set(experiments.map(({ experiment }) => experiment.id));
  const chosen =
    experiments.length > 0
      ? ((await targets.given(argument, selected)) ?? [])
      : await targets.chosen(l10n.t('Delete Runs'), argument, selected, {
          may,
          none: l10n.t('No run has ended that could be deleted.'),
        });
  const wanted = chosen.filter(({ run }) => !within.has(run.experimentId));
  const possible = wanted.filter(may);
  if (possible.length + experiments.length === 0) {
    if (wanted.length > 0) throw leftOut(wanted, 0);
    return;
  }
  const count = possible.length + experiments.reduce((sum, { experiment }) => sum + experiment.runCount, 0);
  if (count > mostUnasked && !(await confirmed(count))) return;
  const deleted: { source: Source; runs: readonly RunId[] }[] = [];
  try {
    for (const { source, experiment } of experiments) {
      deleted.push({ source, ...(await source.delete({ experimentId: experiment.id })) });
    }
    for (const [source, runs] of bySource(possible)) deleted.push({ source, ...(await source.delete({ runs })) });
  } finally {
    if (deleted.length > 0) offerUndo(failures, sentenceOf(possible, experiments, deleted), deleted);
  }
  if (possible.length < wanted.length) throw leftOut(wanted, possible.length);
}

async function confirmed(count: number): Promise<boolean> {
  const detail = l10n.t(
    'Their outputs, logs and metrics go with them. For an hour, "Restore Deleted Runs" brings them back.',
  );
  const choice = await window.showWarningMessage(
    l10n.t('Delete {0} runs?', count),
    { modal: true, detail },
    l10n.t('Delete'),
  );
  return choice !== undefined;
}

function sentenceOf(runs: readonly SourceRun[], experiments: readonly ExperimentNode[], deleted: Deleted): string {
  const count = deleted.reduce((sum, { runs: ids }) => sum + ids.length, 0);
  const [run] = runs;
  const [first] = experiments;
  if (count === 1 && run) return l10n.t('The run "{0}" was deleted.', run.run.name);
  if (experiments.length === 1 && runs.length === 0 && first) {
    const { name } = first.experiment;
    return count === 1
      ? l10n.t('The experiment "{0}" was deleted with 1 run.', name)
      : l10n.t('The experiment "{0}" was deleted with {1} runs.', name, count);
  }
  return l10n.t('{0} runs were deleted.', count);
}

function offerUndo(failures: FailureToast, sentence: string, deleted: Deleted): void {
  void window.showInformationMessage(sentence, l10n.t('Undo')).then((chosen) => {
    if (!chosen) return;
    void failures.guard('bring the runs back', async () => {
      for (const { source, runs } of deleted) await source.undelete(runs);
    });
  });
}

/** Says why nothing was deleted, or that not all was. */
function leftOut(wanted: readonly SourceRun[], done: number): Failure {
  const [only] = wanted;
  if (wanted.length > 1 || !only) {
    const count = wanted.length - done;
    return new Failure(
      'Conflict',
      done === 0
        ? l10n.t('None of these {0} runs was deleted: they have not ended, or are parts of others.', count)
        : l10n.t(
            '{0} of {1} runs were not deleted: they have not ended, or are parts of others.',
            count,
            wanted.length,
          ),
    );
  }
  const { name, status } = only.run;
  if (!only.source.capabilities.delete)
    return new Failure('Conflict', l10n.t('{0} cannot delete runs.', only.source.label));
  if (isSettled(status)) {
    return new Failure('Conflict', l10n.t('The run "{0}" is a part of another: only the whole can be deleted.', name));
  }
  return new Failure(
    'Conflict',
    l10n.t({
      message: 'The run "{0}" is {1}: it cannot be deleted before it has ended.',
      args: [name, status],
      comment: '{1} is a status, such as "running"',
    }),
    {
      hint: l10n.t('Cancel it first, or wait for its end.'),
    },
  );
}

export async function undeleteRuns(targets: RunTargets): Promise<void> {
  const wanted = await targets.pickDeleted(
    l10n.t('Restore Deleted Runs'),
    l10n.t('No run was deleted within the last hour.'),
  );
  if (wanted.length === 0) return;
  for (const [source, runs] of bySource(wanted)) await source.undelete(runs);
  const [only] = wanted;
  const message =
    wanted.length === 1 && only
      ? l10n.t('The run "{0}" is back', only.run.name)
      : l10n.t('{0} runs are back', wanted.length);
  window.setStatusBarMessage(message, 4000);
}
