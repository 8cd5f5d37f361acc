/**
 * A run's checkpoint folder lasts across its attempts. A retry by hand begins with an empty one; the old one stays with
 * the attempt that it belongs to.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { RunId } from '../../model/ids';
import type { Home } from '../home';

/**
 * Puts the checkpoints away into the folder of the attempt before `attempt`, which has not started yet. Again for the same
 * attempt, after a crash in between, it leaves alone what the attempt may have saved by then.
 */
export function emptyCheckpoints(home: Home, runId: RunId, attempt: number): void {
  const put = path.join(home.attempt(runId, attempt - 1), 'checkpoints');
  if (!existsSync(put) && existsSync(home.checkpoints(runId))) {
    mkdirSync(path.dirname(put), { recursive: true, mode: 0o700 });
    renameSync(home.checkpoints(runId), put);
  }
  mkdirSync(home.checkpoints(runId), { recursive: true, mode: 0o700 });
}
