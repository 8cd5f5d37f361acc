/**
 * What the tabs of the run panel have in common: an element each, made when its tab is shown for the first time and kept from then on.
 * Between `mount` and `unmount` its tab is shown; only then does it ask, draw, or render at all.
 */
import { LitElement } from 'lit';
import { type Disposable, toDisposable } from '../../src/base/lifecycle';
import type { RunPanelState } from '../../src/protocol/runPanel';
import type { FrameLoop } from '../shared/frameLoop';
import type { ThemeWatch } from '../shared/theme';
import type { RunPanelSession } from './runPanelSession';

/** What the panel lends to its tabs. */
export interface PanelSurroundings {
  readonly session: RunPanelSession;
  readonly frames: FrameLoop;
  readonly theme: ThemeWatch;
  /** How the panel was looked at before a reload. */
  readonly kept: KeptState;
}

/** A part of the panel's state, read when a tab is made and kept at each change. */
export interface KeptState {
  readonly current: Readonly<Partial<RunPanelState>>;
  keep(changes: Partial<Omit<RunPanelState, 'runId'>>): void;
}

export abstract class PanelTab extends LitElement {
  #surroundings: PanelSurroundings | undefined;
  #isMounted = false;

  /** Light DOM: the panel's style sheet is the only one. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Set before `mount`. */
  set surroundings(surroundings: PanelSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Throws before the element was placed. */
  protected get around(): PanelSurroundings {
    if (!this.#surroundings) throw new Error('The tab has no surroundings.');
    return this.#surroundings;
  }

  get isMounted(): boolean {
    return this.#isMounted;
  }

  /** The tab is shown from now on. */
  mount(): void {
    if (this.#isMounted) return;
    this.#isMounted = true;
    this.shown();
    this.requestUpdate();
  }

  /** Another tab is shown, or the panel is gone. */
  unmount(): void {
    if (!this.#isMounted) return;
    this.#isMounted = false;
    this.concealed();
  }

  /** The session has changed, or a second has passed while the run is active. */
  refresh(): void {
    if (this.#isMounted) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unmount();
  }

  protected override shouldUpdate(): boolean {
    return this.#isMounted;
  }

  /** Renders again when the window has another size. */
  protected onResize(): Disposable {
    const update = (): void => this.requestUpdate();
    window.addEventListener('resize', update);
    return toDisposable(() => window.removeEventListener('resize', update));
  }

  /** What begins with `mount`. */
  protected shown(): void {
    // Most only render.
  }

  /** Ends what `shown` began. */
  protected concealed(): void {
    // Most only render.
  }
}
