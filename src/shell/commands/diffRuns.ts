/** Diff Runs: how two runs differ. Two selected rows, or one and another to pick; the older one stands on the left. */
import { l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import { summarize } from '../../core/compare/comparison';
import type { SourceRun } from '../activeRuns';
import type { ComparisonDocuments } from '../why/comparisonDocuments';
import type { RunTargets } from './runTargets';

/** `selected`: the rows beside the one that was clicked, or the id of the other run. */
export async function diffRuns(
  targets: RunTargets,
  comparisons: ComparisonDocuments,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const pair = await chooseTwo(targets, argument, selected);
  if (!pair) return;
  const [before, now] = pair;
  if (before.source.id !== now.source.id) {
    throw new Failure('InvalidInput', l10n.t('Only runs of the same source can be compared.'));
  }
  if (before.run.id === now.run.id) {
    throw new Failure('InvalidInput', l10n.t('Both are the run "{0}".', now.run.name), {
      hint: l10n.t('Choose two different runs.'),
    });
  }
  const comparison = await comparisons.show(now.source, before.run, now.run);
  // Where nothing but the summary is shown, and for who does not see the editor.
  window.setStatusBarMessage(summarize(comparison), 10_000);
}

async function chooseTwo(
  targets: RunTargets,
  argument: unknown,
  selected: unknown,
): Promise<readonly [SourceRun, SourceRun] | undefined> {
  // As the link of an explanation gives them, in its order.
  if (typeof argument === 'string' && typeof selected === 'string') {
    return [await targets.find(argument), await targets.find(selected)];
  }
  const given = (await targets.given(argument, selected)) ?? [];
  if (given.length > 2) {
    throw new Failure('InvalidInput', l10n.t('{0} runs are selected.', given.length), {
      hint: l10n.t('Select two to compare them.'),
    });
  }
  const first = given[0] ?? (await targets.pickOne(l10n.t('Diff Runs (1 of 2)')));
  if (!first) return undefined;
  const second =
    given[1] ??
    (await targets.pickOne(l10n.t('Diff {0} With', first.run.name), {
      may: ({ source, run }) => source.id === first.source.id && run.id !== first.run.id,
      none: l10n.t('There is no other run to compare it with.'),
    }));
  if (!second) return undefined;
  return first.run.sequence < second.run.sequence ? [first, second] : [second, first];
}
