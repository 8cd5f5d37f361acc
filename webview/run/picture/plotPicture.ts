/** One plot of the first picture: what the panel will draw on a canvas of this size, as an SVG. */
import type { ChartSettings } from '../../../src/model/chartSettings';
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { PlotLook } from '../../../src/protocol/plotLook';
import { axisFontPx } from '../../shared/charts/axisFont';
import { Plot } from '../../shared/charts/plot';
import { plotMarkup } from '../../shared/charts/plotSvg';
import { type ChartedSeries, sceneOf } from '../charts/chartScene';
import { measuredCanvas } from './measuredCanvas';
import { variableTheme } from './variableTheme';

export class PlotPictures {
  readonly #look: PlotLook;
  readonly #plot: Plot;

  constructor(look: PlotLook) {
    this.#look = look;
    const { widthPx: width, heightPx: height, fontSizePx } = look;
    this.#plot = new Plot(measuredCanvas(look), variableTheme(fontSizePx), { width, height });
    this.#plot.resize(width, height);
  }

  /** `id` is one of its own in the page. */
  svg(id: string, plan: ChartPlan, settings: ChartSettings, series: readonly ChartedSeries[]): string {
    const { widthPx, heightPx, fontSizePx } = this.#look;
    const theme = variableTheme(fontSizePx);
    const zoom = { x: undefined, y: undefined };
    const { curves, ...scene } = sceneOf({ plan, settings, zoom, series, theme });
    // Axes are laid out by their ends; the curves are drawn by the SVG.
    this.#plot.draw({ ...scene, curves: [] });
    const { maps } = this.#plot;
    if (!maps) return '';
    const font = `font-family="${theme.fontFamily}" font-size="${axisFontPx(fontSizePx)}"`;
    return `<svg class="plotPicture" width="${widthPx}" height="${heightPx}" ${font}>${plotMarkup(this.#plot, curves, maps, theme, id)}</svg>`;
  }

  dispose(): void {
    this.#plot.dispose();
  }
}
