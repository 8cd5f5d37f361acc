/** How high curves lie over each stretch of a plot's width: what must not be covered. */
import { type Curve, linesOf } from './curve';
import type { PlotArea, PlotMaps } from './curvePainter';
import { pixelOf } from './pixelMap';
import type { Polyline } from './polyline';

/** In CSS pixels of the canvas. Where a stretch has no curve, its top lies below its bottom. */
export interface CurveExtents {
  readonly left: number;
  readonly stretchPx: number;
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
}

const stretchPx = 4;

export function curveExtents(curves: readonly Curve[], area: PlotArea, maps: PlotMaps): CurveExtents {
  const count = Math.max(1, Math.ceil(area.width / stretchPx));
  const extents = {
    left: area.left,
    stretchPx,
    tops: new Float64Array(count).fill(Infinity),
    bottoms: new Float64Array(count).fill(-Infinity),
  };
  for (const curve of curves) for (const line of linesOf(curve)) addLine(extents, line, maps);
  return extents;
}

/** How many stretches a box would cover something of. */
export function coveredStretches(
  { left, stretchPx, tops, bottoms }: CurveExtents,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): number {
  const first = Math.max(0, Math.floor((box.left - left) / stretchPx));
  const last = Math.min(tops.length - 1, Math.floor((box.right - left) / stretchPx));
  let covered = 0;
  for (let i = first; i <= last; i++) {
    if ((tops[i] ?? Infinity) < box.bottom && (bottoms[i] ?? -Infinity) > box.top) covered += 1;
  }
  return covered;
}

function addLine(extents: CurveExtents, { xs, ys }: Polyline, maps: PlotMaps): void {
  const { left, tops, bottoms } = extents;
  const add = (at: number, py: number): void => {
    if (py < (tops[at] ?? -Infinity)) tops[at] = py;
    if (py > (bottoms[at] ?? Infinity)) bottoms[at] = py;
  };
  let [beforeAt, beforePy] = [NaN, NaN];
  for (let i = 0; i < xs.length; i++) {
    const at = Math.floor((pixelOf(maps.x, xs[i] ?? NaN) - left) / stretchPx);
    const py = pixelOf(maps.y, ys[i] ?? NaN);
    if (!Number.isNaN(py)) {
      add(at, py);
      // The line from the point before runs through the stretches between.
      const [from, to] = [Math.max(0, beforeAt + 1), Math.min(at, tops.length)];
      for (let between = from; between < to; between++) {
        add(between, beforePy + ((py - beforePy) * (between - beforeAt)) / (at - beforeAt));
      }
    }
    [beforeAt, beforePy] = [at, py];
  }
}
