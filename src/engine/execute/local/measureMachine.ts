/** What this machine, or the part of it that the engine may use, has to share out: processors and memory. */
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { type CgroupLimits, readCgroupLimits } from './cgroupLimits';

export interface Machine {
  /** At least one: with less than that nothing could ever start. */
  readonly cpus: number;
  readonly memoryBytes: number;
}

/**
 * `process` is the folder of a process in /proc, by default our own: attempts are confined as we are, being started by us.
 * Where there is none of that, what the operating system says.
 */
export function measureMachine(process = '/proc/self'): Machine {
  const limits: CgroupLimits = readCgroupLimits(process);
  const allowed = readAllowedCpus(process) ?? availableParallelism();
  return {
    cpus: Math.max(1, Math.min(allowed, limits.cpus ?? Infinity)),
    memoryBytes: Math.min(totalmem(), limits.memoryBytes ?? Infinity),
  };
}

/** How many processors its affinity, and with it its cpuset, leaves the process: of "0-3,8" five. */
function readAllowedCpus(process: string): number | undefined {
  let status: string;
  try {
    status = readFileSync(`${process}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  const counts = list?.split(',').map((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return (last ?? NaN) - (first ?? NaN) + 1;
  });
  const count = counts?.reduce((sum, each) => sum + each, 0) ?? 0;
  return count > 0 ? count : undefined;
}
