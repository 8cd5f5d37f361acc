/** Pictures of a chart as files or in the clipboard: an SVG of what is seen, or that SVG as PNG. */
import { axisName } from '../../shared/axisText';
import { plotSvg, printTheme } from '../../shared/charts/plotSvg';
import { pngOf } from '../../shared/picturePng';
import type { ChartCard } from './chartCard';
import { sceneOf } from './chartScene';
import type { ChartsSurroundings } from './surroundings';

export async function savePicture(
  card: ChartCard,
  surroundings: ChartsSurroundings,
  kind: 'png' | 'svg' | 'svg for print',
): Promise<void> {
  const svg = svgOf(card, surroundings, kind === 'svg for print');
  if (svg === undefined) return;
  const bytes = kind === 'png' ? new Uint8Array(await (await pngOf(svg)).arrayBuffer()) : new TextEncoder().encode(svg);
  await surroundings.commands.save({ name: `${fileName(card)}.${kind === 'png' ? 'png' : 'svg'}`, bytes });
}

/** The browser allows it while the panel has the focus; a refusal is told. */
export async function copyPicture(card: ChartCard, surroundings: ChartsSurroundings): Promise<void> {
  const svg = svgOf(card, surroundings, false);
  if (svg === undefined) return;
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(svg) })]);
    card.tell('The picture is in the clipboard.');
  } catch {
    card.tell('The browser did not allow a picture in the clipboard. Save it as PNG instead.');
  }
}

function svgOf(card: ChartCard, { model, theme }: ChartsSurroundings, isForPrint: boolean): string | undefined {
  const { plot, plan, series } = card;
  if (!plot || series.length === 0) return undefined;
  const look = isForPrint ? printTheme(theme.current) : theme.current;
  const { curves, axis } = sceneOf({ plan, settings: model.settings, zoom: model.zoomOf(plan), series, theme: look });
  return plotSvg(plot, curves, { title: plan.metrics.join(', '), xName: axisName(axis) }, look);
}

const fileName = ({ plan }: ChartCard): string => {
  const name = plan.metrics.join('-').replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return name.slice(0, 80) || 'chart';
};
