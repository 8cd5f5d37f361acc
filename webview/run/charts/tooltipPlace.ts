/**
 * Where a tooltip stands: beside the mouse where it hides nothing of the curves, else above or below the plot. Never over
 * the place that it speaks of.
 */
import { coveredStretches, type CurveExtents } from '../../shared/charts/curveExtents';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** In pixels of the page, but `extents`, which is in those of the plot's canvas. */
export interface TooltipSurroundings {
  readonly mouse: { readonly x: number; readonly y: number };
  /** Where curves are. */
  readonly plot: Box;
  /** With its axes. */
  readonly canvas: Box;
  readonly extents: CurveExtents;
  readonly page: { readonly width: number; readonly height: number };
}

export interface TooltipPlace {
  readonly left: number;
  readonly top: number;
  /** Which of the places it is: the next one is the same, unless another is clearly better. */
  readonly kind: string;
}

const awayPx = 14;
const edgePx = 4;
/** More of a plot than this is as good as all of it. */
const mostOfPlot = 0.4;
const tooMuch = 1000;
/** In stretches of the curve: what else makes a place worse. */
const perPixelAway = 0.04;
const perPixelOutside = 0.06;
const forAnother = 6;

export function placeTooltip(
  size: { readonly width: number; readonly height: number },
  around: TooltipSurroundings,
  before: string | undefined,
): TooltipPlace {
  const [best] = candidates(size, around)
    .map(({ kind, left, top }) => {
      const place = { kind, ...within(size, around.page, left, top) };
      return { place, cost: costOf(boxAt(place, size), around) + (kind === before ? 0 : forAnother) };
    })
    .sort((a, b) => a.cost - b.cost);
  return best?.place ?? { kind: '', left: edgePx, top: edgePx };
}

function candidates(
  { width, height }: { readonly width: number; readonly height: number },
  { mouse, plot, canvas }: TooltipSurroundings,
): readonly TooltipPlace[] {
  const sides = { right: mouse.x + awayPx, left: mouse.x - awayPx - width };
  const heights = {
    'below the mouse': mouse.y + awayPx,
    'above the mouse': mouse.y - awayPx - height,
    'at the top': plot.top + edgePx,
    'at the foot': plot.bottom - edgePx - height,
    'above the plot': plot.top - awayPx / 2 - height,
    'below the plot': canvas.bottom,
  };
  return Object.entries(sides).flatMap(([side, left]) =>
    Object.entries(heights).map(([where, top]) => ({ kind: `${side}, ${where}`, left, top })),
  );
}

function costOf(box: Box, { mouse, plot, canvas, extents }: TooltipSurroundings): number {
  const onCanvas = {
    left: box.left - canvas.left,
    right: box.right - canvas.left,
    top: box.top - canvas.top - edgePx,
    bottom: box.bottom - canvas.top + edgePx,
  };
  const isOnMouse =
    mouse.x >= box.left - edgePx &&
    mouse.x <= box.right + edgePx &&
    mouse.y >= box.top - edgePx &&
    mouse.y <= box.bottom + edgePx;
  const shared = overlap(box, plot) / area(plot);
  const awayX = Math.max(0, box.left - mouse.x, mouse.x - box.right);
  const awayY = Math.max(0, box.top - mouse.y, mouse.y - box.bottom);
  const outside =
    Math.max(0, canvas.left - box.left, canvas.top - box.top) +
    Math.max(0, box.right - canvas.right, box.bottom - canvas.bottom);
  return (
    (isOnMouse ? 10 * tooMuch : 0) +
    (shared > mostOfPlot ? tooMuch * shared : 0) +
    coveredStretches(extents, onCanvas) +
    perPixelAway * (awayX + awayY) +
    perPixelOutside * outside
  );
}

/** All of it in the page. */
const within = (
  { width, height }: { readonly width: number; readonly height: number },
  page: { readonly width: number; readonly height: number },
  left: number,
  top: number,
): { readonly left: number; readonly top: number } => ({
  left: Math.max(edgePx, Math.min(left, page.width - width - edgePx)),
  top: Math.max(edgePx, Math.min(top, page.height - height - edgePx)),
});

const boxAt = (
  { left, top }: { readonly left: number; readonly top: number },
  { width, height }: { readonly width: number; readonly height: number },
): Box => ({ left, top, right: left + width, bottom: top + height });

const area = ({ left, top, right, bottom }: Box): number => Math.max(1, (right - left) * (bottom - top));

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
