/**
 * Which gpus are given to which attempts, and which are left. What other programs compute on is left alone: whatever is in
 * use and was not given away here is theirs. Pure bookkeeping.
 */
import { type Gpu, type VisibleGpu, visibleGpus } from '../../model/gpus';
import type { RunId } from '../../model/ids';

export class GpuPool {
  readonly #given = new Map<RunId, readonly string[]>();
  #gpus: readonly Gpu[] = [];
  #inUse: ReadonlySet<string> = new Set();
  /** What other programs use changes by itself: what was seen is believed for a moment only. */
  isFresh = false;

  see(gpus: readonly Gpu[], inUse: ReadonlySet<string>): void {
    this.#gpus = gpus;
    this.#inUse = inUse;
    this.isFresh = true;
  }

  get count(): number {
    return this.#gpus.length;
  }

  /** Left of those that the variable `visible` names. */
  free(visible: string | undefined): readonly VisibleGpu[] {
    const given = this.#keysGiven();
    return visibleGpus(this.#gpus, visible).filter(({ key }) => !given.has(key) && !this.#inUse.has(key));
  }

  /** Of those that the variable names how many there are, and how many of these other programs use. */
  look(visible: string | undefined): { readonly has: number; readonly others: number } {
    const all = visibleGpus(this.#gpus, visible);
    const given = this.#keysGiven();
    return { has: all.length, others: all.filter(({ key }) => this.#inUse.has(key) && !given.has(key)).length };
  }

  /** Returns the words for `CUDA_VISIBLE_DEVICES`. */
  give(id: RunId, count: number, visible: string | undefined): readonly string[] {
    return this.giveThese(
      id,
      this.free(visible)
        .slice(0, count)
        .map(({ word }) => word),
    );
  }

  /** What an attempt under way has, from an earlier engine. */
  giveThese(id: RunId, words: readonly string[]): readonly string[] {
    this.#given.set(id, words);
    return words;
  }

  takeBack(id: RunId): void {
    this.#given.delete(id);
    // Its last processes may still be there, or another program was quicker.
    this.isFresh = false;
  }

  #keysGiven(): ReadonlySet<string> {
    const keys = Array.from(this.#given.values(), (words) => visibleGpus(this.#gpus, words.join(',')));
    return new Set(keys.flat().map(({ key }) => key));
  }
}
