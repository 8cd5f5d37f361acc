/** One plot of the first picture: what the panel will draw on a canvas of this size, as an SVG. */
import type { ChartSettings } from '../../../src/model/chartSettings';
import type { ChartPlan } from '../../../src/model/chartLayout';
import type { PlotLook } from '../../../src/protocol/plotLook';
import { axisFontPx } from '../../shared/charts/axisFont';
import type { Curve } from '../../shared/charts/curve';
import type { PixelMap } from '../../shared/charts/pixelMap';
import { Plot } from '../../shared/charts/plot';
import { plotMarkup } from '../../shared/charts/plotSvg';
import { type ChartedSeries, sceneOf } from '../charts/chartScene';
import { measuredCanvas } from './measuredCanvas';
import { thinnedLine } from './thinnedLine';
import { variableTheme } from './variableTheme';

/** As wide as a line with its ghost: what is finer, nobody sees in a picture that stays for a moment. */
const columnPx = 3;
/** As many as the panel draws. */
const mostSuperseded = 8;

const thinned = (curve: Curve, x: PixelMap): Curve => ({
  ...curve,
  line: {
    ...curve.line,
    points: thinnedLine(curve.line.points, x, columnPx),
    superseded: curve.line.superseded.slice(-mostSuperseded).map(({ attempt, points }) => ({
      attempt,
      points: thinnedLine(points, x, columnPx),
    })),
  },
  smooth: curve.smooth && thinnedLine(curve.smooth, x, columnPx),
});

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
    return `<svg class="plotPicture" width="${widthPx}" height="${heightPx}" ${font}>${plotMarkup(
      this.#plot,
      curves.map((curve) => thinned(curve, maps.x)),
      maps,
      theme,
      id,
    )}</svg>`;
  }

  dispose(): void {
    this.#plot.dispose();
  }
}
