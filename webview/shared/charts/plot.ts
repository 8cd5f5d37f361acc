/**
 * One plot on one canvas: chart.js lays out axes, ticks and grid in VS Code's look; the curves are drawn by our painter as
 * a plugin of it, from columns and without an object per point. It draws only when told to; the frame loop decides when.
 */
import {
  Chart,
  type ChartOptions,
  LinearScale,
  LineController,
  LogarithmicScale,
  type Scale,
  type UpdateMode,
} from 'chart.js';
import type { Disposable } from '../../../src/base/lifecycle';
import type { PixelSize, SeriesXAxis } from '../../../src/model/series';
import { formatTimeTick, localMidnightMs, timeTicks } from '../axisText';
import { formatValue } from '../numbers';
import type { Theme } from '../theme';
import { axisFontPx } from './axisFont';
import type { Curve } from './curve';
import { CurvePainter, type PlotArea, type PlotMaps } from './curvePainter';
import { pixelMap, type ScaleKind } from './pixelMap';
import type { Span } from './polyline';

Chart.register(LineController, LinearScale, LogarithmicScale);

const pixelsPerTick = 90;
const mostPixels = 20_000;

/** In CSS pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

export interface AxisView {
  readonly kind: ScaleKind;
  readonly span: Span | undefined;
  /** The ends were chosen and are kept; otherwise they may be rounded outwards. */
  readonly isExact: boolean;
}

export interface Scene {
  readonly axis: SeriesXAxis;
  readonly x: AxisView;
  readonly y: AxisView;
  readonly curves: readonly Curve[];
}

const emptyScene: Scene = {
  axis: 'step',
  x: { kind: 'linear', span: undefined, isExact: false },
  y: { kind: 'linear', span: undefined, isExact: false },
  curves: [],
};

/** A label of the axes, for pictures of the plot. */
export interface PlotTick {
  readonly pixel: number;
  readonly label: string;
}

/** chart.js lays itself out and draws when it is made, and again when it is resized: two pictures that nobody would see. */
class StillChart extends Chart<'line'> {
  #isToldTo = false;

  override update(mode?: UpdateMode): void {
    // Called by the constructor of chart.js, when there is nothing of this object yet.
    if (#isToldTo in this && this.#isToldTo) super.update(mode);
  }

  drawNow(mode: UpdateMode): void {
    this.#isToldTo = true;
    this.update(mode);
    this.#isToldTo = false;
  }
}

export class Plot implements Disposable {
  readonly #chart: StillChart;
  readonly #painter = new CurvePainter();
  #scene: Scene = emptyScene;
  #theme: Theme;
  /** chart.js keeps what is not data through a quick update; after a change of look it wants a full one. */
  #lookChanged = true;

  constructor(canvas: HTMLCanvasElement, theme: Theme, { width, height }: PlotSize) {
    this.#theme = theme;
    // chart.js asks for the computed style of a canvas that does not say how large it is.
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.#chart = new StillChart(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: options(this.#hooks()),
      plugins: [{ id: 'curves', afterDraw: () => this.#paint() }],
    });
    this.setTheme(theme);
  }

  /** Colours and font; takes effect with the next `draw`. */
  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#lookChanged = true;
    const { options } = this.#chart;
    options.font = { family: theme.fontFamily, size: axisFontPx(theme.fontSizePx) };
    options.color = theme.foreground;
    for (const scale of [options.scales?.['x'], options.scales?.['y']]) {
      Object.assign(scale?.grid ?? {}, { color: theme.grid, tickColor: theme.grid });
      Object.assign(scale?.border ?? {}, { color: theme.axis });
      Object.assign(scale?.ticks ?? {}, { color: theme.muted });
    }
  }

  get theme(): Theme {
    return this.#theme;
  }

  get scene(): Scene {
    return this.#scene;
  }

  resize(widthPx: number, heightPx: number): void {
    this.#chart.resize(widthPx, heightPx);
  }

  draw(scene: Scene): void {
    const before = this.#scene;
    if (before.x.kind !== scene.x.kind || before.y.kind !== scene.y.kind) this.#lookChanged = true;
    this.#scene = scene;
    const { scales } = this.#chart.options;
    Object.assign(scales?.['x'] ?? {}, { type: scene.x.kind, ...ends(scene.x) });
    Object.assign(scales?.['y'] ?? {}, { type: scene.y.kind, ...ends(scene.y) });
    this.#chart.drawNow(this.#lookChanged ? 'default' : 'none');
    this.#lookChanged = false;
  }

  /** Where curves are, in CSS pixels of the canvas. */
  get area(): PlotArea {
    const { left, top, width, height } = this.#chart.chartArea;
    return { left, top, width, height };
  }

  /** Device pixels of the area, as it was laid out last. */
  get areaPixels(): PixelSize {
    const { chartArea, currentDevicePixelRatio: ratio } = this.#chart;
    const pixels = (size: number): number => Math.min(mostPixels, Math.max(1, Math.round(size * ratio)));
    return { columns: pixels(chartArea.width), rows: pixels(chartArea.height) };
  }

  get size(): PlotSize {
    return { width: this.#chart.width, height: this.#chart.height };
  }

  /** Undefined before the first `draw`. */
  get maps(): PlotMaps | undefined {
    const { x, y } = this.#chart.scales;
    if (!x || !y) return undefined;
    return {
      x: pixelMap(this.#scene.x.kind, [x.min, x.getPixelForValue(x.min)], [x.max, x.getPixelForValue(x.max)]),
      y: pixelMap(this.#scene.y.kind, [y.min, y.getPixelForValue(y.min)], [y.max, y.getPixelForValue(y.max)]),
      visible: { from: x.min, to: x.max },
    };
  }

  ticks(axis: 'x' | 'y'): readonly PlotTick[] {
    const scale = this.#chart.scales[axis];
    return (scale?.ticks ?? []).map(({ value, label }) => ({
      pixel: scale?.getPixelForValue(value) ?? NaN,
      label: Array.isArray(label) ? label.join(' ') : (label ?? ''),
    }));
  }

  dispose(): void {
    this.#chart.destroy();
  }

  #paint(): void {
    // chart.js draws while it is constructed, when there is nothing of this object yet.
    if (this.#scene.curves.length === 0) return;
    const { maps } = this;
    if (!maps) return;
    const { ctx, currentDevicePixelRatio } = this.#chart;
    this.#painter.paint(ctx, this.#scene.curves, this.area, maps, this.#theme, currentDevicePixelRatio);
  }

  #hooks(): AxisHooks {
    return {
      tickText: (value, spanOfAxis) => {
        const { axis } = this.#scene;
        if (axis !== 'time' && axis !== 'wall') return formatValue(value);
        const unitMs = axis === 'time' ? 1000 : 1;
        return formatTimeTick(axis, value * unitMs, spanOfAxis * unitMs);
      },
      placeTicks: (scale) => {
        const { axis, x } = this.#scene;
        if ((axis === 'time' || axis === 'wall') && x.kind === 'linear') placeTimeTicks(scale, axis);
      },
    };
  }
}

interface AxisHooks {
  tickText(value: number, spanOfAxis: number): string;
  placeTicks(scale: Scale): void;
}

/** chart.js rounds outwards what is suggested. A span without length gets some air, or chart.js would show 0 to 1. */
function ends({ span, isExact, kind }: AxisView): object {
  const none = { min: undefined, max: undefined, suggestedMin: undefined, suggestedMax: undefined };
  if (!span) return none;
  const { from, to } = withLength(span, kind);
  return isExact ? { ...none, min: from, max: to } : { ...none, suggestedMin: from, suggestedMax: to };
}

function withLength({ from, to }: Span, kind: ScaleKind): Span {
  if (from < to) return { from, to };
  if (kind === 'logarithmic') return { from: from / 2, to: to * 2 };
  const air = Math.abs(from) * 0.05 || 1;
  return { from: from - air, to: to + air };
}

/** chart.js finds round decimal numbers; hours and minutes it does not know without a date library. */
function placeTimeTicks(scale: Scale, axis: 'time' | 'wall'): void {
  const unitMs = axis === 'time' ? 1000 : 1;
  const originMs = axis === 'wall' ? localMidnightMs(scale.min) : 0;
  const count = Math.max(2, Math.floor(scale.chart.width / pixelsPerTick));
  scale.ticks = timeTicks(scale.min * unitMs, scale.max * unitMs, count, originMs).map((at) => ({
    value: at / unitMs,
  }));
}

function options(hooks: AxisHooks): ChartOptions<'line'> {
  return {
    responsive: false,
    maintainAspectRatio: false,
    animation: false,
    // Gestures and the cursor are ours; see `plotGestures.ts`.
    events: [],
    layout: { padding: { top: 6, right: 8 } },
    scales: {
      x: {
        type: 'linear',
        grid: { drawOnChartArea: false, tickLength: 4 },
        border: {},
        ticks: {
          maxRotation: 0,
          autoSkipPadding: 12,
          includeBounds: false,
          callback(value) {
            return hooks.tickText(Number(value), this.max - this.min);
          },
        },
        afterBuildTicks: (scale) => hooks.placeTicks(scale),
      },
      y: {
        type: 'linear',
        // So that the plot begins where a pixel does.
        afterFit: (scale) => {
          scale.width = Math.ceil(scale.width);
        },
        grid: { tickLength: 0 },
        border: { display: false },
        ticks: { maxTicksLimit: 6, padding: 6, includeBounds: false, callback: (value) => formatValue(Number(value)) },
      },
    },
  };
}
