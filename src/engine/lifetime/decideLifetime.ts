/**
 * Whether the engine and its attempts belong into scopes of their own, and what ends them all the same. Pure.
 *
 * A scope of the user's service manager is no gain by itself: it lasts as long as that manager, which ends with the last
 * logout unless the user lingers. A login session, on the other hand, leaves its processes alone at logout unless the
 * machine kills them. So a process is moved only to where it lives at least as long.
 */
import type { RunsEnd } from '../../model/runsEnd';
import type { Surroundings } from './surroundings';

export function wantsScopes({ place, login }: Surroundings): boolean {
  switch (place.kind) {
    case 'user manager':
      // No longer life, but none shared: what ends the editor's scope, or one greedy attempt's, leaves the others.
      return true;
    case 'session':
      return login !== undefined && (login.lingers || login.killsAtLogout);
    case 'service':
      return login?.lingers ?? false;
    case 'job':
    case 'elsewhere':
      return false;
  }
}

/** What ends the runs where the engine is now; undefined when they outlive windows and logins. */
export function runsEndIn(surroundings: Surroundings): RunsEnd | undefined {
  const { place, login, isCodespace, isDevContainer, isWsl, isContainer } = surroundings;
  if (isCodespace) {
    return {
      cause: 'window',
      message: 'A codespace stops after a time without activity, and its runs with it.',
      hint: 'How long that is can be set in the settings of your GitHub account.',
    };
  }
  if (isDevContainer) {
    return {
      cause: 'window',
      message: 'A dev container stops when its window closes, and its runs with it.',
      hint: '"shutdownAction": "none" in devcontainer.json lets it go on.',
    };
  }
  if (isWsl) {
    return {
      cause: 'window',
      message: 'WSL may stop when its last window and terminal are closed, and its runs with it.',
      hint: 'A terminal that stays open prevents that, or vmIdleTimeout=-1 below [wsl2] in .wslconfig.',
    };
  }
  if (isContainer) return { cause: 'container', message: 'Runs end when this container stops.' };
  if (place.kind === 'job') return { cause: 'job', message: 'Runs end with the Slurm job that they were started in.' };
  if (place.kind === 'service') {
    return { cause: 'service', message: `Runs end when the service ${place.name} stops or starts anew.` };
  }
  if (login === undefined || login.lingers) return undefined;
  if (place.kind === 'user manager' || (place.kind === 'session' && login.killsAtLogout)) {
    return {
      cause: 'logout',
      message: 'Runs end when you log out of this machine.',
      hint: '"loginctl enable-linger" lets them go on.',
    };
  }
  return undefined;
}
