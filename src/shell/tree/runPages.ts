/**
 * The part of an experiment's runs that the tree has loaded: a prefix of the newest-first order, because VS Code's trees
 * do not page by themselves. It knows which pushed run belongs into that prefix, and nothing of the editor.
 */
import type { RunPage } from '../../core/source';
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';

export type RunPlacement = 'added' | 'changed' | 'beyond';

/** What a row holds on to: its identity lasts, so that VS Code redraws it in place; its run is replaced. */
export interface RunHolder {
  run: Run;
}

export class RunPages<H extends RunHolder> {
  readonly #makeHolder: (run: Run) => H;
  #holders: H[] = [];
  readonly #byId = new Map<RunId, H>();
  #more = true;

  constructor(makeHolder: (run: Run) => H) {
    this.#makeHolder = makeHolder;
  }

  /** Newest first. */
  get holders(): readonly H[] {
    return this.#holders;
  }

  /** Whether there are older ones that are not loaded. */
  get more(): boolean {
    return this.#more;
  }

  /** Where the next page begins. */
  get before(): number | undefined {
    return this.#holders.at(-1)?.run.sequence;
  }

  find(id: RunId): H | undefined {
    return this.#byId.get(id);
  }

  /** The next page, older than all that is here. */
  append(page: RunPage): void {
    for (const run of page.runs) this.#put(run);
    this.#more = page.more;
  }

  /** Everything anew, from the newest on. Rows that are still there stay the same rows. */
  replace(page: RunPage): void {
    const kept = new Set(page.runs.map((run) => run.id));
    for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.#byId.delete(id);
    this.#holders = this.#holders.filter((holder) => kept.has(holder.run.id));
    this.append(page);
  }

  /** Takes a run that was pushed. `beyond`: it is older than what is loaded, and will come with its page. */
  put(run: Run): RunPlacement {
    if (!this.#byId.has(run.id) && this.#more && run.sequence < (this.before ?? Infinity)) return 'beyond';
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
    let at = this.#holders.length;
    if ((this.#holders[0]?.run.sequence ?? -Infinity) < run.sequence) at = 0;
    else while (at > 0 && (this.#holders[at - 1]?.run.sequence ?? Infinity) < run.sequence) at--;
    this.#holders.splice(at, 0, holder);
    return 'added';
  }
}
