/** The whole picture of a graph as SVG, in its own size: what is open is open in it, and all states are as they are now. */
import type { Theme } from '../../shared/theme';
import type { GraphLayout } from '../layout/placed';
import type { PictureView } from './graphPicture';
import { paintGraph } from './paintGraph';
import { svgPage } from './svgPage';
import { SvgPen } from './svgPen';
import { TextWidths } from './textWidths';

export function graphSvg(view: PictureView, layout: GraphLayout, theme: Theme): string {
  const pen = new SvgPen(new TextWidths().fitted, theme.fontFamily);
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
  return svgPage(pen, theme, layout);
}
