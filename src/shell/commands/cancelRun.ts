/** Cancel Run: one is cancelled at once, several after a question, from the palette after a choice. */
import { l10n, window } from 'vscode';
import { Failure } from '../../base/failure';
import { mayCancel } from '../../model/runStatus';
import type { SourceRun } from '../activeRuns';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

export async function cancelRun(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  requireTrust();
  const given = await targets.given(argument, selected);
  const wanted = given ?? (await targets.pickActive(l10n.t('Cancel Runs')));
  if (wanted.length === 0) return;
  const runs = wanted.filter(({ source, run }) => source.capabilities.cancel && mayCancel(run.status));
  if (runs.length === 0) throw nothingToCancel(wanted);
  if (given && runs.length > 1 && !(await confirmed(runs.length))) return;
  await Promise.all(runs.map(async ({ source, run }) => source.cancel(run.id)));
}

async function confirmed(count: number): Promise<boolean> {
  const choice = await window.showWarningMessage(
    l10n.t('Cancel {0} runs?', count),
    { modal: true, detail: l10n.t('Their programs are asked to end, and ended when they do not.') },
    l10n.t('Cancel Runs'),
  );
  return choice !== undefined;
}

function nothingToCancel(runs: readonly SourceRun[]): Failure {
  const [only] = runs;
  if (runs.length === 1 && only) {
    return new Failure(
      'Conflict',
      l10n.t({
        message: 'The run "{0}" is {1}: there is nothing to cancel.',
        args: [only.run.name, only.run.status],
        comment: '{1} is a status, such as "completed"',
      }),
    );
  }
  return new Failure('Conflict', l10n.t('None of these runs is active: there is nothing to cancel.'));
}
