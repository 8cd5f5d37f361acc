/** Past runs as tests write them down. */
import { newRunId } from '../../../../src/model/ids';
import type { PastRun } from '../../../../src/model/parameterHistory';

const minuteMs = 60_000;
export const nowMs = 1_000_000 * minuteMs;

/** `best` is that of `val/loss`, of which lower is better; `minutes`: how long ago. */
export function pastRun(
  name: string,
  parameters: unknown,
  { best, minutes = 5, ...more }: Partial<PastRun> & { best?: number; minutes?: number } = {},
): PastRun {
  return {
    runId: newRunId(),
    name,
    status: 'completed',
    createdAtMs: nowMs - minutes * minuteMs,
    parametersJson: JSON.stringify(parameters),
    metrics: [{ metric: 'val/loss', goal: 'minimize', ...(best === undefined ? {} : { best }) }],
    ...more,
  };
}
