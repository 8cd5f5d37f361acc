/** `<sidelab-output>`: the tab with what the run's programs wrote. */
import { html, type TemplateResult } from 'lit';
import { PanelTab } from './panelTab';

export class OutputTab extends PanelTab {
  protected override render(): TemplateResult {
    const { session } = this.around;
    return html`<vscode-button appearance="secondary" @click=${() => void session.act('showLog')}
      >Show Log</vscode-button
    >`;
  }
}
