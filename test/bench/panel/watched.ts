/** A panel that is looked at for a while: how even its frames are, what that costs, what its page holds. */
import type { CDPSession, Frame } from 'playwright-core';
import type { Workbench } from '../../ui/support/workbench';
import { quantileOf } from '../measure';
import { beginFrames, countTasks, endFrames, type LongTask } from './frameProbe';

export interface Watched {
  readonly intervalsMs: readonly number[];
  readonly updates: number;
  /** In frame callbacks and listeners of the panel. */
  readonly scriptMs: number;
  /** Of the whole main thread, which the workbench and its panels share here; the frame that is asked for all the time included. */
  readonly taskMs: number;
  readonly seconds: number;
  readonly longTasks: readonly LongTask[];
  readonly hostDelay: { readonly p99: number; readonly max: number };
}

/** @param meanwhile what is done to the panel: it ends by itself when the seconds are over */
export async function watched(
  workbench: Workbench,
  frame: Frame,
  seconds: number,
  meanwhile: (seconds: number) => Promise<void> = async () => workbench.page.waitForTimeout(seconds * 1000),
): Promise<Watched> {
  await workbench.host(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    Object.assign(globalThis, { sidelabBenchDelay: delay });
  });
  const endTasks = await countTasks(workbench.page);
  await beginFrames(frame);
  const beganMs = performance.now();
  await meanwhile(seconds);
  const tookSeconds = (performance.now() - beganMs) / 1000;
  const { intervalsMs, callbacksMs, messagesMs, messages, longTasks } = await endFrames(frame);
  const taskMs = await endTasks();
  const hostDelay = await workbench.host(() => {
    const { sidelabBenchDelay: delay } = globalThis as unknown as { sidelabBenchDelay: BenchDelay };
    delay.disable();
    return { p99: delay.percentile(99) / 1e6 - 5, max: delay.max / 1e6 - 5 };
  });
  return {
    intervalsMs,
    updates: messages,
    scriptMs: callbacksMs + messagesMs,
    taskMs,
    seconds: tookSeconds,
    longTasks,
    hostDelay,
  };
}

interface BenchDelay {
  readonly max: number;
  disable(): void;
  percentile(percent: number): number;
}

export function printWatched(title: string, rows: readonly (readonly [string, Watched])[]): void {
  console.log(`\n${title}`);
  const baseline = rows[0]?.[1];
  for (const [name, one] of rows) {
    const [p50, p99] = [quantileOf(one.intervalsMs, 0.5), quantileOf(one.intervalsMs, 0.99)];
    const ratio = p99 / quantileOf(baseline?.intervalsMs ?? [], 0.99);
    const busy = one.taskMs / one.seconds / 10;
    console.log(
      `  ${name.padEnd(58)} frame p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms × ${ratio.toFixed(2)}; main thread ${busy.toFixed(0)} %`,
    );
    if (one.updates > 0 && baseline) {
      const more = (one.taskMs / one.seconds - baseline.taskMs / baseline.seconds) * (one.seconds / one.updates);
      console.log(
        `    ${(one.updates / one.seconds).toFixed(1)} updates a second; each ${(one.scriptMs / one.updates).toFixed(1)} ms of the panel’s scripts, ${more.toFixed(1)} ms of the main thread more than without`,
      );
    }
    const { hostDelay, longTasks } = one;
    console.log(
      `    extension host: event loop late by p99 ${hostDelay.p99.toFixed(1)} ms, at most ${hostDelay.max.toFixed(1)} ms; tasks over 50 ms: ${describeTasks(longTasks)}`,
    );
  }
}

const describeTasks = (tasks: readonly LongTask[]): string =>
  tasks.length === 0
    ? 'none'
    : `${tasks.length} (${tasks
        .map(({ durationMs, name }) => `${Math.round(durationMs)} ms ${name}`)
        .slice(0, 20)
        .join(', ')})`;

/** What the page holds after a garbage collection, in MB, with the bytes of typed arrays and of what is not JavaScript. */
export async function heldMB(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const usage: Record<string, number> = { ...(await session.send('Runtime.getHeapUsage')) };
  return ((usage['usedSize'] ?? 0) + (usage['embedderHeapUsedSize'] ?? 0) + (usage['backingStorageSize'] ?? 0)) / 1e6;
}
