/** Cancel Run: one is cancelled at once, several after a question, from the palette after a choice. */
import { window } from 'vscode';
import { Failure } from '../../base/failure';
import { mayCancel } from '../../model/runStatus';
import type { SourceRun } from '../activeRuns';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

export async function cancelRun(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  requireTrust();
  const given = await targets.given(argument, selected);
  const wanted = given ?? (await targets.pickActive('Cancel Runs'));
  if (wanted.length === 0) return;
  const runs = wanted.filter(({ source, run }) => source.capabilities.cancel && mayCancel(run.status));
  if (runs.length === 0) throw nothingToCancel(wanted);
  if (given && runs.length > 1 && !(await confirmed(runs.length))) return;
  await Promise.all(runs.map(async ({ source, run }) => source.cancel(run.id)));
}

async function confirmed(count: number): Promise<boolean> {
  const choice = await window.showWarningMessage(
    `Cancel ${count} runs?`,
    { modal: true, detail: 'Their programs are asked to end, and ended when they do not.' },
    'Cancel Runs',
  );
  return choice !== undefined;
}

function nothingToCancel(runs: readonly SourceRun[]): Failure {
  const [only] = runs;
  if (runs.length === 1 && only) {
    return new Failure('Conflict', `The run "${only.run.name}" is ${only.run.status}: there is nothing to cancel.`);
  }
  return new Failure('Conflict', 'None of these runs is active: there is nothing to cancel.');
}
