/**
 * Finding the home's engine, or starting one.
 *
 * `engine.json` may name a dead engine, and a candidate may lose against another window's; neither is an error. A client
 * keeps trying until the time limit: a living engine whose socket's folder vanished binds anew within about 10 s.
 */
import type { Clock } from '../../../base/clock';
import { Failure, messageOf } from '../../../base/failure';
import { compareVersions } from '../../../model/version';
import { readEngineAddress } from '../../../protocol/engineAddress';
import type { EngineClient, EngineClientOptions } from './engineClient';
import { candidateFailure, type EngineCandidate, lockHeldExitCode } from './startEngine';

/** How an engine is reached; `EngineSource` needs no more. */
export interface EngineReach {
  /** Starts none where none lives. Undefined when no engine answers; throws what else `EngineClient.open` throws. */
  connectIfAlive(options: EngineClientOptions): Promise<EngineClient | undefined>;
  /** Starts an engine when none answers. Throws `Unavailable` with the engine's last words, `Storage`, `Incompatible`. */
  connectOrStart(options: EngineClientOptions): Promise<EngineClient>;
}

export interface EngineProcessOptions {
  readonly home: string;
  readonly start: () => Promise<EngineCandidate>;
  /** Copies our own engine to the home; undefined where an older one is left alone. */
  readonly install?: () => Promise<string>;
  readonly clock: Clock;
  /** How long a start may take in all. */
  readonly limitMs?: number;
}

const firstPauseMs = 20;
/** What an engine takes, at the least, to make room for the next. */
const handoverMs = 200;
const longestPauseMs = 500;
/** After a lost race the winner gets this long to appear before another candidate tries, in case it was just ending. */
const rematchMs = 2000;

export class EngineProcess implements EngineReach {
  readonly #home: string;
  readonly #start: () => Promise<EngineCandidate>;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #install: (() => Promise<string>) | undefined;

  constructor({ home, start, install, clock, limitMs = 20_000 }: EngineProcessOptions) {
    this.#install = install;
    this.#home = home;
    this.#start = start;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  async connectIfAlive(options: EngineClientOptions): Promise<EngineClient | undefined> {
    const answer = await this.#tryConnect(options);
    if (!answer || answer instanceof Failure) {
      if (answer?.code === 'Unauthorized') throw answer;
      return undefined;
    }
    // A window that only looks would otherwise keep an earlier engine alive by being there.
    if (!(await this.#handsOver(answer, options))) return answer;
    await this.#pause(handoverMs, options.signal);
    return this.connectOrStart(options);
  }

  async connectOrStart(options: EngineClientOptions): Promise<EngineClient> {
    const endMs = this.#clock.nowMs() + this.#limitMs;
    let pauseMs = firstPauseMs;
    let candidate: EngineCandidate | undefined;
    let nextStartMs = -Infinity;
    for (;;) {
      const answer = await this.#tryConnect(options);
      if (answer && !(answer instanceof Failure)) {
        // One that was asked to make room, and stays, is used as it is.
        if (this.#clock.nowMs() >= endMs || !(await this.#handsOver(answer, options))) return answer;
        await this.#pause(handoverMs, options.signal);
        continue;
      }
      const nowMs = this.#clock.nowMs();
      if (candidate?.exit && candidate.exit.code !== lockHeldExitCode && candidate.exit.code !== 0) {
        if (!candidate.exit.wasKilled) throw await candidateFailure(candidate, this.#home);
        nextStartMs = -Infinity;
      }
      if (nowMs >= endMs) throw await this.#noAnswer(candidate, answer);
      if (nowMs >= nextStartMs && (!candidate || candidate.exit)) {
        candidate = await this.#start();
        nextStartMs = nowMs + rematchMs;
        pauseMs = firstPauseMs;
      }
      await this.#pause(pauseMs, options.signal);
      pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
    }
  }

  /**
   * An engine of an earlier version than ours makes room for ours; its attempts go on. An engine of a later version is
   * used as it is: nothing is ever replaced by something older. True when this client is not to be used.
   */
  async #handsOver(client: EngineClient, { identity, log }: EngineClientOptions): Promise<boolean> {
    if (!this.#install || compareVersions(identity.version, client.greeting.version) <= 0) return false;
    try {
      const bundle = await this.#install();
      const isElectron = process.versions['electron'] !== undefined;
      const { version } = identity;
      await client.call('engine.handover', { version, node: process.execPath, bundle, isElectron });
      client.dispose();
      return true;
    } catch (error) {
      // It was reached while it was ending: it has made room for ours, or for somebody's, already.
      if (client.isClosed || (error instanceof Failure && error.code === 'Unavailable')) return true;
      // It works as it is; what is newer in ours is missing until it ends by itself.
      log.warn('The engine could not be handed over.', { error: messageOf(error) });
      return false;
    }
  }

  /** A client, or why there is none (yet). A token may be old for the moment in which an engine replaces another. */
  async #tryConnect(options: EngineClientOptions): Promise<EngineClient | Failure | undefined> {
    const address = await readEngineAddress(this.#home);
    if (!address) return undefined;
    try {
      // Only a window that has an engine to speak to speaks its language.
      const { EngineClient } = await import('./engineClient');
      return await EngineClient.open(address, options);
    } catch (error) {
      if (error instanceof Failure && (error.code === 'Unavailable' || error.code === 'Unauthorized')) return error;
      throw error;
    }
  }

  async #noAnswer(candidate: EngineCandidate | undefined, answer: Failure | undefined): Promise<Failure> {
    const seconds = Math.round(this.#limitMs / 1000);
    if (candidate && !candidate.exit) return candidateFailure(candidate, this.#home);
    return new Failure(
      'Unavailable',
      `An engine holds the lock of ${this.#home}, but did not answer within ${seconds} s.`,
      {
        hint: answer ? `${answer.message} Try again, or end that engine.` : 'Try again, or end that engine.',
        cause: answer,
      },
    );
  }

  async #pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiting = this.#clock.after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        waiting.dispose();
        reject(new Failure('Cancelled', 'Connecting was given up.'));
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
