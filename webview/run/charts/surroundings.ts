/** What all charts of a panel share. */
import type { SharedCursor } from '../../shared/charts/sharedCursor';
import type { FrameLoop } from '../../shared/frameLoop';
import type { ThemeWatch } from '../../shared/theme';
import type { RunPanelSession } from '../runPanelSession';
import type { ChartCommands } from './chartCommands';
import type { ChartDialogs } from './chartDialogs';
import type { ChartLayout } from '../../../src/model/chartLayout';
import type { ChartsModel } from './chartsModel';
import type { CursorTooltip } from './cursorTooltip';
import type { EventMarkBoard } from './eventMarkBoard';

export interface ChartsSurroundings {
  readonly session: RunPanelSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  readonly model: ChartsModel;
  readonly cursor: SharedCursor;
  readonly marks: EventMarkBoard;
  readonly tooltip: CursorTooltip;
  readonly commands: ChartCommands;
  readonly dialogs: ChartDialogs;
  /** The charts as they are laid out now. */
  readonly layout: () => ChartLayout;
}
