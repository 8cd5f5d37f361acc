/** How long the extension host could not answer others: the longest that its event loop was late. */
import type { Workbench } from '../../ui/support/workbench';

interface Watch {
  readonly take: () => number;
}

export const watchBlocked = async (workbench: Workbench): Promise<void> =>
  workbench.host(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const resolutionMs = 5;
    const delay = monitorEventLoopDelay({ resolution: resolutionMs });
    delay.enable();
    const watch: Watch = {
      take: () => {
        const longestMs = Math.max(0, delay.max / 1e6 - resolutionMs);
        delay.reset();
        return longestMs;
      },
    };
    Object.assign(globalThis, { sidelabBlockedWatch: watch });
  });

/** In ms, since it was asked before. */
export const takeBlocked = async (workbench: Workbench): Promise<number> =>
  workbench.host(() => (globalThis as unknown as { sidelabBlockedWatch: Watch }).sidelabBlockedWatch.take());
