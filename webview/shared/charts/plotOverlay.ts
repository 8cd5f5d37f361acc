/** What lies over a plot and changes with every move of the mouse: the cursor, the selection, marks of events. */
import type { Theme } from '../theme';
import type { PlotArea, PlotMaps } from './curvePainter';
import { pixelOf } from './pixelMap';
import type { SelectionBox } from './plotGestures';

/** A place where the cursor meets a curve. */
export interface CursorDot {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

export interface OverlayMark {
  readonly x: number;
  readonly color: string;
  /** A line leads from the flag to the foot. */
  readonly hasLine: boolean;
}

export interface OverlayScene {
  readonly cursorX: number | undefined;
  readonly dots: readonly CursorDot[];
  readonly box: SelectionBox | undefined;
  readonly marks: readonly OverlayMark[];
}

/** Half of a mark's width, which is also how near the mouse must be. */
export const markReachPx = 5;

export class PlotOverlay {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  resize(widthPx: number, heightPx: number): void {
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(widthPx * ratio);
    this.#canvas.height = Math.round(heightPx * ratio);
    this.#canvas.style.width = `${widthPx}px`;
    this.#canvas.style.height = `${heightPx}px`;
    this.#context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  draw(scene: OverlayScene, area: PlotArea, maps: PlotMaps, theme: Theme): void {
    const context = this.#context;
    if (!context) return;
    const [right, bottom] = [area.left + area.width, area.top + area.height];
    const isInside = (x: number): boolean => x >= area.left - 0.5 && x <= right + 0.5;
    const marks = scene.marks.map((mark) => ({ px: pixelOf(maps.x, mark.x), mark })).filter(({ px }) => isInside(px));
    const cursorPx = scene.cursorX === undefined ? NaN : pixelOf(maps.x, scene.cursorX);
    // Every canvas that is there costs something in every frame, also an empty one.
    this.#canvas.hidden = marks.length === 0 && !isInside(cursorPx) && !scene.box;
    if (this.#canvas.hidden) return;
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const { px, mark } of marks) drawMark(context, px, area.top, bottom, mark);
    if (isInside(cursorPx)) {
      context.strokeStyle = theme.foreground;
      context.globalAlpha = 0.6;
      context.lineWidth = 1;
      line(context, Math.round(cursorPx) + 0.5, area.top, bottom);
      context.globalAlpha = 1;
      for (const dot of scene.dots) drawDot(context, dot, maps, theme, area);
    }
    if (scene.box) drawBox(context, scene.box, theme);
  }
}

function line(context: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
}

/** A flag at the top, and a thin line to the foot. */
function drawMark(
  context: CanvasRenderingContext2D,
  px: number,
  top: number,
  bottom: number,
  { color, hasLine }: OverlayMark,
): void {
  context.strokeStyle = context.fillStyle = color;
  if (hasLine) {
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    line(context, Math.round(px) + 0.5, top, bottom);
    context.setLineDash([]);
  }
  // Where they are many, what is worth a line is to be seen among them.
  context.globalAlpha = hasLine ? 1 : 0.5;
  context.beginPath();
  context.moveTo(px - markReachPx + 1, top - 5);
  context.lineTo(px + markReachPx - 1, top - 5);
  context.lineTo(px, top + 2);
  context.fill();
  context.globalAlpha = 1;
}

function drawDot(
  context: CanvasRenderingContext2D,
  { x, y, color }: CursorDot,
  maps: PlotMaps,
  theme: Theme,
  area: PlotArea,
): void {
  const [px, py] = [pixelOf(maps.x, x), pixelOf(maps.y, y)];
  if (!(py >= area.top - 1 && py <= area.top + area.height + 1)) return;
  context.beginPath();
  context.arc(px, py, 3.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = theme.background;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawBox(context: CanvasRenderingContext2D, box: SelectionBox, theme: Theme): void {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  context.fillStyle = theme.foreground;
  context.globalAlpha = 0.12;
  context.fillRect(box.left, box.top, width, height);
  context.globalAlpha = 0.8;
  context.strokeStyle = theme.foreground;
  context.lineWidth = 1;
  context.strokeRect(Math.round(box.left) + 0.5, Math.round(box.top) + 0.5, Math.round(width), Math.round(height));
  context.globalAlpha = 1;
}
