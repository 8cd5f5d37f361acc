/** Stop Sweep Early and Add Trials: no further trial of a sweep starts, or those that its run file has got since. */
import { l10n, Uri, window } from 'vscode';
import { Failure } from '../../base/failure';
import { sweepExtension } from '../../core/runs/sweepExtension';
import { knownSecrets } from '../../core/secrets/knownSecrets';
import { neededSecrets } from '../../core/secrets/neededSecrets';
import { mayExtend, mayStopEarly } from '../../model/changeSweep';
import type { SourceRun } from '../activeRuns';
import type { StoredSecrets } from '../secrets/storedSecrets';
import { findSelectedPython } from '../selectedPython';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

export async function stopSweep(targets: RunTargets, argument: unknown, selected: unknown): Promise<void> {
  requireTrust();
  const isPossible = ({ source, run }: SourceRun): boolean => source.capabilities.sweeps && mayStopEarly(run);
  const wanted =
    (await targets.given(argument, selected)) ??
    (await targets.pickRecent(l10n.t('Stop Sweeps Early'), isPossible, l10n.t('No sweep is active.')));
  const sweeps = wanted.filter(isPossible);
  await Promise.all(sweeps.map(async ({ source, run }) => source.stopEarly(run.id)));
  if (sweeps.length < wanted.length)
    throw new Failure('Conflict', l10n.t('Only a sweep that is active can be stopped early.'));
}

export async function extendSweep(
  targets: RunTargets,
  stored: StoredSecrets,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  requireTrust();
  const isPossible = ({ source, run }: SourceRun): boolean => source.capabilities.sweeps && mayExtend(run);
  const wanted =
    (await targets.given(argument, selected)) ??
    (await targets.pickRecent(l10n.t('Add Trials to Sweeps'), isPossible, l10n.t('No sweep came from a run file.')));
  const sweeps = wanted.filter(isPossible);
  for (const { source, run } of sweeps) {
    const findPython = async (): Promise<string | undefined> => findSelectedPython(Uri.file(run.runFilePath ?? ''));
    const extension = await sweepExtension(source, run, process.env, findPython);
    // What is not stored here, the engine may have of the other trials; else it asks.
    const secrets = await knownSecrets(neededSecrets(extension), stored.find);
    const { added } = await source.extend(extension, secrets);
    void window.showInformationMessage(describeExtension(run.name, added));
  }
  if (sweeps.length < wanted.length) {
    throw new Failure('Conflict', l10n.t('Only a sweep that came from a run file can get more trials.'));
  }
}

function describeExtension(name: string, added: number): string {
  if (added === 0) return l10n.t('The sweep "{0}" has all trials of its run file already.', name);
  if (added === 1) return l10n.t('The sweep "{0}" gets 1 more trial.', name);
  return l10n.t('The sweep "{0}" gets {1} more trials.', name, added);
}
