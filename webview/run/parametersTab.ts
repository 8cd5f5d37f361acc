/** `<sidelab-parameters>`: the tab with the run's parameters and metadata, one filter over both. */
import { html, nothing, type TemplateResult } from 'lit';
import { visibleControls } from '../../src/model/plainText';
import { prettyJson } from './jsonTree';
import { PanelTab } from './panelTab';
import { searchField } from './searchField';
import { variedIn } from './variedParameters';

/** As it was written: text, with its lines. */
const notePart = (note: string | undefined): TemplateResult | typeof nothing =>
  note === undefined
    ? nothing
    : html`<section class="part note" aria-label="Note">
        <div class="partHead">
          <h2>Note</h2>
          <sidelab-copy-button
            .subject=${'note'}
            .copy=${async () => navigator.clipboard.writeText(note)}
          ></sidelab-copy-button>
        </div>
        <p class="noteText">${visibleControls(note)}</p>
      </section>`;

export class ParametersTab extends PanelTab {
  #filter = '';

  protected override render(): TemplateResult | typeof nothing {
    const { view } = this.around.session;
    if (!view) return nothing;
    const part = (name: string, key: string, json: string): TemplateResult =>
      html`<section class="part">
        <div class="partHead">
          <h2>${name}</h2>
          <sidelab-copy-button
            .subject=${`${key} as JSON`}
            .copy=${async () => navigator.clipboard.writeText(prettyJson(json))}
          ></sidelab-copy-button>
        </div>
        <sidelab-json-table
          .label=${name}
          .filter=${this.#filter}
          .isVaried=${variedIn(view.run, key)}
          .json=${json}
        ></sidelab-json-table>
      </section>`;
    const search = (text: string): void => {
      this.#filter = text;
      this.requestUpdate();
    };
    const { parametersJson, metadataJson } = view.detail;
    return html`<div class="bar">${searchField('Filter by key path or value', this.#filter, search)}</div>
      ${notePart(view.run.note)}
      <div class="parts">
        ${part('Parameters', 'parameters', parametersJson)} ${part('Metadata', 'metadata', metadataJson)}
      </div>`;
  }
}
