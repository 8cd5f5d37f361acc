/** Draws a graph as SVG: the elements in the order in which they were drawn. */
import { glyphLines, type StatusGlyph } from '../../shared/statusGlyphs';
import { escapeXml } from '../../shared/xml';
import type { Box, Point } from '../layout/placed';
import { cutForHead } from './canvasPen';
import type { FittedText } from './fittedText';
import { arrowPx, type BoxStyle, curvePieces, type LineStyle, type Pen, type TextStyle } from './pen';

/** A tenth of a pixel is enough for paper. */
const short = (value: number): string => String(Math.round(value * 10) / 10);

export class SvgPen implements Pen {
  readonly #elements: string[] = [];
  readonly #texts: FittedText;
  readonly #fontFamily: string;

  /** `texts` measures in the font that the picture names. */
  constructor(texts: FittedText, fontFamily: string) {
    this.#texts = texts;
    this.#fontFamily = fontFamily;
  }

  get elements(): readonly string[] {
    return this.#elements;
  }

  box({ x, y, width, height }: Box, { fill, stroke, lineWidth = 1, radius = 0, dash }: BoxStyle): void {
    const corner = radius > 0 ? ` rx="${short(radius)}"` : '';
    this.#elements.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${corner} fill="${paint(fill)}"${strokeOf(stroke, lineWidth, dash)}/>`,
    );
  }

  spots(boxes: readonly Box[], fill: string): void {
    for (const box of boxes) this.box(box, { fill });
  }

  curves(lines: readonly (readonly Point[])[], style: LineStyle): void {
    for (const points of lines) this.#curve(points, style);
  }

  #curve(points: readonly Point[], style: LineStyle): void {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return;
    const pieces = curvePieces(cutForHead(points, style)).map(
      ({ first: a, second: b, to }) =>
        `C${short(a.x)} ${short(a.y)} ${short(b.x)} ${short(b.y)} ${short(to.x)} ${short(to.y)}`,
    );
    this.#elements.push(
      `<path d="M${short(first.x)} ${short(first.y)}${pieces.join('')}" fill="none"${strokeOf(style.color, style.lineWidth, style.dash)}/>`,
    );
    if (!style.isArrow) return;
    const [back, half] = [short(last.x - arrowPx), arrowPx / 2];
    this.#elements.push(
      `<path d="M${short(last.x)} ${short(last.y)}L${back} ${short(last.y - half)}L${back} ${short(last.y + half)}Z" fill="${paint(style.color)}"/>`,
    );
  }

  line(from: Point, to: Point, { color, lineWidth, dash }: LineStyle): void {
    this.#elements.push(
      `<path d="M${short(from.x)} ${short(from.y)}L${short(to.x)} ${short(to.y)}" fill="none"${strokeOf(color, lineWidth, dash)}/>`,
    );
  }

  text(text: string, at: Point, { color, sizePx, isBold = false, align = 'start', mostPx }: TextStyle): void {
    const font = `${isBold ? '600 ' : ''}${sizePx}px ${this.#fontFamily}`;
    const fitted = mostPx === undefined ? text : this.#texts.fit(text, font, mostPx);
    const weight = isBold ? ' font-weight="600"' : '';
    const anchor = align === 'start' ? '' : ` text-anchor="${align}"`;
    this.#elements.push(
      `<text x="${short(at.x)}" y="${short(at.y)}" font-size="${sizePx}"${weight}${anchor} fill="${paint(color)}">${escapeXml(fitted)}</text>`,
    );
  }

  glyph({ frame, stroke, fill }: StatusGlyph, at: Point, color: string, behind: string): void {
    const { ring, discRadius, ringRadius, dash, onDisc } = glyphLines;
    const own = paint(color);
    const round = ' stroke-linecap="round" stroke-linejoin="round"';
    const framed =
      frame === 'disc'
        ? `<circle cx="8" cy="8" r="${discRadius}" fill="${own}"/>`
        : `<circle cx="8" cy="8" r="${ringRadius}" fill="none"${strokeOf(color, ring, frame === 'dashedRing' ? dash : undefined)}/>`;
    const line =
      stroke === undefined
        ? ''
        : `<path d="${stroke}" fill="none"${strokeOf(frame === 'disc' ? behind : color, frame === 'disc' ? onDisc : glyphLines.stroke)}${round}/>`;
    const filled = fill === undefined ? '' : `<path d="${fill}" fill="${own}"/>`;
    this.#elements.push(`<g transform="translate(${short(at.x)} ${short(at.y)})">${framed}${line}${filled}</g>`);
  }

  paler(alpha: number): () => void {
    this.#elements.push(`<g opacity="${alpha}">`);
    return () => this.#elements.push('</g>');
  }
}

const paint = (color: string | undefined): string => (color === undefined ? 'none' : escapeXml(color));

function strokeOf(color: string | undefined, lineWidth: number, dash?: readonly number[]): string {
  if (color === undefined) return '';
  const dashed = dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  return ` stroke="${paint(color)}" stroke-width="${lineWidth}"${dashed}`;
}
