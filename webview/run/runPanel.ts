/**
 * `<sidelab-run-panel>`: everything known of one run: its head, and tabs of which the one that is shown is alive. It ticks ages
 * once a second, only while it is looked at and the run is active; what the parts show comes from the session.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { literal, html as staticHtml } from 'lit/static-html.js';
import { every, systemClock } from '../../src/base/clock';
import { DisposableSlot, type Disposable } from '../../src/base/lifecycle';
import { isActive } from '../../src/model/runStatus';
import type { RunPanelTab } from '../../src/protocol/runPanel';
import { panelNotices } from '../shared/panelNotices';
import { type PanelSurroundings, PanelTab } from './panelTab';
import { runHead } from './runHead';
import { runTabs, tabOf } from './runTabs';
import type { RunView } from './runView';

const tickMs = 1000;

/** The elements of the tabs: each is made when its tab is shown for the first time. */
const tags = {
  charts: literal`sidelab-charts`,
  parameters: literal`sidelab-parameters`,
  events: literal`sidelab-events`,
  attempts: literal`sidelab-attempts`,
  output: literal`sidelab-output`,
} as const satisfies Record<RunPanelTab, ReturnType<typeof literal>>;

export class RunPanel extends LitElement {
  #surroundings: PanelSurroundings | undefined;
  #tab: RunPanelTab = 'charts';
  /** Tabs that have been shown. */
  readonly #made = new Set<RunPanelTab>();
  /** As wide as a side bar. */
  readonly #narrow = matchMedia('(max-width: 480px)');
  readonly #ticking = new DisposableSlot<Disposable>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Called once by the root. */
  start(surroundings: PanelSurroundings): void {
    this.#surroundings = surroundings;
    this.#tab = surroundings.kept.current.tab ?? 'charts';
    this.#made.add(this.#tab);
    const { session } = surroundings;
    session.onDidChange(() => this.requestUpdate());
    session.onDidWishOutput(() => this.showTab('output'));
    this.#narrow.addEventListener('change', () => this.requestUpdate());
    document.addEventListener('visibilitychange', () => {
      // What was posted while nobody looked may be lost, and nobody was told.
      if (document.visibilityState === 'visible') void session.refresh();
      this.requestUpdate();
    });
    void session.show(this.#tab);
  }

  protected override render(): TemplateResult | typeof nothing {
    const around = this.#surroundings;
    if (!around) return nothing;
    const { session } = around;
    const { view } = session;
    return html`<main>
      ${panelNotices(session, view !== undefined)} ${view ? this.#runPart(around, view) : nothing}
      ${!view && session.failure === undefined ? html`<p class="loading muted">Loading…</p>` : nothing}
    </main>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const run = this.#surroundings?.session.view?.run;
    const isTicking = run !== undefined && isActive(run.status) && document.visibilityState === 'visible';
    if (!isTicking) this.#ticking.set(undefined);
    else if (!this.#ticking.current) this.#ticking.set(every(systemClock, tickMs, () => this.requestUpdate()));
    for (const element of this.querySelectorAll('.tab')) {
      if (!(element instanceof PanelTab)) continue;
      if (tabOf(element) !== this.#tab) element.unmount();
      else if (element.isMounted) element.refresh();
      else element.mount();
    }
  }

  /** Shows a tab, as a click on it does. */
  showTab(tab: RunPanelTab): void {
    const around = this.#surroundings;
    if (!around || tab === this.#tab) return;
    this.#tab = tab;
    this.#made.add(tab);
    around.kept.keep({ tab });
    void around.session.show(tab);
    this.requestUpdate();
  }

  /** Shows the output as it was at a time, in milliseconds since 1970. */
  openOutputAt(timeMs: number): void {
    this.#surroundings?.session.openOutputAt(timeMs);
  }

  #runPart(around: PanelSurroundings, view: RunView): TemplateResult {
    const { session } = around;
    const contentOf = (tab: RunPanelTab): TemplateResult | typeof nothing =>
      this.#made.has(tab) ? staticHtml`<${tags[tab]} class="tab" .surroundings=${around}></${tags[tab]}>` : nothing;
    return html`${runHead(session, view, this.#narrow.matches)}
    ${runTabs(this.#tab, contentOf, (tab) => this.showTab(tab))}`;
  }
}
