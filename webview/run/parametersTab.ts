/** `<sidelab-parameters>`: the tab with the run's parameters and metadata. */
import { html, nothing, type TemplateResult } from 'lit';
import { PanelTab } from './panelTab';

export class ParametersTab extends PanelTab {
  protected override render(): TemplateResult | typeof nothing {
    const { view } = this.around.session;
    if (!view) return nothing;
    const part = (name: string, json: string): TemplateResult =>
      html`<section class="part">
        <h2>${name}</h2>
        <sidelab-json-table .label=${name} .json=${json}></sidelab-json-table>
      </section>`;
    const { parametersJson, metadataJson } = view.detail;
    return html`<div class="parts">${part('Parameters', parametersJson)} ${part('Metadata', metadataJson)}</div>`;
  }
}
