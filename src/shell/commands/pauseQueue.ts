/** Pause Queue and Resume Queue: of every source that has one. What executes goes on. */
import { l10n } from 'vscode';
import { Failure } from '../../base/failure';
import type { Source } from '../../core/source';
import { requireTrust } from '../trust';

export async function pauseQueue(sources: readonly Source[], isPaused: boolean): Promise<void> {
  requireTrust();
  const queues = sources.filter(({ capabilities }) => capabilities.queue);
  if (queues.length === 0) throw new Failure('NotFound', l10n.t('No source has a queue of its own.'));
  await Promise.all(queues.map(async (source) => source.pauseQueue(isPaused)));
}
