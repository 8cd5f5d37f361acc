/** What a graph is drawn with: on a canvas, or into an SVG. Units are those of the picture; whoever holds the pen scales it. */
import type { Box, Point } from '../layout/placed';
import type { StatusGlyph } from '../../shared/statusGlyphs';

export interface BoxStyle {
  readonly fill?: string;
  readonly stroke?: string;
  readonly lineWidth?: number;
  readonly radius?: number;
  readonly dash?: readonly number[];
}

export interface LineStyle {
  readonly color: string;
  readonly lineWidth: number;
  readonly dash?: readonly number[];
  /** A head at its end. */
  readonly isArrow?: boolean;
  /** From point to point: from afar nobody sees that lines are smooth. */
  readonly isStraight?: boolean;
}

export interface TextStyle {
  readonly color: string;
  readonly sizePx: number;
  readonly isBold?: boolean;
  readonly align?: 'start' | 'end' | 'middle';
  /** Cut with an ellipsis where it is longer. */
  readonly mostPx?: number;
}

export interface Pen {
  box(box: Box, style: BoxStyle): void;
  /** Many of one colour, with square corners. */
  spots(boxes: readonly Box[], fill: string): void;
  /** Each smooth through its points, which go from left to right; many of one style are hardly dearer than one. */
  curves(lines: readonly (readonly Point[])[], style: LineStyle): void;
  line(from: Point, to: Point, style: LineStyle): void;
  /** `at` is on its base line. */
  text(text: string, at: Point, style: TextStyle): void;
  /** Sixteen units wide; `behind` is the colour of what lies behind it. */
  glyph(glyph: StatusGlyph, at: Point, color: string, behind: string): void;
  /** What is drawn until the returned function is called is that pale: 1 is not at all. */
  paler(alpha: number): () => void;
}

/** Length of an arrow's head. */
export const arrowPx = 7;

/** The pieces of a smooth curve: cubic, level at its points' ends so that lines leave and reach nodes level. */
export interface CurvePiece {
  readonly from: Point;
  readonly first: Point;
  readonly second: Point;
  readonly to: Point;
}

/** Through all points, monotone between neighbours: a line never swings beyond the nodes that it passes. */
export function curvePieces(points: readonly Point[]): readonly CurvePiece[] {
  const pieces: CurvePiece[] = [];
  const slopeAt = (index: number): number => {
    const [before, at, after] = [points[index - 1], points[index], points[index + 1]];
    if (!before || !at || !after) return 0;
    const left = (at.y - before.y) / Math.max(1, at.x - before.x);
    const right = (after.y - at.y) / Math.max(1, after.x - at.x);
    if (left * right <= 0) return 0;
    return (2 * left * right) / (left + right);
  };
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1], points[index]];
    if (!from || !to) continue;
    const reach = (to.x - from.x) / (points.length === 2 ? 2 : 2.5);
    pieces.push({
      from,
      first: { x: from.x + reach, y: from.y + reach * slopeAt(index - 1) },
      second: { x: to.x - reach, y: to.y - reach * slopeAt(index) },
      to,
    });
  }
  return pieces;
}
