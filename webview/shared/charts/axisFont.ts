/** The letters at the axes of plots. */

/** Letters that stand there: numbers, units, days, times. */
export const axisLetters = '0123456789.,:-+−e%∞ kMGTnµmshdin';

/** Their size, beside text of this one. */
export const axisFontPx = (fontSizePx: number): number => Math.round(fontSizePx * 0.85);
