/**
 * One curve on one canvas: chart.js with what was measured to be fast (no animation, no parsing, lines of width 1 without
 * tension) and VS Code's look. It draws only when told to; the frame loop decides when.
 */
import {
  Chart,
  type ChartDataset,
  type ChartOptions,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type Scale,
  Tooltip,
} from 'chart.js';
import type { Disposable } from '../../src/base/lifecycle';
import type { PixelSize, SeriesAxis } from '../../src/model/series';
import { formatValue } from '../shared/numbers';
import type { Theme } from '../shared/theme';
import { formatTimeTick, formatX, localMidnightMs, timeTicks } from './axisText';
import type { Line, LinePoint, SupersededLine } from './lineOfWindow';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

/** Up to here each point is marked; beyond, the marks would be the picture. */
const mostMarkedPoints = 60;
const pixelsPerTick = 90;
/** Lines of earlier attempts, the newest of them: more could not be told apart. */
const mostSuperseded = 8;

type Dataset = ChartDataset<'line', LinePoint[]>;

export class LineChart implements Disposable {
  readonly #chart: Chart<'line', LinePoint[]>;
  readonly #curve: Dataset;
  /** Points that no line reaches; see `Line.lonely`. */
  readonly #lonely: Dataset;
  /** What later attempts have done again, behind the curve. */
  #superseded: { readonly dataset: Dataset; readonly attempt: number }[] = [];
  #mutedColor = '';
  #axis: SeriesAxis = 'step';
  /** What the x axis covers, in its unit. chart.js draws while it is constructed, so this cannot be read from it. */
  #xSpan = 0;
  /** chart.js keeps the options that points share through a quick update; after a change of look it wants a full one. */
  #lookChanged = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#curve = { data: [], borderWidth: 1, pointHitRadius: 0, pointHoverRadius: 4 };
    this.#lonely = { data: [], showLine: false, pointRadius: 2, pointHitRadius: 0, pointHoverRadius: 2 };
    this.#chart = new Chart(canvas, {
      type: 'line',
      data: { datasets: [this.#curve, this.#lonely] },
      options: this.#options(),
    });
  }

  /** Colours and font; takes effect with the next `draw`. */
  setTheme(theme: Theme, color: string): void {
    this.#lookChanged = true;
    this.#mutedColor = theme.muted;
    for (const { dataset } of this.#superseded) this.#mute(dataset);
    const { options } = this.#chart;
    options.font = { family: theme.fontFamily, size: Math.round(theme.fontSizePx * 0.85) };
    options.color = theme.foreground;
    for (const dataset of [this.#curve, this.#lonely]) {
      dataset.borderColor = color;
      dataset.pointBackgroundColor = color;
      dataset.pointBorderColor = color;
      dataset.pointHoverBackgroundColor = color;
      dataset.pointHoverBorderColor = theme.background;
    }
    for (const scale of [options.scales?.['x'], options.scales?.['y']]) {
      Object.assign(scale?.grid ?? {}, { color: theme.grid, tickColor: theme.grid });
      Object.assign(scale?.border ?? {}, { color: theme.axis });
      Object.assign(scale?.ticks ?? {}, { color: theme.muted });
    }
    Object.assign(options.plugins?.tooltip ?? {}, {
      backgroundColor: theme.tooltipBackground,
      titleColor: theme.tooltipForeground,
      bodyColor: theme.tooltipForeground,
      borderColor: theme.tooltipBorder,
    });
  }

  resize(widthPx: number, heightPx: number): void {
    this.#chart.resize(widthPx, heightPx);
  }

  /** Device pixels of the plot, as it was laid out last. */
  get plotPixels(): PixelSize {
    const { chartArea, currentDevicePixelRatio: ratio } = this.#chart;
    const pixels = (size: number): number => Math.min(20_000, Math.max(1, Math.round(size * ratio)));
    return { columns: pixels(chartArea.width), rows: pixels(chartArea.height) };
  }

  draw(line: Line, axis: SeriesAxis): void {
    this.#axis = axis;
    this.#curve.data = line.points as LinePoint[];
    const isMarked = line.drawnCount <= mostMarkedPoints;
    const pointRadius = isMarked ? 2 : 0;
    if (pointRadius !== this.#curve.pointRadius) this.#lookChanged = true;
    this.#curve.pointRadius = pointRadius;
    this.#lonely.data = isMarked ? [] : (line.lonely as LinePoint[]);
    this.#drawSuperseded(line.superseded.slice(-mostSuperseded));
    const { from, to } = line;
    const x = this.#chart.options.scales?.['x'];
    if (x) {
      // From the first point to the last, without the empty margins of round numbers.
      const isRange = from < to;
      Object.assign(x, isRange ? { min: from, max: to } : { min: undefined, max: undefined });
    }
    this.#chart.update(this.#lookChanged ? 'default' : 'none');
    this.#lookChanged = false;
  }

  dispose(): void {
    this.#chart.destroy();
  }

  /** A line each: chart.js takes the points of one to ascend. */
  #drawSuperseded(lines: readonly SupersededLine[]): void {
    if (lines.length !== this.#superseded.length) this.#lookChanged = true;
    this.#superseded = lines.map(({ attempt, points }, index) => {
      const dataset = this.#superseded[index]?.dataset ?? this.#mute(supersededDataset());
      dataset.data = points as LinePoint[];
      return { attempt, dataset };
    });
    this.#chart.data.datasets = [this.#curve, this.#lonely, ...this.#superseded.map(({ dataset }) => dataset)];
  }

  #mute(dataset: Dataset): Dataset {
    dataset.borderColor = dataset.pointBackgroundColor = dataset.pointBorderColor = this.#mutedColor;
    return dataset;
  }

  #valueText(datasetIndex: number, y: number): string {
    const earlier = this.#superseded[datasetIndex - 2];
    return earlier ? `${formatValue(y)} · attempt ${earlier.attempt}, done again` : formatValue(y);
  }

  #options(): ChartOptions<'line'> {
    return {
      responsive: false,
      maintainAspectRatio: false,
      animation: false,
      parsing: false,
      normalized: true,
      spanGaps: false,
      // The axis ends at the outermost points: their marks are drawn whole.
      clip: false,
      events: ['mousemove', 'mouseout', 'touchstart', 'touchmove'],
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      layout: { padding: { top: 4, right: 8 } },
      scales: {
        x: {
          type: 'linear',
          grid: { drawOnChartArea: false, tickLength: 4 },
          border: {},
          ticks: {
            maxRotation: 0,
            autoSkipPadding: 12,
            includeBounds: false,
            callback: (value) => this.#tickText(Number(value)),
          },
          afterBuildTicks: (scale) => this.#placeTimeTicks(scale),
        },
        y: {
          type: 'linear',
          // So that the plot begins where a pixel does.
          afterFit: (scale) => {
            scale.width = Math.ceil(scale.width);
          },
          grid: { tickLength: 0 },
          border: { display: false },
          ticks: { maxTicksLimit: 6, padding: 6, callback: (value) => formatValue(Number(value)) },
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          borderWidth: 1,
          cornerRadius: 3,
          caretSize: 0,
          caretPadding: 8,
          padding: 6,
          filter: (item) => item.datasetIndex !== 1,
          callbacks: {
            title: ([item]) => (item ? formatX(this.#axis, item.parsed.x ?? NaN) : ''),
            label: (item) => this.#valueText(item.datasetIndex, item.parsed.y ?? NaN),
          },
        },
      },
    };
  }

  #tickText(value: number): string {
    if (this.#axis === 'step') return formatValue(value);
    const unitMs = this.#axis === 'time' ? 1000 : 1;
    return formatTimeTick(this.#axis, value * unitMs, this.#xSpan * unitMs);
  }

  /** chart.js finds round decimal numbers; hours and minutes it does not know without a date library. */
  #placeTimeTicks(scale: Scale): void {
    this.#xSpan = scale.max - scale.min;
    if (this.#axis === 'step') return;
    const unitMs = this.#axis === 'time' ? 1000 : 1;
    const originMs = this.#axis === 'wall' ? localMidnightMs(scale.min) : 0;
    const count = Math.max(2, Math.floor(scale.chart.width / pixelsPerTick));
    scale.ticks = timeTicks(scale.min * unitMs, scale.max * unitMs, count, originMs).map((at) => ({
      value: at / unitMs,
    }));
  }
}

/** Drawn first, so that the curve lies over it. */
const supersededDataset = (): Dataset => ({
  data: [],
  order: 1,
  borderWidth: 1,
  borderDash: [3, 3],
  pointRadius: 0,
  pointHitRadius: 0,
  pointHoverRadius: 3,
});
