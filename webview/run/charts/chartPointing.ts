/** What the cursor finds in a chart: dots and marks over the plot, the words of the tooltip, what is read out. */
import type { ChartPlan } from '../../../src/model/chartLayout';
import { smoothingOf } from '../../../src/model/chartSettings';
import type { EventMark } from '../../../src/model/eventMark';
import type { Plot, Scene } from '../../shared/charts/plot';
import type { PlotArea, PlotMaps } from '../../shared/charts/curvePainter';
import { type CursorDot, markReachPx, type OverlayMark, type OverlayScene } from '../../shared/charts/plotOverlay';
import { pixelOf } from '../../shared/charts/pixelMap';
import type { SelectionBox } from '../../shared/charts/plotGestures';
import { type Reading, readingAt, valueNear } from '../../shared/charts/readings';
import { formatSpan } from '../../shared/axisText';
import { type TooltipContent, readingText } from './cursorTooltip';
import type { ChartedSeries } from './chartScene';
import { byGravity, eventTexts, levelColor } from './eventMarks';
import type { Theme } from '../../shared/theme';
import type { ChartsSurroundings } from './surroundings';

const mostRows = 24;
/** Of marks with lines. */
const mostLines = 20;
/** Of events whose marks lie under the mouse. */
const mostEvents = 4;
const longestMessage = 160;

export function overlayOf(
  surroundings: ChartsSurroundings,
  { scene, maps, area }: Plot,
  series: readonly ChartedSeries[],
  box: SelectionBox | undefined,
): OverlayScene {
  const { cursor, theme } = surroundings;
  const x = cursor.place?.x;
  const marks = marksOf(surroundings, scene, maps, area);
  return {
    cursorX: x,
    dots: x === undefined ? [] : dotsAt(scene, series, x),
    box,
    marks: overlayMarks(marks, maps, theme.current),
  };
}

export function tooltipOf(
  surroundings: ChartsSurroundings,
  plot: Plot,
  series: readonly ChartedSeries[],
  x: number,
  mouseY: number,
  { plan, colorIndexOf }: { readonly plan: ChartPlan; readonly colorIndexOf: (at: number) => number },
): TooltipContent | undefined {
  const { scene, maps } = plot;
  const isSmoothed = smoothingOf(surroundings.model.settings, plan.choice).kind !== 'none';
  const readings = series.flatMap(({ metric, picture }, at) => {
    const reading = readingAt(picture.window, x);
    return reading ? [{ metric, at, reading }] : [];
  });
  const [first] = readings;
  if (!first || !maps) return undefined;
  const all = readings.map(({ metric, at, reading }) => {
    const curve = scene.curves[at];
    const smooth = curve?.smooth && isSmoothed ? valueNear(curve.smooth, reading.x) : undefined;
    const y = pixelOf(maps.y, smooth ?? reading.value);
    const elsewhere = isApart(reading, first.reading)
      ? `at ${formatSpan(scene.axis, reading.firstX, reading.lastX)}`
      : undefined;
    const row = { name: metric, colorIndex: colorIndexOf(at), reading, smooth, elsewhere };
    return { row, awayPx: Number.isNaN(y) ? Infinity : Math.abs(y - mouseY) };
  });
  const nearestFirst = [...all].sort((a, b) => a.awayPx - b.awayPx);
  // Longer lists would cover the charts: of those, what is near.
  const shown = new Set(nearestFirst.slice(0, mostRows));
  const rows = all.filter((one) => shown.has(one));
  const [nearest] = nearestFirst;
  return {
    title: formatSpan(scene.axis, first.reading.firstX, first.reading.lastX),
    rows: rows.map(({ row }) => row),
    nearest: rows.findIndex((one) => one === nearest),
    hiddenCount: all.length - rows.length,
    events: eventsNear(surroundings, plot, x),
  };
}

const isApart = (a: Reading, b: Reading): boolean => a.firstX > b.lastX || a.lastX < b.firstX;

/** What the run said near a place of the x axis. */
export function eventsNear(
  surroundings: ChartsSurroundings,
  { scene, maps, area }: Plot,
  x: number,
): readonly string[] {
  if (!maps) return [];
  const here = pixelOf(maps.x, x);
  const marks = marksOf(surroundings, scene, maps, area);
  const near = marks.filter((mark) => Math.abs(pixelOf(maps.x, mark.x) - here) <= markReachPx);
  return eventTexts(near, mostEvents, longestMessage);
}

/** "step 1,024: loss 0.12; accuracy 0.9; error: the gradient exploded" */
export function spokenReading(series: readonly ChartedSeries[], x: number, events: readonly string[]): string {
  const readings = series.flatMap(({ metric, picture }) => {
    const reading = readingAt(picture.window, x);
    return reading ? [{ metric, axis: picture.axis, reading }] : [];
  });
  const [first] = readings;
  if (!first) return '';
  const values = readings.map(({ metric, reading }) => `${metric} ${readingText(reading, undefined)}`);
  return `${formatSpan(first.axis, first.reading.firstX, first.reading.lastX)}: ${[...values, ...events].join('; ')}`;
}

function dotsAt(scene: Scene, series: readonly ChartedSeries[], x: number): readonly CursorDot[] {
  return series.flatMap(({ picture }, at) => {
    const reading = readingAt(picture.window, x);
    const curve = scene.curves[at];
    if (!reading || !curve) return [];
    const y = curve.smooth ? valueNear(curve.smooth, reading.x) : reading.value;
    return [{ x: reading.x, y, color: curve.color }];
  });
}

/** Lines that stand close would hide the curves: then only what is grave has one. */
function overlayMarks(marks: readonly EventMark[], maps: PlotMaps | undefined, theme: Theme): readonly OverlayMark[] {
  const { visible } = maps ?? {};
  const inView = visible ? marks.filter(({ x }) => x >= visible.from && x <= visible.to) : [];
  const grave = inView.filter(({ level }) => level !== 'info').length;
  const hasLine = { info: inView.length <= mostLines, grave: grave <= mostLines };
  return [...inView].sort(byGravity).map(({ x, level }) => ({
    x,
    color: levelColor(level, theme),
    hasLine: level === 'info' ? hasLine.info : hasLine.grave,
  }));
}

function marksOf(
  { model, marks }: ChartsSurroundings,
  { axis, x }: Scene,
  maps: PlotMaps | undefined,
  area: PlotArea,
): readonly EventMark[] {
  // Where events are among the values of a metric is not known.
  if (!model.settings.showEvents || typeof axis === 'object' || !maps) return [];
  const isLogarithmic = x.kind === 'logarithmic';
  return marks.marksIn({ axis, isLogarithmic, visible: maps.visible, widthPx: area.width });
}
