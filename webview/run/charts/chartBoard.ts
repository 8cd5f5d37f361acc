/**
 * `<sidelab-chart-board>`: all charts of a run, in groups, and which of them are mounted: those near the viewport. It turns
 * changes of the session and of what was chosen into dirty charts; the frame loop draws them.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import { isSettled } from '../../../src/model/runStatus';
import { ChartCard } from './chartCard';
import { chartGroup } from './chartGroup';
import {
  type ChartGroup,
  type ChartLayout,
  type ChartPlan,
  emptyLayout,
  layOutCharts,
} from '../../../src/model/chartLayout';
import { chartToolbar } from './chartToolbar';
import { MoveGestures } from './moveGestures';
import type { ChartsSurroundings } from './surroundings';

/** Until the first charts have been drawn: more than a large screen has. The others are made when there is time. */
const chartsAtFirst = 16;
const wholeAfterMs = 1000;
/** Of these nobody needs to say that they are in view. */
const chartsInViewAtFirst = 4;
/** A screen's part ahead, so that scrolling meets charts that are drawn already. */
const nearViewport = '300px 0px';

export class ChartBoard extends LitElement {
  #surroundings: ChartsSurroundings | undefined;
  #owned: DisposableStore | undefined;
  #inView: IntersectionObserver | undefined;
  #layout: ChartLayout = emptyLayout;
  #metricsKey: readonly string[] = [];
  /** How many of the charts are made. */
  #mostCharts = chartsAtFirst;
  #isWaiting = false;
  readonly #cards = new Map<string, ChartCard>();
  readonly #moves = new MoveGestures(() => this.#surroundings);
  readonly #cardsByMetric = new Map<string, Set<ChartCard>>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  set surroundings(surroundings: ChartsSurroundings) {
    if (surroundings === this.#surroundings) return;
    this.#surroundings = surroundings;
    this.requestUpdate();
  }

  get layout(): ChartLayout {
    return this.#layout;
  }

  /** Called when the session has changed: only metrics that are new change what is here; cards look after themselves. */
  refresh(): void {
    const metrics = this.#surroundings?.session.view?.metrics ?? [];
    if (metrics.length === this.#metricsKey.length && this.hasUpdated && metrics.length > 0) {
      for (const card of this.#cards.values()) if (card.plot === undefined) card.requestUpdate();
      if (this.#owned) return;
    }
    this.requestUpdate();
  }

  /** Nobody looks: nothing is asked for or drawn until the board is seen again. */
  rest(): void {
    for (const card of this.#cards.values()) card.unmount();
    this.#owned?.dispose();
    this.#owned = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owned?.dispose();
    this.#owned = undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const surroundings = this.#surroundings;
    const view = surroundings?.session.view;
    if (!surroundings || !view) return nothing;
    const { model } = surroundings;
    const metrics = view.metrics;
    this.#metricsKey = metrics;
    if (metrics.length === 0) {
      return html`<p class="empty">
        ${isSettled(view.run.status) ? 'This run logged no metrics.' : 'No metrics yet.'} A program logs them by
        appending JSON lines to the file named by <code>SIDELAB_RUN_LOG</code>.
      </p>`;
    }
    this.#layout = layOutCharts(metrics, model.settings);
    const alone = this.#findAlone(model.settings.alone);
    let left = this.#mostCharts;
    const made = ({ isClosed, charts }: ChartGroup): readonly ChartPlan[] => {
      const first = isClosed ? [] : charts.slice(0, left);
      left -= first.length;
      return first;
    };
    return html`${chartToolbar(model, this.#layout, {
      chooseMetric: () => surroundings.dialogs.pickAxis(),
      help: () => surroundings.dialogs.help(),
    })}
    ${
      alone
        ? html`<div class="grid alone">${this.#card(surroundings, alone, metrics, true)}</div>`
        : this.#layout.groups.map((group) => this.#group(surroundings, group, made(group), metrics))
    }
    ${
      this.#layout.groups.length === 0 ? html`<p class="empty">No metric’s name is matched by the filter.</p>` : nothing
    }`;
  }

  #findAlone(id: string | undefined): ChartPlan | undefined {
    if (id === undefined) return undefined;
    return this.#layout.groups.flatMap(({ charts }) => charts).find((plan) => plan.id === id);
  }

  #group(
    surroundings: ChartsSurroundings,
    group: ChartGroup,
    made: readonly ChartPlan[],
    metrics: readonly string[],
  ): TemplateResult {
    const { model } = surroundings;
    const toggle = (): void => {
      const { closedGroups } = model.settings;
      const others = closedGroups.filter((name) => name !== group.name);
      model.change({ closedGroups: group.isClosed ? others : [...others, group.name] });
    };
    const cards = repeat(
      made,
      ({ id }) => id,
      (plan) => this.#card(surroundings, plan, metrics, false),
    );
    return chartGroup(group, toggle, cards);
  }

  /** Cards outlive what draws them: a chart that moves to another group keeps its curves. */
  #card(surroundings: ChartsSurroundings, plan: ChartPlan, metrics: readonly string[], isAlone: boolean): ChartCard {
    let card = this.#cards.get(plan.id);
    if (!card) {
      card = new ChartCard();
      this.#cards.set(plan.id, card);
      this.#moves.listenTo(card);
    }
    const { columns = 1, heightPx } = plan.choice;
    card.className = `chart columns${isAlone ? 1 : columns}`;
    card.style.setProperty('--plotHeight', isAlone || heightPx === undefined ? '' : `${heightPx}px`);
    card.place(
      surroundings,
      plan,
      plan.metrics.map((metric) => metrics.indexOf(metric)),
      isAlone,
    );
    return card;
  }

  protected override updated(): void {
    const surroundings = this.#surroundings;
    if (!surroundings) return;
    const isFirst = this.#inView === undefined;
    this.#owned ??= this.#watch(surroundings);
    if (isFirst) for (const card of [...this.#cards.values()].slice(0, chartsInViewAtFirst)) card.mount();
    if (this.#mostCharts < this.#layout.ids.size) this.#makeAllSoon();
    this.#cardsByMetric.clear();
    for (const [id, card] of this.#cards) {
      if (!this.#layout.ids.has(id)) {
        this.#inView?.unobserve(card);
        card.discard();
        this.#cards.delete(id);
        continue;
      }
      for (const metric of card.plan.metrics) {
        const cards = this.#cardsByMetric.get(metric);
        if (cards) cards.add(card);
        else this.#cardsByMetric.set(metric, new Set([card]));
      }
      if (card.isConnected) {
        // Observed anew, it is told whether it is in view: of a move within the page the observer says nothing.
        if (!card.isMounted) this.#inView?.unobserve(card);
        this.#inView?.observe(card);
      }
    }
  }

  #makeAllSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestIdleCallback(
      () => {
        this.#mostCharts = Infinity;
        this.requestUpdate();
      },
      { timeout: wholeAfterMs },
    );
  }

  #watch({ session, model, cursor }: ChartsSurroundings): DisposableStore {
    const owned = new DisposableStore();
    const inView = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!(target instanceof ChartCard)) continue;
          if (isIntersecting) target.mount();
          else target.unmount();
        }
      },
      { rootMargin: nearViewport },
    );
    this.#inView = inView;
    owned.own(toDisposable(() => inView.disconnect()));
    let { axis } = model.settings;
    owned.own(
      model.onDidChange(() => {
        // The place of the cursor was one of the other axis.
        if (axis !== model.settings.axis) cursor.move(undefined);
        axis = model.settings.axis;
        this.requestUpdate();
      }),
    );
    owned.own(
      session.board.onDidChange((key) => {
        const metric = key.slice(key.indexOf('\n') + 1);
        for (const card of this.#cardsByMetric.get(metric) ?? []) card.invalidate();
      }),
    );
    return owned;
  }
}
