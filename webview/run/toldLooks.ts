/** Tells how large the plots of this panel are, when they are so for a while and the host does not know it yet. */
import { type Clock, Coalescer } from '../../src/base/clock';
import type { PlotLook } from '../../src/protocol/plotLook';
import type { ThemeWatch } from '../shared/theme';
import { plotLook } from './charts/plotLook';

const restMs = 1000;

export class ToldLooks {
  readonly #theme: ThemeWatch;
  readonly #tell: (look: PlotLook) => void;
  #told = '';

  constructor(clock: Clock, theme: ThemeWatch, tell: (look: PlotLook) => void) {
    this.#theme = theme;
    this.#tell = tell;
    const soon = new Coalescer(clock, restMs, () => this.tell());
    window.addEventListener('resize', () => soon.trigger());
  }

  tell(): void {
    const look = plotLook(this.#theme.current);
    const text = JSON.stringify(look);
    if (!look || text === this.#told) return;
    this.#told = text;
    this.#tell(look);
  }
}
