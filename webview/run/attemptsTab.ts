/** `<sidelab-attempts>`: the tab with the attempts of the run. */
import { html, nothing, type TemplateResult } from 'lit';
import { attemptTable } from './attemptTable';
import { commandText } from './commandText';
import { PanelTab } from './panelTab';

export class AttemptsTab extends PanelTab {
  /** Attempts whose details are shown. */
  readonly #open = new Set<number>();

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this.around;
    if (!session.view) return nothing;
    const { attempts, command } = session.view.detail;
    if (attempts.length === 0) return html`<p class="empty">No attempt has been made yet.</p>`;
    return attemptTable(session, attempts, {
      nowMs: session.nowMs(),
      command: commandText(command),
      isOpen: (attempt) => this.#open.has(attempt),
      toggle: (attempt) => {
        if (!this.#open.delete(attempt)) this.#open.add(attempt);
        this.requestUpdate();
      },
    });
  }
}
