/** A canvas for where there is none: chart.js lays out axes on it by the widths of letters that a panel has measured. Drawn is nothing. */
import type { PlotLook } from '../../../src/protocol/plotLook';

/** Of letters that nobody has measured, as a part of the font's size. */
const usualWidth = 0.55;

export function measuredCanvas({ fontSizePx, letterPx }: PlotLook): HTMLCanvasElement {
  const widthOf = (text: string): number =>
    [...text].reduce((sum, letter) => sum + (letterPx[letter] ?? usualWidth * fontSizePx), 0);
  const known: Record<string, unknown> = {
    measureText: (text: string) => ({ width: widthOf(text) }),
  };
  const context: unknown = new Proxy(known, {
    get: (values, name) => (typeof name === 'string' ? (values[name] ?? ((): void => undefined)) : undefined),
    set: () => true,
  });
  const canvas = { width: 0, height: 0, style: {}, getContext: (): unknown => context };
  known['canvas'] = canvas;
  return canvas as unknown as HTMLCanvasElement;
}
