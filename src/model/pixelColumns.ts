/**
 * The columns of pixels that a picture of a series has. The store and whoever draws must agree in which one an x lies: a point
 * that the one puts to the left of an edge and the other to its right is a pixel that differs.
 */

/** What a range of x is drawn on. */
export interface PixelView {
  readonly from: number;
  readonly to: number;
  readonly columns: number;
}

/** From 0; the last one includes its right edge. */
export function columnOf(x: number, { from, to, columns }: PixelView): number {
  const column = Math.floor(((x - from) / (to - from)) * columns);
  return column < columns ? column : columns - 1;
}
