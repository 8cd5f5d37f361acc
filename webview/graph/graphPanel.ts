/**
 * `<sidelab-graph-panel>`: a run made of runs as a picture or a timeline, with the chosen node beside it. It holds how the graph is
 * looked at, and lends it to the two views; what is shown comes from the session.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Coalescer, every, systemClock } from '../../src/base/clock';
import { DisposableSlot, type Disposable } from '../../src/base/lifecycle';
import type { RunId } from '../../src/model/ids';
import { isActive, type RunStatus } from '../../src/model/runStatus';
import type { GraphLook, GraphPanelView } from '../../src/protocol/graphPanel';
import type { FrameLoop } from '../shared/frameLoop';
import { icon } from '../shared/icons';
import { Menu, type MenuItem } from '../shared/menu';
import type { ThemeWatch } from '../shared/theme';
import { detailsPane } from './details/detailsPane';
import type { GraphModel, ModelNode } from './graphModel';
import type { GraphSession } from './graphSession';
import { graphToolbar, sizeButtons } from './graphToolbar';
import { headPart } from './headPart';
import type { Point } from './layout/placed';
import { nodeActions } from './nodeActions';
import { OpenNodes, visibleRows } from './openNodes';
import { GraphPicture, type PictureView } from './picture/graphPicture';
import { pressKey } from './picture/pictureKeys';
import { savePicture } from './savePicture';
import { NodeSearch } from './search';
import { countStatuses } from './statusFilter';
import { Timeline } from './timeline/timeline';

export interface GraphSurroundings {
  readonly session: GraphSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  /** As it was looked at before a reload. */
  readonly look: GraphLook | undefined;
  readonly keep: (look: GraphLook) => void;
}

const firstLook: GraphLook = { view: 'graph', opened: [], closed: [], isCriticalShown: false, statuses: [] };
const tickMs = 1000;
/** Heads and counts follow the states that often; the picture follows at once. */
const wordsMs = 200;
const noIds: ReadonlySet<RunId> = new Set();

export class GraphPanel extends LitElement {
  #around: GraphSurroundings | undefined;
  #look: GraphLook = firstLook;
  #open = new OpenNodes(firstLook);
  readonly #search = new NodeSearch();
  #selected: ModelNode | undefined;
  #critical: ReadonlySet<RunId> | undefined;
  #hasFocus = false;
  #timeline: Timeline | undefined;
  /** The menu of a node is open for this one. */
  #menuNode: ModelNode | undefined;
  readonly #ticking = new DisposableSlot<Disposable>();
  readonly #words = new Coalescer(systemClock, wordsMs, () => this.requestUpdate());

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Called once by the root. */
  start(surroundings: GraphSurroundings): void {
    this.#around = surroundings;
    this.#look = surroundings.look ?? firstLook;
    this.#open = new OpenNodes(this.#look);
    const { session } = surroundings;
    session.onDidReplace(() => this.#replaced());
    session.onDidChangeNodes((nodes) => this.#changed(nodes));
    session.onDidChange(() => this.requestUpdate());
    session.onDidSelect((id) => this.#selectFromTree(id));
    document.addEventListener('visibilitychange', () => {
      // What was posted while nobody looked may be lost, and nobody was told.
      if (document.visibilityState === 'visible') void session.refresh();
    });
    void session.refresh();
  }

  protected override render(): TemplateResult | typeof nothing {
    const around = this.#around;
    if (!around) return nothing;
    const { session } = around;
    const { snapshot, model } = session;
    return html`<main class="graphMain">
      ${noticePart(session)}
      ${
        snapshot && model
          ? html`${headPart(snapshot, model, session.nowMs(), {
              act: (action) => void session.act(action, model.top.id),
              acting: session.acting,
            })}
            ${this.#toolbar(around, model)} ${this.#body(around)}`
          : nothing
      }
      ${!snapshot && session.failure === undefined ? html`<p class="loading muted">Loading…</p>` : nothing}
    </main>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const model = this.#around?.session.model;
    const isTicking =
      model !== undefined &&
      !this.#around?.session.isPlan &&
      isActive(model.top.data.status) &&
      document.visibilityState === 'visible';
    if (!isTicking) this.#ticking.set(undefined);
    else if (!this.#ticking.current) this.#ticking.set(every(systemClock, tickMs, () => this.#tick()));
    this.#plugIn();
  }

  #tick(): void {
    this.#measureCritical();
    this.#paintPicture();
    this.requestUpdate();
  }

  #toolbar({ session }: GraphSurroundings, model: GraphModel): TemplateResult {
    const { isPlan } = session;
    const counts = isPlan ? new Map<RunStatus, number>() : countStatuses(model);
    return graphToolbar(this.#look, this.#search, counts, isPlan, {
      show: (view) => this.showView(view),
      find: (text) => this.#find(text),
      step: (by) => this.#step(by),
      toggleStatus: (status) => {
        const { statuses } = this.#look;
        const others = statuses.filter((other) => other !== status);
        this.#change({ statuses: others.length < statuses.length ? others : [...statuses, status] });
      },
      toggleCritical: () => {
        this.#change({ isCriticalShown: !this.#look.isCriticalShown });
        this.#measureCritical();
        this.#showViews();
      },
      menu: () => this.#menuItems(model),
    });
  }

  #body({ session }: GraphSurroundings): TemplateResult {
    const isTimeline = this.#look.view === 'timeline';
    const node = this.#selected;
    return html`<div class="graphBody">
      <div class="graphView">
        <sidelab-graph-picture ?hidden=${isTimeline}></sidelab-graph-picture>
        <div class="timelineHost" ?hidden=${!isTimeline}></div>
        ${
          isTimeline
            ? nothing
            : sizeButtons({ zoom: (factor) => this.#picture?.zoom(factor), fit: () => this.#picture?.fit() })
        }
      </div>
      ${
        node
          ? detailsPane(node, session.details, session.isPlan, session.nowMs(), {
              act: (action) => void session.act(action, node.id),
              close: () => this.#select(undefined),
              acting: session.acting,
            })
          : nothing
      }
      <sidelab-menu
        class="nodeMenu"
        .label=${'Actions of the task'}
        .items=${() => (this.#menuNode ? this.#nodeItems(this.#menuNode) : [])}
      ></sidelab-menu>
    </div>`;
  }

  get #picture(): GraphPicture | undefined {
    const picture = this.querySelector('sidelab-graph-picture');
    return picture instanceof GraphPicture ? picture : undefined;
  }

  /** The views are made with the first snapshot. */
  #plugIn(): void {
    const around = this.#around;
    const model = around?.session.model;
    const picture = this.#picture;
    if (!around || !model || !picture) return;
    if (!picture.isStarted) {
      picture.start(
        {
          frames: around.frames,
          theme: around.theme,
          onSelect: (node) => this.#select(node),
          onOpen: (node) => void around.session.act(around.session.isPlan ? 'openRunFile' : 'open', node.id),
          onToggle: (node) => this.#toggle(node),
          onMenu: (node, at) => this.#openMenu(node, at),
          onPlace: (place) => this.#keepPlace(place),
          onFocus: (hasFocus) => {
            this.#hasFocus = hasFocus;
            this.#paintPicture();
          },
          onKey: (event) => this.#press(event),
        },
        this.#look.place,
      );
      this.#replaced();
    }
    this.#plugInTimeline(around);
  }

  #plugInTimeline(around: GraphSurroundings): void {
    const isShown = this.#look.view === 'timeline';
    if (!isShown) {
      this.#timeline?.unmount();
      return;
    }
    if (!this.#timeline) {
      this.#timeline = new Timeline({
        frames: around.frames,
        theme: around.theme,
        onSelect: (node) => this.#select(node),
        onOpen: (node) => void around.session.act(around.session.isPlan ? 'openRunFile' : 'open', node.id),
        onToggle: (node) => this.#toggle(node),
        onMenu: (node, at) => this.#openMenu(node, at),
      });
      this.querySelector('.timelineHost')?.append(this.#timeline.element);
      this.#showTimeline();
    }
    this.#timeline.mount();
  }

  /** There is another graph, or the same one anew: nodes are found again by their paths. */
  #replaced(): void {
    const { session } = this.#around ?? {};
    const model = session?.model;
    if (!session || !model) return;
    const path = this.#selected?.path ?? this.#look.selected;
    this.#selected = path === undefined ? undefined : model.findPath(path);
    if (this.#selected) void session.showDetails(this.#selected.id);
    else session.hideDetails();
    this.#search.find(this.#search.text, model);
    this.#measureCritical();
    this.#layOut(this.#selected);
    this.requestUpdate();
  }

  #changed(nodes: readonly ModelNode[]): void {
    if (this.#look.view === 'timeline') this.#timeline?.changed(nodes);
    else this.#paintPicture();
    this.#words.trigger();
  }

  #measureCritical(): void {
    const session = this.#around?.session;
    const isShown = this.#look.isCriticalShown && session?.model !== undefined && !session.isPlan;
    this.#critical = isShown
      ? new Set(
          session.model
            .measure(session.nowMs())
            .nodes.filter(({ isCritical }) => isCritical)
            .map(({ id }) => id),
        )
      : undefined;
  }

  /** Where nodes are depends on what is open: after this it is right again. */
  #layOut(anchor?: ModelNode): void {
    const view = this.#pictureView();
    const picture = this.#picture;
    if (view && picture?.isStarted) picture.replace(view, anchor);
    if (this.#look.view === 'timeline') this.#showTimeline();
  }

  /** What is chosen, found, filtered or asked for is another. */
  #showViews(): void {
    if (this.#look.view === 'timeline') this.#showTimeline();
    else this.#paintPicture();
  }

  #paintPicture(): void {
    const view = this.#pictureView();
    const picture = this.#picture;
    if (view && picture?.isStarted && this.#look.view === 'graph') picture.show(view);
  }

  #showTimeline(): void {
    const session = this.#around?.session;
    const model = session?.model;
    if (!model || !this.#timeline) return;
    this.#timeline.show({
      model,
      open: this.#open,
      selected: this.#selected,
      isCriticalShown: this.#look.isCriticalShown,
      statuses: this.#look.statuses,
      hits: this.#search.hits,
      nowMs: () => session.nowMs(),
      isPlan: session.isPlan,
    });
  }

  #pictureView(): PictureView | undefined {
    const session = this.#around?.session;
    const model = session?.model;
    if (!model) return undefined;
    return {
      model,
      open: this.#open,
      isPlan: session.isPlan,
      selected: this.#selected,
      hasFocus: this.#hasFocus,
      hits: this.#search.text === '' ? noIds : this.#search.hits,
      statuses: new Set(this.#look.statuses),
      critical: this.#critical,
      nowMs: () => session.nowMs(),
    };
  }

  /** Shows the picture or the timeline, as a press on its name does. */
  showView(view: GraphPanelView): void {
    this.#change({ view });
  }

  #select(node: ModelNode | undefined, isTold = true): void {
    if (node === this.#selected) return;
    const session = this.#around?.session;
    this.#selected = node;
    const { selected: _before, ...rest } = this.#look;
    this.#look = node ? { ...rest, selected: node.path } : rest;
    this.#keep();
    if (node) {
      void session?.showDetails(node.id);
      if (isTold && !session?.isPlan) session?.tellSelected(node.id);
    } else session?.hideDetails();
    this.#showViews();
    if (this.#look.view === 'graph' && node) {
      // The pane beside takes room from the picture first.
      void this.updateComplete.then(() => requestAnimationFrame(() => this.#picture?.reveal(node)));
    }
    this.requestUpdate();
  }

  #selectFromTree(id: RunId): void {
    const node = this.#around?.session.model?.find(id);
    if (!node) return;
    if (this.#open.reveal(node)) this.#layOut();
    this.#select(node, false);
  }

  #toggle(node: ModelNode): void {
    const isOpen = !this.#open.isOpen(node);
    this.#open.set(node, isOpen);
    // What is chosen within is hidden now: what hides it stands for it.
    for (let at = this.#selected; !isOpen && at; at = at.parent) if (at === node) this.#select(node);
    this.#look = { ...this.#look, ...this.#open.look };
    this.#keep();
    this.#layOut(node);
    this.requestUpdate();
  }

  #setAllOpen(isOpen: boolean): void {
    for (const node of this.#around?.session.model?.nodes ?? []) {
      if (node.children.length > 0 && node.parent) this.#open.set(node, isOpen);
    }
    this.#look = { ...this.#look, ...this.#open.look };
    this.#keep();
    this.#layOut(this.#selected);
    this.requestUpdate();
  }

  #find(text: string): void {
    const model = this.#around?.session.model;
    if (!model) return;
    this.#search.find(text, model);
    this.#showViews();
    this.requestUpdate();
  }

  #step(by: 1 | -1): void {
    const node = this.#search.step(by);
    if (!node) return;
    if (this.#open.reveal(node)) this.#layOut(node);
    this.#select(node);
    this.#picture?.reveal(node, true);
    this.requestUpdate();
  }

  #press(event: KeyboardEvent): void {
    const around = this.#around;
    const model = around?.session.model;
    const picture = this.#picture;
    if (!model || !picture) return;
    const isMeant = pressKey(event, {
      model,
      rows: visibleRows(model.top, this.#open),
      current: this.#selected,
      select: (node) => this.#select(node),
      open: (node) => void around.session.act(around.session.isPlan ? 'openRunFile' : 'open', node.id),
      toggle: (node) => this.#toggle(node),
      menu: (node) => {
        const box = picture.pageBoxOf(node);
        if (box) this.#openMenu(node, { x: box.left + 20, y: box.bottom });
      },
      zoom: (factor) => picture.zoom(factor),
      moveBy: (pixels) => picture.moveBy(pixels),
      fit: () => picture.fit(),
      find: () => this.querySelector<HTMLInputElement>('.graphSearch input')?.focus(),
    });
    if (!isMeant) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #openMenu(node: ModelNode, at: Point): void {
    this.#select(node);
    this.#menuNode = node;
    const menu = this.querySelector('.nodeMenu');
    if (!(menu instanceof Menu)) return;
    menu.style.left = `${at.x}px`;
    menu.style.top = `${at.y}px`;
    menu.open();
  }

  #nodeItems(node: ModelNode): readonly MenuItem[] {
    const session = this.#around?.session;
    if (!session) return [];
    const items = nodeActions(node, session.isPlan).map(({ action, label, beginsGroup = false }): MenuItem => ({
      label,
      run: () => void session.act(action, node.id),
      beginsGroup,
    }));
    if (node.children.length === 0 || !node.parent) return items;
    const label = this.#open.isOpen(node) ? 'Close Node' : 'Open Node';
    return [{ label, keys: 'Space', run: () => this.#toggle(node) }, ...items];
  }

  #menuItems(model: GraphModel): readonly MenuItem[] {
    const save = (kind: 'svg' | 'png' | 'svg for print') => (): void => void this.#save(kind);
    const hasParts = [...model.nodes].some(({ parent, children }) => parent && children.length > 0);
    const folds: readonly MenuItem[] = hasParts
      ? [
          { label: 'Open All Nodes', run: () => this.#setAllOpen(true) },
          { label: 'Close All Nodes', run: () => this.#setAllOpen(false) },
        ]
      : [];
    return [
      ...folds,
      { label: 'Save as SVG…', run: save('svg'), beginsGroup: hasParts },
      { label: 'Save as SVG for Print…', run: save('svg for print') },
      { label: 'Save as PNG…', run: save('png') },
    ];
  }

  async #save(kind: 'svg' | 'png' | 'svg for print'): Promise<void> {
    const around = this.#around;
    const view = this.#pictureView();
    if (!around || !view) return;
    try {
      const theme = around.theme.current;
      const timeline = this.#look.view === 'timeline' ? this.#timeline : undefined;
      await savePicture({ session: around.session, view, layout: this.#picture?.layout, theme, timeline }, kind);
    } catch (error) {
      around.session.fail(`The picture could not be saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #keepPlace(place: GraphLook['place']): void {
    const { place: _before, ...rest } = this.#look;
    this.#look = place ? { ...rest, place } : rest;
    this.#keep();
  }

  #change(changes: Partial<GraphLook>): void {
    this.#look = { ...this.#look, ...changes };
    this.#keep();
    this.#showViews();
    this.requestUpdate();
  }

  #keep(): void {
    this.#around?.keep(this.#look);
  }
}

/** What is wrong with the panel itself: the source does not answer, an action was not done. */
function noticePart(session: GraphSession): TemplateResult {
  const { connection, failure } = session;
  return html`<div role="status">
      ${
        connection === undefined
          ? nothing
          : html`<p class="notice warning">
              ${icon('warning')}<span>The engine does not answer: ${connection} Reconnecting…</span>
            </p>`
      }
    </div>
    <div role="alert">
      ${
        failure === undefined
          ? nothing
          : html`<div class="notice error">
              ${icon('cross')}<span>${failure}</span>
              <vscode-button
                appearance="secondary"
                @click=${() => (session.snapshot ? session.dismissFailure() : void session.refresh())}
                >${session.snapshot ? 'Dismiss' : 'Try Again'}</vscode-button
              >
            </div>`
      }
    </div>`;
}
