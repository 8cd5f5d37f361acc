/** Hold Run, Release Run and Run Next: the places of waiting runs in the queue. */
import { l10n } from 'vscode';
import { Failure } from '../../base/failure';
import { mayArrange } from '../../model/arrange';
import type { Arrangement } from '../../protocol/engine';
import type { SourceRun } from '../activeRuns';
import { requireTrust } from '../trust';
import type { RunTargets } from './runTargets';

const words = {
  hold: {
    title: l10n.t('Hold Runs'),
    nothing: (count: number) => l10n.t('Of none of these {0} runs: there is nothing to hold.', count),
    none: l10n.t('No run waits that could be held.'),
  },
  release: {
    title: l10n.t('Release Runs'),
    nothing: (count: number) => l10n.t('Of none of these {0} runs: it is not held.', count),
    none: l10n.t('No run is held.'),
  },
  next: {
    title: l10n.t('Run Next'),
    nothing: (count: number) => l10n.t('Of none of these {0} runs: there is nothing to put first.', count),
    none: l10n.t('No run waits that could be put first.'),
  },
} as const satisfies Record<Arrangement, object>;

export async function arrangeRuns(
  targets: RunTargets,
  wish: Arrangement,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  requireTrust();
  const { title, none } = words[wish];
  const isPossible = ({ source, run }: SourceRun): boolean => source.capabilities.queue && mayArrange(run, wish);
  const wanted = (await targets.given(argument, selected)) ?? (await targets.pickActive(title, isPossible, none));
  if (wanted.length === 0) return;
  const possible = wanted.filter(isPossible);
  const [only] = wanted;
  // What the row does not tell, such as a task that is held with its graph, the source says.
  if (wanted.length === 1 && only?.source.capabilities.queue) {
    await only.source.arrange(only.run.id, wish);
    return;
  }
  if (possible.length === 0) {
    throw new Failure('Conflict', words[wish].nothing(wanted.length));
  }
  // The newest wish counts most: of several the topmost is to start first.
  for (const { source, run } of wish === 'next' ? [...possible].reverse() : possible) {
    await source.arrange(run.id, wish);
  }
}
