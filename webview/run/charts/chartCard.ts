/**
 * `<sidelab-chart>`: the card of one chart: head, plot or table, caption. It is drawn only while it is near the viewport; the
 * numbers are there from the first time that it was. Before, a card is its name and its place: of hundreds of charts nobody
 * may wait for those that are not seen.
 */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Plot } from '../../shared/charts/plot';
import { ChartDrawing, type DrawnCard } from './chartDrawing';
import { chartHead } from './chartHead';
import type { ChartPlan } from '../../../src/model/chartLayout';
import { chartMenu } from './chartMenu';
import type { ChartedSeries } from './chartScene';
import { findFailure, forgetSeries, loadedSeries } from './chartSeries';
import { chartTable } from './chartTable';
import { captionOf, shownValue, spokenSummary } from './chartWords';
import { resizeHandle } from './resizeHandle';
import type { ChartsSurroundings } from './surroundings';

const toldForMs = 4000;

export class ChartCard extends LitElement implements DrawnCard {
  #surroundings: ChartsSurroundings | undefined;
  #plan: ChartPlan = { id: '', metrics: [], choice: { id: '' } };
  #places: readonly number[] = [];
  #isAlone = false;
  #isBuilt = false;
  #isNear = false;
  /** While the card is near the viewport. */
  #drawing: ChartDrawing | undefined;
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
    return this.#drawing?.plot;
  }

  get series(): readonly ChartedSeries[] {
    return this.#series;
  }

  get isMounted(): boolean {
    return this.#drawing !== undefined;
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

  readonly colorIndexOf = (at: number): number => (this.#plan.metrics.length > 1 ? at : (this.#places[0] ?? 0)) % 6;

  /** `places`: of the metrics among all of the run, for their colours. */
  place(surroundings: ChartsSurroundings, plan: ChartPlan, places: readonly number[], isAlone: boolean): void {
    forgetSeries(surroundings.session.board, this.#plan, plan);
    this.#surroundings = surroundings;
    this.#plan = plan;
    this.#places = places;
    this.#isAlone = isAlone;
    this.#drawing?.ask();
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
    const element = this.querySelector<HTMLElement>('.plot');
    if (!this.#isNear || this.#drawing || !this.#surroundings || !element) return;
    this.#drawing = new ChartDrawing(element, this, this.#surroundings);
    this.#drawing.start();
  }

  unmount(): void {
    this.#isNear = false;
    this.#drawing?.dispose();
    this.#drawing = undefined;
  }

  /** Its chart is no more. */
  discard(): void {
    this.unmount();
    if (this.#surroundings) forgetSeries(this.#surroundings.session.board, this.#plan);
  }

  /** To be drawn in the next frame. */
  invalidate(): void {
    this.#drawing?.invalidate();
  }

  toggleTable(): void {
    this.#tablePage = this.isTable ? undefined : 0;
    this.invalidate();
    this.requestUpdate();
  }

  takeSeries(): readonly ChartedSeries[] {
    if (!this.#surroundings) return [];
    this.#series = loadedSeries(this.#surroundings.session.board, this.#plan, this.#places);
    if (this.#series.length > 0) this.#caption = captionOf(this.#surroundings, this.#plan, this.#series);
    return this.#series;
  }

  changed(): void {
    this.requestUpdate();
  }

  announce(text: string): void {
    this.#spoken = text;
    this.requestUpdate();
  }

  /** Says below the chart for a moment what has been done; in the place of its caption, so that nothing moves. */
  tell(text: string): void {
    this.#told = text;
    this.requestUpdate();
    setTimeout(() => {
      this.#told = undefined;
      this.requestUpdate();
    }, toldForMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unmount();
  }

  protected override render(): TemplateResult | typeof nothing {
    const surroundings = this.#surroundings;
    if (!surroundings) return nothing;
    const { model, session } = surroundings;
    const plan = this.#plan;
    if (!this.#isBuilt) return unseenCard(plan);
    const zoom = model.zoomOf(plan);
    const failure = findFailure(session.board, plan);
    const caption = failure === undefined ? this.#caption || 'Loading…' : `Could not be loaded: ${failure}`;
    const words = plan.metrics.map((metric) => spokenSummary(surroundings, metric)).join('; ');
    return html`
      ${chartHead({
        legends: plan.metrics.map((metric, at) => ({
          metric,
          colorIndex: this.colorIndexOf(at),
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
        @keydown=${(event: KeyboardEvent) => this.#drawing?.key(event)}
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
      <p class="caption ${this.#told === undefined ? '' : 'told'}">${this.#told ?? caption}</p>
      <p class="hiddenText" role="status">${this.#told ?? this.#spoken}</p>
      ${this.#isAlone ? nothing : resizeHandle(this, surroundings)}
    `;
  }
}

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
