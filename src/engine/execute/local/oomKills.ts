/**
 * How often the system has killed processes for want of memory: counters of the kernel, whose growth while an attempt ran says
 * whether a SIGKILL was one of its. The kernel's own log, which names the process, is for administrators only.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { memoryGroups } from './cgroupLimits';

export interface OomCounts {
  /** Of the control groups that the attempts are in; undefined where there are none that count. */
  readonly group: number | undefined;
  /** Of the whole machine, other containers included; undefined where the platform does not count. */
  readonly machine: number | undefined;
}

/** `process` is the folder of a process in /proc, by default our own: attempts are confined as we are. */
export function countOomKills(process = '/proc/self', vmstat = '/proc/vmstat'): OomCounts {
  // The widest group that can be seen has what happened in all below it, one that is gone by now included.
  const counts = memoryGroups(process).flatMap(
    (folder) =>
      readCount(path.join(folder, 'memory.events')) ?? readCount(path.join(folder, 'memory.oom_control')) ?? [],
  );
  return { group: counts.length === 0 ? undefined : Math.max(...counts), machine: readCount(vmstat) };
}

/** What was counted in between; a counter that is not there at both times says nothing. */
export function oomKillsBetween(before: OomCounts, after: OomCounts): { group?: number; machine?: number } {
  const group = difference(before.group, after.group);
  const machine = difference(before.machine, after.machine);
  return { ...(group === undefined ? {} : { group }), ...(machine === undefined ? {} : { machine }) };
}

const difference = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : Math.max(0, after - before);

function readCount(file: string): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    // No such counter, or not for us to read.
    return undefined;
  }
}
