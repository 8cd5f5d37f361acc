/**
 * A line with as few points as a picture needs that is looked at for a moment: of what lies in one column of some pixels, the
 * lowest and the highest, in their order (Jugel et al., "M4", VLDB 2014, has first and last too). A page with all points comes later.
 */
import { type PixelMap, pixelOf } from '../../shared/charts/pixelMap';
import { type Polyline, PolylineBuilder } from '../../shared/charts/polyline';

/** `columnPx`: width of a column. What is no number breaks the line, as before. */
export function thinnedLine({ xs, ys }: Polyline, x: PixelMap, columnPx: number): Polyline {
  const thinned = new PolylineBuilder();
  let column = NaN;
  let [lowAt, highAt] = [-1, -1];
  const end = (): void => {
    if (lowAt < 0) return;
    for (const at of lowAt === highAt ? [lowAt] : [Math.min(lowAt, highAt), Math.max(lowAt, highAt)]) {
      thinned.add(xs[at] ?? NaN, ys[at] ?? NaN);
    }
    lowAt = highAt = -1;
  };
  for (let at = 0; at < xs.length; at += 1) {
    const value = ys[at] ?? NaN;
    const here = Math.floor(pixelOf(x, xs[at] ?? NaN) / columnPx);
    if (Number.isNaN(value) || here !== column) end();
    if (Number.isNaN(value)) thinned.add(xs[at] ?? NaN, NaN);
    else if (lowAt < 0) lowAt = highAt = at;
    else if (value < (ys[lowAt] ?? NaN)) lowAt = at;
    else if (value > (ys[highAt] ?? NaN)) highAt = at;
    column = here;
  }
  end();
  return thinned.end();
}
