/**
 * `<sidelab-graph-panel>`: a run made of runs as a picture or a timeline, with the chosen node beside it. What is shown comes from
 * the session, how it is looked at from the state; this puts them into the page.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Coalescer, every, systemClock } from '../../src/base/clock';
import { type Disposable, DisposableSlot } from '../../src/base/lifecycle';
import { messageOf } from '../../src/base/failure';
import { isActive, type RunStatus } from '../../src/model/runStatus';
import type { GraphLook } from '../../src/protocol/graphPanel';
import type { FrameLoop } from '../shared/frameLoop';
import { Menu } from '../shared/menu';
import { panelNotices } from '../shared/panelNotices';
import type { ThemeWatch } from '../shared/theme';
import { detailsPane } from './details/detailsPane';
import { graphMenu, nodeMenu } from './graphMenus';
import type { GraphModel, ModelNode } from './graphModel';
import type { GraphSession } from './graphSession';
import { GraphState, type StateChange } from './graphState';
import { graphToolbar, sizeButtons } from './graphToolbar';
import { GraphViews } from './graphViews';
import { headPart } from './headPart';
import type { Point } from './layout/placed';
import { GraphPicture } from './picture/graphPicture';
import { countStatuses } from './statusFilter';

export interface GraphSurroundings {
  readonly session: GraphSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  /** As it was looked at before a reload. */
  readonly look: GraphLook | undefined;
  readonly keep: (look: GraphLook) => void;
}

const tickMs = 1000;
/** Heads and counts follow the states that often; the picture follows at once. */
const wordsMs = 200;

interface Parts extends GraphSurroundings {
  readonly state: GraphState;
}

export class GraphPanel extends LitElement {
  #parts: Parts | undefined;
  #views: GraphViews | undefined;
  /** The menu of a node is open for this one. */
  #menuNode: ModelNode | undefined;
  readonly #ticking = new DisposableSlot<Disposable>();
  readonly #words = new Coalescer(systemClock, wordsMs, () => this.requestUpdate());

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Called once by the root. */
  start(surroundings: GraphSurroundings): void {
    const { session, look, keep } = surroundings;
    const state = new GraphState(session, look, keep);
    this.#parts = { ...surroundings, state };
    state.onDidChange((change) => this.#follow(change));
    session.onDidChangeNodes((nodes) => {
      this.#views?.changed(nodes);
      this.#words.trigger();
    });
    session.onDidChange(() => this.requestUpdate());
    document.addEventListener('visibilitychange', () => {
      // What was posted while nobody looked may be lost, and nobody was told.
      if (document.visibilityState === 'visible') void session.refresh();
    });
    void session.refresh();
  }

  protected override render(): TemplateResult | typeof nothing {
    const parts = this.#parts;
    if (!parts) return nothing;
    const { session } = parts;
    const { snapshot, model } = session;
    return html`<main class="graphMain">
      ${panelNotices(session, snapshot !== undefined)}
      ${
        snapshot && model
          ? html`${headPart(snapshot, model, session.nowMs(), {
              act: (action) => void session.act(action, model.top.id),
              acting: session.acting,
            })}
            ${this.#toolbar(parts, model)} ${this.#body(parts)}`
          : nothing
      }
      ${!snapshot && session.failure === undefined ? html`<p class="loading muted">Loading…</p>` : nothing}
    </main>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const parts = this.#parts;
    const model = parts?.session.model;
    if (!parts || !model) return;
    const isLive = !parts.session.isPlan && isActive(model.top.data.status);
    const isTicking = isLive && document.visibilityState === 'visible';
    if (!isTicking) this.#ticking.set(undefined);
    else if (!this.#ticking.current) this.#ticking.set(every(systemClock, tickMs, () => this.#tick(parts)));
    this.#views ??= this.#makeViews(parts);
    this.#views?.mount();
  }

  /** Shows the picture or the timeline, as a press on its name does. */
  showView(view: GraphLook['view']): void {
    this.#parts?.state.showView(view);
  }

  #tick({ state }: Parts): void {
    state.measureCritical();
    this.#views?.tick();
    this.requestUpdate();
  }

  /** They are made with the first snapshot. */
  #makeViews(parts: Parts): GraphViews | undefined {
    const [picture, host] = [this.querySelector('sidelab-graph-picture'), this.querySelector('.timelineHost')];
    if (!(picture instanceof GraphPicture) || !host) return undefined;
    return new GraphViews(
      {
        ...parts,
        onMenu: (node, at) => this.#openMenu(parts, node, at),
        onFind: () => this.querySelector<HTMLInputElement>('.graphSearch input')?.focus(),
      },
      picture,
      host,
    );
  }

  #follow({ isLaidOut, anchor, reveal, isNear }: StateChange): void {
    if (isLaidOut) this.#views?.layOut(anchor);
    else this.#views?.show();
    this.requestUpdate();
    if (!reveal) return;
    // The details beside take room from the picture first.
    void this.updateComplete.then(() =>
      requestAnimationFrame(() => this.#views?.picture.reveal(reveal, isNear ?? false)),
    );
  }

  #toolbar({ session, state }: Parts, model: GraphModel): TemplateResult {
    const { isPlan } = session;
    const counts = isPlan ? new Map<RunStatus, number>() : countStatuses(model);
    return graphToolbar(state.look, state.search, counts, isPlan, {
      show: (view) => state.showView(view),
      find: (text) => state.find(text),
      step: (by) => state.step(by),
      toggleStatus: (status) => state.toggleStatus(status),
      toggleCritical: () => state.toggleCritical(),
      menu: () => graphMenu(model, state, (kind) => void this.#save(session, kind)),
    });
  }

  #body({ session, state }: Parts): TemplateResult {
    const isTimeline = state.look.view === 'timeline';
    const { selected: node } = state;
    const { isPlan, acting } = session;
    return html`<div class="graphBody">
      <div class="graphView">
        <sidelab-graph-picture ?hidden=${isTimeline}></sidelab-graph-picture>
        <div class="timelineHost" ?hidden=${!isTimeline}></div>
        ${
          isTimeline
            ? nothing
            : sizeButtons({
                zoom: (factor) => this.#views?.picture.zoom(factor),
                fit: () => this.#views?.picture.fit(),
              })
        }
      </div>
      ${
        node
          ? detailsPane(node, session.details, isPlan, session.nowMs(), {
              act: (action) => void session.act(action, node.id),
              close: () => state.select(undefined),
              acting,
            })
          : nothing
      }
      <sidelab-menu
        class="nodeMenu"
        .label=${'Actions of the task'}
        .items=${() => {
          const of = this.#menuNode;
          return of ? nodeMenu(of, state, isPlan, (action) => void session.act(action, of.id)) : [];
        }}
      ></sidelab-menu>
    </div>`;
  }

  #openMenu({ state }: Parts, node: ModelNode, at: Point): void {
    state.select(node);
    this.#menuNode = node;
    const menu = this.querySelector('.nodeMenu');
    if (!(menu instanceof Menu)) return;
    menu.style.left = `${at.x}px`;
    menu.style.top = `${at.y}px`;
    menu.open();
  }

  async #save(session: GraphSession, kind: 'svg' | 'png' | 'svg for print'): Promise<void> {
    try {
      await this.#views?.save(kind);
    } catch (error) {
      session.fail(`The picture could not be saved: ${messageOf(error)}`);
    }
  }
}
