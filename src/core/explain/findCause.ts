/** Which rule speaks: the first that has something to say, from what is certain to what is only read out of words. */
import { fullDisk, plainEnd, signalled, timeLimit } from './endRules';
import type { Cause, FailureEvidence, Rule } from './evidence';
import { gpuMemory, killed, lost, partKilled, programMemory } from './memoryRules';
import { exception, missingProgram, missingPythonModule, notStarted, otherImport } from './programRules';

const rules: readonly Rule[] = [
  // What the executor knows.
  notStarted,
  timeLimit,
  lost,
  // What the program said.
  fullDisk,
  gpuMemory,
  programMemory,
  partKilled,
  missingPythonModule,
  otherImport,
  // What its exit code says.
  killed,
  missingProgram,
  signalled,
  exception,
];

export function findCause(evidence: FailureEvidence): Cause {
  for (const rule of rules) {
    const cause = rule(evidence);
    if (cause) return cause;
  }
  return plainEnd(evidence);
}
