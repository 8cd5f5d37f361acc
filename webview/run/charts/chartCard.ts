/**
 * `<sidelab-chart>`: the card of one chart: head, plot or table, caption. There is a plot on the canvases only while the
 * card is near the viewport; the numbers are there from the first time that it was. Before, a card is its name and its place:
 * of hundreds of charts nobody may wait for those that are not seen.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import { Plot, type PlotSize } from '../../shared/charts/plot';
import { PlotOverlay } from '../../shared/charts/plotOverlay';
import type { Span } from '../../shared/charts/polyline';
import { chartHead } from './chartHead';
import { ChartInteraction, type InteractiveChart } from './chartInteraction';
import type { ChartPlan } from '../../../src/model/chartLayout';
import { chartMenu } from './chartMenu';
import { overlayOf, spokenReading, tooltipOf } from './chartPointing';
import { type ChartedSeries, sceneOf } from './chartScene';
import { chartTable } from './chartTable';
import { captionOf, shownValue, spokenSummary } from './chartWords';
import { resizeHandle } from './resizeHandle';
import type { SeriesWish } from './seriesBoard';
import type { ChartsSurroundings } from './surroundings';
import { drawnOn, wishOf } from './wishOf';

const toldForMs = 4000;
const noSize: PlotSize = { width: 0, height: 0 };

/** While the card is near the viewport. */
interface Mounted {
  readonly owned: DisposableStore;
  readonly interaction: ChartInteraction;
  readonly overlayDrawable: { draw(): void };
  /** Made with the first picture: an empty one would flash axes from 0 to 1. */
  plot: Plot | undefined;
  overlay: PlotOverlay | undefined;
  sizeChanged: boolean;
  /** Of the plot, in CSS pixels, as it was measured last. */
  size: PlotSize;
  themeChanged: boolean;
}

export class ChartCard extends LitElement implements InteractiveChart {
  #surroundings: ChartsSurroundings | undefined;
  #plan: ChartPlan = { id: '', metrics: [], choice: { id: '' } };
  #places: readonly number[] = [];
  #isAlone = false;
  #isBuilt = false;
  #isNear = false;
  #mounted: Mounted | undefined;
  #series: readonly ChartedSeries[] = [];
  #caption = '';
  #spoken = '';
  #told: string | undefined;
  #tablePage: number | undefined;

  /** Light DOM: the panel's style sheet is the only one. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get plan(): ChartPlan {
    return this.#plan;
  }

  get plot(): Plot | undefined {
    return this.#mounted?.plot;
  }

  get series(): readonly ChartedSeries[] {
    return this.#series;
  }

  get isMounted(): boolean {
    return this.#mounted !== undefined;
  }

  get isAlone(): boolean {
    return this.#isAlone;
  }

  get surroundings(): ChartsSurroundings | undefined {
    return this.#surroundings;
  }

  /** Whether a table stands in the place of the plot. */
  get isTable(): boolean {
    return this.#tablePage !== undefined;
  }

  /** `places`: of the metrics among all of the run, for their colours. */
  place(surroundings: ChartsSurroundings, plan: ChartPlan, places: readonly number[], isAlone: boolean): void {
    const dropped = this.#plan.metrics.filter((metric) => !plan.metrics.includes(metric));
    for (const metric of dropped) surroundings.session.board.forget(keyOf(this.#plan, metric));
    this.#surroundings = surroundings;
    this.#plan = plan;
    this.#places = places;
    this.#isAlone = isAlone;
    if (this.#mounted) this.#wish();
    this.invalidate();
    this.requestUpdate();
  }

  /** It is near the viewport: asks for the series and draws them from now on. */
  mount(): void {
    this.#isNear = true;
    if (!this.#isBuilt) this.requestUpdate();
    this.#isBuilt = true;
    void this.updateComplete.then(() => this.#mountNow());
  }

  #mountNow(): void {
    const surroundings = this.#surroundings;
    const element = this.querySelector<HTMLElement>('.plot');
    if (!this.#isNear || this.#mounted || !surroundings || !element) return;
    const owned = new DisposableStore();
    const overlayDrawable = { draw: () => this.#drawOverlay() };
    const interaction = owned.own(new ChartInteraction(element, this, surroundings));
    const { frames, theme, cursor } = surroundings;
    this.#mounted = {
      owned,
      interaction,
      overlayDrawable,
      plot: undefined,
      overlay: undefined,
      sizeChanged: true,
      size: noSize,
      themeChanged: true,
    };
    owned.own(theme.onDidChange(() => this.#restyle()));
    owned.own(cursor.onDidMove(() => this.#followCursor()));
    owned.own(toDisposable(() => frames.forget(this)));
    owned.own(toDisposable(() => frames.forget(overlayDrawable)));
    owned.own(this.#shownSeries(surroundings));
    this.#wish();
    this.invalidate();
  }

  unmount(): void {
    this.#isNear = false;
    this.#mounted?.owned.dispose();
    this.#mounted = undefined;
  }

  /** Its chart is no more. */
  discard(): void {
    this.unmount();
    for (const metric of this.#plan.metrics) this.#surroundings?.session.board.forget(keyOf(this.#plan, metric));
  }

  /** To be drawn in the next frame. */
  invalidate(): void {
    if (this.#mounted) this.#surroundings?.frames.invalidate(this);
  }

  /** The size of the card is another one. */
  resized(): void {
    if (!this.#mounted) return;
    this.#mounted.sizeChanged = true;
    this.#wish();
    this.invalidate();
  }

  toggleTable(): void {
    this.#tablePage = this.isTable ? undefined : 0;
    this.invalidate();
    this.requestUpdate();
  }

  redrawOverlay(): void {
    if (this.#mounted) this.#surroundings?.frames.invalidate(this.#mounted.overlayDrawable);
  }

  announce(x: number): void {
    this.#spoken = spokenReading(this.#series, x);
    this.requestUpdate();
  }

  /** Says below the chart for a moment what has been done. */
  tell(text: string): void {
    this.#told = text;
    this.requestUpdate();
    setTimeout(() => {
      this.#told = undefined;
      this.requestUpdate();
    }, toldForMs);
  }

  /** Called by the frame loop only, as is `draw`. */
  measure(): void {
    const mounted = this.#mounted;
    const plot = mounted?.sizeChanged ? this.querySelector('.plot') : undefined;
    if (mounted && plot) mounted.size = { width: plot.clientWidth, height: plot.clientHeight };
  }

  draw(): void {
    const mounted = this.#mounted;
    const surroundings = this.#surroundings;
    const [canvas, above] = this.querySelectorAll('canvas');
    if (!mounted || !surroundings || !canvas || !above) return;
    this.#series = this.#loaded(surroundings);
    if (this.#series.length > 0) {
      const { theme, model } = surroundings;
      const plot = (mounted.plot ??= mounted.owned.own(new Plot(canvas, theme.current, mounted.size)));
      const overlay = (mounted.overlay ??= new PlotOverlay(above));
      if (mounted.themeChanged) plot.setTheme(theme.current);
      if (mounted.sizeChanged) fit(mounted.size, plot, overlay);
      mounted.themeChanged = mounted.sizeChanged = false;
      const zoom = model.zoomOf(this.#plan);
      const { settings } = model;
      plot.draw(sceneOf({ plan: this.#plan, settings, zoom, series: this.#series, theme: theme.current }));
      this.#tellPixels(surroundings, plot, zoom.x);
      this.#caption = captionOf(surroundings, this.#plan, this.#series);
      this.#drawOverlay();
      mounted.interaction.rehover();
    }
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unmount();
  }

  /** By a metric, or on a logarithmic axis, columns of pixels are not what a range is divided into. */
  #tellPixels({ session, model }: ChartsSurroundings, plot: Plot, zoomed: Span | undefined): void {
    const { x, axis } = plot.scene;
    if (typeof axis === 'object' || x.kind !== 'linear') return;
    for (const metric of this.#plan.metrics) {
      session.board.setDrawnOn(keyOf(this.#plan, metric), drawnOn(model.settings, zoomed, plot.areaPixels));
    }
  }

  #drawOverlay(): void {
    const mounted = this.#mounted;
    const surroundings = this.#surroundings;
    const maps = mounted?.plot?.maps;
    if (!mounted?.plot || !mounted.overlay || !maps || !surroundings) return;
    const scene = overlayOf(surroundings, mounted.plot.scene, this.#series, mounted.interaction.box);
    mounted.overlay.draw(scene, mounted.plot.area, maps, surroundings.theme.current);
  }

  #restyle(): void {
    if (this.#mounted) this.#mounted.themeChanged = true;
    this.invalidate();
  }

  #followCursor(): void {
    this.redrawOverlay();
    this.requestUpdate();
    const mounted = this.#mounted;
    const surroundings = this.#surroundings;
    const place = surroundings?.cursor.place;
    if (!mounted?.plot || !surroundings || (place && place.chartId !== this.#plan.id)) return;
    const { mouse } = mounted.interaction;
    const box = this.querySelector('.plot')?.getBoundingClientRect();
    const content = place && mouse && tooltipOf(surroundings, mounted.plot, this.#series, place.x, this.#colorIndex);
    if (content && box && mouse) surroundings.tooltip.show(content, box.left + mouse.x, box.top + mouse.y);
    else surroundings.tooltip.hide();
  }

  #wish(): void {
    const surroundings = this.#surroundings;
    if (!surroundings) return;
    for (const wish of this.#wishes(surroundings)) surroundings.session.board.show(wish);
  }

  #wishes({ model }: ChartsSurroundings): readonly SeriesWish[] {
    const widthPx = this.querySelector('.plot')?.clientWidth ?? 0;
    const plan = this.#plan;
    return plan.metrics.map((metric) =>
      wishOf(keyOf(plan, metric), metric, model.settings, model.zoomOf(plan).x, widthPx),
    );
  }

  #shownSeries({ session }: ChartsSurroundings): Disposable {
    return toDisposable(() => {
      for (const metric of this.#plan.metrics) session.board.hide(keyOf(this.#plan, metric));
    });
  }

  #loaded({ session }: ChartsSurroundings): readonly ChartedSeries[] {
    return this.#plan.metrics.flatMap((metric, at) => {
      const picture = session.board.find(keyOf(this.#plan, metric))?.picture();
      return picture ? [{ metric, place: this.#places[at] ?? 0, picture }] : [];
    });
  }

  readonly #colorIndex = (at: number): number => (this.#plan.metrics.length > 1 ? at : (this.#places[0] ?? 0)) % 6;

  protected override render(): TemplateResult | typeof nothing {
    const surroundings = this.#surroundings;
    if (!surroundings) return nothing;
    const { model, session } = surroundings;
    const plan = this.#plan;
    if (!this.#isBuilt) return unseenCard(plan);
    const zoom = model.zoomOf(plan);
    const failure = plan.metrics.map((metric) => session.board.findFailure(keyOf(plan, metric))).find((f) => f);
    const words = plan.metrics.map((metric) => spokenSummary(surroundings, metric)).join('; ');
    return html`
      ${chartHead({
        legends: plan.metrics.map((metric, at) => ({
          metric,
          colorIndex: this.#colorIndex(at),
          value: shownValue(surroundings, this.#series, metric),
        })),
        isPinned: plan.choice.isPinned ?? false,
        isAlone: this.#isAlone,
        isZoomed: zoom.x !== undefined || zoom.y !== undefined,
        menu: () => chartMenu(this, surroundings),
        onPin: () => model.choose(plan, { isPinned: plan.choice.isPinned ? undefined : true }),
        onAlone: () => model.showAlone(this.#isAlone ? undefined : plan.id),
        onZoomOut: () => model.zoomOut(plan),
      })}
      <div
        class="plot"
        ?hidden=${this.isTable}
        tabindex="0"
        role="group"
        aria-roledescription="chart"
        aria-label=${words}
        aria-keyshortcuts="ArrowLeft ArrowRight + - 0 Backspace Enter"
        @keydown=${(event: KeyboardEvent) => this.#mounted?.interaction.key(event)}
      >
        <canvas aria-hidden="true"></canvas><canvas class="above" aria-hidden="true"></canvas>
      </div>
      ${
        this.#tablePage === undefined
          ? nothing
          : chartTable({
              series: this.#series,
              range: zoom.x,
              page: this.#tablePage,
              onPage: (page) => {
                this.#tablePage = page;
                this.requestUpdate();
              },
            })
      }
      <p class="caption">${failure === undefined ? this.#caption || 'Loading…' : `Could not be loaded: ${failure}`}</p>
      <p class="hiddenText" role="status">${this.#spoken}</p>
      ${this.#told === undefined ? nothing : html`<p class="told" role="status">${this.#told}</p>`}
      ${this.#isAlone ? nothing : resizeHandle(this, surroundings)}
    `;
  }
}

export const keyOf = (plan: ChartPlan, metric: string): string => `${plan.id}\n${metric}`;

/** As high as it will be. */
const unseenCard = ({ metrics }: ChartPlan): TemplateResult => html`
  <div class="chartHead">
    <h4 class="chartName">
      ${metrics.map(
        (metric) => html`<span class="legend" title=${metric}><bdi class="legendName">${metric}</bdi></span>`,
      )}
    </h4>
  </div>
  <div class="plot"></div>
  <p class="caption"></p>
`;

function fit({ width, height }: PlotSize, plot: Plot, overlay: PlotOverlay): void {
  if (width === 0) return;
  plot.resize(width, height);
  overlay.resize(width, height);
}
