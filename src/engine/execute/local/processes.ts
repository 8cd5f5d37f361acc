/**
 * Processes of an attempt: found by their group and, on Linux, by `SIDELAB_RUN_ID` in their environment, which also finds
 * those that left the group (`setsid`, double forks).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hasErrorCode } from '../../../base/failure';
import type { ProcessIdentity } from './attemptFolder';

const isLinux = process.platform === 'linux';

/** Boot id and pid namespace of this engine, which its wrappers share. `-` where the platform has none. */
export function machineIdentity(): { readonly boot: string; readonly space: string } {
  if (!isLinux) return { boot: '-', space: '-' };
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    space: readlinkSync('/proc/self/ns/pid').replace(/\s/g, '_'),
  };
}

/** When the process began, in the form the wrapper writes; undefined when there is no such process, or a zombie. */
export function startTime(pid: number): string | undefined {
  if (isLinux) {
    const stat = readStat(pid);
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat.start : undefined;
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return `${text.trim().replace(/\s+/g, '_')}_`.replace(/_$/, '') || undefined;
  } catch {
    return undefined;
  }
}

/** True while that very process lives; a pid that came round again, or another boot, is not it. */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = machineIdentity();
  if (identity.boot !== here.boot || identity.space !== here.space) return false;
  const start = startTime(identity.pid);
  return start !== undefined && (isLinux ? start === identity.start : sameStart(start, identity.start));
}

/** A living process of an attempt; `inGroup` when a signal to the leader's group reaches it. */
export interface FoundProcess {
  readonly pid: number;
  readonly inGroup: boolean;
}

/** Living processes of the attempt, the leader included. Empty after a reboot, whatever pids are in use by now. */
export function findProcesses(runId: string, leader: ProcessIdentity): FoundProcess[] {
  const here = machineIdentity();
  if (leader.boot !== here.boot || leader.space !== here.space) return [];
  return isLinux ? findOnLinux(runId, leader) : findByPs(leader.pid);
}

/** Sends a signal to each (a negative number is a group); one that has ended meanwhile is as good as signalled. */
export function signalProcesses(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!hasErrorCode(error, 'ESRCH', 'EPERM')) throw error;
    }
  }
}

function findOnLinux(runId: string, leader: ProcessIdentity): FoundProcess[] {
  const mark = `SIDELAB_RUN_ID=${runId}`;
  const found: FoundProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = readStat(pid);
    if (!stat || stat.state === 'Z' || stat.state === 'X') continue;
    // A process that is older than the leader cannot be of its group: then the number has come round again.
    const inGroup = stat.group === leader.pid && BigInt(stat.start) >= BigInt(leader.start);
    if (inGroup || hasEnvironment(pid, mark)) found.push({ pid, inGroup });
  }
  return found;
}

function readStat(pid: number): { readonly state: string; readonly group: number; readonly start: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Ended between listing and reading.
    return undefined;
  }
  // After the program's name, which may hold anything: state, parent, group, … and field 22, the start time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  const start = fields[19];
  return state === undefined || group === undefined || start === undefined
    ? undefined
    : { state, group: Number(group), start };
}

function hasEnvironment(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    // Another user's process, or one that has ended: not ours either way.
    return false;
  }
}

function findByPs(group: number): FoundProcess[] {
  let text: string;
  try {
    text = execFileSync('ps', ['-axo', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, stat]) => Number(pgid) === group && !stat?.startsWith('Z'))
    .map(([pid]) => ({ pid: Number(pid), inGroup: true }));
}

const sameStart = (a: string, b: string): boolean => a.replace(/^_|_$/g, '') === b.replace(/^_|_$/g, '');
