/** Draws curves into the area of a plot: strokes while there are few, column spans when there are many. */
import type { Theme } from '../theme';
import type { Curve } from './curve';
import type { Polyline, Span } from './polyline';
import { type PixelMap, pixelOf } from './pixelMap';
import { type Rgba, SpanRaster } from './spanRaster';
import { tracePolyline } from './tracePolyline';

/** Above so many lines strokes no longer fit into a frame. */
const mostStroked = 20;
/** Up to here each point is marked; beyond, the marks would be the picture. */
const mostMarkedPoints = 60;
/** Lines of earlier attempts, the newest of them: more could not be told apart. */
const mostSuperseded = 8;
const ghostAlpha = 0.4;
const supersededAlpha = 0.55;
const markRadiusPx = 2;

export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlotMaps {
  readonly x: PixelMap;
  readonly y: PixelMap;
  /** The ends of the x axis, in values. */
  readonly visible: Span;
}

export class CurvePainter {
  #raster: SpanRaster | undefined;

  paint(
    context: CanvasRenderingContext2D,
    curves: readonly Curve[],
    area: PlotArea,
    maps: PlotMaps,
    theme: Theme,
    pixelRatio: number,
  ): void {
    context.save();
    context.beginPath();
    // Marks at the edge are drawn whole.
    context.rect(area.left - 4, area.top - 4, area.width + 8, area.height + 8);
    context.clip();
    context.lineJoin = 'round';
    for (const curve of curves) this.#superseded(context, curve, maps, theme);
    if (curves.length > mostStroked) this.#spans(context, curves, area, maps, pixelRatio);
    else for (const curve of curves) this.#strokes(context, curve, maps);
    for (const curve of curves) marks(context, curve, area, maps);
    context.restore();
  }

  #superseded(context: CanvasRenderingContext2D, { line }: Curve, maps: PlotMaps, theme: Theme): void {
    context.setLineDash([3, 3]);
    context.strokeStyle = theme.muted;
    context.globalAlpha = supersededAlpha;
    for (const { points } of line.superseded.slice(-mostSuperseded)) stroke(context, points, maps);
    context.globalAlpha = 1;
  }

  #strokes(context: CanvasRenderingContext2D, { line, smooth, color, dash }: Curve, maps: PlotMaps): void {
    context.strokeStyle = color;
    context.fillStyle = color;
    context.setLineDash(smooth ? [] : [...dash]);
    context.globalAlpha = smooth ? ghostAlpha : 1;
    stroke(context, line.points, maps);
    context.globalAlpha = 1;
    context.setLineDash([...dash]);
    if (smooth) stroke(context, smooth, maps, 1.5);
    dots(context, line.drawnCount <= mostMarkedPoints && !smooth ? line.points : line.lonely, maps);
  }

  #spans(
    context: CanvasRenderingContext2D,
    curves: readonly Curve[],
    area: PlotArea,
    maps: PlotMaps,
    pixelRatio: number,
  ): void {
    const raster = (this.#raster ??= new SpanRaster());
    raster.begin(Math.ceil(area.width * pixelRatio), Math.ceil(area.height * pixelRatio));
    const onPicture = (map: PixelMap, origin: number): PixelMap => ({
      ...map,
      factor: map.factor * pixelRatio,
      offset: (map.offset - origin) * pixelRatio,
    });
    const [x, y] = [onPicture(maps.x, area.left), onPicture(maps.y, area.top)];
    for (const { line, smooth, color } of curves) {
      const rgba = colorBytes(color);
      raster.line(smooth ?? line.points, x, y, maps.visible, rgba);
    }
    raster.end(context, area.left, area.top, area.width, area.height);
  }
}

function stroke(context: CanvasRenderingContext2D, line: Polyline, { x, y, visible }: PlotMaps, width = 1): void {
  context.lineWidth = width;
  context.beginPath();
  tracePolyline(line, x, y, visible, context);
  context.stroke();
}

function dots(context: CanvasRenderingContext2D, { xs, ys }: Polyline, { x, y, visible }: PlotMaps): void {
  context.beginPath();
  for (let i = 0; i < xs.length; i++) {
    const value = xs[i] ?? NaN;
    const [px, py] = [pixelOf(x, value), pixelOf(y, ys[i] ?? NaN)];
    if (value < visible.from || value > visible.to || !Number.isFinite(py)) continue;
    context.moveTo(px + markRadiusPx, py);
    context.arc(px, py, markRadiusPx, 0, 2 * Math.PI);
  }
  context.fill();
}

/** What is no finite number: a triangle at the edge that it lies beyond, a cross at the foot for NaN. One per column. */
function marks(
  context: CanvasRenderingContext2D,
  { line, color }: Curve,
  area: PlotArea,
  { x, visible }: PlotMaps,
): void {
  context.strokeStyle = context.fillStyle = color;
  context.setLineDash([]);
  context.lineWidth = 1;
  const [top, bottom] = [area.top, area.top + area.height];
  eachColumn(line.infinite.xs, x, visible, (px, i) => {
    const isUp = (line.infinite.ys[i] ?? 0) > 0;
    const [tip, foot] = isUp ? [top, top + 6] : [bottom, bottom - 6];
    context.beginPath();
    context.moveTo(px, tip);
    context.lineTo(px - 4, foot);
    context.lineTo(px + 4, foot);
    context.fill();
  });
  eachColumn(line.nanXs, x, visible, (px) => {
    context.beginPath();
    context.moveTo(px - 3, bottom - 7);
    context.lineTo(px + 3, bottom - 1);
    context.moveTo(px - 3, bottom - 1);
    context.lineTo(px + 3, bottom - 7);
    context.stroke();
  });
}

/** Those that are seen, no nearer to each other than a mark is wide. */
function eachColumn(xs: Float64Array, map: PixelMap, visible: Span, draw: (px: number, index: number) => void): void {
  let lastPx = -Infinity;
  for (let i = 0; i < xs.length; i++) {
    const value = xs[i] ?? NaN;
    const px = pixelOf(map, value);
    if (value < visible.from || value > visible.to || Math.abs(px - lastPx) < 4) continue;
    draw(px, i);
    lastPx = px;
  }
}

const knownColors = new Map<string, Rgba>();

/** The bytes of a CSS colour, found by painting with it. */
function colorBytes(color: string): Rgba {
  const known = knownColors.get(color);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return [128, 128, 128, 255];
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  const bytes: Rgba = [red, green, blue, alpha];
  knownColors.set(color, bytes);
  return bytes;
}
