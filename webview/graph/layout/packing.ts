/** Boxes beside and below each other where no edges say where they belong. */
import { siblingGap } from './sizes';
import type { Point } from './placed';

export interface Packed {
  /** Top left corners, in the order of the boxes. */
  readonly corners: readonly Point[];
  readonly width: number;
  readonly height: number;
}

/** Wider than high, as panels are. */
const aspect = 1.6;

/** Equal boxes in rows and columns, read as lines are. */
export function inGrid(count: number, box: { readonly width: number; readonly height: number }): Packed {
  const [stepX, stepY] = [box.width + siblingGap, box.height + siblingGap];
  const columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * stepY * aspect) / stepX))));
  const rows = Math.ceil(count / columns);
  const corners = Array.from({ length: count }, (_, index): Point => ({
    x: (index % columns) * stepX,
    y: Math.floor(index / columns) * stepY,
  }));
  return { corners, width: columns * stepX - siblingGap, height: rows * stepY - siblingGap };
}

/** Boxes of any size in rows, in their order. */
export function inRows(boxes: readonly { readonly width: number; readonly height: number }[], gap: number): Packed {
  const area = boxes.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const most = Math.max(Math.sqrt(area * aspect), ...boxes.map(({ width }) => width));
  const corners: Point[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > most) {
      x = 0;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    corners.push({ x, y });
    x += box.width + gap;
    width = Math.max(width, x - gap);
    rowHeight = Math.max(rowHeight, box.height);
  }
  return { corners, width, height: y + rowHeight };
}
