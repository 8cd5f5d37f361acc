/** What was drawn by an SVG pen, as a file: on the background of the theme, since its colours are made for that. */
import { escapeXml } from '../../shared/xml';
import type { Theme } from '../../shared/theme';
import type { SvgPen } from './svgPen';

export function svgPage(pen: SvgPen, theme: Theme, size: { readonly width: number; readonly height: number }): string {
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(theme.fontFamily)}">`,
    `<rect width="100%" height="100%" fill="${escapeXml(theme.background)}"/>`,
    ...pen.elements,
    '</svg>',
  ].join('\n');
}
