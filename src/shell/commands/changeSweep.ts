/** Stop Sweep Early and Add Trials: no further trial of a sweep starts, or those that its run file has got since. */
import { Uri, window } from 'vscode';
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
    (await targets.pickRecent('Stop Sweeps Early', isPossible, 'No sweep is active.'));
  const sweeps = wanted.filter(isPossible);
  await Promise.all(sweeps.map(async ({ source, run }) => source.stopEarly(run.id)));
  if (sweeps.length < wanted.length) throw new Failure('Conflict', 'Only a sweep that is active can be stopped early.');
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
    (await targets.pickRecent('Add Trials to Sweeps', isPossible, 'No sweep came from a run file.'));
  const sweeps = wanted.filter(isPossible);
  for (const { source, run } of sweeps) {
    const findPython = async (): Promise<string | undefined> => findSelectedPython(Uri.file(run.runFilePath ?? ''));
    const extension = await sweepExtension(source, run, process.env, findPython);
    // What is not stored here, the engine may have of the other trials; else it asks.
    const secrets = await knownSecrets(neededSecrets(extension), stored.find);
    const { added } = await source.extend(extension, secrets);
    const what = added === 0 ? 'has all trials of its run file already' : `gets ${added} more ${trials(added)}`;
    void window.showInformationMessage(`The sweep "${run.name}" ${what}.`);
  }
  if (sweeps.length < wanted.length) {
    throw new Failure('Conflict', 'Only a sweep that came from a run file can get more trials.');
  }
}

const trials = (count: number): string => (count === 1 ? 'trial' : 'trials');
