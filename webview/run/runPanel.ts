/**
 * `<sidelab-run-panel>`: everything known of one run: its head, and tabs of which the one that is shown is alive. It ticks ages
 * once a second, only while it is looked at and the run is active; what the parts show comes from the session.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { every, systemClock } from '../../src/base/clock';
import { DisposableSlot, type Disposable } from '../../src/base/lifecycle';
import { isActive } from '../../src/model/runStatus';
import type { RunPanelTab } from '../../src/protocol/runPanel';
import { icon } from '../shared/icons';
import { panelNotices } from '../shared/panelNotices';
import { headerPart } from './headerPart';
import { type PanelSurroundings, PanelTab } from './panelTab';
import type { RunPanelSession } from './runPanelSession';
import { runTabs, tabOf } from './runTabs';
import type { RunView } from './runView';

const tickMs = 1000;

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
    return html`${headerPart(session, view, this.#narrow.matches)} ${deletedPart(session, view)}
    ${failurePart(session, view)} ${runTabs(around, this.#tab, this.#made, (tab) => this.showTab(tab))}`;
  }
}

/** What is shown is what was there last. */
function deletedPart(session: RunPanelSession, { run }: RunView): TemplateResult | typeof nothing {
  if (run.deletedAtMs === undefined) return nothing;
  return html`<div class="notice warning">
    ${icon('warning')}<span>This run was deleted. For an hour after that it can be brought back.</span>
    <vscode-button
      appearance="secondary"
      ?disabled=${session.acting === 'undelete'}
      @click=${() => void session.act('undelete')}
      >Bring Back</vscode-button
    >
  </div>`;
}

function failurePart(session: RunPanelSession, { run }: RunView): TemplateResult | typeof nothing {
  if (run.status !== 'failed' && run.status !== 'lost') return nothing;
  const reason = run.attempt?.detail ?? run.evidence ?? run.attempt?.reason ?? 'The reason is not known.';
  return html`<div class="notice error">
    ${icon('cross')}<span
      ><strong>${run.status === 'failed' ? 'The run failed' : 'The run was lost'}:</strong> ${reason}</span
    >
    ${
      run.children
        ? nothing
        : html`<vscode-button appearance="secondary" @click=${() => void session.act('showLog')}
            >Show Log</vscode-button
          >`
    }
  </div>`;
}
