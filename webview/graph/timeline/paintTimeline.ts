/** Paints the timeline with a pen: on the canvas what is in view, into a file all of it. */
import { statusGlyphs } from '../../shared/statusGlyphs';
import { statusLook } from '../../shared/statusLook';
import type { Pen } from '../picture/pen';
import { paintBars, paintLink } from './paintBars';
import { lineOf } from './rowTexts';
import {
  foldPx,
  iconPx,
  indentOf,
  namePaddingPx,
  type SceneRow,
  type TimelineScene,
  topOf,
  xOf,
} from './timelineScene';

const paleAlpha = 0.45;

export function paintTimeline(pen: Pen, scene: TimelineScene): void {
  const { size, measures, namesPx, theme } = scene;
  for (const row of scene.rows) paintBack(pen, scene, row);
  paintGrid(pen, scene);
  // Behind the bars and their texts.
  if (scene.pointedMs !== undefined) paintMoment(pen, scene, scene.pointedMs, theme.muted, [1, 3]);
  for (const row of scene.rows) paintBars(pen, scene, row);
  for (const link of scene.links) paintLink(pen, scene, link);
  if (scene.nowMs !== undefined) paintMoment(pen, scene, scene.nowMs, theme.tones.active);
  // What a bar's outline has of the column of names.
  for (const row of scene.rows) paintName(pen, scene, row);
  pen.line({ x: namesPx - 0.5, y: 0 }, { x: namesPx - 0.5, y: size.height }, { color: theme.axis, lineWidth: 1 });
  paintAxis(pen, scene);
  const y = measures.axisPx - 0.5;
  pen.line({ x: 0, y }, { x: size.width, y }, { color: theme.axis, lineWidth: 1 });
}

function paintBack(pen: Pen, scene: TimelineScene, row: SceneRow): void {
  const { size, measures, theme, isHighContrast, isFocused } = scene;
  const box = { x: 0, y: topOf(scene, row.index), width: size.width, height: measures.rowPx };
  if (row.isSelected) {
    const restore = pen.paler(isFocused ? 0.28 : 0.16);
    if (!isHighContrast) pen.box(box, { fill: theme.focus });
    restore();
    if (isHighContrast || isFocused) {
      const inner = { x: 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1 };
      pen.box(inner, { stroke: theme.focus, ...(isHighContrast && !isFocused ? { dash: [3, 2] } : {}) });
    }
  } else if (row.isHovered) {
    const restore = pen.paler(0.07);
    pen.box(box, { fill: theme.foreground });
    restore();
  }
}

function paintGrid(pen: Pen, scene: TimelineScene): void {
  const { ticks, size, measures, theme, namesPx } = scene;
  const restore = pen.paler(0.6);
  for (const { atMs } of ticks) {
    const x = Math.round(xOf(scene, atMs)) + 0.5;
    if (x > namesPx) pen.line({ x, y: measures.axisPx }, { x, y: size.height }, { color: theme.grid, lineWidth: 1 });
  }
  restore();
}

function paintMoment(pen: Pen, scene: TimelineScene, ms: number, color: string, dash?: readonly number[]): void {
  const { size, measures, namesPx } = scene;
  const x = Math.round(xOf(scene, ms)) + 0.5;
  if (x <= namesPx || x > size.width) return;
  pen.line({ x, y: measures.axisPx }, { x, y: size.height }, { color, lineWidth: 1, ...(dash ? { dash } : {}) });
}

function paintName(pen: Pen, scene: TimelineScene, row: SceneRow): void {
  const { measures, theme, namesPx, widthOf } = scene;
  const { node, isOpen } = row;
  const top = topOf(scene, row.index);
  const middle = top + measures.rowPx / 2;
  // What was looked for is found among what is pale, too.
  const restore = row.isPale && !row.isHit ? pen.paler(paleAlpha) : undefined;
  let x = indentOf(scene, node.depth);
  if (node.children.length > 0) paintFold(pen, x + foldPx / 2 - 2, middle, isOpen, theme.foreground);
  x += foldPx;
  const { icon, tone } = statusLook[node.data.status];
  pen.glyph(statusGlyphs[icon], { x, y: middle - iconPx / 2 }, theme.tones[tone], theme.background);
  x += iconPx + 5;
  const mostPx = namesPx - x - namePaddingPx;
  const name = lineOf(node.data.name);
  if (mostPx > 8) {
    if (row.isHit) {
      const width = Math.min(mostPx, widthOf(name, measures.fontPx)) + 6;
      const box = { x: x - 3, y: top + 2.5, width, height: measures.rowPx - 5 };
      const paler = pen.paler(0.4);
      pen.box(box, { fill: theme.findMatch, radius: 2 });
      paler();
      pen.box(box, { stroke: theme.findMatch, lineWidth: 1.5, radius: 2 });
      pen.box({ x: 0, y: top, width: 3, height: measures.rowPx }, { fill: theme.findMatch });
    }
    const at = { x, y: middle + measures.fontPx * 0.36 };
    pen.text(name, at, { color: theme.foreground, sizePx: measures.fontPx, mostPx });
  }
  restore?.();
}

function paintFold(pen: Pen, x: number, y: number, isOpen: boolean, color: string): void {
  const style = { color, lineWidth: 1.3 };
  const [back, tip] = isOpen
    ? [[x - 4, y - 2] as const, [x, y + 2] as const]
    : [[x - 2, y - 4] as const, [x + 2, y] as const];
  const [other, from] = isOpen ? [[x + 4, y - 2] as const, tip] : [[x - 2, y + 4] as const, tip];
  pen.line({ x: back[0], y: back[1] }, { x: tip[0], y: tip[1] }, style);
  pen.line({ x: from[0], y: from[1] }, { x: other[0], y: other[1] }, style);
}

/** Over the rows, which are scrolled away beneath it. */
function paintAxis(pen: Pen, scene: TimelineScene): void {
  const { size, measures, theme, namesPx, ticks, axisTitle, nowMs, widthOf } = scene;
  const { axisPx, smallPx } = measures;
  pen.box({ x: 0, y: 0, width: size.width, height: axisPx }, { fill: theme.background });
  pen.line({ x: namesPx - 0.5, y: 0 }, { x: namesPx - 0.5, y: axisPx }, { color: theme.axis, lineWidth: 1 });
  const y = axisPx / 2 + smallPx * 0.36;
  const mostPx = namesPx - 2 * namePaddingPx;
  pen.text(axisTitle, { x: namePaddingPx, y }, { color: theme.muted, sizePx: smallPx, mostPx });
  const nowX = nowMs === undefined ? NaN : xOf(scene, nowMs);
  const isNowSeen = nowX > namesPx && nowX <= size.width;
  const nowHalf = widthOf('now', smallPx) / 2;
  const nowAt = Math.min(size.width - nowHalf - 2, Math.max(namesPx + nowHalf + 2, nowX));
  for (const { atMs, text } of ticks) {
    const x = xOf(scene, atMs);
    if (x < namesPx || x > size.width) continue;
    pen.line(
      { x: Math.round(x) + 0.5, y: axisPx - 4 },
      { x: Math.round(x) + 0.5, y: axisPx },
      { color: theme.axis, lineWidth: 1 },
    );
    const half = widthOf(text, smallPx) / 2;
    // Whole, or not at all; and never under "now".
    if (x - half < namesPx + 2 || x + half > size.width - 2) continue;
    if (isNowSeen && Math.abs(x - nowAt) < half + nowHalf + 6) continue;
    pen.text(text, { x, y }, { color: theme.muted, sizePx: smallPx, align: 'middle' });
  }
  if (isNowSeen) pen.text('now', { x: nowAt, y }, { color: theme.tones.active, sizePx: smallPx, align: 'middle' });
}
