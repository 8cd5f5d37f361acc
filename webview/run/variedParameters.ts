/** Which of a trial's parameters and metadata are its own, because the sweep varies them. */
import type { Run } from '../../src/model/run';
import { isWithin } from '../../src/model/sweepPath';

/** `key`: of the run file, "parameters" or "metadata". */
export function variedIn(run: Run, key: string): (keyPath: string) => boolean {
  const paths = variedPaths(run.trialJson).filter((path) => path.startsWith(`${key}.`));
  return (keyPath) => paths.some((path) => isWithin(`${key}.${keyPath}`, path));
}

/** Values by dotted path; nothing for text that is no such JSON. */
function variedPaths(trialJson: string | undefined): readonly string[] {
  if (trialJson === undefined) return [];
  try {
    const trial: unknown = JSON.parse(trialJson);
    return typeof trial === 'object' && trial !== null ? Object.keys(trial) : [];
  } catch {
    return [];
  }
}
