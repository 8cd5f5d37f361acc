/** The processes that belong to an engine's home: the engine, wrappers, programs. */
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './temporaryFolder';

/** Again until none is found: a wrapper whose program was killed first starts the next engine, which goes on. */
export async function endProcessesOf(home: string): Promise<void> {
  await until(() => {
    const found = processesOf(home);
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended before.
      }
    }
    return found.length === 0;
  }, 'the end of all processes of the home');
}

/** Attempts carry the home in their environment, engines in their arguments. */
function processesOf(home: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      return ['environ', 'cmdline'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(home);
        } catch {
          // Another user's, or gone.
          return false;
        }
      });
    });
}
