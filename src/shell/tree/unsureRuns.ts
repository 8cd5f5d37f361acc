/**
 * Changed runs of which a list cannot tell by itself whether its filter leaves them, or where they are in its order, because that
 * depends on parameters: the source is asked for many of them at once.
 */
import { type Clock, Coalescer } from '../../base/clock';
import { Failure } from '../../base/failure';
import type { Disposable } from '../../base/lifecycle';
import type { Source } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import type { OrderKey } from '../../model/runOrder';
import type { ListLook } from './listLook';

const askMs = 200;
const firstMs = 10;
const most = 1000;

export interface FoundRun {
  readonly run: Run;
  readonly key: OrderKey;
}

export class UnsureRuns implements Disposable {
  readonly #source: Source;
  readonly #settle: (id: RunId, found: FoundRun | undefined) => void;
  readonly #soon: Coalescer;
  readonly #ids = new Set<RunId>();
  #isDisposed = false;
  readonly #look: ListLook;

  /** `settle` hears of each run that was asked about: without a run, the filter leaves it out. */
  constructor(source: Source, clock: Clock, look: ListLook, settle: (id: RunId, found: FoundRun | undefined) => void) {
    this.#source = source;
    this.#look = look;
    this.#settle = settle;
    this.#soon = new Coalescer(clock, askMs, () => void this.#ask(), firstMs);
  }

  ask(id: RunId): void {
    this.#ids.add(id);
    this.#soon.trigger();
  }

  async #ask(): Promise<void> {
    const only = [...this.#ids].slice(0, most);
    if (only.length === 0) return;
    for (const id of only) this.#ids.delete(id);
    if (this.#ids.size > 0) this.#soon.trigger();
    const { order, filter } = this.#look;
    try {
      const { runs, keys } = await this.#source.page({ order, filter, only, limit: only.length });
      // The list is looked at otherwise by now.
      if (this.#isDisposed) return;
      const found = new Map(runs.map((run, at) => [run.id, { run, key: keys[at] ?? 0 }]));
      for (const id of only) this.#settle(id, found.get(id));
    } catch (error) {
      // The source says so itself, and everything is read again when it is back.
      if (!(error instanceof Failure)) throw error;
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#soon.dispose();
  }
}
