/** `<sidelab-attempts>`: the tab with the attempts of the run. */
import { html, nothing, type TemplateResult } from 'lit';
import { attemptTable } from './attemptTable';
import { PanelTab } from './panelTab';

export class AttemptsTab extends PanelTab {
  protected override render(): TemplateResult | typeof nothing {
    const { session } = this.around;
    if (!session.view) return nothing;
    const { attempts } = session.view.detail;
    return attempts.length === 0
      ? html`<p class="empty">No attempt has been made yet.</p>`
      : attemptTable(session, attempts, session.nowMs());
  }
}
