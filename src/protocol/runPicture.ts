/**
 * The first picture of a run panel: its page has it from the beginning, before the panel's script is there. What draws it is a
 * bundle of its own, which the extension host loads; this is what the two agree on.
 */
import type { ChartSettings } from '../model/chartSettings';
import type { PlotLook } from './plotLook';
import type { RunPanelSnapshot } from './runPanel';

export interface RunPictureParts {
  /** With metrics and the first series; without them there is nothing to draw. */
  readonly snapshot: RunPanelSnapshot;
  readonly charts: ChartSettings;
  readonly look: PlotLook;
}

/** Whether charts that are looked at in this way have a picture: all of their range, in their usual sizes. */
export const canBePictured = ({ x, alone, charts }: ChartSettings): boolean =>
  x === undefined && alone === undefined && charts.every(({ heightPx }) => heightPx === undefined);

/** HTML with the classes of the panel's style; undefined where the charts are looked at in a way that it does not know. */
export type DrawRunPicture = (parts: RunPictureParts) => string | undefined;
