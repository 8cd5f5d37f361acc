/** One node of a graph's picture. */
import { statusGlyphs } from '../../shared/statusGlyphs';
import { statusLook } from '../../shared/statusLook';
import type { ModelNode } from '../graphModel';
import { headHeight } from '../layout/sizes';
import type { PlacedNode } from '../layout/placed';
import { describeCounts, nodeWords } from '../nodeWords';
import type { PictureLook } from './graphLook';
import { stripOf } from './heatStrip';
import type { Pen } from './pen';

const radius = 6;
/** The stripe of its status at the left side. */
const stripePx = 4;
const inset = 10;
/** Place of the sign that opens or closes, from the right side and the top. */
const foldPx = 20;

/** Where a click opens or closes what is made of others; undefined for what is not. */
export function foldBox({
  node,
  x,
  y,
  width,
}: PlacedNode): { x: number; y: number; width: number; height: number } | undefined {
  return node.children.length === 0
    ? undefined
    : { x: x + width - foldPx - 4, y: y + 4, width: foldPx, height: foldPx };
}

/** With letters where they are readable. */
export function paintNode(pen: Pen, placed: PlacedNode, look: PictureLook, isReadable: boolean, line: number): void {
  const { node, isOpen } = placed;
  const restore = isDimmed(node, look) ? pen.paler(0.3) : undefined;
  const { theme } = look;
  pen.box(placed, {
    fill: isOpen ? openFill(look) : theme.widgetBackground,
    stroke: look.isHighContrast ? theme.axis : theme.grid,
    lineWidth: line,
    radius,
  });
  if (isOpen) paintHead(pen, placed, look, isReadable);
  else paintClosed(pen, placed, look);
  paintOutline(pen, placed, look, line);
  restore?.();
}

/** From afar: spots in the colours of their states, those of one colour at once. */
export function paintSpots(pen: Pen, nodes: readonly PlacedNode[], look: PictureLook, line: number): void {
  for (const isPale of [true, false]) {
    const spots = new Map<string, PlacedNode[]>();
    for (const placed of nodes) {
      if (isDimmed(placed.node, look) !== isPale) continue;
      const color = colorOf(placed.node, look);
      const known = spots.get(color);
      if (known) known.push(placed);
      else spots.set(color, [placed]);
    }
    const restore = isPale && spots.size > 0 ? pen.paler(0.2) : undefined;
    for (const [color, boxes] of spots) pen.spots(boxes, color);
    restore?.();
  }
  for (const placed of nodes) {
    const { node, y, height } = placed;
    if (node.children.length > 0) paintStrip(pen, node, { ...placed, y: y + height / 2, height: height / 2 }, look);
    paintOutline(pen, placed, look, line);
  }
}

function paintClosed(pen: Pen, placed: PlacedNode, look: PictureLook): void {
  const { node, x, y, width, height } = placed;
  const { theme } = look;
  const color = colorOf(node, look);
  pen.box({ x, y: y + radius, width: stripePx, height: height - 2 * radius }, { fill: color });
  const { name, state, note } = nodeWords(node, look.nowMs, look.isPlan);
  const hasParts = node.children.length > 0;
  const left = x + inset + 2;
  if (!look.isPlan) {
    const { icon } = statusLook[node.data.status];
    pen.glyph(statusGlyphs[icon], { x: left, y: y + 7 }, color, theme.widgetBackground);
  }
  const textLeft = look.isPlan ? left : left + 22;
  const right = x + width - inset;
  const nameRight = hasParts ? right - foldPx + 4 : right;
  pen.text(
    name,
    { x: textLeft, y: y + 20 },
    {
      color: theme.foreground,
      sizePx: 13,
      isBold: true,
      mostPx: nameRight - textLeft,
    },
  );
  const line = hasParts && !look.isPlan ? note : state;
  pen.text(line, { x: left, y: y + 38 }, { color: theme.foreground, sizePx: 11.5, mostPx: right - left });
  if (hasParts && !look.isPlan) {
    paintStrip(pen, node, { x: left, y: y + 46, width: right - left, height: 8 }, look);
  } else if (note !== '') {
    pen.text(note, { x: left, y: y + 53 }, { color: theme.muted, sizePx: 11, mostPx: right - left });
  }
  if (hasParts) paintFold(pen, placed, false, look);
  paintProgress(pen, placed, look);
}

/** The name, the state and the counts of what is open, above what it is made of. */
function paintHead(pen: Pen, placed: PlacedNode, look: PictureLook, isReadable: boolean): void {
  const { node, x, y, width } = placed;
  const { theme } = look;
  const color = colorOf(node, look);
  pen.box({ x, y: y + radius, width: stripePx, height: placed.height - 2 * radius }, { fill: color });
  if (!isReadable) return;
  const left = x + inset + 2;
  if (!look.isPlan) {
    pen.glyph(statusGlyphs[statusLook[node.data.status].icon], { x: left, y: y + 10 }, color, openFill(look));
  }
  const textLeft = look.isPlan ? left : left + 22;
  const { name, state } = nodeWords(node, look.nowMs, look.isPlan);
  const room = x + width - inset - foldPx - textLeft;
  pen.text(name, { x: textLeft, y: y + 17 }, { color: theme.foreground, sizePx: 13, isBold: true, mostPx: room });
  const words = look.isPlan ? state : describeCounts(node.children.length, node.counts);
  pen.text(words, { x: textLeft, y: y + headHeight - 9 }, { color: theme.muted, sizePx: 11, mostPx: room });
  paintFold(pen, placed, true, look);
}

function paintFold(pen: Pen, placed: PlacedNode, isOpen: boolean, { theme }: PictureLook): void {
  const box = foldBox(placed);
  if (!box) return;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  pen.box({ x: x - 7, y: y - 7, width: 14, height: 14 }, { stroke: theme.muted, radius: 3 });
  const style = { color: theme.foreground, lineWidth: 1.4 };
  pen.line({ x: x - 3.5, y }, { x: x + 3.5, y }, style);
  if (!isOpen) pen.line({ x, y: y - 3.5 }, { x, y: y + 3.5 }, style);
}

function paintStrip(
  pen: Pen,
  node: ModelNode,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { theme }: PictureLook,
): void {
  const statuses = node.children.map(({ data }) => data.status);
  // A cell is two units wide at least.
  for (const { tone, from, to } of stripOf(statuses, Math.floor(box.width / 2))) {
    pen.box({ ...box, x: box.x + from * box.width, width: (to - from) * box.width }, { fill: theme.tones[tone] });
  }
}

function paintProgress(pen: Pen, { node, x, y, width, height }: PlacedNode, { theme }: PictureLook): void {
  const { progress, status } = node.data;
  if (!progress || status !== 'running' || !(progress.total > 0)) return;
  const share = Math.min(1, Math.max(0, progress.done / progress.total));
  const bar = { x: x + radius, y: y + height - 4, width: width - 2 * radius, height: 3 };
  pen.box(bar, { fill: theme.grid });
  pen.box({ ...bar, width: share * bar.width }, { fill: theme.tones.active });
}

/** Critical, found, chosen: the last one is the outermost. */
function paintOutline(pen: Pen, { node, x, y, width, height }: PlacedNode, look: PictureLook, line: number): void {
  const around = (by: number, stroke: string, lineWidth: number): void =>
    pen.box(
      { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by },
      { stroke, lineWidth: lineWidth * line, radius: radius + by },
    );
  const { theme } = look;
  if (look.critical?.has(node.id)) around(0, theme.tones.doubtful, 2.5);
  if (look.hits.has(node.id)) around(2, theme.findMatch, 2);
  if (look.selected === node.id) around(3, theme.focus, look.hasFocus ? 2.5 : 1.5);
  else if (look.hovered === node.id) around(0, theme.focus, 1);
}

function isDimmed({ id, data, children }: ModelNode, { statuses, critical, hits }: PictureLook): boolean {
  if (critical && !critical.has(id)) return true;
  if (hits.size > 0 && !hits.has(id)) return children.length === 0;
  if (statuses.size === 0) return false;
  if (statuses.has(data.status)) return false;
  return !children.some((child) => statuses.has(child.data.status));
}

const colorOf = ({ data }: ModelNode, { theme, isPlan }: PictureLook): string =>
  isPlan ? theme.tones.active : theme.tones[statusLook[data.status].tone];

const openFill = ({ theme, isHighContrast }: PictureLook): string =>
  isHighContrast ? theme.background : `color-mix(in srgb, ${theme.foreground} 5%, ${theme.background})`;
