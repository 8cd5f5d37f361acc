/** Ready runs that lack a secret. They wait beside the queue, where they are in nobody's way. */
import type { Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { AsyncStore } from '../store/asyncStore';
import type { ReadyRun } from '../store/readyRun';
import type { SecretMemory } from './secretMemory';

export interface SecretWaitsContext {
  readonly secrets: SecretMemory;
  readonly store: AsyncStore;
  readonly onChange: (runId: RunId) => void;
  readonly log: Log;
}

export class SecretWaits {
  readonly #context: SecretWaitsContext;
  readonly #waiting = new Map<RunId, ReadyRun>();

  constructor(context: SecretWaitsContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** True for a run that lacks a secret: it waits here, and says for what. */
  keep(run: ReadyRun): boolean {
    const { secrets, store, onChange, log } = this.#context;
    const missing = secrets.isLacking ? secrets.missing(run.environment) : [];
    if (missing.length === 0) return false;
    this.#waiting.set(run.id, run);
    store
      .setEvidence([run.id], describeWaiting(missing))
      .then((ids) => ids.forEach(onChange))
      .catch((error: unknown) => log.error('A waiting run could not be told.', error));
    return true;
  }

  delete(runId: RunId): void {
    this.#waiting.delete(runId);
  }

  /** Those that lack nothing any more leave. */
  takeComplete(): readonly RunId[] {
    const complete = Array.from(this.#waiting.values()).filter(
      (run) => this.#context.secrets.missing(run.environment).length === 0,
    );
    for (const { id } of complete) this.#waiting.delete(id);
    return complete.map(({ id }) => id);
  }
}

/** "waits for the secret TOKEN". */
export const describeWaiting = (names: readonly string[]): string =>
  `waits for the secret${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
