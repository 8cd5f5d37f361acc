/**
 * What the engine lives in, and so what may end it and its attempts: read from the system, never guessed from its name.
 * Nothing here is changed, and nothing decided (`decideLifetime.ts`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { hasErrorCode } from '../../base/failure';
import { ask } from './ask';

/** The control group of a process: whose processes end together. */
export type Place =
  /** Started by the user's own service manager: it ends with that, unless the user lingers. */
  | { readonly kind: 'user manager' }
  /** A login: it ends with the logout where the machine is set up so. */
  | { readonly kind: 'session' }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'job' }
  | { readonly kind: 'elsewhere' };

export interface Surroundings {
  readonly place: Place;
  readonly isContainer: boolean;
  readonly isDevContainer: boolean;
  readonly isCodespace: boolean;
  readonly isWsl: boolean;
  /** Absent where nobody keeps logins (no systemd-logind). */
  readonly login?: {
    /** The user's service manager stays when the user logs out. */
    readonly lingers: boolean;
    /** What a login started is killed at its end. */
    readonly killsAtLogout: boolean;
  };
}

/** `root` is another than `/` in tests. */
export async function readSurroundings(env: NodeJS.ProcessEnv, root = '/'): Promise<Surroundings> {
  const login = await readLogin(env);
  return {
    place: placeOf(readText(root, 'proc/self/cgroup')),
    isContainer: ['.dockerenv', 'run/.containerenv'].some((file) => existsSync(path.join(root, file))),
    isDevContainer: env['REMOTE_CONTAINERS'] === 'true',
    isCodespace: env['CODESPACES'] === 'true',
    isWsl: /microsoft/i.test(readText(root, 'proc/sys/kernel/osrelease')),
    ...(login === undefined ? {} : { login }),
  };
}

/** From `/proc/PID/cgroup`; the line of systemd's own hierarchy counts, which is the only one on most machines. */
export function placeOf(cgroups: string): Place {
  const paths = cgroups
    .split('\n')
    .filter((line) => line.startsWith('0::') || line.includes(':name=systemd:'))
    .map((line) => line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1));
  // Of two, the one that says more: on machines of the transition one is empty.
  const [group = '/'] = paths.sort((a, b) => b.length - a.length);
  // Never left: what a job may use would not be held any more.
  if (/slurm/i.test(cgroups)) return { kind: 'job' };
  if (/\/user@\d+\.service(\/|$)/.test(group)) return { kind: 'user manager' };
  if (/\/session-[^/]+\.scope(\/|$)/.test(group)) return { kind: 'session' };
  const service = /\/([^/]+)\.service(\/|$)/.exec(group)?.[1];
  return service === undefined ? { kind: 'elsewhere' } : { kind: 'service', name: service };
}

/** `loginctl` without a user names what holds for all of them. */
async function readLogin(env: NodeJS.ProcessEnv): Promise<Surroundings['login']> {
  if (process.platform !== 'linux') return undefined;
  const { uid, username } = userInfo();
  const keys = ['KillUserProcesses', 'KillExcludeUsers', 'KillOnlyUsers'].map((key) => `--property=${key}`);
  const [ours, all] = await Promise.all([
    ask('loginctl', ['show-user', String(uid), '--property=Linger'], env),
    ask('loginctl', ['show-user', ...keys], env),
  ]);
  if (ours === undefined || all === undefined) return undefined;
  const users = (key: string): readonly string[] => (valueOf(all, key) ?? '').split(' ').filter((name) => name !== '');
  const only = users('KillOnlyUsers');
  return {
    lingers: valueOf(ours, 'Linger') === 'yes',
    killsAtLogout:
      valueOf(all, 'KillUserProcesses') === 'yes' &&
      !users('KillExcludeUsers').includes(username) &&
      (only.length === 0 || only.includes(username)),
  };
}

const valueOf = (text: string, key: string): string | undefined =>
  new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim();

function readText(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return '';
    throw error;
  }
}
