/** Puts the parts together that the charts of a panel share. */
import { systemClock } from '../../../src/base/clock';
import type { ChartSettings } from '../../../src/model/chartSettings';
import { SharedCursor } from '../../shared/charts/sharedCursor';
import type { FrameLoop } from '../../shared/frameLoop';
import { Menu } from '../../shared/menu';
import type { ThemeWatch } from '../../shared/theme';
import type { RunPanelSession } from '../runPanelSession';
import { ChartBoard } from './chartBoard';
import { ChartCard } from './chartCard';
import { ChartCommands } from './chartCommands';
import { ChartDialogs } from './chartDialogs';
import { emptyLayout } from '../../../src/model/chartLayout';
import { ChartsModel } from './chartsModel';
import { CursorTooltip } from './cursorTooltip';
import { EventMarkBoard } from './eventMarkBoard';
import type { ChartsSurroundings } from './surroundings';

export interface ChartsParts {
  readonly session: RunPanelSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  readonly settings: ChartSettings;
  readonly keep: (settings: ChartSettings) => void;
}

export function registerCharts(): void {
  customElements.define('sidelab-menu', Menu);
  customElements.define('sidelab-chart', ChartCard);
  customElements.define('sidelab-chart-dialogs', ChartDialogs);
  customElements.define('sidelab-cursor-tooltip', CursorTooltip);
  customElements.define('sidelab-chart-board', ChartBoard);
}

/** The tooltip and the dialogs join the page, once. */
export function openCharts(board: () => ChartBoard | undefined, parts: ChartsParts): ChartsSurroundings {
  const { session, frames, theme, settings, keep } = parts;
  const model = new ChartsModel(settings, keep);
  const tooltip = new CursorTooltip();
  const dialogs = new ChartDialogs();
  dialogs.start(model, () => session.view?.metrics ?? []);
  document.body.append(tooltip, dialogs);
  const marks = new EventMarkBoard(session.askEventMarks, systemClock, () => ({
    events: session.view?.events ?? [],
    attempts: session.view?.detail.attempts ?? [],
  }));
  session.onDidRefresh(() => marks.restart());
  session.onDidAppend(({ events }) => {
    if (events.length > 0) marks.heard();
  });
  return {
    session,
    frames,
    theme,
    model,
    cursor: new SharedCursor(),
    marks,
    tooltip,
    dialogs,
    commands: new ChartCommands(session),
    layout: () => board()?.layout ?? emptyLayout,
  };
}
