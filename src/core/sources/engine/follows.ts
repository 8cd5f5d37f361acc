/**
 * Who follows which run. The engine is told once per run and connection; listeners here are counted, so that two panels on
 * one run cost one subscription.
 */
import type { Disposable } from '../../../base/lifecycle';
import { toDisposable } from '../../../base/lifecycle';
import type { Log } from '../../../base/log';
import type { RunId } from '../../../model/ids';
import type { RunAppend } from '../../source';
import type { EngineClient } from './engineClient';

type Listener = (append: RunAppend) => void;

export class Follows {
  readonly #log: Log;
  readonly #listeners = new Map<RunId, Set<{ readonly call: Listener }>>();
  /** What each connection was told; it is forgotten with the connection. */
  readonly #told = new WeakMap<EngineClient, Set<RunId>>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(runId: RunId, listener: Listener, onRemoved: () => void): Disposable {
    const entry = { call: listener };
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(entry));
    return toDisposable(() => {
      listeners.delete(entry);
      if (listeners.size === 0 && this.#listeners.get(runId) === listeners) this.#listeners.delete(runId);
      onRemoved();
    });
  }

  deliver(runId: RunId, append: RunAppend): void {
    for (const entry of [...(this.#listeners.get(runId) ?? [])]) {
      try {
        entry.call(append);
      } catch (error) {
        this.#log.error('A listener of a followed run failed.', error);
      }
    }
  }

  /** Tells a connection what it has not heard yet. A run that the engine does not know is not followed there. */
  async tell(client: EngineClient): Promise<void> {
    const told = this.#told.get(client) ?? new Set<RunId>();
    this.#told.set(client, told);
    const calls: Promise<unknown>[] = [];
    const ask = (name: 'run.follow' | 'run.unfollow', runId: RunId): void => {
      const call = client.call(name, { runId });
      calls.push(call.catch((error: unknown) => this.#log.warn(`${name} failed.`, { runId, error: String(error) })));
    };
    for (const runId of this.#listeners.keys()) {
      if (told.has(runId)) continue;
      told.add(runId);
      ask('run.follow', runId);
    }
    for (const runId of told) {
      if (this.#listeners.has(runId)) continue;
      told.delete(runId);
      ask('run.unfollow', runId);
    }
    await Promise.all(calls);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
