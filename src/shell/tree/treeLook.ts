/**
 * How the Experiments view is looked at, kept with the workspace: grouping, order, filter, and whether it shows the runs of this
 * workspace or all. As long as nobody has said which, a workspace that has runs of its own shows those.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { Memento } from 'vscode';
import { Emitter, type Event } from '../../base/event';
import { Failure } from '../../base/failure';
import { type Disposable, DisposableStore } from '../../base/lifecycle';
import type { Clock } from '../../base/clock';
import type { Source } from '../../core/source';
import type { FilterTerm } from '../../model/runFilter';
import { parseFilter } from '../../model/runFilterText';
import { RunGroupingSchema } from '../../model/runGroups';
import { RunOrderSchema } from '../../model/runOrder';
import { type ListLook, plainLook } from './listLook';

const stateKey = 'sidelab.treeLook';

const TreeLookStateSchema = Type.Object({
  grouping: RunGroupingSchema,
  order: RunOrderSchema,
  /** As it was typed. */
  filterText: Type.String({ maxLength: 2000 }),
  /** Absent: nobody has said. */
  scope: Type.Optional(Type.Union([Type.Literal('workspace'), Type.Literal('all')])),
});
export type TreeLookState = Static<typeof TreeLookStateSchema>;

const { grouping, order } = plainLook;
const initial: TreeLookState = { grouping, order, filterText: '' };

/** Whose runs are shown; `none`: no folder is open, so there is no choice. */
export type Scope = 'workspace' | 'all' | 'none';

export interface TreeLookOptions {
  readonly memento: Pick<Memento, 'get' | 'update'>;
  readonly sources: readonly Source[];
  /** Places that runs of this workspace are from; none without a folder. */
  readonly findPlaces: () => Promise<readonly string[]>;
  readonly clock: Clock;
}

export class TreeLook implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #options: TreeLookOptions;
  readonly #didChange = this.#owned.own(new Emitter<void>());
  readonly onDidChange: Event<void> = this.#didChange.event;
  #state: TreeLookState;
  /** While a filter is typed, instead of the one that is kept. */
  #draft: string | undefined;
  #places: readonly string[] = [];
  /** Where nobody has said: what was found to be there. */
  #found: 'workspace' | 'all' | undefined;
  #list: ListLook | undefined;
  #finding: Promise<void> | undefined;

  constructor(options: TreeLookOptions) {
    this.#options = options;
    const kept = options.memento.get<unknown>(stateKey);
    this.#state = Check(TreeLookStateSchema, kept) ? kept : initial;
  }

  get state(): TreeLookState {
    return this.#state;
  }

  get scope(): Scope {
    if (this.#places.length === 0) return 'none';
    return this.#state.scope ?? this.#found ?? 'all';
  }

  /** What is typed, or what is kept. */
  get filterText(): string {
    return this.#draft ?? this.#state.filterText;
  }

  /** The same object until something changes. */
  get list(): ListLook {
    this.#list ??= this.#resolve();
    return this.#list;
  }

  /** Resolves when it is known whose runs to show; looks for that once, and again after `forgetPlaces`. */
  async ready(): Promise<void> {
    this.#finding ??= this.#find().catch((error: unknown) => {
      this.#finding = undefined;
      throw error;
    });
    await this.#finding;
  }

  /** Other folders are open now. */
  forgetPlaces(): void {
    this.#finding = undefined;
    void this.ready();
  }

  /** All runs are gone, and what was kept of the view with them: it is looked at as in a new workspace. */
  async reset(): Promise<void> {
    this.#draft = undefined;
    this.#state = initial;
    this.#found = undefined;
    this.#finding = undefined;
    this.#tell();
    await this.ready();
  }

  /** Throws `InvalidInput` for a filter that is none. */
  async change(change: Partial<TreeLookState>): Promise<void> {
    const text = change.filterText;
    if (text !== undefined) {
      const parsed = parseFilter(text, this.#options.clock.nowMs());
      if ('problem' in parsed) throw new Failure('InvalidInput', parsed.problem.message);
      change = { ...change, filterText: text.trim() };
    }
    this.#draft = undefined;
    this.#state = { ...this.#state, ...change };
    this.#tell();
    await this.#options.memento.update(stateKey, this.#state);
  }

  /** Shows at once what a filter would leave, without keeping it; undefined is the end of that. What is no filter changes nothing. */
  try(text: string | undefined): void {
    const isNone = text !== undefined && 'problem' in parseFilter(text, this.#options.clock.nowMs());
    if (isNone || text === this.#draft || (this.#draft === undefined && text === this.#state.filterText)) return;
    this.#draft = text;
    this.#tell();
  }

  async #find(): Promise<void> {
    const before = this.#list && this.scope;
    this.#places = await this.#options.findPlaces();
    if (this.#places.length > 0 && this.#state.scope === undefined) this.#found = await this.#lookForOwn();
    this.#list = undefined;
    if (before !== undefined) this.#tell();
  }

  /** Undefined while there is nothing at all, or while nobody answers: then it is looked for again. */
  async #lookForOwn(): Promise<'workspace' | 'all' | undefined> {
    const own: FilterTerm = { kind: 'place', places: [...this.#places] };
    for (const source of this.#options.sources) {
      try {
        const { runs } = await source.page({ ...plainLook, filter: [own], limit: 1 });
        if (runs.length > 0) return 'workspace';
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        this.#finding = undefined;
      }
    }
    return 'all';
  }

  #resolve(): ListLook {
    const parsed = parseFilter(this.filterText, this.#options.clock.nowMs());
    const typed = 'filter' in parsed ? parsed.filter : [];
    const own: FilterTerm[] = this.scope === 'workspace' ? [{ kind: 'place', places: [...this.#places] }] : [];
    return { grouping: this.#state.grouping, order: this.#state.order, filter: [...own, ...typed] };
  }

  #tell(): void {
    this.#list = undefined;
    this.#didChange.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
