/** Waits for the end of a process that is none of ours: nobody tells of it. */
import { Failure, hasErrorCode } from '../../../base/failure';

const pollMs = 50;
const limitMs = 60_000;

/** Throws `Unavailable` when it takes longer than a minute. */
export async function processEnd(pid: number): Promise<void> {
  for (const endMs = Date.now() + limitMs; isThere(pid);) {
    if (Date.now() > endMs) {
      throw new Failure('Unavailable', `The engine (process ${pid}) did not end within a minute.`, {
        hint: 'Look into its log, and try again.',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ESRCH')) return false;
    throw error;
  }
}
