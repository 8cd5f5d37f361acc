/**
 * How long the extension host could not answer others: the longest turn of its event loop. In time of a processor, too, since on
 * a machine that is busy with something else each turn takes longer.
 */
import type { Workbench } from '../../ui/support/workbench';

export interface Blocked {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Watch {
  readonly take: () => Blocked;
}

export const watchBlocked = async (workbench: Workbench): Promise<void> =>
  workbench.host(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const resolutionMs = 5;
    const delay = monitorEventLoopDelay({ resolution: resolutionMs });
    delay.enable();
    const usedMs = (): number => {
      const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
      return (user + system) / 1000;
    };
    let [lastMs, cpuMs] = [usedMs(), 0];
    setInterval(() => {
      const now = usedMs();
      cpuMs = Math.max(cpuMs, now - lastMs);
      lastMs = now;
    }, resolutionMs);
    const watch: Watch = {
      take: () => {
        const blocked = { ms: Math.max(0, delay.max / 1e6 - resolutionMs), cpuMs };
        delay.reset();
        cpuMs = 0;
        return blocked;
      },
    };
    Object.assign(globalThis, { sidelabBlockedWatch: watch });
  });

/** Since it was asked before. */
export const takeBlocked = async (workbench: Workbench): Promise<Blocked> =>
  workbench.host(() => (globalThis as unknown as { sidelabBlockedWatch: Watch }).sidelabBlockedWatch.take());
