/** Tells how large the plots of this panel are: as soon as there are some, and when they have been others for a moment. */
import { type Clock, Coalescer } from '../../src/base/clock';
import type { PlotLook } from '../../src/protocol/plotLook';
import type { ThemeWatch } from '../shared/theme';
import { plotLook } from './charts/plotLook';
import type { RunPanelSession } from './runPanelSession';

const restMs = 1000;

export class ToldLooks {
  readonly #theme: ThemeWatch;
  readonly #tell: (look: PlotLook) => void;
  #told = '';

  constructor(clock: Clock, theme: ThemeWatch, session: RunPanelSession) {
    this.#theme = theme;
    this.#tell = (look) => void session.call('panel.plotLook', look);
    const soon = new Coalescer(clock, restMs, () => this.tell());
    window.addEventListener('resize', () => soon.trigger());
    theme.onDidChange(() => soon.trigger());
    // Charts may come late, or in a tab that is shown later.
    session.onDidChange(() => {
      if (this.#told === '') soon.trigger();
    });
  }

  tell(): void {
    const look = plotLook(this.#theme.current);
    const text = JSON.stringify(look);
    if (!look || text === this.#told) return;
    this.#told = text;
    this.#tell(look);
  }
}
