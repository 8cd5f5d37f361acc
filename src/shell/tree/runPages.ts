/**
 * The part of an experiment's runs, or of a run's own, that the tree has loaded: a prefix of their order, because VS Code's
 * trees do not page by themselves. It knows which pushed run belongs into that prefix, and nothing of the editor.
 */
import type { RunPage } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';

/** Of runs by their sequence: those of an experiment newest first, what a run is made of as its file has them. */
export type RunOrder = 'newest first' | 'oldest first';

export type RunPlacement = 'added' | 'changed' | 'beyond';

/** What a row holds on to: its identity lasts, so that VS Code redraws it in place; its run is replaced. */
export interface RunHolder {
  run: Run;
}

export class RunPages<H extends RunHolder> {
  readonly #makeHolder: (run: Run) => H;
  readonly #order: RunOrder;
  #holders: H[] = [];
  readonly #byId = new Map<RunId, H>();
  #more = true;

  constructor(makeHolder: (run: Run) => H, order: RunOrder = 'newest first') {
    this.#makeHolder = makeHolder;
    this.#order = order;
  }

  /** In their order. */
  get holders(): readonly H[] {
    return this.#holders;
  }

  /** Whether there are further ones that are not loaded. */
  get more(): boolean {
    return this.#more;
  }

  /** Where the next page begins. */
  get last(): number | undefined {
    return this.#holders.at(-1)?.run.sequence;
  }

  find(id: RunId): H | undefined {
    return this.#byId.get(id);
  }

  /** The next page, after all that is here. */
  append(page: RunPage): void {
    for (const run of page.runs) this.#put(run);
    this.#more = page.more;
  }

  /** Everything anew, from the first on. Rows that are still there stay the same rows. */
  replace(page: RunPage): void {
    const kept = new Set(page.runs.map((run) => run.id));
    for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.#byId.delete(id);
    this.#holders = this.#holders.filter((holder) => kept.has(holder.run.id));
    this.append(page);
  }

  /** It is not here any more. False when it was not. */
  remove(id: RunId): boolean {
    const holder = this.#byId.get(id);
    if (!holder) return false;
    this.#byId.delete(id);
    this.#holders = this.#holders.filter((other) => other !== holder);
    return true;
  }

  /** Takes a run that was pushed. `beyond`: it comes after what is loaded, and will come with its page. */
  put(run: Run): RunPlacement {
    const { last } = this;
    const isBeyond = last === undefined || this.#isBefore(last, run.sequence);
    if (!this.#byId.has(run.id) && this.#more && isBeyond) return 'beyond';
    return this.#put(run);
  }

  #put(run: Run): RunPlacement {
    const known = this.#byId.get(run.id);
    if (known) {
      known.run = run;
      return 'changed';
    }
    const holder = this.#makeHolder(run);
    this.#byId.set(run.id, holder);
    // Almost always at one of the ends: a page goes to the back, a new run to the front.
    const follows = (other: H | undefined): boolean =>
      other !== undefined && this.#isBefore(run.sequence, other.run.sequence);
    let at = this.#holders.length;
    if (follows(this.#holders[0])) at = 0;
    else while (at > 0 && follows(this.#holders[at - 1])) at--;
    this.#holders.splice(at, 0, holder);
    return 'added';
  }

  #isBefore(a: number, b: number): boolean {
    return this.#order === 'newest first' ? a > b : a < b;
  }
}
