/**
 * `<sidelab-metric-chart>`: the card of one metric: name, last value, curve, caption. There is a chart on the
 * canvas only while the card is near the viewport; the numbers are always there.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { DisposableStore, toDisposable } from '../../src/base/lifecycle';
import { summaryColumn } from '../../src/model/series';
import type { FrameLoop } from '../shared/frameLoop';
import { formatValue } from '../shared/numbers';
import type { Theme, ThemeWatch } from '../shared/theme';
import { chartCaption, chartSummary } from './chartCaption';
import { LineChart } from './lineChart';
import type { RunPanelSession } from './runPanelSession';

/** What all charts of a panel share. */
export interface ChartSurroundings {
  readonly session: RunPanelSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
}

/** While the card is near the viewport. */
interface Mounted {
  readonly owned: DisposableStore;
  /** Made with the first picture: an empty one would flash axes from 0 to 1. */
  chart: LineChart | undefined;
  sizeChanged: boolean;
  themeChanged: boolean;
}

export class MetricChart extends LitElement {
  #surroundings: ChartSurroundings | undefined;
  #metric = '';
  #colorIndex = 0;
  #mounted: Mounted | undefined;
  #caption = '';

  /** Light DOM: the panel's style sheet is the only one. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get metric(): string {
    return this.#metric;
  }

  /** Given once, by the grid that made the element. */
  place(surroundings: ChartSurroundings, metric: string, colorIndex: number): void {
    this.#surroundings = surroundings;
    this.#metric = metric;
    this.#colorIndex = colorIndex;
    this.requestUpdate();
  }

  /** Asks for the series and draws it from now on. */
  mount(): void {
    const surroundings = this.#surroundings;
    if (this.#mounted || !surroundings) return;
    const owned = new DisposableStore();
    const mounted: Mounted = { owned, chart: undefined, sizeChanged: true, themeChanged: true };
    this.#mounted = mounted;
    const onTheme = (): void => {
      mounted.themeChanged = true;
      this.invalidate();
    };
    owned.own(surroundings.theme.onDidChange(onTheme));
    owned.own(toDisposable(() => surroundings.frames.forget(this)));
    owned.own(toDisposable(() => surroundings.session.board.hide(this.#metric)));
    surroundings.session.board.show(this.#metric);
    this.invalidate();
  }

  unmount(): void {
    this.#mounted?.owned.dispose();
    this.#mounted = undefined;
  }

  /** To be drawn in the next frame. */
  invalidate(): void {
    if (this.#mounted) this.#surroundings?.frames.invalidate(this);
  }

  /** The size of the plot is another one. */
  resized(): void {
    if (!this.#mounted) return;
    this.#mounted.sizeChanged = true;
    this.invalidate();
  }

  /** Called by the frame loop only. */
  draw(): void {
    const mounted = this.#mounted;
    const surroundings = this.#surroundings;
    const canvas = this.querySelector('canvas');
    if (!mounted || !surroundings || !canvas) return;
    const picture = surroundings.session.board.find(this.#metric)?.picture();
    if (picture) {
      mounted.chart ??= mounted.owned.own(new LineChart(canvas));
      this.#prepare(mounted, mounted.chart, surroundings.theme.current);
      mounted.chart.draw(picture.line, picture.axis);
      surroundings.session.board.setPixels(this.#metric, mounted.chart.plotPixels);
      this.#caption = chartCaption(picture.line, picture.pointCount, picture.nanCount);
    }
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unmount();
  }

  #prepare(mounted: Mounted, chart: LineChart, theme: Theme): void {
    const plot = this.querySelector('.plot');
    if (mounted.themeChanged)
      chart.setTheme(theme, theme.series[this.#colorIndex % theme.series.length] ?? theme.foreground);
    if (mounted.sizeChanged && plot && plot.clientWidth > 0) chart.resize(plot.clientWidth, plot.clientHeight);
    mounted.themeChanged = false;
    mounted.sizeChanged = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const surroundings = this.#surroundings;
    if (!surroundings) return nothing;
    const { session } = surroundings;
    const summary = session.view?.findSummary(this.#metric);
    const failure = session.board.findFailure(this.#metric);
    const last = summary && summary.count > 0 ? formatValue(summary.values[summaryColumn.lastValue] ?? NaN) : '';
    const words = summary ? chartSummary(summary, session.board.axis) : this.#metric;
    return html`
      <div class="chartHead">
        <h3 class="chartName" title=${this.#metric}>${this.#metric}</h3>
        <span class="chartLast" title="Last value">${last}</span>
      </div>
      <div class="plot"><canvas role="img" aria-label=${words}></canvas></div>
      <p class="caption">${failure === undefined ? this.#caption || 'Loading…' : `Could not be loaded: ${failure}`}</p>
    `;
  }
}
