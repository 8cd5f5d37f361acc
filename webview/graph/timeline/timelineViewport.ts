/** Which rows and which stretch of time are seen, and how wide the names are. Knows no DOM. */
import type { Point } from '../layout/placed';
import type { Size } from '../picture/viewport';
import type { TimelineRows } from './timelineRows';
import { msAt, type TimelineMeasures } from './timelineScene';
import { fittedRange, movedRange, type TimeRange, zoomedRange } from './timeScale';

export const [leastNamesPx, usualNamesPx] = [80, 220];
const mostNamesShare = 0.6;
/** Of a narrow panel, at first. */
const usualNamesShare = 0.4;

export class TimelineViewport {
  /** Of the area; at first as a picture has it that is made before it was ever in the page. */
  size: Size = { width: 1200, height: 600 };
  scrollPx = 0;
  /** As the user has set it. */
  wishedNamesPx: number | undefined;
  /** Undefined while all is in view, also what time adds. */
  #range: TimeRange | undefined;

  get namesPx(): number {
    const wished = this.wishedNamesPx ?? Math.min(usualNamesPx, this.size.width * usualNamesShare);
    return Math.round(Math.max(leastNamesPx, Math.min(this.mostNamesPx, wished)));
  }

  get mostNamesPx(): number {
    return this.size.width * mostNamesShare;
  }

  rangeOf(rows: TimelineRows): TimeRange {
    return this.#range ?? fittedRange(rows.extent(rows.view.nowMs()));
  }

  fit(): void {
    this.#range = undefined;
  }

  isInTime({ x }: Point): boolean {
    return x > this.namesPx;
  }

  /** `factor` below 1 shows less, around what is at `at`, else around the middle. */
  zoom(rows: TimelineRows, at: Point | undefined, factor: number): void {
    const range = this.rangeOf(rows);
    const aroundMs =
      at && this.isInTime(at)
        ? msAt({ size: this.size, namesPx: this.namesPx, range }, at.x)
        : (range.fromMs + range.toMs) / 2;
    this.#range = zoomedRange(range, aroundMs, factor, rows.extent(rows.view.nowMs()));
  }

  /** By a share of what is seen, later. */
  pan(rows: TimelineRows, share: number): void {
    const range = this.rangeOf(rows);
    this.#range = movedRange(range, share * (range.toMs - range.fromMs), rows.extent(rows.view.nowMs()));
  }

  panPixels(rows: TimelineRows, px: number): void {
    if (px !== 0) this.pan(rows, px / Math.max(1, this.size.width - this.namesPx));
  }

  /** Of the row at a place in the area; -1 on the axis. */
  rowAt({ y }: Point, { axisPx, rowPx }: TimelineMeasures): number {
    return y < axisPx ? -1 : Math.floor((y - axisPx + this.scrollPx) / rowPx);
  }

  /** Rows that are seen at once, but for one that stays in view. */
  page({ axisPx, rowPx }: TimelineMeasures): number {
    return Math.max(1, Math.floor((this.size.height - axisPx) / rowPx) - 1);
  }

  /** Where `count` rows are scrolled to, moved as little as possible so that `shown` is in view; -1 is none. */
  scrollFor(count: number, shown: number, { axisPx, rowPx }: TimelineMeasures): number {
    const mostPx = Math.max(0, axisPx + count * rowPx - this.size.height);
    if (shown < 0) return Math.min(mostPx, this.scrollPx);
    const [least, most] = [(shown + 1) * rowPx + axisPx - this.size.height, shown * rowPx];
    return Math.max(0, Math.min(mostPx, most, Math.max(least, this.scrollPx)));
  }
}
