/** Draws a graph on a canvas. */
import type { Theme } from '../../shared/theme';
import { glyphLines, type StatusGlyph } from '../../shared/statusGlyphs';
import type { Box, Point } from '../layout/placed';
import { FittedText } from './fittedText';
import { arrowPx, type BoxStyle, curvePieces, type LineStyle, type Pen, type TextStyle } from './pen';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export class CanvasPen implements Pen {
  readonly #context: Context;
  readonly #texts: FittedText;
  readonly #paths = new Map<string, Path2D>();
  #fontFamily = 'sans-serif';

  constructor(context: Context) {
    this.#context = context;
    this.#texts = new FittedText((text, font) => {
      context.font = font;
      return context.measureText(text).width;
    });
  }

  set theme({ fontFamily }: Theme) {
    this.#fontFamily = fontFamily;
  }

  box({ x, y, width, height }: Box, { fill, stroke, lineWidth = 1, radius = 0, dash }: BoxStyle): void {
    const context = this.#context;
    context.beginPath();
    if (radius > 0) context.roundRect(x, y, width, height, Math.min(radius, width / 2, height / 2));
    else context.rect(x, y, width, height);
    if (fill !== undefined) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke === undefined) return;
    context.strokeStyle = stroke;
    context.lineWidth = lineWidth;
    if (dash) context.setLineDash([...dash]);
    context.stroke();
    if (dash) context.setLineDash([]);
  }

  spots(boxes: readonly Box[], fill: string): void {
    const context = this.#context;
    context.fillStyle = fill;
    context.beginPath();
    for (const { x, y, width, height } of boxes) context.rect(x, y, width, height);
    context.fill();
  }

  curves(lines: readonly (readonly Point[])[], style: LineStyle): void {
    const context = this.#context;
    context.beginPath();
    for (const points of lines) {
      const [first] = points;
      if (!first) continue;
      context.moveTo(first.x, first.y);
      const cut = cutForHead(points, style);
      if (style.isStraight) for (const { x, y } of cut.slice(1)) context.lineTo(x, y);
      else
        for (const { first: a, second: b, to } of curvePieces(cut))
          context.bezierCurveTo(a.x, a.y, b.x, b.y, to.x, to.y);
    }
    this.#strokeLine(style);
    if (!style.isArrow) return;
    context.fillStyle = style.color;
    context.beginPath();
    for (const points of lines) this.#addHead(points.at(-1));
    context.fill();
  }

  line(from: Point, to: Point, style: LineStyle): void {
    const context = this.#context;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    this.#strokeLine(style);
  }

  text(text: string, at: Point, { color, sizePx, isBold = false, align = 'start', mostPx }: TextStyle): void {
    const context = this.#context;
    const font = `${isBold ? '600 ' : ''}${sizePx}px ${this.#fontFamily}`;
    const fitted = mostPx === undefined ? text : this.#texts.fit(text, font, mostPx);
    context.font = font;
    context.fillStyle = color;
    context.textAlign = align === 'middle' ? 'center' : align;
    context.fillText(fitted, at.x, at.y);
  }

  glyph({ frame, stroke, fill }: StatusGlyph, at: Point, color: string, behind: string): void {
    const context = this.#context;
    context.save();
    context.translate(at.x, at.y);
    context.fillStyle = context.strokeStyle = color;
    context.lineWidth = glyphLines.ring;
    context.beginPath();
    context.arc(8, 8, frame === 'disc' ? glyphLines.discRadius : glyphLines.ringRadius, 0, 2 * Math.PI);
    if (frame === 'disc') context.fill();
    else {
      if (frame === 'dashedRing') context.setLineDash([...glyphLines.dash]);
      context.stroke();
      context.setLineDash([]);
    }
    context.lineCap = context.lineJoin = 'round';
    if (stroke !== undefined) {
      context.strokeStyle = frame === 'disc' ? behind : color;
      context.lineWidth = frame === 'disc' ? glyphLines.onDisc : glyphLines.stroke;
      context.stroke(this.#path(stroke));
    }
    if (fill !== undefined) context.fill(this.#path(fill));
    context.restore();
  }

  paler(alpha: number): () => void {
    const before = this.#context.globalAlpha;
    this.#context.globalAlpha = before * alpha;
    return () => {
      this.#context.globalAlpha = before;
    };
  }

  #strokeLine({ color, lineWidth, dash }: LineStyle): void {
    const context = this.#context;
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    if (dash) context.setLineDash([...dash]);
    context.stroke();
    if (dash) context.setLineDash([]);
  }

  /** Lines reach their nodes level: the head needs no angle. */
  #addHead(tip: Point | undefined): void {
    if (!tip) return;
    const context = this.#context;
    context.moveTo(tip.x, tip.y);
    context.lineTo(tip.x - arrowPx, tip.y - arrowPx / 2);
    context.lineTo(tip.x - arrowPx, tip.y + arrowPx / 2);
    context.closePath();
  }

  #path(data: string): Path2D {
    let path = this.#paths.get(data);
    if (!path) {
      path = new Path2D(data);
      this.#paths.set(data, path);
    }
    return path;
  }
}

/** A line with a head ends where the head begins: its own end would show beside the tip. */
export function cutForHead(points: readonly Point[], { isArrow }: LineStyle): readonly Point[] {
  const last = points.at(-1);
  if (!isArrow || !last) return points;
  return [...points.slice(0, -1), { x: last.x - arrowPx + 1, y: last.y }];
}
