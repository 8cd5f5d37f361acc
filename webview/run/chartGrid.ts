/**
 * `<sidelab-chart-grid>`: one card per metric, and which of them are mounted: those near the viewport. It turns the
 * session's changes into dirty charts; the frame loop draws them.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { DisposableStore, toDisposable } from '../../src/base/lifecycle';
import { type ChartSurroundings, MetricChart } from './metricChart';

/** A screen's part ahead, so that scrolling meets charts that are drawn already. */
const nearViewport = '300px 0px';

export class ChartGrid extends LitElement {
  #surroundings: ChartSurroundings | undefined;
  #owned: DisposableStore | undefined;
  #inView: IntersectionObserver | undefined;
  #sizes: ResizeObserver | undefined;
  readonly #charts = new Map<string, MetricChart>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  set surroundings(surroundings: ChartSurroundings) {
    if (surroundings === this.#surroundings) return;
    this.#surroundings = surroundings;
    this.requestUpdate();
  }

  /** Cards for metrics that are new; called when the session has changed. */
  refresh(): void {
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owned?.dispose();
    this.#owned = undefined;
    this.#charts.clear();
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.#surroundings ? html`<div class="grid"></div>` : nothing;
  }

  protected override updated(): void {
    const surroundings = this.#surroundings;
    const grid = this.querySelector('.grid');
    if (!surroundings || !grid) return;
    this.#owned ??= this.#watch(surroundings);
    for (const metric of surroundings.session.view?.metrics ?? []) {
      if (this.#charts.has(metric)) continue;
      const chart = new MetricChart();
      chart.className = 'chart';
      chart.place(surroundings, metric, this.#charts.size);
      this.#charts.set(metric, chart);
      grid.append(chart);
      this.#inView?.observe(chart);
      this.#sizes?.observe(chart);
    }
  }

  #watch({ session }: ChartSurroundings): DisposableStore {
    const owned = new DisposableStore();
    const inView = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!(target instanceof MetricChart)) continue;
          if (isIntersecting) void target.updateComplete.then(() => target.mount());
          else target.unmount();
        }
      },
      { rootMargin: nearViewport },
    );
    const sizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        if (!(target instanceof MetricChart)) continue;
        session.board.setChartWidth(contentRect.width);
        target.resized();
      }
    });
    this.#inView = inView;
    this.#sizes = sizes;
    owned.own(toDisposable(() => inView.disconnect()));
    owned.own(toDisposable(() => sizes.disconnect()));
    owned.own(session.board.onDidChange((metric) => this.#charts.get(metric)?.invalidate()));
    return owned;
  }
}
