/**
 * A polyline in pixels, a step at a time, for whoever strokes or fills it. Of the points that fall into one column of
 * pixels only the first, the lowest, the highest and the last are passed on: the same pixels for less work.
 */
import { type Polyline, positionOf, type Span } from './polyline';
import { type PixelMap, pixelOf } from './pixelMap';

export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** `visible` is in values of x; one point more is traced at each end, so that lines leave the picture. */
export function tracePolyline(line: Polyline, x: PixelMap, y: PixelMap, visible: Span, pen: Pen): void {
  const { xs, ys } = line;
  const first = Math.max(0, positionOf(line, visible.from) - 1);
  let isDown = false;
  let column = NaN;
  let [minY, maxY, lastX, lastY, minFirst] = [0, 0, 0, 0, false];
  const leaveColumn = (): void => {
    if (!isDown || minY === maxY) return;
    const [near, far] = minFirst ? [minY, maxY] : [maxY, minY];
    pen.lineTo(lastX, near);
    pen.lineTo(lastX, far);
    pen.lineTo(lastX, lastY);
  };
  for (let i = first; i < xs.length; i++) {
    const value = ys[i] ?? NaN;
    const px = pixelOf(x, xs[i] ?? NaN);
    const py = pixelOf(y, value);
    if (!Number.isFinite(py) || !Number.isFinite(px)) {
      leaveColumn();
      isDown = false;
      column = NaN;
      continue;
    }
    if (isDown && Math.floor(px) === column) {
      if (py < minY) [minY, minFirst] = [py, false];
      if (py > maxY) [maxY, minFirst] = [py, true];
    } else {
      leaveColumn();
      if (isDown) pen.lineTo(px, py);
      else pen.moveTo(px, py);
      isDown = true;
      column = Math.floor(px);
      [minY, maxY, minFirst] = [py, py, true];
    }
    [lastX, lastY] = [px, py];
    if ((xs[i] ?? NaN) > visible.to) break;
  }
  leaveColumn();
}
