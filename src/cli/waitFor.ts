/** Waiting for the end of runs without showing what they do; ends early when the time is up or the user goes. */
import { systemClock } from '../base/clock';
import { Failure } from '../base/failure';
import { DisposableStore } from '../base/lifecycle';
import type { Run } from '../model/run';
import { RunClient } from '../core/runs/runClient';
import type { CommandContext } from './context';
import type { Interrupts } from './followRun';
import { sayConnection } from './sayConnection';

export interface WaitLimits {
  readonly interrupts: Pick<Interrupts, 'onInterrupt'>;
  readonly timeoutMs?: number | undefined;
  readonly onChange?: (run: Run) => void;
}

export interface Waited {
  /** As they were last heard of, in the order given. */
  readonly runs: readonly Run[];
  /** Not all of them are settled. */
  readonly left: boolean;
}

export async function waitFor(
  context: Pick<CommandContext, 'source' | 'terminal'>,
  found: readonly Run[],
  limits: WaitLimits,
): Promise<Waited> {
  const { interrupts, timeoutMs, onChange } = limits;
  const runs = new Map(found.map((run) => [run.id, run]));
  const hear = (run: Run): void => {
    runs.set(run.id, run);
    onChange?.(run);
  };
  const waiting = new AbortController();
  const owned = new DisposableStore();
  owned.own(sayConnection(context));
  owned.own(interrupts.onInterrupt(() => waiting.abort()));
  if (timeoutMs !== undefined) owned.own(systemClock.after(timeoutMs, () => waiting.abort()));
  try {
    const settled = await new RunClient(context.source).pollAll(found, { signal: waiting.signal, onChange: hear });
    return { runs: settled, left: false };
  } catch (error) {
    if (error instanceof Failure && error.code === 'Cancelled' && waiting.signal.aborted) {
      return { runs: [...runs.values()], left: true };
    }
    throw error;
  } finally {
    owned.dispose();
  }
}
