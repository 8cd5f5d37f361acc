/**
 * How a graph is looked at: which view of it, which nodes are open, which one is chosen, what is searched, filtered and emphasised.
 * It outlives the snapshots, in which nodes are found again by their paths. Knows no DOM.
 */
import { Emitter, type Event } from '../../src/base/event';
import { type Disposable, DisposableStore } from '../../src/base/lifecycle';
import type { RunId } from '../../src/model/ids';
import type { RunStatus } from '../../src/model/runStatus';
import type { GraphLook } from '../../src/protocol/graphPanel';
import type { GraphModel, ModelNode } from './graphModel';
import type { GraphSession } from './graphSession';
import { OpenNodes } from './openNodes';
import { NodeSearch } from './search';

const firstLook: GraphLook = { view: 'graph', opened: [], closed: [], isCriticalShown: false, statuses: [] };

export interface StateChange {
  /** Nodes are in other places: there are others, or others are open. */
  readonly isLaidOut: boolean;
  /** Stays where it is seen, as far as that can be. */
  readonly anchor?: ModelNode | undefined;
  /** To be brought into view, and as large as it can be read where `isNear`. */
  readonly reveal?: ModelNode | undefined;
  readonly isNear?: boolean;
}

export class GraphState implements Disposable {
  readonly #owned = new DisposableStore();
  readonly #session: GraphSession;
  readonly #keep: (look: GraphLook) => void;
  readonly #didChange = this.#owned.own(new Emitter<StateChange>());
  readonly onDidChange: Event<StateChange> = this.#didChange.event;
  readonly open: OpenNodes;
  readonly search = new NodeSearch();
  #look: GraphLook;
  #selected: ModelNode | undefined;
  #critical: ReadonlySet<RunId> | undefined;

  /** `look`: as it was kept; `keep` is called with each change of it. */
  constructor(session: GraphSession, look: GraphLook | undefined, keep: (look: GraphLook) => void) {
    this.#session = session;
    this.#look = look ?? firstLook;
    this.#keep = keep;
    this.open = new OpenNodes(this.#look);
    this.#owned.own(session.onDidReplace(() => this.#findAgain()));
    this.#owned.own(
      session.onDidSelect((id) => {
        const node = this.model?.find(id);
        if (node) this.#choose(node, { isTold: false });
      }),
    );
  }

  get look(): GraphLook {
    return this.#look;
  }

  get model(): GraphModel | undefined {
    return this.#session.model;
  }

  get selected(): ModelNode | undefined {
    return this.#selected;
  }

  /** Undefined while it is not asked for. */
  get critical(): ReadonlySet<RunId> | undefined {
    return this.#critical;
  }

  select(node: ModelNode | undefined): void {
    if (node !== this.#selected) this.#choose(node, { isTold: true });
  }

  /** Opens what is closed, closes what is open; what was chosen within is then stood for by what hides it. */
  toggle(node: ModelNode): void {
    const isOpen = !this.open.isOpen(node);
    this.open.set(node, isOpen);
    const hides = (at: ModelNode | undefined): boolean => at !== undefined && (at === node || hides(at.parent));
    if (!isOpen && this.#selected !== node && hides(this.#selected)) this.select(node);
    this.#change(this.open.look, { isLaidOut: true, anchor: node });
  }

  setAllOpen(isOpen: boolean): void {
    for (const node of this.model?.nodes ?? []) {
      if (node.children.length > 0 && node.parent) this.open.set(node, isOpen);
    }
    this.#change(this.open.look, { isLaidOut: true, anchor: this.#selected });
  }

  find(text: string): void {
    if (!this.model) return;
    this.search.find(text, this.model);
    this.#didChange.fire({ isLaidOut: false });
  }

  /** Chooses the next hit of the search, or the one before. */
  step(by: 1 | -1): void {
    const node = this.search.step(by);
    if (node) this.#choose(node, { isTold: true, isNear: true });
  }

  /** Shows those with this status only, or with it besides others, or no longer. */
  toggleStatus(status: RunStatus): void {
    const { statuses } = this.#look;
    const others = statuses.filter((other) => other !== status);
    this.#change({ statuses: others.length < statuses.length ? others : [...statuses, status] });
  }

  toggleCritical(): void {
    this.#look = { ...this.#look, isCriticalShown: !this.#look.isCriticalShown };
    this.measureCritical();
    this.#change({});
  }

  showView(view: GraphLook['view']): void {
    this.#change({ view });
  }

  /** Where the picture was moved to; undefined: all of it is in view. It has moved already. */
  keepPlace(place: GraphLook['place']): void {
    const { place: _before, ...rest } = this.#look;
    this.#look = place ? { ...rest, place } : rest;
    this.#keep(this.#look);
  }

  /** Durations have grown: finds the critical path again, when it is asked for. Walks over all nodes. */
  measureCritical(): void {
    const { model, isPlan } = this.#session;
    const isShown = this.#look.isCriticalShown && model !== undefined && !isPlan;
    const nodes = isShown ? model.measure(this.#session.nowMs()).nodes : undefined;
    this.#critical = nodes && new Set(nodes.filter(({ isCritical }) => isCritical).map(({ id }) => id));
  }

  /** There is another graph, or the same one anew. */
  #findAgain(): void {
    const { model } = this;
    if (!model) return;
    const path = this.#selected?.path ?? this.#look.selected;
    this.#selected = path === undefined ? undefined : model.findPath(path);
    if (this.#selected) void this.#session.showDetails(this.#selected.id);
    else this.#session.hideDetails();
    this.search.find(this.search.text, model);
    this.measureCritical();
    this.#didChange.fire({ isLaidOut: true, anchor: this.#selected });
  }

  #choose(node: ModelNode | undefined, { isTold, isNear = false }: { isTold: boolean; isNear?: boolean }): void {
    const isLaidOut = node !== undefined && this.open.reveal(node);
    const isOther = node !== this.#selected;
    this.#selected = node;
    if (isOther && node) {
      void this.#session.showDetails(node.id);
      if (isTold && !this.#session.isPlan) this.#session.tellSelected(node.id);
    } else if (!node) this.#session.hideDetails();
    const { selected: _before, ...rest } = this.#look;
    this.#look = node ? { ...rest, selected: node.path } : rest;
    this.#change(this.open.look, { isLaidOut, anchor: node, reveal: node, isNear });
  }

  #change(changes: Partial<GraphLook>, change: StateChange = { isLaidOut: false }): void {
    this.#look = { ...this.#look, ...changes };
    this.#keep(this.#look);
    this.#didChange.fire(change);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
