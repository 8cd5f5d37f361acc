/** The timeline as a file: on the background of the theme, since its colours are made for that. */
import { escapeXml } from '../../shared/xml';
import { SvgPen } from '../picture/svgPen';
import { paintTimeline } from './paintTimeline';
import type { TextWidths } from './textWidths';
import type { TimelineScene } from './timelineScene';

export function timelineSvg(scene: TimelineScene, { fitted }: TextWidths): string {
  const { size, theme } = scene;
  const pen = new SvgPen(fitted, theme.fontFamily);
  paintTimeline(pen, scene);
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(theme.fontFamily)}">`,
    `<rect width="${width}" height="${height}" fill="${escapeXml(theme.background)}"/>`,
    ...pen.elements,
    '</svg>',
  ].join('\n');
}
