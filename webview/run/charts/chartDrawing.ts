/**
 * What of a chart is there only while it is near the viewport: its picture on two canvases, the questions for its series,
 * what the mouse and the keys do, and what follows the cursor.
 */
import { type Disposable, DisposableStore, toDisposable } from '../../../src/base/lifecycle';
import { smoothingOf } from '../../../src/model/chartSettings';
import { type CurveExtents, curveExtents } from '../../shared/charts/curveExtents';
import { Plot, type PlotSize } from '../../shared/charts/plot';
import type { PlotPoint } from '../../shared/charts/plotGestures';
import { PlotOverlay } from '../../shared/charts/plotOverlay';
import type { Span } from '../../shared/charts/polyline';
import { ChartInteraction, type InteractiveChart } from './chartInteraction';
import type { ChartPlan } from '../../../src/model/chartLayout';
import { eventsNear, overlayOf, spokenReading, tooltipOf } from './chartPointing';
import { type ChartedSeries, sceneOf } from './chartScene';
import { keyOf } from './chartSeries';
import type { ChartsSurroundings } from './surroundings';
import type { TooltipSurroundings } from './tooltipPlace';
import { type CurveLook, drawnOn, wishOf } from './wishOf';

/** The card that is drawn. */
export interface DrawnCard {
  readonly plan: ChartPlan;
  readonly series: readonly ChartedSeries[];
  readonly isAlone: boolean;
  readonly colorIndexOf: (at: number) => number;
  /** Takes what there is of its series by now. */
  takeSeries(): readonly ChartedSeries[];
  /** What is drawn, or where the cursor is, is something else now. */
  changed(): void;
  /** Reads out what the keys have led to. */
  announce(text: string): void;
}

export class ChartDrawing implements InteractiveChart, Disposable {
  readonly #owned = new DisposableStore();
  readonly #element: HTMLElement;
  readonly #card: DrawnCard;
  readonly #surroundings: ChartsSurroundings;
  readonly #interaction: ChartInteraction;
  readonly #overlayDrawable = { draw: (): void => this.#drawOverlay() };
  /** Made with the first picture: an empty one would flash axes from 0 to 1. */
  #plot: Plot | undefined;
  #overlay: PlotOverlay | undefined;
  /** Of the curves as they were drawn last, once somebody has asked. */
  #extents: CurveExtents | undefined;
  #sizeChanged = true;
  /** Of the plot, in CSS pixels, as it was measured last. */
  #size: PlotSize = { width: 0, height: 0 };
  #themeChanged = true;

  /** `element` holds the canvases. */
  constructor(element: HTMLElement, card: DrawnCard, surroundings: ChartsSurroundings) {
    this.#element = element;
    this.#card = card;
    this.#surroundings = surroundings;
    this.#interaction = this.#owned.own(new ChartInteraction(element, this, surroundings));
  }

  start(): void {
    const { frames, theme, cursor, marks, session } = this.#surroundings;
    // Of the plot, not of the card: that may stay as large as it is.
    const sizes = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.#element;
      // It begins with telling the size that there was.
      if (clientWidth === this.#size.width && clientHeight === this.#size.height) return;
      this.#sizeChanged = true;
      this.ask();
      this.invalidate();
    });
    sizes.observe(this.#element);
    this.#owned.own(toDisposable(() => sizes.disconnect()));
    this.#owned.own(
      theme.onDidChange(() => {
        this.#themeChanged = true;
        this.invalidate();
      }),
    );
    this.#owned.own(
      cursor.onDidMove(() => {
        this.redrawOverlay();
        this.#card.changed();
        this.#showTooltip();
      }),
    );
    this.#owned.own(
      marks.onDidChange(() => {
        this.redrawOverlay();
        this.#showTooltip();
      }),
    );
    this.#owned.own(
      toDisposable(() => {
        frames.forget(this);
        frames.forget(this.#overlayDrawable);
        for (const key of this.#keys()) session.board.hide(key);
      }),
    );
    this.ask();
    this.invalidate();
  }

  get plan(): ChartPlan {
    return this.#card.plan;
  }

  get plot(): Plot | undefined {
    return this.#plot;
  }

  get series(): readonly ChartedSeries[] {
    return this.#card.series;
  }

  get isAlone(): boolean {
    return this.#card.isAlone;
  }

  /** Asks for the series as they are looked at now. */
  ask(): void {
    const { model, session } = this.#surroundings;
    const { plan } = this;
    const { x } = model.zoomOf(plan);
    for (const metric of plan.metrics) {
      session.board.show(wishOf(keyOf(plan, metric), metric, this.#look, x, this.#element.clientWidth));
    }
  }

  /** To be drawn in the next frame. */
  invalidate(): void {
    this.#surroundings.frames.invalidate(this);
  }

  redrawOverlay(): void {
    this.#surroundings.frames.invalidate(this.#overlayDrawable);
  }

  announce(x: number): void {
    if (this.#plot) this.#card.announce(spokenReading(this.series, x, eventsNear(this.#surroundings, this.#plot, x)));
  }

  key(event: KeyboardEvent): void {
    this.#interaction.key(event);
  }

  /** Called by the frame loop only, as is `draw`. */
  measure(): void {
    if (!this.#sizeChanged) return;
    const { clientWidth, clientHeight } = this.#element;
    this.#size = { width: clientWidth, height: clientHeight };
  }

  draw(): void {
    const [canvas, above] = this.#element.querySelectorAll('canvas');
    if (!canvas || !above) return;
    const series = this.#card.takeSeries();
    if (series.length > 0) this.#drawOn(canvas, above, series);
    this.#card.changed();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #drawOn(canvas: HTMLCanvasElement, above: HTMLCanvasElement, series: readonly ChartedSeries[]): void {
    const { theme, model } = this.#surroundings;
    const { plan } = this;
    const plot = (this.#plot ??= this.#owned.own(new Plot(canvas, theme.current, this.#size)));
    const overlay = (this.#overlay ??= new PlotOverlay(above));
    if (this.#themeChanged) plot.setTheme(theme.current);
    if (this.#sizeChanged) this.#fit(plot, overlay);
    this.#themeChanged = this.#sizeChanged = false;
    const zoom = model.zoomOf(plan);
    plot.draw(sceneOf({ plan, settings: model.settings, zoom, series, theme: theme.current }));
    this.#extents = undefined;
    this.#tellPixels(plot, zoom.x);
    this.#drawOverlay();
    this.#interaction.rehover();
    // The cursor may be where it was, over another picture: heads and tooltip tell the same.
    this.#showTooltip();
  }

  #fit(plot: Plot, overlay: PlotOverlay): void {
    const { width, height } = this.#size;
    if (width === 0) return;
    plot.resize(width, height);
    overlay.resize(width, height);
  }

  get #look(): CurveLook {
    const { settings } = this.#surroundings.model;
    return { axis: settings.axis, smoothing: smoothingOf(settings, this.plan.choice) };
  }

  /** By a metric, or on a logarithmic axis, columns of pixels are not what a range is divided into. */
  #tellPixels(plot: Plot, zoomed: Span | undefined): void {
    const { session } = this.#surroundings;
    const { x, axis } = plot.scene;
    if (typeof axis === 'object' || x.kind !== 'linear') return;
    for (const key of this.#keys()) {
      session.board.setDrawnOn(key, drawnOn(this.#look, zoomed, plot.areaPixels));
    }
  }

  #drawOverlay(): void {
    const maps = this.#plot?.maps;
    if (!this.#plot || !this.#overlay || !maps) return;
    const scene = overlayOf(this.#surroundings, this.#plot, this.series, this.#interaction.box);
    this.#overlay.draw(scene, this.#plot.area, maps, this.#surroundings.theme.current);
  }

  /** Of the chart that has the mouse, or the focus and the cursor. */
  #showTooltip(): void {
    const { cursor, tooltip } = this.#surroundings;
    const { place } = cursor;
    if (!this.#plot || (place && place.chartId !== this.plan.id)) return;
    const { pointed } = this.#interaction;
    const content =
      place && pointed && tooltipOf(this.#surroundings, this.#plot, this.series, place.x, pointed.y, this.#card);
    const around = pointed && this.#tooltipSurroundings(this.#plot, pointed);
    if (content && around) tooltip.show(content, around);
    else tooltip.hide();
  }

  #tooltipSurroundings(plot: Plot, pointed: PlotPoint): TooltipSurroundings | undefined {
    const { area, maps } = plot;
    if (!maps) return undefined;
    const canvas = this.#element.getBoundingClientRect();
    const [left, top] = [canvas.left + area.left, canvas.top + area.top];
    return {
      mouse: { x: canvas.left + pointed.x, y: canvas.top + pointed.y },
      plot: { left, top, right: left + area.width, bottom: top + area.height },
      canvas,
      extents: (this.#extents ??= curveExtents(plot.scene.curves, area, maps)),
      page: { width: document.documentElement.clientWidth, height: window.innerHeight },
    };
  }

  #keys(): readonly string[] {
    return this.plan.metrics.map((metric) => keyOf(this.plan, metric));
  }
}
