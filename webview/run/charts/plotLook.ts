/** How large the plots of a panel are, as the host wants to know it for the first picture of the next one. */
import type { PlotLook } from '../../../src/protocol/plotLook';
import type { Theme } from '../../shared/theme';
import { axisFontPx, axisLetters } from '../../shared/charts/axisFont';

/** Of a chart of usual size; undefined when there is none in the page. */
export function plotLook({ fontFamily, fontSizePx }: Theme): PlotLook | undefined {
  const plot = document.querySelector('.grid:not(.alone) > .chart.columns1:not([style*="--plotHeight"]) > .plot');
  const context = document.createElement('canvas').getContext('2d');
  if (!plot || plot.clientWidth === 0 || !context) return undefined;
  context.font = `${axisFontPx(fontSizePx)}px ${fontFamily}`;
  const letterPx = Object.fromEntries([...axisLetters].map((letter) => [letter, context.measureText(letter).width]));
  const timeZoneOffsetMin = new Date().getTimezoneOffset();
  return { widthPx: plot.clientWidth, heightPx: plot.clientHeight, fontSizePx, letterPx, timeZoneOffsetMin };
}
