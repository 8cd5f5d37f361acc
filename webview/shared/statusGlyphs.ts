/** The pictures of statuses, as shapes on a field of 16 by 16: for icons in the page, for canvases and for files. */

export interface StatusGlyph {
  /** A ring around it, or a disc beneath it. */
  readonly frame: 'ring' | 'dashedRing' | 'disc';
  /** Drawn as a line; on a disc in the colour of what lies behind it. */
  readonly stroke?: string;
  readonly fill?: string;
}

export const statusGlyphs = {
  dashedRing: { frame: 'dashedRing' },
  clock: { frame: 'ring', stroke: 'M8 4.8V8l2.2 1.6' },
  play: { frame: 'ring', fill: 'M6.6 5.2v5.6L11 8z' },
  check: { frame: 'disc', stroke: 'M4.9 8.3l2.1 2.1 4.1-4.6' },
  cross: { frame: 'disc', stroke: 'M5.5 5.5l5 5m0-5l-5 5' },
  slash: { frame: 'ring', stroke: 'M4 12l8-8' },
  question: {
    frame: 'ring',
    stroke: 'M6.2 6.4c0-2.4 3.6-2.3 3.6-.2 0 1.3-1.8 1.5-1.8 2.9',
    fill: 'M8 10.4a.9.9 0 1 0 0 1.8a.9.9 0 1 0 0-1.8',
  },
  skip: { frame: 'ring', stroke: 'M5.4 5.6L7.8 8l-2.4 2.4M8.8 5.6L11.2 8l-2.4 2.4' },
  stop: { frame: 'ring', fill: 'M5.7 5.7h4.6v4.6h-4.6z' },
} as const satisfies Record<string, StatusGlyph>;

export type StatusGlyphName = keyof typeof statusGlyphs;

/** Line widths and dashes of the frames, in the same units. */
export const glyphLines = {
  ring: 1.5,
  stroke: 1.4,
  onDisc: 1.8,
  dash: [2.4, 2.3],
  ringRadius: 6,
  discRadius: 7,
} as const;
