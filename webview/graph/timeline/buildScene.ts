/** From rows and how they are looked at to what is painted: only what is in view is made. */
import { formatDateTime } from '../../shared/axisText';
import { countOf } from '../../shared/numbers';
import type { Theme } from '../../shared/theme';
import type { TextWidths } from '../picture/textWidths';
import type { TimelineRows } from './timelineRows';
import { msAt, timelineMeasures, type TimelineScene } from './timelineScene';
import { elapsedText, elapsedTicks, type TimeRange } from './timeScale';
import type { Point } from '../layout/placed';

export interface TimelineLook {
  /** Of the page's area. */
  readonly width: number;
  readonly height: number;
  readonly scrollPx: number;
  readonly namesPx: number;
  readonly range: TimeRange;
  /** The mouse, in the area. */
  readonly hovered: Point | undefined;
  readonly isFocused: boolean;
  readonly theme: Theme;
  readonly isHighContrast: boolean;
  readonly widths: TextWidths;
}

/** The room that a tick's label has, in widths of its letters. */
const lettersPerTick = 9;

export function buildScene(rows: TimelineRows, look: TimelineLook): TimelineScene {
  const { width, height, scrollPx, namesPx, range, hovered, theme } = look;
  const { view } = rows;
  const measures = timelineMeasures(theme.fontSizePx);
  const { rowPx, axisPx, smallPx } = measures;
  const nowMs = view.nowMs();
  const critical = rows.critical(nowMs);
  const first = Math.max(0, Math.floor(scrollPx / rowPx));
  const last = Math.min(rows.all.length - 1, Math.floor((scrollPx + height - axisPx) / rowPx));
  const hoveredRow = hovered && hovered.y >= axisPx ? Math.floor((hovered.y - axisPx + scrollPx) / rowPx) : -1;
  const selectedRow = view.selected ? rows.indexOf(view.selected) : -1;
  const count = Math.max(1, Math.floor((width - namesPx) / (smallPx * lettersPerTick)));
  const scene = { size: { width, height }, measures, namesPx, scrollPx, range };
  return {
    ...scene,
    rows: rows.all.slice(first, last + 1).map(({ node, isOpen }, at) => ({
      node,
      isOpen,
      index: first + at,
      time: rows.timeRow(node, nowMs),
      text: rows.text(node, nowMs),
      isSelected: first + at === selectedRow,
      isHovered: first + at === hoveredRow,
      isHit: view.hits.has(node.id),
      isPale: rows.isPale(node, critical),
      isCritical: critical.ids.has(node.id),
    })),
    links: critical.links.filter(
      ({ fromRow, toRow }) => Math.max(fromRow, toRow) >= first && Math.min(fromRow, toRow) <= last,
    ),
    // Where a program has no limit, nothing is known of when what comes after it would be.
    ticks: rows.unlimited > 0 ? [] : elapsedTicks(range, rows.originMs(nowMs), count),
    axisTitle: axisTitle(rows),
    nowMs: rows.isLive ? nowMs : undefined,
    pointedMs: hovered && hovered.x > namesPx ? msAt(scene, hovered.x) : undefined,
    isFocused: look.isFocused,
    theme,
    isHighContrast: look.isHighContrast,
    widthOf: (text, sizePx) => look.widths.widthOf(text, sizePx, theme.fontFamily),
  };
}

/** Where the mouse is in time; nothing where times are not known. */
export function pointedText(rows: TimelineRows, { pointedMs, range, ticks }: TimelineScene): readonly string[] {
  if (pointedMs === undefined || ticks.length === 0) return [];
  // Thousandths only where some of them are a pixel.
  const elapsed = elapsedText(pointedMs - rows.originMs(rows.view.nowMs()), (range.toMs - range.fromMs) / 60);
  return [rows.view.isPlan ? `at ${elapsed}` : `at ${elapsed} · ${formatDateTime(pointedMs)}`];
}

function axisTitle({ view, unlimited }: TimelineRows): string {
  if (!view.isPlan) return 'Time since the start';
  return unlimited > 0 ? `Order only: ${countOf(unlimited, 'program')} without limit` : 'At most, with room for all';
}
