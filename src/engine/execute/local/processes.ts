/**
 * Processes of attempts: found by their group and, on Linux, by `SIDELAB_RUN_ID` in their environment, which also finds
 * those that left the group (`setsid`, double forks).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Clock } from '../../../base/clock';
import { hasErrorCode } from '../../../base/failure';
import type { ProcessIdentity } from './attemptFolder';

const isLinux = process.platform === 'linux';

/** Looking through all processes takes milliseconds; many attempts that end together share a look. */
const scanAgeMs = 50;

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
    return stat && !isDead(stat) ? stat.start : undefined;
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return text.trim().replace(/\s+/g, '_') || undefined;
  } catch {
    return undefined;
  }
}

/** A living process of an attempt; `inGroup` when a signal to the leader's group reaches it. */
export interface FoundProcess {
  readonly pid: number;
  readonly inGroup: boolean;
}

interface SeenProcess {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  readonly start: string;
  readonly runId: string | undefined;
}

export class ProcessTable {
  readonly #clock: Clock;
  readonly #machine = machineIdentity();
  #seen: readonly SeenProcess[] = [];
  #seenAtMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while that very process lives; a pid that came round again, or another boot, is not it. */
  isAlive(leader: ProcessIdentity): boolean {
    if (!this.#isHere(leader)) return false;
    const start = startTime(leader.pid);
    return start !== undefined && sameStart(start, leader.start);
  }

  /**
   * Living processes of the attempt, the leader included. Empty after a reboot, whatever pids are in use by now. A look
   * that was made before `sinceMs` will not do: what was begun in between is not in it.
   */
  find(runId: string, leader: ProcessIdentity, sinceMs = -Infinity): FoundProcess[] {
    if (!this.#isHere(leader)) return [];
    const now = startTime(leader.pid);
    // A number is not given out anew while a group of it has members: if it has another owner, the group is not ours.
    const isOurGroup = now === undefined || sameStart(now, leader.start);
    return this.#scan(sinceMs).flatMap((seen) => {
      const inGroup =
        isOurGroup &&
        seen.group === leader.pid &&
        (!isLinux || (seen.session === leader.pid && BigInt(seen.start) >= BigInt(leader.start)));
      return inGroup || seen.runId === runId ? [{ pid: seen.pid, inGroup }] : [];
    });
  }

  /** Memory that the attempt's processes hold now (resident set size); 0 where the platform does not tell. */
  memoryBytes(runId: string, leader: ProcessIdentity): number {
    return this.find(runId, leader).reduce((sum, { pid }) => sum + residentBytes(pid), 0);
  }

  #isHere(leader: ProcessIdentity): boolean {
    return leader.boot === this.#machine.boot && leader.space === this.#machine.space;
  }

  #scan(sinceMs: number): readonly SeenProcess[] {
    const nowMs = this.#clock.nowMs();
    const ageMs = nowMs - this.#seenAtMs;
    if (ageMs < 0 || ageMs > scanAgeMs || this.#seenAtMs <= sinceMs) {
      this.#seen = isLinux ? scanLinux() : scanByPs();
      this.#seenAtMs = nowMs;
    }
    return this.#seen;
  }
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

function scanLinux(): SeenProcess[] {
  const found: SeenProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = readStat(pid);
    if (stat && !isDead(stat)) found.push({ pid, ...stat, runId: runIdOf(pid) });
  }
  return found;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly session: number;
  readonly start: string;
}

const isDead = ({ state }: Stat): boolean => state === 'Z' || state === 'X';

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Ended between listing and reading.
    return undefined;
  }
  // After the program's name, which may hold anything: state, parent, group, session, … and field 22, the start time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  const start = fields[19];
  if (state === undefined || start === undefined) return undefined;
  return { state, group: Number(group), session: Number(session), start };
}

/** `VmRSS` of /proc/PID/status, which is in kB whatever the size of a page. */
function residentBytes(pid: number): number {
  if (!isLinux) return 0;
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // Ended in between.
    return 0;
  }
}

const mark = '\0SIDELAB_RUN_ID=';

function runIdOf(pid: number): string | undefined {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
    const at = environment.indexOf(mark);
    return at < 0 ? undefined : environment.slice(at + mark.length, environment.indexOf('\0', at + 1));
  } catch {
    // Another user's process, or one that has ended: not ours either way.
    return undefined;
  }
}

function scanByPs(): SeenProcess[] {
  let text: string;
  try {
    text = execFileSync('ps', ['-axo', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [pid, group, stat] = line.trim().split(/\s+/);
    if (pid === undefined || group === undefined || stat === undefined || stat.startsWith('Z')) return [];
    return [{ pid: Number(pid), group: Number(group), session: 0, start: '0', runId: undefined }];
  });
}

/** `ps` pads its dates; the wrapper turned blanks into `_`. */
const sameStart = (a: string, b: string): boolean => a.replace(/^_|_$/g, '') === b.replace(/^_|_$/g, '');
