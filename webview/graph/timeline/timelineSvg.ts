/** The timeline as a file. */
import { svgPage } from '../picture/svgPage';
import { SvgPen } from '../picture/svgPen';
import type { TextWidths } from '../picture/textWidths';
import { paintTimeline } from './paintTimeline';
import type { TimelineScene } from './timelineScene';

export function timelineSvg(scene: TimelineScene, { fitted }: TextWidths): string {
  const pen = new SvgPen(fitted, scene.theme.fontFamily);
  paintTimeline(pen, scene);
  return svgPage(pen, scene.theme, scene.size);
}
