/** All that a picture of the timeline shows, and where: for its painting, its mouse and its rows for screen readers. */
import type { Theme } from '../../shared/theme';
import type { VisibleRow } from '../openNodes';
import type { Size } from '../picture/viewport';
import type { TimeRow } from './timeRows';
import type { TimeRange, TimeTick } from './timeScale';

/** In pixels; they follow the size of the theme's font. */
export interface TimelineMeasures {
  readonly fontPx: number;
  readonly smallPx: number;
  readonly rowPx: number;
  readonly axisPx: number;
  readonly barPx: number;
  readonly indentPx: number;
}

export function timelineMeasures(fontSizePx: number): TimelineMeasures {
  const rowPx = Math.max(20, Math.round(fontSizePx * 1.85));
  return {
    fontPx: fontSizePx,
    smallPx: Math.max(9, Math.round(fontSizePx * 0.88)),
    rowPx,
    axisPx: Math.round(fontSizePx * 2.2),
    barPx: rowPx - 8,
    indentPx: Math.round(fontSizePx * 1.1),
  };
}

export interface SceneRow extends VisibleRow {
  /** Among all rows. */
  readonly index: number;
  readonly time: TimeRow;
  readonly text: string;
  readonly isSelected: boolean;
  readonly isHovered: boolean;
  readonly isHit: boolean;
  /** Of another status than those that are asked for, or not on the critical path that is. */
  readonly isPale: boolean;
  readonly isCritical: boolean;
}

/** From the end of one row's bars to the start of another's, both on the critical path. */
export interface CriticalLink {
  readonly fromRow: number;
  readonly fromMs: number;
  readonly toRow: number;
  readonly toMs: number;
}

export interface TimelineScene {
  readonly size: Size;
  readonly measures: TimelineMeasures;
  /** Of the column of names. */
  readonly namesPx: number;
  /** How far the rows are scrolled. */
  readonly scrollPx: number;
  /** Those that are seen. */
  readonly rows: readonly SceneRow[];
  readonly links: readonly CriticalLink[];
  readonly range: TimeRange;
  readonly ticks: readonly TimeTick[];
  /** Above the names: what the axis says. */
  readonly axisTitle: string;
  /** Undefined when nothing goes on. */
  readonly nowMs: number | undefined;
  /** Where the mouse is in time. */
  readonly pointedMs: number | undefined;
  readonly isFocused: boolean;
  readonly theme: Theme;
  readonly isHighContrast: boolean;
  readonly widthOf: (text: string, sizePx: number) => number;
}

/** Left of what stands in the column of names, and of the icon and the name after the fold arrow. */
export const namePaddingPx = 6;
export const foldPx = 16;
export const iconPx = 16;

type Placed = Pick<TimelineScene, 'namesPx' | 'size' | 'range'>;

export const xOf = ({ namesPx, size, range }: Placed, ms: number): number =>
  namesPx + ((ms - range.fromMs) / (range.toMs - range.fromMs)) * Math.max(1, size.width - namesPx);

export const msAt = ({ namesPx, size, range }: Placed, x: number): number =>
  range.fromMs + ((x - namesPx) / Math.max(1, size.width - namesPx)) * (range.toMs - range.fromMs);

export const topOf = ({ measures, scrollPx }: Pick<TimelineScene, 'measures' | 'scrollPx'>, index: number): number =>
  measures.axisPx + index * measures.rowPx - scrollPx;

/** Left of the fold arrow: deep ones no further than half of the column. */
export const indentOf = ({ measures, namesPx }: Pick<TimelineScene, 'measures' | 'namesPx'>, depth: number): number =>
  namePaddingPx + Math.min(depth * measures.indentPx, namesPx / 2);
