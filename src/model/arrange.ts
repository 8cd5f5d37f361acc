/** What a person may do with a run's place in the queue, as far as the run itself tells. */
import type { Run } from './run';

export function mayArrange(
  { status, kind = 'single', held = false }: Pick<Run, 'status' | 'kind' | 'held'>,
  wish: 'hold' | 'release' | 'next',
): boolean {
  const hasWaiting = status === 'queued' || (kind !== 'single' && status === 'running');
  if (!hasWaiting) return false;
  return wish === 'next' || (wish === 'release') === held;
}
