/**
 * The part of a group's runs, or of a run's own, that the tree has loaded: a prefix of their order, because VS Code's
 * trees do not page by themselves. It knows which pushed run belongs into that prefix, and nothing of the editor.
 */
import type { RunId } from '../../model/ids';
import type { Run } from '../../model/run';
import { isBefore, newestFirst, type RunOrder, type RunPlaceInOrder } from '../../model/runOrder';

/** `moved`: it was there, and is elsewhere now, or comes with a later page. */
export type RunPlacement = 'added' | 'changed' | 'moved' | 'beyond';

/** What a row holds on to: its identity lasts, so that VS Code redraws it in place; its run is replaced. */
export interface RunHolder {
  run: Run;
}

/** A run and where it is in the order. */
export interface PlacedRun {
  readonly run: Run;
  readonly place: RunPlaceInOrder;
}

export interface PlacedPage {
  readonly runs: readonly PlacedRun[];
  readonly more: boolean;
}

export class RunPages<H extends RunHolder> {
  readonly #makeHolder: (run: Run) => H;
  readonly #order: RunOrder;
  #holders: H[] = [];
  readonly #places = new Map<RunId, { readonly holder: H; place: RunPlaceInOrder }>();
  #more = true;

  constructor(makeHolder: (run: Run) => H, order: RunOrder = newestFirst) {
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

  /** Behind it the next page begins. */
  get last(): RunPlaceInOrder | undefined {
    const last = this.#holders.at(-1);
    return last && this.#places.get(last.run.id)?.place;
  }

  find(id: RunId): H | undefined {
    return this.#places.get(id)?.holder;
  }

  /** The next page, after all that is here. */
  append(page: PlacedPage): void {
    for (const placed of page.runs) this.#put(placed);
    this.#more = page.more;
  }

  /** Everything anew, from the first on. Rows that are still there stay the same rows. */
  replace(page: PlacedPage): void {
    const kept = new Set(page.runs.map(({ run }) => run.id));
    for (const id of [...this.#places.keys()]) if (!kept.has(id)) this.#places.delete(id);
    this.#holders = this.#holders.filter((holder) => kept.has(holder.run.id));
    this.append(page);
  }

  /** It is not here any more. False when it was not. */
  remove(id: RunId): boolean {
    const known = this.#places.get(id);
    if (!known) return false;
    this.#places.delete(id);
    this.#holders = this.#holders.filter((other) => other !== known.holder);
    return true;
  }

  /** Takes a run that was pushed. `beyond`: it comes after what is loaded, and will come with its page. */
  put(placed: PlacedRun): RunPlacement {
    const { run, place } = placed;
    const known = this.#places.get(run.id);
    if (known && isSamePlace(known.place, place)) return this.#put(placed);
    const others = known ? this.#holders.filter((holder) => holder !== known.holder) : this.#holders;
    const end = others.at(-1);
    const last = end && this.#places.get(end.run.id)?.place;
    const isBeyond = this.#more && (last === undefined || isBefore(last, place, this.#order));
    if (!isBeyond) return this.#put(placed);
    if (!known) return 'beyond';
    this.remove(run.id);
    return 'moved';
  }

  #put({ run, place }: PlacedRun): RunPlacement {
    const known = this.#places.get(run.id);
    if (known) known.holder.run = run;
    if (known && isSamePlace(known.place, place)) return 'changed';
    const before = known ? this.#holders.indexOf(known.holder) : -1;
    if (known) this.#holders = this.#holders.toSpliced(before, 1);
    const holder = known?.holder ?? this.#makeHolder(run);
    this.#places.set(run.id, { holder, place });
    const at = this.#placeFor(place);
    this.#holders.splice(at, 0, holder);
    if (!known) return 'added';
    return at === before ? 'changed' : 'moved';
  }

  /** Almost always at one of the ends: a page goes to the back, a new run to the front. */
  #placeFor(place: RunPlaceInOrder): number {
    const follows = (at: number): boolean => {
      const other = this.#holders[at];
      const known = other && this.#places.get(other.run.id);
      return known !== undefined && isBefore(place, known.place, this.#order);
    };
    if (follows(0)) return 0;
    let at = this.#holders.length;
    while (at > 0 && follows(at - 1)) at--;
    return at;
  }
}

const isSamePlace = (a: RunPlaceInOrder, b: RunPlaceInOrder): boolean =>
  a.pinned === b.pinned && a.key === b.key && a.sequence === b.sequence;
