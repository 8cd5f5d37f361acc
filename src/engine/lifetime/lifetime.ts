/**
 * How long the engine and its attempts live beyond window and login. It puts them into scopes of their own where they
 * live longer there, and knows what ends them all the same.
 *
 * Processes that run already are moved, over the user's bus, instead of being started by `systemd-run`: a launch costs
 * nothing for it and cannot fail by it, and a thousand short attempts never become a thousand units.
 */
import { readFileSync } from 'node:fs';
import type { Clock } from '../../base/clock';
import { hasErrorCode } from '../../base/failure';
import type { Log } from '../../base/log';
import type { RunsEnd } from '../../model/runsEnd';
import { ask } from './ask';
import { runsEndIn, wantsScopes } from './decideLifetime';
import { type Surroundings, readSurroundings } from './surroundings';

/** Gives processes that belong together a scope of their own. */
export interface Scopes {
  /** False where that would not help, or does not work. */
  readonly areUsed: boolean;
  /** True when the first of the processes is in the scope afterwards. */
  adopt(name: string, description: string, pids: readonly number[]): Promise<boolean>;
}

/** A user may let the machine linger while runs execute. */
const lookAgainMs = 60_000;

export interface LifetimeOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the system's own files are: another folder than `/` in tests. */
  readonly root?: string;
}

export class Lifetime implements Scopes {
  readonly #options: LifetimeOptions;
  readonly #root: string;
  #surroundings: Surroundings | undefined;
  #looking: Promise<void> | undefined;
  #lookedAtMs = -Infinity;
  #isInScope = false;

  constructor(options: LifetimeOptions) {
    this.#options = options;
    this.#root = options.root ?? '/';
  }

  get areUsed(): boolean {
    return this.#isInScope;
  }

  /** What ends the runs; undefined when they outlive windows and logins. Waits for the first look only. */
  async runsEnd(): Promise<RunsEnd | undefined> {
    if (this.#options.clock.nowMs() - this.#lookedAtMs >= lookAgainMs) {
      const looking = this.look();
      if (!this.#surroundings) await looking;
    }
    return this.#surroundings && runsEndIn(this.#surroundings);
  }

  /** Looks where we are, and moves this process where that is better. Throws nothing: all else goes on without it. */
  async look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#lookedAtMs = this.#options.clock.nowMs();
    });
    await this.#looking;
  }

  async adopt(name: string, description: string, pids: readonly number[]): Promise<boolean> {
    const [first] = pids;
    if (first === undefined) return false;
    if (isInScope(this.#root, first, name)) return true;
    const properties = [
      ['PIDs', 'au', String(pids.length), ...pids.map(String)],
      ['Description', 's', description],
      // Nothing of it stays behind, even when its processes were killed.
      ['CollectMode', 's', 'inactive-or-failed'],
    ];
    const method = [
      'org.freedesktop.systemd1',
      '/org/freedesktop/systemd1',
      'org.freedesktop.systemd1.Manager',
      'StartTransientUnit',
    ];
    const words = [name, 'fail', String(properties.length), ...properties.flat(), '0'];
    const answer = await ask(
      'busctl',
      ['--user', '--quiet', 'call', ...method, 'ssa(sv)a(sa(sv))', ...words],
      this.#options.env,
    );
    return answer !== undefined;
  }

  async #lookOnce(): Promise<void> {
    try {
      const found = await readSurroundings(this.#options.env, this.#root);
      if (!this.#isInScope && wantsScopes(found)) {
        this.#isInScope = await this.adopt(`sidelab-engine-${process.pid}.scope`, 'Sidelab engine', [process.pid]);
        this.#options.log.info('The engine asked for a scope of its own.', { given: this.#isInScope });
      }
      this.#surroundings = this.#isInScope ? { ...found, place: { kind: 'user manager' } } : found;
    } catch (error) {
      this.#options.log.error('What the engine lives in could not be read.', error);
    }
  }
}

function isInScope(root: string, pid: number, name: string): boolean {
  try {
    return readFileSync(`${root}/proc/${pid}/cgroup`, 'utf8').includes(`/${name}`);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return false;
    throw error;
  }
}
