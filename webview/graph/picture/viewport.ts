/** Which part of the picture is seen, and how large: pan, zoom and fit as arithmetic. */
import type { Box, Point } from '../layout/placed';

/** Names are readable at 1; at the least, a chain of a thousand nodes fits into a window. */
export const [leastScale, mostScale] = [0.002, 2];
/** Around what is fitted, in pixels. */
const marginPx = 24;
/** Pixels of the picture that stay in view, however far it is moved. */
const leastSeenPx = 60;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export class Viewport {
  /** Of the page's area, in pixels. */
  readonly size: Size;
  /** Of the picture, in its own units. */
  readonly picture: Size;
  /** Pixels per unit. */
  readonly scale: number;
  /** What is in the middle of the area, in units. */
  readonly middle: Point;

  constructor(size: Size, picture: Size, scale: number, middle: Point) {
    this.size = size;
    this.picture = picture;
    this.scale = Math.min(mostScale, Math.max(leastScale, scale));
    this.middle = {
      x: kept(middle.x, picture.width, size.width / this.scale, leastSeenPx / this.scale),
      y: kept(middle.y, picture.height, size.height / this.scale, leastSeenPx / this.scale),
    };
  }

  /** All of a part of the picture in view, never larger than it is. */
  static fitting(size: Size, picture: Size, part: Box): Viewport {
    const free = { width: Math.max(1, size.width - 2 * marginPx), height: Math.max(1, size.height - 2 * marginPx) };
    const scale = Math.min(1, free.width / Math.max(1, part.width), free.height / Math.max(1, part.height));
    return new Viewport(size, picture, scale, { x: part.x + part.width / 2, y: part.y + part.height / 2 });
  }

  /** What is seen, in units. */
  get seen(): Box {
    const [width, height] = [this.size.width / this.scale, this.size.height / this.scale];
    return { x: this.middle.x - width / 2, y: this.middle.y - height / 2, width, height };
  }

  /** Of a place in the page's area. */
  unitsAt(pixel: Point): Point {
    const { x, y } = this.seen;
    return { x: x + pixel.x / this.scale, y: y + pixel.y / this.scale };
  }

  pixelsAt(units: Point): Point {
    const { x, y } = this.seen;
    return { x: (units.x - x) * this.scale, y: (units.y - y) * this.scale };
  }

  movedBy(pixels: Point): Viewport {
    return this.#with(this.scale, {
      x: this.middle.x - pixels.x / this.scale,
      y: this.middle.y - pixels.y / this.scale,
    });
  }

  /** Larger by a factor; what is under `pixel` stays there. */
  zoomedAt(pixel: Point, factor: number): Viewport {
    const scale = Math.min(mostScale, Math.max(leastScale, this.scale * factor));
    const under = this.unitsAt(pixel);
    return this.#with(scale, {
      x: under.x + (this.size.width / 2 - pixel.x) / scale,
      y: under.y + (this.size.height / 2 - pixel.y) / scale,
    });
  }

  at(middle: Point, scale = this.scale): Viewport {
    return this.#with(scale, middle);
  }

  resized(size: Size): Viewport {
    return new Viewport(size, this.picture, this.scale, this.middle);
  }

  /** Moved as little as possible so that a part is in view, with a margin where there is room for one. */
  showing(part: Box): Viewport {
    const { seen, scale } = this;
    const margin = marginPx / scale;
    const along = (from: number, length: number, start: number, extent: number): number => {
      if (length + 2 * margin >= extent) return from + length / 2 - extent / 2 - start;
      return Math.min(0, from - margin - start) + Math.max(0, from + length + margin - start - extent);
    };
    const [dx, dy] = [along(part.x, part.width, seen.x, seen.width), along(part.y, part.height, seen.y, seen.height)];
    return this.#with(scale, { x: this.middle.x + dx, y: this.middle.y + dy });
  }

  #with(scale: number, middle: Point): Viewport {
    return new Viewport(this.size, this.picture, scale, middle);
  }
}

/** So that some of the picture stays in view. */
function kept(middle: number, length: number, extent: number, least: number): number {
  const some = Math.min(least, length, extent);
  return Math.min(length + extent / 2 - some, Math.max(some - extent / 2, middle));
}
