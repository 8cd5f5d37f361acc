/** The whole picture of a graph as SVG, in its own size: what is open is open in it, and all states are as they are now. */
import { escapeXml } from '../../shared/xml';
import type { Theme } from '../../shared/theme';
import type { GraphLayout } from '../layout/placed';
import { FittedText } from './fittedText';
import type { PictureView } from './graphPicture';
import { paintGraph } from './paintGraph';
import { SvgPen } from './svgPen';

export function graphSvg(view: PictureView, layout: GraphLayout, theme: Theme): string {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  const texts = new FittedText((text, font) => {
    if (!context) return text.length * 7;
    context.font = font;
    return context.measureText(text).width;
  });
  const pen = new SvgPen(texts, theme.fontFamily);
  const all = { x: 0, y: 0, width: layout.width, height: layout.height };
  paintGraph(pen, view.model, layout, all, 1, {
    theme,
    isHighContrast: false,
    isPlan: view.isPlan,
    nowMs: view.nowMs(),
    // What is only so on the screen.
    selected: undefined,
    hovered: undefined,
    hasFocus: false,
    hits: new Set(),
    statuses: view.statuses,
    critical: view.critical,
  });
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(theme.fontFamily)}">`,
    `<rect width="100%" height="100%" fill="${escapeXml(theme.background)}"/>`,
    ...pen.elements,
    '</svg>',
  ].join('\n');
}
