/** Paints the bars of a row. A pen knows no clipping: what is drawn is cut to the area of time here. */
import type { Theme } from '../../shared/theme';
import { statusLook } from '../../shared/statusLook';
import type { Pen } from '../picture/pen';
import type { Box } from '../layout/placed';
import { type CriticalLink, type SceneRow, type TimelineScene, topOf, xOf } from './timelineScene';
import { heatStrip, type TimeBar } from './timeRows';

const paleAlpha = 0.32;
const fillAlpha = 0.42;
const radiusPx = 3;
/** Of a bracket's line below the edge of its row: there is room for a text beneath it. */
const bracketPx = 3.5;
/** Of an attempt that took no time: it is seen all the same. */
const leastPx = 3;
const textPaddingPx = 6;
/** Pieces of a bar whose end is not known, each paler than the one before. */
const fadingPieces = [0.8, 0.55, 0.3, 0.12];

/** Where a bar is, cut to what is seen; undefined when nothing of it is. */
interface SeenBar {
  readonly bar: TimeBar;
  readonly left: number;
  readonly right: number;
}

export function paintBars(pen: Pen, scene: TimelineScene, row: SceneRow): void {
  const restore = row.isPale ? pen.paler(paleAlpha) : undefined;
  const seen = row.time.bars.map((bar) => seenBar(scene, bar)).filter((bar) => bar !== undefined);
  const top = topOf(scene, row.index);
  for (const bar of seen) {
    if (bar.bar.kind === 'whole') paintWhole(pen, scene, row, bar, top);
    else paintBar(pen, scene, bar, top);
  }
  if (row.isCritical) outline(pen, scene, seen, top);
  paintText(pen, scene, row, seen, top);
  restore?.();
}

function seenBar(scene: TimelineScene, bar: TimeBar): SeenBar | undefined {
  const [from, to] = [xOf(scene, bar.fromMs), xOf(scene, bar.toMs)];
  const least = bar.kind === 'attempt' || bar.kind === 'whole' || bar.kind === 'planned' ? leastPx : 1;
  const left = Math.max(scene.namesPx, from);
  const right = Math.min(scene.size.width, Math.max(to, from + least));
  return right > left ? { bar, left, right } : undefined;
}

function paintBar(pen: Pen, scene: TimelineScene, { bar, left, right }: SeenBar, top: number): void {
  const { theme, measures, isHighContrast } = scene;
  const { barPx, rowPx } = measures;
  const color = theme.tones[bar.tone];
  const middle = top + rowPx / 2;
  const box: Box = { x: left, y: middle - barPx / 2, width: right - left, height: barPx };
  switch (bar.kind) {
    case 'gap':
      pen.line({ x: left, y: middle }, { x: right, y: middle }, { color: theme.muted, lineWidth: 1, dash: [2, 2] });
      return;
    case 'queued': {
      const thin = { ...box, y: middle - 2.5, height: 5 };
      paled(pen, fillAlpha, () => pen.box(thin, { fill: color, radius: 2 }));
      if (isHighContrast) pen.box(thin, { stroke: color, radius: 2 });
      return;
    }
    case 'pending':
      paled(pen, 0.7, () => stripes(pen, { ...box, y: box.y + 2, height: barPx - 4 }, color));
      if (isHighContrast) pen.box({ ...box, y: box.y + 2, height: barPx - 4 }, { stroke: color });
      return;
    case 'attempt':
    case 'planned':
    case 'whole':
      paintProgram(pen, bar, box, color);
  }
}

function paintProgram(pen: Pen, bar: TimeBar, box: Box, color: string): void {
  if (bar.isOpenEnded) {
    faded(pen, box, color);
    return;
  }
  if (box.width <= 2 * leastPx) {
    pen.box(box, { fill: color, radius: 1.5 });
    return;
  }
  paled(pen, fillAlpha, () => pen.box(box, { fill: color, radius: radiusPx }));
  const dash = bar.kind === 'planned' ? { dash: [4, 2] } : {};
  pen.box(inset(box), { stroke: color, radius: radiusPx, ...dash });
}

/** A bar that has a start, and whose end is not known. */
function faded(pen: Pen, box: Box, color: string): void {
  const width = box.width / fadingPieces.length;
  fadingPieces.forEach((alpha, index) => {
    paled(pen, alpha, () => stripes(pen, { ...box, x: box.x + index * width, width }, color));
  });
  pen.line({ x: box.x + 1, y: box.y }, { x: box.x + 1, y: box.y + box.height }, { color, lineWidth: 2 });
}

/** One line as wide as the box is high: each of its dashes is a stripe. */
function stripes(pen: Pen, { x, y, width, height }: Box, color: string): void {
  const middle = y + height / 2;
  pen.line({ x, y: middle }, { x: x + width, y: middle }, { color, lineWidth: height, dash: [2, 3] });
}

/** A bracket over what lies below; while it is closed, how its children stand. */
function paintWhole(pen: Pen, scene: TimelineScene, row: SceneRow, { bar, left, right }: SeenBar, top: number): void {
  const { theme, measures, isHighContrast } = scene;
  const color = theme.tones[bar.tone];
  const y = top + bracketPx;
  const line = { color, lineWidth: 2 };
  const foot = row.isOpen ? measures.barPx - 4 : 4;
  pen.line({ x: left, y }, { x: right, y }, line);
  if (xOf(scene, bar.fromMs) >= left) pen.line({ x: left + 1, y }, { x: left + 1, y: y + foot }, line);
  if (!bar.isOpenEnded && xOf(scene, bar.toMs) <= right) {
    pen.line({ x: right - 1, y }, { x: right - 1, y: y + foot }, line);
  }
  if (row.isOpen) return;
  const strip = { x: left, y: y + 3, width: right - left, height: measures.rowPx - 2 * bracketPx - 3 };
  for (const { status, from, to } of heatStrip(row.node)) {
    const part = { ...strip, x: strip.x + from * strip.width, width: (to - from) * strip.width };
    // Nothing of a plan has begun: the tone of its bracket says so.
    const tone = status === 'created' ? color : theme.tones[statusLook[status].tone];
    paled(pen, fillAlpha, () => pen.box(part, { fill: tone }));
    if (isHighContrast && part.width > 2) pen.box(inset(part), { stroke: tone });
  }
}

function outline(pen: Pen, scene: TimelineScene, seen: readonly SeenBar[], top: number): void {
  const { theme, measures } = scene;
  const y = top + (measures.rowPx - measures.barPx) / 2;
  for (const { bar, left, right } of seen) {
    if (bar.kind !== 'attempt' && bar.kind !== 'whole') continue;
    const box = { x: left - 1.5, y: y - 1.5, width: right - left + 3, height: measures.barPx + 3 };
    pen.box(box, { stroke: theme.foreground, lineWidth: 1.5, radius: radiusPx + 1 });
  }
}

/** From the end of one to the start of the next: down at the end, then along the row of the next one. */
export function paintLink(pen: Pen, scene: TimelineScene, { fromRow, fromMs, toRow, toMs }: CriticalLink): void {
  const { theme, measures, namesPx, size } = scene;
  const inX = (ms: number): number => Math.max(namesPx, Math.min(size.width, xOf(scene, ms)));
  const [x, end] = [inX(fromMs), inX(toMs)];
  const half = (measures.barPx + 3) / 2;
  const isDown = toRow > fromRow;
  const from = topOf(scene, fromRow) + measures.rowPx / 2 + (isDown ? half : -half);
  const to = topOf(scene, toRow) + measures.rowPx / 2;
  const style = { color: theme.foreground, lineWidth: 1.5 };
  // Where they follow at once, the line ends at the edge of the next bar.
  const isNear = end - x < 4;
  pen.line({ x, y: from }, { x, y: isNear ? to - (isDown ? half : -half) : to }, style);
  if (!isNear) pen.line({ x, y: to }, { x: end, y: to }, style);
}

function paintText(pen: Pen, scene: TimelineScene, row: SceneRow, seen: readonly SeenBar[], top: number): void {
  const { theme, measures, namesPx, size, widthOf } = scene;
  const { smallPx } = measures;
  const y = top + measures.rowPx / 2 + smallPx * 0.36;
  const style = { color: theme.foreground, sizePx: smallPx };
  const main = mainBar(seen);
  for (const part of seen) {
    const text = part === main ? undefined : part.bar.text;
    if (text === undefined || widthOf(text, smallPx) + 2 * textPaddingPx > part.right - part.left) continue;
    pen.text(text, { x: part.left + textPaddingPx, y }, style);
  }
  if (row.text === '') return;
  const width = widthOf(row.text, smallPx);
  if (main && main.right - main.left >= width + 2 * textPaddingPx) {
    pen.text(row.text, { x: main.left + textPaddingPx, y }, style);
    return;
  }
  const place = besidePlace(scene, row, seen, width);
  if (!place) return;
  if (place.isBeyond) {
    pen.text(
      place.isBefore ? '‹' : '›',
      { x: place.isBefore ? namesPx + 4 : size.width - 9, y },
      beyondStyle(theme, smallPx),
    );
    return;
  }
  const color = seen.length > 0 ? theme.foreground : theme.muted;
  pen.text(row.text, { x: place.x, y }, { color, sizePx: smallPx, mostPx: place.mostPx });
}

const beyondStyle = (theme: Theme, sizePx: number): { readonly color: string; readonly sizePx: number } => ({
  color: theme.muted,
  sizePx,
});

/** The bar that the row's text is about: what it is doing now, or did last. */
function mainBar(seen: readonly SeenBar[]): SeenBar | undefined {
  const last = seen.at(-1);
  // On stripes and thin bars no text can be read.
  const isFree = last && last.bar.kind !== 'queued' && last.bar.kind !== 'pending' && last.bar.kind !== 'gap';
  return isFree && (last.bar.kind === 'whole' || !last.bar.isOpenEnded) ? last : undefined;
}

interface TextPlace {
  readonly x: number;
  readonly mostPx: number;
  /** Nothing of the row is in view: it is earlier or later. */
  readonly isBeyond?: boolean;
  readonly isBefore?: boolean;
}

function besidePlace(
  scene: TimelineScene,
  { time }: SceneRow,
  seen: readonly SeenBar[],
  width: number,
): TextPlace | undefined {
  const { namesPx, size } = scene;
  const [first, last] = [time.bars[0], time.bars.at(-1)];
  if (seen.length === 0) {
    const fromMs = first?.fromMs ?? time.atMs;
    const toMs = last?.toMs ?? time.atMs;
    if (fromMs === undefined || toMs === undefined) return undefined;
    const [from, to] = [xOf(scene, fromMs), xOf(scene, toMs)];
    if (to < namesPx) return { x: 0, mostPx: 0, isBeyond: true, isBefore: true };
    if (from > size.width) return { x: 0, mostPx: 0, isBeyond: true };
    const [before, after] = [from - namesPx - textPaddingPx, size.width - from - textPaddingPx];
    if (after >= width || after >= before) return { x: from + 2, mostPx: after };
    return { x: Math.max(namesPx + textPaddingPx, from - 2 - width), mostPx: before };
  }
  const left = Math.min(...seen.map((bar) => bar.left));
  const right = Math.max(...seen.map((bar) => bar.right));
  const after = size.width - right - 2 * textPaddingPx;
  const before = left - namesPx - 2 * textPaddingPx;
  if (after >= width) return { x: right + textPaddingPx, mostPx: after };
  if (before >= width) return { x: left - textPaddingPx - width, mostPx: before };
  // A few letters say nothing.
  if (Math.max(after, before) < 40) return undefined;
  return after >= before ? { x: right + textPaddingPx, mostPx: after } : { x: namesPx + textPaddingPx, mostPx: before };
}

/** So that a line of one pixel is sharp, and within. */
const inset = ({ x, y, width, height }: Box): Box => ({
  x: x + 0.5,
  y: y + 0.5,
  width: Math.max(0, width - 1),
  height: height - 1,
});

function paled(pen: Pen, alpha: number, draw: () => void): void {
  const restore = pen.paler(alpha);
  draw();
  restore();
}
