/** The graph or its timeline as a file: all of it, whatever is in view. */
import { printTheme } from '../shared/charts/plotSvg';
import { pngOf } from '../shared/picturePng';
import type { Theme } from '../shared/theme';
import type { GraphSession } from './graphSession';
import type { GraphLayout } from './layout/placed';
import { graphSvg } from './picture/graphSvg';
import type { PictureView } from './picture/graphPicture';
import type { Timeline } from './timeline/timeline';

export interface PictureToSave {
  readonly session: GraphSession;
  readonly view: PictureView;
  readonly layout: GraphLayout | undefined;
  readonly theme: Theme;
  /** Undefined while the picture of the graph is shown. */
  readonly timeline: Timeline | undefined;
}

/** Resolves when it is saved, or when the user has named no file. */
export async function savePicture(
  { session, view, layout, theme, timeline }: PictureToSave,
  kind: 'svg' | 'png' | 'svg for print',
): Promise<void> {
  const look = kind === 'svg for print' ? printTheme(theme) : theme;
  const svg = timeline ? timeline.svg() : layout ? graphSvg(view, layout, look) : '';
  if (svg === '') return;
  const bytes = kind === 'png' ? new Uint8Array(await (await pngOf(svg)).arrayBuffer()) : new TextEncoder().encode(svg);
  const name = (session.snapshot?.name ?? 'graph').replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80);
  const file = `${name === '' ? 'graph' : name}${timeline ? '-timeline' : ''}.${kind === 'png' ? 'png' : 'svg'}`;
  await session.call('graph.save', { name: file, bytes });
}
